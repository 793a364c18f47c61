"""Giving back what was paid for a plan: proposed by one person and approved by another, or told by a payment's refund.

What was paid out of what a business can withdraw goes back there; what a payment paid goes back by that payment's refunds.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from apps.core import audit
from apps.core.outbox import after_commit
from apps.ledger import operations as ledger
from apps.payments.errors import RefundDecided, RefundNotFound, RefundTooLarge, SecondPersonNeeded
from apps.payments.rules import needs_two
from apps.subscriptions import notices
from apps.subscriptions.errors import BillNotPaid, NoSuchBill, PaidByPayment
from apps.subscriptions.models import Bill, BillRefund, Subscription
from apps.subscriptions.operations._locks import locked_bill
from apps.subscriptions.operations.month import end, switch_plan
from apps.subscriptions.states import REFUND_CAUSE, BillKind, BillRefundState, BillState, EndReason

NOTE_TASK = "apps.subscriptions.tasks.issue_note"


@transaction.atomic
def propose_bill_refund(*, bill_id: UUID, amount_minor: int | None, reason: str, by: Any, at: datetime) -> BillRefund:
    """A refund of the amount, or of all that is left of the bill, waits for somebody to approve it.

    Raises: NoSuchBill, BillNotPaid, PaidByPayment, RefundTooLarge where so much is not left.
    """
    found = locked_bill(bill_id)
    if found is None:
        raise NoSuchBill
    _, bill = found
    if bill.state != BillState.PAID:
        raise BillNotPaid
    if bill.transfer_id is None:
        raise PaidByPayment(data={"payment": str(bill.payment_id)})
    amount = bill.left_minor if amount_minor is None else amount_minor
    if not 0 < amount <= bill.left_minor:
        raise RefundTooLarge
    made: BillRefund = BillRefund.objects.create(
        bill=bill, amount_minor=amount, reason=reason[:300], proposed_by=by, created_at=at
    )
    after = {"amount_minor": amount, "currency": bill.currency}
    audit.record("subscription.refund_proposed", target=made, by=by, at=at, after=after, reason=reason)
    return made


@transaction.atomic
def approve_bill_refund(*, refund_id: UUID, by: Any, at: datetime) -> BillRefund:
    """The business can withdraw the amount again; a month that runs and was given back whole ends its plan now.

    Raises: RefundNotFound, RefundDecided, SecondPersonNeeded, RefundTooLarge.
    """
    subscription, bill, refund = _locked_proposal(refund_id)
    if refund.proposed_by_id == by.pk and needs_two(refund.amount_minor, bill.currency):
        raise SecondPersonNeeded
    if refund.amount_minor > bill.left_minor or subscription.business_id is None:
        raise RefundTooLarge
    posted = ledger.return_charge(
        business_id=subscription.business_id, currency=bill.currency, amount_minor=refund.amount_minor,
        cause_type=REFUND_CAUSE, cause_id=refund.pk, reason=refund.reason, at=at,
    )  # fmt: skip
    refund.give_back(transfer_id=posted.transfer_id, by=by, at=at)
    refund.save()
    audit.record("subscription.refund_approved", target=refund, by=by, at=at, reason=refund.reason)
    after_commit(NOTE_TASK, refund_id=str(refund.pk))
    bill.refresh_from_db(fields=["given_back_minor"])
    _note_given_back(subscription, bill, refund.amount_minor, refund.reason, key=refund.pk, at=at)
    return refund


@transaction.atomic
def deny_bill_refund(*, refund_id: UUID, reason: str, by: Any, at: datetime) -> BillRefund:
    """It is not given back. Raises: RefundNotFound, RefundDecided."""
    _, _, refund = _locked_proposal(refund_id)
    refund.deny(reason=reason, by=by, at=at)
    refund.save()
    audit.record("subscription.refund_denied", target=refund, by=by, at=at, reason=reason)
    return refund


@transaction.atomic
def note_refund(
    *, refund_id: UUID, bill_id: UUID, payment_id: UUID, amount_minor: int, reason: str, at: datetime
) -> None:
    """A payment has given back so much of what paid the bill; what came for a bill that it did not pay changes nothing.

    The payment is locked by the caller, who tells each refund once.
    """
    found = locked_bill(bill_id)
    if found is None or found[1].payment_id != payment_id:
        return
    subscription, bill = found
    Bill.objects.filter(pk=bill.pk).update(given_back_minor=F("given_back_minor") + amount_minor)
    bill.refresh_from_db(fields=["given_back_minor"])
    _note_given_back(subscription, bill, amount_minor, reason, key=refund_id, at=at)


def _locked_proposal(refund_id: UUID) -> tuple[Subscription, Bill, BillRefund]:
    bill_id = BillRefund.objects.filter(pk=refund_id).values_list("bill_id", flat=True).first()
    found = locked_bill(bill_id) if bill_id is not None else None
    if found is None:
        raise RefundNotFound
    refund: BillRefund = BillRefund.objects.locked().get(pk=refund_id)
    if refund.state != BillRefundState.PROPOSED:
        raise RefundDecided
    return *found, refund


def _note_given_back(
    subscription: Subscription, bill: Bill, amount_minor: int, reason: str, *, key: UUID, at: datetime
) -> None:
    """A part changes nothing but the money; nor does what is given back of a month that is over."""
    told: dict[str, Any] = {"reason": reason, "plan_name": str(bill.plan or subscription.offer)}
    if not bill.left_minor and _runs(subscription, bill, at=at):
        if bill.kind == BillKind.MONTH:
            end(subscription, EndReason.GIVEN_BACK, at=at)
            told["ended"] = "yes"
        elif subscription.plan == bill.plan:
            told["goes_on_with"] = _back_from(subscription, bill, at=at)
    notices.tell_given_back(subscription, bill, amount_minor, told, key=key, at=at)


def _runs(subscription: Subscription, bill: Bill, *, at: datetime) -> bool:
    is_last = subscription.gives and bill.number == subscription.months_paid - 1
    return bool(is_last and bill.ends_at is not None and at < bill.ends_at)


def _back_from(subscription: Subscription, upgrade: Bill, *, at: datetime) -> str:
    """The plan that was paid for before the larger one holds again, for what its month costs; answers its name."""
    paid = subscription.bills.select_related("plan").filter(state=BillState.PAID, number=upgrade.number)
    before: Bill = paid.exclude(pk=upgrade.pk).exclude(given_back_minor=F("amount_minor")).latest("paid_at", "id")
    if before.plan is None:  # a follower's, of whose plans none is larger
        raise RuntimeError(f"bill {before.pk} is for no plan of the platform")
    switch_plan(subscription, before.plan, at=at)
    if before.kind == BillKind.MONTH:
        subscription.price_minor = before.amount_minor
        subscription.save()
    return str(before.plan)
