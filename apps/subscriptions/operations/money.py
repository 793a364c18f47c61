"""A bill is paid by a payment: what it costs, and what its money does when it comes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.catalog import queries as catalog
from apps.payments import operations as payments
from apps.payments.errors import AlreadyPaid, ItemNotFound, NotPayable
from apps.payments.operations import ItemToPay
from apps.payments.payables import PayableQuote
from apps.payments.states import Destination
from apps.subscriptions.models import Bill, Subscription
from apps.subscriptions.operations._locks import locked_bill
from apps.subscriptions.operations.month import note_paid, note_unpaid
from apps.subscriptions.states import ITEM_TYPE, MONTH_UNIT, BillKind, BillState, PayFrom, SubscriptionState

_TOO_LATE = "What this was for is no more."


def quote_bill(*, item_type: str, item_id: UUID, payer: Any, at: datetime) -> PayableQuote:
    """What a month, or a larger plan, costs: the platform's own, or the practitioner's business's, in escrow.

    Raises: ItemNotFound, AlreadyPaid, NotPayable.
    """
    found = locked_bill(item_id) if item_type == ITEM_TYPE else None
    if found is None or not _may_pay(found[0], payer):
        raise ItemNotFound
    subscription, bill = found
    if bill.state == BillState.PAID:
        raise AlreadyPaid
    if bill.state != BillState.DUE or (bill.pay_until is not None and bill.pay_until <= at):
        raise NotPayable
    if subscription.practitioner is not None and not subscription.practitioner.business.may_be_paid:
        raise NotPayable
    return quote_of(subscription, bill)


def quote_of(subscription: Subscription, bill: Bill) -> PayableQuote:
    """What the bill costs and where its money goes, whether or not it is due."""
    told: dict[str, Any] = {
        "amount_minor": bill.amount_minor, "currency": bill.currency, "kind": ITEM_TYPE, "expires_at": bill.pay_until,
        "keeps_method": subscription.pay_from in {PayFrom.CARD, PayFrom.GATEWAY},
    }  # fmt: skip
    if subscription.practitioner is None:
        description = f"Plan {bill.plan} for {subscription.business}"[:200]
        return PayableQuote(business_id=None, destination=Destination.PLATFORM, description=description, **told)
    business = subscription.practitioner.business
    return PayableQuote(
        business_id=business.pk, unit_type=MONTH_UNIT, unit_id=bill.pk,
        description=f"{subscription.offer} by {subscription.practitioner}, {business.name}"[:200],
        commission_rate_bp=business.commission_override_bp, plan_rate_bp=business.plan_commission_bp, **told,
    )  # fmt: skip


def _may_pay(subscription: Subscription, payer: Any) -> bool:
    if subscription.business_id is None:
        return bool(subscription.payer_id == payer.pk)
    return payer.pk in catalog.owner_user_ids(subscription.business_id)


@transaction.atomic
def receive_money(*, bill_id: UUID, payment_id: UUID, at: datetime) -> None:
    """The bill is paid; what came for one that is not due any more goes back. The payment is locked by the caller."""
    found = locked_bill(bill_id)
    if found is None:
        return
    subscription, bill = found
    if bill.state == BillState.DUE and _still_fits(subscription, bill):
        note_paid(subscription, bill, payment_id=payment_id, at=at)
    elif bill.payment_id != payment_id:
        item = ItemToPay(item_type=ITEM_TYPE, item_id=bill.pk)
        payments.request_refund(payment_id=payment_id, item=item, reason=_TOO_LATE, at=at)


def _still_fits(subscription: Subscription, bill: Bill) -> bool:
    if bill.kind == BillKind.UPGRADE:
        return bool(subscription.state == SubscriptionState.ACTIVE and bill.number == subscription.months_paid - 1)
    return subscription.state != SubscriptionState.ENDED and bill.number == subscription.months_paid


@transaction.atomic
def note_failed(*, bill_id: UUID, problem: str, at: datetime) -> None:
    """An attempt to pay the bill came to nothing; of a renewal, its days of grace run."""
    found = locked_bill(bill_id)
    if found is not None:
        note_unpaid(*found, problem or "The payment was refused.", at=at)
