"""Giving back what a decision about frozen money gives back: within the decision's own transaction."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.core import audit
from apps.core.ids import new_reference
from apps.core.outbox import after_commit
from apps.payments.errors import NotRefundable, RefundTooLarge
from apps.payments.models import Payment, PaymentAllocation, Refund
from apps.payments.operations.complete_refund import complete_refund
from apps.payments.operations.refund import CARRY_OUT
from apps.payments.operations.take_back import take_back
from apps.payments.states import RefundDestination


@transaction.atomic
def refund_decided(
    *, hold_id: UUID, amount_minor: int, destination: RefundDestination, reason: str, by: Any, at: datetime
) -> Refund:
    """So much of a hold has left the escrow: it is in the wallet, or on its way to the card after the commit.

    Whoever decided answers for it, so nobody approves it again. What a guest has paid goes back the way it came: nobody
    could open a guest's wallet. The payment is locked before the hold; a caller who has
    locked the hold has locked the payment before.
    Raises: NotRefundable, RefundTooLarge where another refund of it is under way, and as ``ledger.refund_hold``.
    """
    payment_id = PaymentAllocation.objects.filter(hold_id=hold_id).values_list("payment_id", flat=True).first()
    if payment_id is None:
        raise NotRefundable
    payment: Payment = Payment.objects.locked().get(pk=payment_id)
    share: PaymentAllocation = PaymentAllocation.objects.locked().get(payment=payment, hold_id=hold_id)
    if amount_minor > share.left_minor:
        raise RefundTooLarge
    way = RefundDestination.GATEWAY if payment.payer.is_guest else destination
    refund: Refund = Refund.objects.create(
        payment=payment,
        allocation=share,
        reference=f"GR-{new_reference(16)}",
        amount_minor=amount_minor,
        currency=payment.currency,
        destination=way,
        reason=reason[:300],
        proposed_by=by,
        gateway=payment.gateway,
        created_at=at,
    )
    refund.approve(by=by, at=at)
    refund.save()
    take_back(refund, after_release=False, at=at)  # what is decided about is frozen
    audit.record(
        "payments.refund_decided", target=refund, by=by, at=at, reason=reason,
        after={"amount_minor": amount_minor, "currency": refund.currency, "destination": way},
    )  # fmt: skip
    if way == RefundDestination.WALLET or not refund.gateway_minor:
        complete_refund(refund, at=at)
    else:
        refund.save()
        after_commit(CARRY_OUT, refund_id=str(refund.pk))
    return refund
