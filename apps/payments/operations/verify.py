"""Asking a gateway about a payment, because the customer is back, because time has passed, or because it ran out."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.core.events import publish
from apps.payments.errors import GatewayNotAsked, PaymentNotFound
from apps.payments.events import PaymentAbandoned
from apps.payments.gateways.errors import GatewayError
from apps.payments.gateways.values import ChargeStatus, VerifyResult
from apps.payments.models import Payment
from apps.payments.operations.alerts import alert_ops
from apps.payments.operations.calling import answering_the_customer, gateway_named, no_transaction
from apps.payments.operations.parts import set_free
from apps.payments.operations.settle import paid_items, settle_payment
from apps.payments.states import OPEN_STATUSES, UNPAID_STATUSES, PaymentStatus

# After an attempt ran out its gateway is asked a few times more: money may come late and its web hook never.
LATE_CHECKS_AFTER = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6), timedelta(hours=24))
LONGEST_PAUSE = timedelta(hours=1)
LEASE = timedelta(minutes=2)


def verify_payment(*, reference: str, by: Any, at: datetime) -> Payment:
    """The payment is where its gateway says it is now. Must be called outside a transaction.

    Raises: PaymentNotFound, GatewayNotAsked.
    """
    payment: Payment | None = Payment.objects.visible_to(by).filter(reference=reference).first()
    if payment is None:
        raise PaymentNotFound
    if payment.is_settled or payment.sent_at is None:
        return payment
    with answering_the_customer(GatewayNotAsked):
        result = ask(payment)
    return record_answer(payment_id=payment.pk, result=result, at=at)


def verify_payments_for(*, item_type: str, item_id: UUID, at: datetime) -> list[Payment]:
    """Every unpaid attempt at the item is where its gateway says it is now, before somebody gives the item up.

    Must be called outside a transaction. Raises: GatewayNotAsked.
    """
    attempts = Payment.objects.for_item(item_type, item_id).filter(status__in=UNPAID_STATUSES, sent_at__isnull=False)
    asked = []
    for payment in attempts.order_by("pk"):
        with answering_the_customer(GatewayNotAsked):
            result = ask(payment)
        asked.append(record_answer(payment_id=payment.pk, result=result, at=at))
    return asked


def ask(payment: Payment) -> VerifyResult:
    """What the gateway says about the payment; no database is touched."""
    return gateway_named(payment.gateway).verify(reference=payment.reference, gateway_id=payment.gateway_id)


@transaction.atomic
def record_answer(*, payment_id: UUID, result: VerifyResult, at: datetime) -> Payment:
    """What the gateway said is booked."""
    payment: Payment = Payment.objects.locked().get(pk=payment_id)
    settle_payment(payment, result, at=at)
    return payment


def check_due_payments(at: datetime, limit: int) -> int:
    """Payments about which nothing was heard for a while were asked about; those that ran out are abandoned."""
    claimed = _claim(at, limit)
    for payment in claimed:
        check_payment(payment, at=at)
    return len(claimed)


@transaction.atomic
def _claim(at: datetime, limit: int) -> list[Payment]:
    claimed = list(Payment.objects.to_ask_about(at).claimed(limit))
    Payment.objects.filter(pk__in=[payment.pk for payment in claimed]).update(next_check_at=at + LEASE)
    return claimed


def check_payment(payment: Payment, *, at: datetime) -> None:
    """The gateway was asked about one payment; what ran out unpaid is closed there and abandoned here."""
    try:
        with no_transaction():
            result = ask(payment)
            if at >= payment.expires_at and result.status in {ChargeStatus.ABANDONED, ChargeStatus.FAILED}:
                gateway_named(payment.gateway).cancel(reference=payment.reference, gateway_id=payment.gateway_id)
                result = ask(payment)  # it may have been paid a moment before
    except GatewayError:
        _record_pause(payment.pk, at=at)
        return
    _record_check(payment_id=payment.pk, result=result, at=at)


@transaction.atomic
def _record_check(*, payment_id: UUID, result: VerifyResult, at: datetime) -> None:
    payment: Payment = Payment.objects.locked().get(pk=payment_id)
    settle_payment(payment, result, at=at)
    if payment.is_settled:
        return
    payment.checks += 1
    if at < payment.expires_at:
        payment.next_check_at = min(at + _pause(payment.checks), payment.expires_at)
    else:
        _note_expired(payment, result, at=at)
    payment.save()


def _note_expired(payment: Payment, result: VerifyResult, *, at: datetime) -> None:
    age = at - payment.expires_at
    payment.next_check_at = next((payment.expires_at + late for late in LATE_CHECKS_AFTER if late > age), None)
    if result.status == ChargeStatus.PENDING:
        payment.next_check_at = payment.next_check_at or at + timedelta(hours=24)
        if age > LATE_CHECKS_AFTER[-1]:
            alert_ops("pending_too_long", target=payment, at=at, reason="The gateway still calls it pending.")
        return
    if payment.status in {*OPEN_STATUSES, PaymentStatus.FAILED}:
        set_free(payment, at=at)
        payment.abandon()
        publish(
            PaymentAbandoned(
                payment_id=payment.pk, payer_id=payment.payer_id, abandoned_at=at, allocations=paid_items(payment)
            )
        )


def _pause(checks: int) -> timedelta:
    return min(timedelta(minutes=2) * 2 ** min(checks, 10), LONGEST_PAUSE)


def _record_pause(payment_id: UUID, *, at: datetime) -> None:
    with transaction.atomic():
        payment = Payment.objects.locked().get(pk=payment_id)
        if not payment.is_settled:
            payment.checks += 1
            payment.next_check_at = at + _pause(payment.checks)
            payment.save()
