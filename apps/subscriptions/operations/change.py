"""Another plan: a larger one at once, for its share of what is left of the month; a smaller one after it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.core import audit
from apps.core.conf import timer
from apps.core.outbox import after_commit
from apps.subscriptions import notices
from apps.subscriptions.calendar import share_of_rest
from apps.subscriptions.errors import NoSuchPlan, PlanNotOffered, SubscriptionNotRunning
from apps.subscriptions.models import Bill, Plan, Subscription
from apps.subscriptions.operations._locks import own_subscription
from apps.subscriptions.operations.month import ask_gateway, leave_gateway, pay_from_available, switch_plan
from apps.subscriptions.operations.subscribe import not_enough
from apps.subscriptions.queries import price_of
from apps.subscriptions.states import FREE_PLAN, BillKind, BillState, PayFrom, SubscriptionState

PAY_TASK = "apps.subscriptions.tasks.pay_upgrade"


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a change would mean: at once for ``due_minor``, or from ``starts_at`` on for nothing now."""

    subscription: Subscription
    plan: Plan
    price_minor: int
    due_minor: int
    starts_at: datetime
    is_at_once: bool


def preview_change(*, business_id: UUID, plan_code: str, by: Any, at: datetime) -> Change:
    """What changing to the plan would mean now; nothing is changed. Raises: as ``change_plan``, of the money apart."""
    with transaction.atomic():
        return _weigh(own_subscription(business_id, by), plan_code, at=at)


@transaction.atomic
def change_plan(*, business_id: UUID, plan_code: str, by: Any, at: datetime) -> Subscription:
    """A larger plan holds once its share of the rest of the month is paid; a smaller one from the next month on.

    The plan that it is on takes a change back that waits for the next month. The free plan calls it off.
    Raises: BusinessNotFound, NotYourBusiness, NoSuchSubscription, NoSuchPlan, PlanNotOffered, SubscriptionNotRunning,
    NotEnoughAvailable.
    """
    subscription = own_subscription(business_id, by)
    change = _weigh(subscription, plan_code, at=at)
    before = {"plan": subscription.plan.code}
    if change.is_at_once and change.plan != subscription.plan:
        _upgrade(subscription, change, at=at)
    elif change.plan.code == FREE_PLAN:
        leave_gateway(subscription)
        subscription.cancels_at_end, subscription.gateway_subscription_id = True, ""
        subscription.save()
    else:
        leave_gateway(subscription)
        subscription.next_plan = None if change.plan == subscription.plan else change.plan
        subscription.gateway_subscription_id = ""
        subscription.save()
        ask_gateway(subscription)
        notices.tell_change_planned(subscription, at=at)
    audit.record(
        "subscription.plan_changed", target=subscription, by=by, at=at, before=before,
        after={"plan": plan_code, "due_minor": change.due_minor, "from": change.starts_at.isoformat()},
    )  # fmt: skip
    return subscription


def _weigh(subscription: Subscription, plan_code: str, *, at: datetime) -> Change:
    if subscription.state != SubscriptionState.ACTIVE or subscription.cancels_at_end or subscription.plan is None:
        raise SubscriptionNotRunning
    plan = Plan.objects.filter(code=plan_code, is_active=True).first()
    if plan is None:
        raise NoSuchPlan
    price = price_of(plan, subscription.currency)
    if price is None and plan.code != FREE_PLAN:
        raise PlanNotOffered
    price_minor = price.price_minor if price is not None else 0
    is_at_once = plan.rank > subscription.plan.rank
    begins_at, ends_at = subscription.month
    due_minor = 0
    if is_at_once:
        due_minor = share_of_rest(
            max(price_minor - subscription.price_minor, 0), starts_at=begins_at,
            ends_at=ends_at, at=at,
        )  # fmt: skip
    starts_at = at if is_at_once or plan == subscription.plan else ends_at
    return Change(
        subscription=subscription, plan=plan, price_minor=price_minor, due_minor=due_minor, starts_at=starts_at,
        is_at_once=is_at_once,
    )  # fmt: skip


def _upgrade(subscription: Subscription, change: Change, *, at: datetime) -> None:
    for before in subscription.bills.filter(kind=BillKind.UPGRADE, state=BillState.DUE):
        before.void()
        before.save()
    if not change.due_minor:
        switch_plan(subscription, change.plan, at=at)
        return
    bill: Bill = Bill.objects.create(
        subscription=subscription, kind=BillKind.UPGRADE, number=subscription.months_paid - 1, plan=change.plan,
        currency=subscription.currency, amount_minor=change.due_minor, created_at=at,
        pay_until=min(at + timer("SUBSCRIPTION_UNPAID"), subscription.month[1]),
    )  # fmt: skip
    if subscription.pay_from == PayFrom.AVAILABLE:
        if not pay_from_available(subscription, bill, at=at):
            raise not_enough(subscription, bill)
    else:
        after_commit(PAY_TASK, bill_id=str(bill.pk))
