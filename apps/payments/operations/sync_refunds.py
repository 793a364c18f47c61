"""Booking what a gateway says about the refunds of one charge: ours, and those that somebody made there by hand."""

from collections.abc import Sequence
from datetime import datetime

from apps.core.errors import DomainError
from apps.core.events import publish
from apps.ledger import addresses
from apps.ledger import operations as ledger
from apps.ledger.states import RefundDestination as LedgerDestination
from apps.payments.events import RefundFailed
from apps.payments.gateways.values import MoveStatus, RefundResult
from apps.payments.models import Payment, PaymentAllocation, Refund
from apps.payments.operations.alerts import alert_ops
from apps.payments.operations.complete_refund import complete_refund
from apps.payments.states import AllocationState, RefundDestination, RefundStatus


def book_refunds(payment: Payment, known: Sequence[RefundResult], *, at: datetime) -> None:
    """Every refund that the gateway knows is where it says it is. The payment's row is locked by the caller."""
    ours = {refund.reference: refund for refund in payment.refunds.locked()}
    by_gateway_id = {refund.gateway_id: refund for refund in ours.values() if refund.gateway_id}
    for result in known:
        refund = ours.get(result.reference) or by_gateway_id.get(result.gateway_id)
        if refund is not None:
            book_refund_result(refund, result, at=at)
        elif not _is_known_by_hand(payment, result):
            _book_foreign(payment, result, at=at)


def book_refund_result(refund: Refund, result: RefundResult, *, at: datetime) -> None:
    """One refund of ours is where the gateway says it is; a bounced one is in the customer's wallet instead."""
    if result.status in {MoveStatus.FAILED, MoveStatus.REVERSED}:
        _bounce(refund, result, at=at)
    elif refund.status == RefundStatus.APPROVED and result.status == MoveStatus.PENDING:
        refund.note_sent(gateway_id=result.gateway_id, next_attempt_at=refund.next_attempt_at)
        refund.save()
    elif refund.status in {RefundStatus.APPROVED, RefundStatus.SENT} and result.status == MoveStatus.SUCCEEDED:
        refund.gateway_id = result.gateway_id or refund.gateway_id
        complete_refund(refund, at=at)


def _bounce(refund: Refund, result: RefundResult, *, at: datetime) -> None:
    if refund.has_bounced or not refund.has_left_escrow:
        return
    ledger.credit_wallet(
        customer_id=refund.payment.payer_id,
        currency=refund.currency,
        amount_minor=refund.gateway_minor,
        source=addresses.gateway_clearing(refund.gateway, refund.currency),
        idempotency_key=f"refund-bounced:{refund.pk}",
        cause_type="REFUND",
        cause_id=refund.pk,
        reason="The refund could not be delivered.",
        at=at,
    )
    refund.has_bounced = True
    refund.gateway_id = refund.gateway_id or result.gateway_id
    problem = (result.message or "The bank could not take the refund.")[:300]
    if refund.status == RefundStatus.SUCCEEDED:
        refund.problem = problem
        refund.save()
    else:
        complete_refund(refund, at=at)
        refund.problem = problem
        refund.save()
    publish(
        RefundFailed(
            refund_id=refund.pk,
            payment_id=refund.payment_id,
            payer_id=refund.payment.payer_id,
            currency=refund.currency,
            amount_minor=refund.gateway_minor,
            message=problem,
            is_in_wallet=True,
            failed_at=at,
        )
    )


def _foreign_key(payment: Payment, result: RefundResult) -> str:
    return f"{payment.gateway}:{result.gateway_id or result.reference}"[:150]


def _is_known_by_hand(payment: Payment, result: RefundResult) -> bool:
    return payment.refunds.filter(reference__startswith=_foreign_key(payment, result) + "/").exists()


def _book_foreign(payment: Payment, result: RefundResult, *, at: datetime) -> None:
    """The money has left the gateway without our asking: it comes out of what the payment still holds."""
    if result.status in {MoveStatus.FAILED, MoveStatus.REVERSED} or result.amount_minor <= 0:
        return
    left = result.amount_minor
    of_gateway = payment.gateway_minor - payment.gateway_back_minor
    for number, share in enumerate(payment.allocations.locked().filter(state=AllocationState.FUNDED)):
        amount = min(left, of_gateway, share.left_minor)  # a gateway gives back no more than it was paid
        if amount > 0 and share.hold_id is not None:
            _take_from(payment, share, amount, f"{_foreign_key(payment, result)}/{number}", at=at)
            left, of_gateway = left - amount, of_gateway - amount
    if left:
        raise DomainError(f"{left} of a refund made at the gateway cannot be taken from what is held for {payment}.")
    alert_ops("refund_by_hand", target=payment, at=at, reason=f"{result.amount_minor} was refunded at the gateway.")


def _take_from(payment: Payment, share: PaymentAllocation, amount: int, reference: str, *, at: datetime) -> None:
    refund = Refund.objects.create(
        payment=payment,
        allocation=share,
        reference=reference,
        amount_minor=amount,
        currency=payment.currency,
        destination=RefundDestination.GATEWAY,
        reason="Refunded at the gateway.",
        status=RefundStatus.APPROVED,
        decided_at=at,
        gateway=payment.gateway,
        is_ours=False,
        created_at=at,
    )
    ledger.refund_hold(
        hold_id=share.hold_id,
        amount_minor=amount,
        destination=LedgerDestination.GATEWAY,
        reason=refund.reason,
        by=None,
        at=at,
        idempotency_key=f"refund:{refund.pk}",
    )
    refund.has_left_escrow = True
    refund.gateway_minor = amount
    complete_refund(refund, at=at)
