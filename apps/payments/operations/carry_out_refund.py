"""Carrying a refund out: prepare (out of escrow), send (the gateway), record. To the wallet it is one transaction."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from apps.core.errors import DomainError
from apps.core.events import publish
from apps.payments.events import RefundFailed
from apps.payments.gateways.errors import GatewayError, GatewayRefused
from apps.payments.gateways.values import MoveStatus, RefundRequest, RefundResult
from apps.payments.models import Payment, Refund
from apps.payments.operations.alerts import alert_ops
from apps.payments.operations.calling import gateway_named, no_transaction
from apps.payments.operations.complete_refund import complete_refund
from apps.payments.operations.sync_refunds import book_refund_result
from apps.payments.operations.take_back import take_back
from apps.payments.states import RefundDestination, RefundStatus

LEASE = timedelta(minutes=2)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
TOO_OFTEN = 20


def carry_out_refund(*, refund_id: UUID, at: datetime) -> None:
    """The refund is one step further, or done. Harmless to repeat; must be called outside a transaction."""
    prepared = prepare_refund(refund_id=refund_id, at=at)
    if prepared is None:
        return
    try:
        with no_transaction():
            result = send_refund(prepared)
    except GatewayRefused as refusal:
        result = RefundResult(
            status=MoveStatus.FAILED,
            reference=prepared.reference,
            gateway_id="",
            amount_minor=prepared.gateway_minor,
            currency=prepared.currency,
            message=str(refusal),
        )
    except GatewayError as error:
        record_refund_pause(refund_id=refund_id, problem=str(error), at=at)
        return
    record_refund_result(refund_id=refund_id, result=result, at=at)


def carry_out_due_refunds(at: datetime, limit: int) -> int:
    """Refunds that a crash or a gateway left behind are one step further."""
    with transaction.atomic():
        claimed = [refund.pk for refund in Refund.objects.due(at).claimed(limit)]
        Refund.objects.filter(pk__in=claimed).update(next_attempt_at=at + LEASE)
    for refund_id in claimed:
        carry_out_refund(refund_id=refund_id, at=at)
    return len(claimed)


@transaction.atomic
def prepare_refund(*, refund_id: UUID, at: datetime) -> Refund | None:
    """The money is out of escrow: in the wallet already, or to be sent. None where there is nothing (more) to send."""
    payment_id = Refund.objects.values_list("payment_id", flat=True).get(pk=refund_id)
    Payment.objects.locked().get(pk=payment_id)
    refund: Refund = Refund.objects.locked().select_related("payment", "allocation").get(pk=refund_id)
    if refund.status == RefundStatus.PROPOSED and refund.is_by_policy:
        if refund.amount_minor > refund.allocation.left_minor:
            _give_up(refund, "This is more than what is left of the payment.", at=at)
            return None
        refund.approve(by=None, at=at)
        refund.save()
    if refund.status not in {RefundStatus.APPROVED, RefundStatus.SENT} or refund.chargeback_id is not None:
        return None
    if not refund.has_left_escrow and not _take_out_of_escrow(refund, at=at):
        return None
    if refund.destination != RefundDestination.GATEWAY or not refund.gateway_minor:
        complete_refund(refund, at=at)
        return None
    refund.attempts += 1
    refund.next_attempt_at = at + LEASE
    refund.save()
    return refund


def _take_out_of_escrow(refund: Refund, *, at: datetime) -> bool:
    try:
        with transaction.atomic():
            take_out_of_escrow(refund, at=at)
    except DomainError as refusal:  # such as: released to the business a moment ago
        refund.gateway_minor = refund.wallet_minor = refund.credits_minor = refund.promotions_minor = 0
        _give_up(refund, refusal.message, at=at)
        return False
    return True


def take_out_of_escrow(refund: Refund, *, at: datetime) -> None:
    """The refund's amount is held no more: each part of it is where it came from, or on its way there; what operations
    approved is taken back even after its release.

    The payment's row is locked by the caller. Raises: as ``ledger.refund_hold``, and for a rule of a trade also what was
    released.
    """
    take_back(refund, after_release=not refund.is_by_policy, at=at)


def _give_up(refund: Refund, problem: str, *, at: datetime) -> None:
    refund.fail(problem=problem, at=at)
    refund.save()
    alert_ops("refund_failed", target=refund, at=at, reason=problem)
    publish(
        RefundFailed(
            refund_id=refund.pk,
            payment_id=refund.payment_id,
            payer_id=refund.payment.payer_id,
            currency=refund.currency,
            amount_minor=refund.amount_minor,
            message=problem,
            is_in_wallet=False,
            failed_at=at,
        )
    )


def send_refund(refund: Refund) -> RefundResult:
    """The gateway has taken the refund up, once: one that may have arrived before is looked for first."""
    gateway = gateway_named(refund.gateway)
    payment = refund.payment
    if refund.attempts > 1:
        known = gateway.refunds_of(payment_reference=payment.reference, payment_gateway_id=payment.gateway_id)
        for result in known:
            if result.reference == refund.reference or (refund.gateway_id and result.gateway_id == refund.gateway_id):
                return result
    return gateway.refund(
        RefundRequest(
            reference=refund.reference,
            payment_reference=payment.reference,
            payment_gateway_id=payment.gateway_id,
            amount_minor=refund.gateway_minor,
            currency=refund.currency,
            reason=refund.reason,
        )
    )


@transaction.atomic
def record_refund_result(*, refund_id: UUID, result: RefundResult, at: datetime) -> Refund:
    """What the gateway said about the refund is booked."""
    payment_id = Refund.objects.values_list("payment_id", flat=True).get(pk=refund_id)
    Payment.objects.locked().get(pk=payment_id)
    refund: Refund = Refund.objects.locked().get(pk=refund_id)
    book_refund_result(refund, result, at=at)
    if refund.status in {RefundStatus.APPROVED, RefundStatus.SENT}:
        refund.next_attempt_at = at + _pause(refund.attempts)
        refund.save()
    return refund


@transaction.atomic
def record_refund_pause(*, refund_id: UUID, problem: str, at: datetime) -> None:
    """The gateway gave no answer; it is asked again later."""
    refund: Refund = Refund.objects.locked().get(pk=refund_id)
    if refund.status not in {RefundStatus.APPROVED, RefundStatus.SENT}:
        return
    refund.problem, refund.next_attempt_at = problem[:300], at + _pause(refund.attempts)
    refund.save()
    if refund.attempts == TOO_OFTEN:
        alert_ops("refund_stuck", target=refund, at=at, reason=problem)


def _pause(attempts: int) -> timedelta:
    return min(FIRST_PAUSE * 2 ** min(max(attempts - 1, 0), 10), LONGEST_PAUSE)
