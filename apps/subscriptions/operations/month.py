"""What a paid bill, an unpaid one and an end mean for a subscription, whoever subscribes to what.

The subscription is locked by the caller everywhere here.
"""

from datetime import datetime, timedelta
from uuid import UUID

from apps.catalog import operations as catalog
from apps.core import audit
from apps.core.conf import timer
from apps.core.outbox import after_commit
from apps.ledger import operations as ledger
from apps.subscriptions import notices
from apps.subscriptions.calendar import months_after
from apps.subscriptions.models import Bill, Plan, Subscription
from apps.subscriptions.models.subscription import effects_of
from apps.subscriptions.states import (
    FREE_PLAN,
    ITEM_TYPE,
    MONTH_UNIT,
    RETRIES,
    BillKind,
    BillState,
    EndReason,
    PayFrom,
    SubscriptionState,
)

START_TASK, STOP_TASK = "apps.subscriptions.tasks.start_at_gateway", "apps.subscriptions.tasks.stop_at_gateway"
PAPER_TASK = "apps.subscriptions.tasks.issue_invoice"
FREE_TASK = "apps.payments.tasks.free_for"


def note_paid(
    subscription: Subscription,
    bill: Bill,
    *,
    at: datetime,
    payment_id: UUID | None = None,
    transfer_id: UUID | None = None,
) -> None:
    """The month of the bill has begun and is paid for, or the larger plan holds. The bill is due."""
    was = SubscriptionState(subscription.state)
    if bill.plan is not None and bill.kind == BillKind.UPGRADE:
        _, ends_at = subscription.month
        bill.pay(starts_at=at, ends_at=ends_at, payment_id=payment_id, transfer_id=transfer_id, at=at)
        bill.save()
        switch_plan(subscription, bill.plan, at=at)
        notices.tell_changed(subscription, bill, at=at)
        return
    starts_at = bill.starts_at or at
    ends_at = months_after(subscription.anchor_at or starts_at, bill.number + 1)
    bill.pay(starts_at=starts_at, ends_at=ends_at, payment_id=payment_id, transfer_id=transfer_id, at=at)
    bill.save()
    subscription.begin_month(starts_at=starts_at, ends_at=ends_at)
    leave_at_other_price(subscription)
    subscription.save()
    if subscription.business_id is not None:
        apply_effects(subscription, at=at)
    else:
        ledger.start_clearance(unit_type=MONTH_UNIT, unit_id=bill.pk, at=at)
    ask_gateway(subscription)
    if was == SubscriptionState.INCOMPLETE:
        notices.tell_started(subscription, bill, at=at)
    else:
        notices.tell_renewed(subscription, bill, at=at)


def switch_plan(subscription: Subscription, plan: Plan, *, at: datetime) -> None:
    """The plan holds from now on, at its price; a gateway that renews it is asked for the other one."""
    leave_gateway(subscription)
    subscription.gateway_subscription_id = ""
    ask_gateway(subscription)
    subscription.plan, subscription.next_plan = plan, None
    price = plan.prices.filter(currency=subscription.currency).first()
    if price is not None:
        subscription.price_minor = price.price_minor
    subscription.next_price_minor = subscription.next_price_from = None
    subscription.save()
    apply_effects(subscription, at=at)


def apply_effects(subscription: Subscription, *, at: datetime) -> None:
    """The business has what its plan gives."""
    if subscription.plan is not None and subscription.business_id is not None:
        _give(subscription.business_id, subscription.plan.code, at=at)


def _give(business_id: UUID, code: str, *, at: datetime) -> None:
    # What a plan gives can be edited meanwhile: its row is read under a lock.
    plan = Plan.objects.locked().get(code=code)
    catalog.apply_plan(business_id=business_id, effects=effects_of(plan), at=at)


def open_month(subscription: Subscription, *, at: datetime) -> Bill:
    """The bill of the month after the one that is paid for; a change that waited for it holds from now on."""
    number = subscription.months_paid
    known: Bill | None = subscription.bills.filter(kind=BillKind.MONTH, number=number).first()
    if known is not None:
        return known
    _void_due(subscription)
    if subscription.next_plan is not None:
        switch_plan(subscription, subscription.next_plan, at=at)
    _, starts_at = subscription.month
    price_minor = subscription.price_at(starts_at)
    if price_minor != subscription.price_minor:
        subscription.price_minor = price_minor
        subscription.next_price_minor = subscription.next_price_from = None
        subscription.save()
    made: Bill = Bill.objects.create(
        subscription=subscription, kind=BillKind.MONTH, number=number, plan=subscription.plan,
        currency=subscription.currency, amount_minor=price_minor, starts_at=starts_at,
        ends_at=months_after(subscription.anchor_at or starts_at, number + 1), created_at=at,
    )  # fmt: skip
    return made


