"""What falls due: months to renew, renewals to try again, what ends. Talking to a gateway is prepare, send, record."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from apps.catalog.models import StaffMember
from apps.core.errors import DomainError
from apps.payments import operations as payments
from apps.payments.errors import AlreadyPaid, GatewayNotAnswering, NoSavedMethod
from apps.payments.models import Payment
from apps.payments.operations import ItemToPay, PayWith
from apps.payments.queries import attempts_under_way
from apps.payments.states import PaymentStatus
from apps.subscriptions.models import Bill, Subscription
from apps.subscriptions.operations._locks import lock_subscription, locked_bill
from apps.subscriptions.operations.month import end, ends_unpaid_at, note_unpaid, open_month, pay_from_available
from apps.subscriptions.states import (
    ITEM_TYPE,
    BillKind,
    BillState,
    EndReason,
    PayFrom,
    SubscriptionState,
)

LEASE = timedelta(minutes=10)
ASK_AGAIN = timedelta(hours=1)
# For so long a month that a gateway renews, or cannot be asked about, may stay without news.
NEWS_WITHIN = timedelta(days=1)
FROM_WALLET = PayWith(credits=False, wallet=True, promo="")
NO_MONEY = "There is not enough money to withdraw."
EMPTY_WALLET = "There is not enough money in the wallet."


def renew_due(at: datetime, limit: int) -> int:
    """Up to ``limit`` subscriptions, the longest due first, are one step further; one that fails does not hold up others."""
    with transaction.atomic():
        claimed = [subscription.pk for subscription in Subscription.objects.due(at).claimed(limit)]
        Subscription.objects.filter(pk__in=claimed).update(due_at=at + LEASE)
    for subscription_id in claimed:
        renew(subscription_id=subscription_id, at=at)
    return len(claimed)


def renew(*, subscription_id: UUID, at: datetime) -> None:
    """The subscription is one step further: renewed, tried, ended, or left until later. Harmless to repeat.

    Must be called outside a transaction.
    """
    bill = prepare_renewal(subscription_id=subscription_id, at=at)
    if bill is None:
        return
    if bill.subscription.pay_from == PayFrom.WALLET:
        _pay_from_wallet(bill, at=at)
    else:
        _charge(bill, at=at)


@transaction.atomic
def prepare_renewal(*, subscription_id: UUID, at: datetime) -> Bill | None:
    """What can be done without a gateway is done; the bill that has to be charged now is answered, if one has."""
    subscription = lock_subscription(subscription_id)
    if subscription.state == SubscriptionState.INCOMPLETE:
        _wait_for_first(subscription, at=at)
    elif subscription.gives and at < subscription.month[1]:
        _leave_until(subscription, subscription.month[1])
    elif subscription.gives:
        reason = _why_it_ends(subscription, at)
        if reason is None:
            return _begin(subscription, at=at)
        end(subscription, reason, at=at)
    return None


def _why_it_ends(subscription: Subscription, at: datetime) -> EndReason | None:
    """Why no other month follows the one that is over; None where one does."""
    if subscription.cancels_at_end:
        return EndReason.CALLED_OFF
    if subscription.practitioner is not None and not _is_offered(subscription.practitioner):
        return EndReason.NOT_OFFERED
    since = subscription.past_due_since
    return EndReason.NOT_PAID if since is not None and at >= ends_unpaid_at(since) else None


def _begin(subscription: Subscription, *, at: datetime) -> Bill | None:
    bill = open_month(subscription, at=at)
    if subscription.pay_from == PayFrom.AVAILABLE:
        if not pay_from_available(subscription, bill, at=at):
            note_unpaid(subscription, bill, NO_MONEY, at=at)
        return None
    if subscription.pay_from == PayFrom.GATEWAY and subscription.gateway_subscription_id:
        _wait_for_gateway(subscription, bill, at=at)
        return None
    return bill


def _is_offered(practitioner: StaffMember) -> bool:
    return bool(practitioner.is_active and practitioner.has_public_page and practitioner.business.may_be_paid)


def _wait_for_first(subscription: Subscription, *, at: datetime) -> None:
    bill = subscription.bills.get(kind=BillKind.MONTH, number=0)
    if bill.pay_until is not None and at < bill.pay_until:
        _leave_until(subscription, bill.pay_until)
    else:
        end(subscription, EndReason.NEVER_PAID, at=at)


def _leave_until(subscription: Subscription, moment: datetime) -> None:
    subscription.due_at = moment
    subscription.save(update_fields=["due_at"])


def _wait_for_gateway(subscription: Subscription, bill: Bill, *, at: datetime) -> None:
    patience = (bill.starts_at or at) + NEWS_WITHIN
    if subscription.state == SubscriptionState.ACTIVE and at < patience:
        _leave_until(subscription, patience)
    else:
        note_unpaid(subscription, bill, "The gateway has not renewed it.", at=at)


def _pay_from_wallet(bill: Bill, *, at: datetime) -> None:
    item = ItemToPay(item_type=ITEM_TYPE, item_id=bill.pk)
    try:
        with transaction.atomic():
            paid = payments.pay_if_covered(items=[item], payer=bill.subscription.payer, pay_with=FROM_WALLET, at=at)
    except AlreadyPaid:
        return
    except DomainError as refusal:
        record_unpaid(bill_id=bill.pk, problem=refusal.message, at=at)
        return
    if paid is None:
        record_unpaid(bill_id=bill.pk, problem=EMPTY_WALLET, at=at)


def _charge(bill: Bill, *, at: datetime) -> None:
    """The saved method is charged once for each time it is tried; an attempt that is under way is asked about first."""
    item = ItemToPay(item_type=ITEM_TYPE, item_id=bill.pk)
    try:
        for payment in attempts_under_way(item_type=ITEM_TYPE, item_id=bill.pk):
            payments.verify_payment(reference=payment.reference, by=payment.payer, at=at)
        if attempts_under_way(item_type=ITEM_TYPE, item_id=bill.pk):
            return leave_for_later(bill_id=bill.pk, at=at)
        payment = payments.charge_saved(
            items=[item], payer=bill.subscription.payer, client_key=_key_of(bill, at), at=at
        )
    except AlreadyPaid:
        return None
    except GatewayNotAnswering:
        return leave_for_later(bill_id=bill.pk, at=at)
    except (NoSavedMethod, DomainError) as refusal:
        return record_unpaid(bill_id=bill.pk, problem=refusal.message, at=at)
    return _record(bill, payment, at=at)


def _record(bill: Bill, payment: Payment, *, at: datetime) -> None:
    if payment.is_paid:
        return
    if payment.status in {PaymentStatus.FAILED, PaymentStatus.ABANDONED}:
        record_unpaid(bill_id=bill.pk, problem=payment.problem, at=at)
    else:
        leave_for_later(bill_id=bill.pk, at=at)


def _key_of(bill: Bill, at: datetime) -> str:
    """One for each day after the month began, so that one try charges once, however often it is begun."""
    days = (at - bill.starts_at).days if bill.starts_at else 0
    return f"bill:{bill.pk}:{days}"


@transaction.atomic
def record_unpaid(*, bill_id: UUID, problem: str, at: datetime) -> None:
    """The bill was not paid this time."""
    found = locked_bill(bill_id)
    if found is not None:
        note_unpaid(*found, problem, at=at)


@transaction.atomic
def leave_for_later(*, bill_id: UUID, at: datetime) -> None:
    """Nothing is known of the attempt yet: it is asked about again within the hour, and is unpaid after a day."""
    found = locked_bill(bill_id)
    if found is None:
        return
    subscription, bill = found
    if bill.state != BillState.DUE or not subscription.gives:
        return
    if subscription.state == SubscriptionState.ACTIVE and bill.starts_at and at >= bill.starts_at + NEWS_WITHIN:
        note_unpaid(subscription, bill, "The gateway gives no answer.", at=at)
        return
    _leave_until(subscription, at + ASK_AGAIN)


def pay_upgrade(*, bill_id: UUID, at: datetime) -> None:
    """The saved method is charged for a larger plan, once; where there is none, it is left to be paid by hand.

    Must be called outside a transaction.
    """
    bill = Bill.objects.select_related("subscription__payer").get(pk=bill_id)
    if bill.state != BillState.DUE:
        return
    item = ItemToPay(item_type=ITEM_TYPE, item_id=bill.pk)
    try:
        payments.charge_saved(items=[item], payer=bill.subscription.payer, client_key=f"bill:{bill.pk}", at=at)
    except DomainError:
        return
