"""The end of a refund, and what it means for its payment."""

from datetime import datetime

from apps.core.events import publish
from apps.payments.events import RefundCompleted
from apps.payments.models import Payment, PaymentAllocation, Refund
from apps.payments.states import AllocationState, PaymentStatus, RefundDestination, RefundStatus


def complete_refund(refund: Refund, *, at: datetime) -> None:
    """The customer has the money and the payment says how much went back. The payment's row is locked by the caller."""
    refund.complete(at=at)
    refund.save()
    if (
        refund.is_beyond or refund.is_parked
    ):  # nothing that was paid for has gone back: no share of it, and no invoice, knows of it
        return
    payment: Payment = Payment.objects.locked().get(pk=refund.payment_id)
    share: PaymentAllocation = PaymentAllocation.objects.locked().get(pk=refund.allocation_id)
    if _given_back(share) >= share.amount_minor and share.state == AllocationState.FUNDED:
        share.give_back()
        share.save()
    kept = payment.allocations.filter(state=AllocationState.FUNDED).exists()
    if not kept and payment.status != PaymentStatus.REFUNDED:
        payment.note_refunded()
        payment.save()
    elif kept and payment.status == PaymentStatus.SUCCEEDED:
        payment.note_partly_refunded()
        payment.save()
    publish(
        RefundCompleted(
            refund_id=refund.pk,
            payment_id=payment.pk,
            payer_id=payment.payer_id,
            item_type=share.item_type,
            item_id=share.item_id,
            currency=refund.currency,
            amount_minor=refund.amount_minor,
            destination=RefundDestination.WALLET if refund.has_bounced else refund.destination,
            reason=refund.reason,
            completed_at=at,
        )
    )


def _given_back(share: PaymentAllocation) -> int:
    done = share.refunds.filter(status=RefundStatus.SUCCEEDED, is_beyond=False).values_list("amount_minor", flat=True)
    return sum(done)