def pay_from_available(subscription: Subscription, bill: Bill, *, at: datetime) -> bool:
    """The bill is paid out of what the business can withdraw, where that is enough."""
    if subscription.business_id is None:
        return False
    posted = ledger.charge_business(
        business_id=subscription.business_id, currency=bill.currency, amount_minor=bill.amount_minor,
        cause_type=ITEM_TYPE, cause_id=bill.pk, at=at,
    )  # fmt: skip
    if posted is None:
        return False
    note_paid(subscription, bill, transfer_id=posted.transfer_id, at=at)
    after_commit(PAPER_TASK, bill_id=str(bill.pk))
    return True


def note_unpaid(subscription: Subscription, bill: Bill, problem: str, *, at: datetime) -> None:
    """The renewal was not paid: its days of grace run from when the month began, and it is tried again."""
    since = bill.starts_at
    if bill.state != BillState.DUE or bill.kind != BillKind.MONTH or not subscription.gives or since is None:
        return
    subscription.problem = problem[:300]
    if subscription.state == SubscriptionState.ACTIVE:
        subscription.fall_behind(since=since)
        subscription.due_at = next_try(since, at)
        subscription.save()
        notices.tell_unpaid(subscription, bill, at=at)
        return
    subscription.due_at = next_try(subscription.past_due_since or since, at)
    subscription.save()
    if subscription.due_at >= ends_unpaid_at(since):
        notices.tell_last_warning(subscription, bill, at=at)


def ends_unpaid_at(since: datetime) -> datetime:
    """When one that is not paid ends."""
    return since + timer("SUBSCRIPTION_GRACE")


def next_try(since: datetime, at: datetime) -> datetime:
    """When it is tried again; or when it ends, after the last try."""
    tries: list[timedelta] = [*RETRIES, timer("SUBSCRIPTION_GRACE")]
    return next((since + each for each in tries if since + each > at), ends_unpaid_at(since))


def end(subscription: Subscription, reason: EndReason, *, at: datetime) -> None:
    """It gives nothing any more: a business is on the free plan again, what was due is not due any more."""
    was_giving = subscription.gives
    _void_due(subscription)
    subscription.end(reason=reason, at=at)
    subscription.save()
    if was_giving and subscription.business_id is not None:
        _give(subscription.business_id, FREE_PLAN, at=at)
    audit.record("subscription.ended", target=subscription, by=None, at=at, reason=reason)
    if was_giving and reason != EndReason.GIVEN_BACK:  # of which one letter tells, with the money
        notices.tell_ended(subscription, at=at)
    leave_gateway(subscription)


def ask_gateway(subscription: Subscription) -> None:
    """Where a gateway is to renew it by itself, it is asked to after the commit."""
    if subscription.pay_from == PayFrom.GATEWAY and not subscription.gateway_subscription_id:
        after_commit(START_TASK, subscription_id=str(subscription.pk))


def leave_gateway(subscription: Subscription) -> None:
    """A gateway that renews it by itself is told after the commit to stop; what it has charged meanwhile is still known."""
    if subscription.pay_from == PayFrom.GATEWAY and subscription.gateway_subscription_id:
        after_commit(STOP_TASK, gateway=subscription.gateway, gateway_id=subscription.gateway_subscription_id)


def leave_at_other_price(subscription: Subscription) -> None:
    """A gateway is called off that would charge what a month has cost so far, where the next one costs something else."""
    if subscription.price_at(subscription.month[1]) != subscription.price_minor:
        leave_gateway(subscription)
        subscription.gateway_subscription_id = ""


def _void_due(subscription: Subscription) -> None:
    for bill in subscription.bills.filter(state=BillState.DUE):
        bill.void()
        bill.save()
        after_commit(FREE_TASK, item_type=ITEM_TYPE, item_id=str(bill.pk))
