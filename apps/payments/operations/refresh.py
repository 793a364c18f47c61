"""Bringing one payment up to what its gateway says: the charge, its refunds, and what the gateway kept of it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.ledger import operations as ledger
from apps.payments.models import Payment
from apps.payments.operations.calling import gateway_named, no_transaction
from apps.payments.operations.settle import settle_payment
from apps.payments.operations.sync_refunds import book_refunds
from apps.payments.operations.verify import ask


def refresh_payment(*, payment_id: UUID, at: datetime) -> Payment:
    """The payment and its refunds are where their gateway says they are now. Must be called outside a transaction.

    Raises: GatewayError; DomainError where a refund made at the gateway cannot be taken from what is held.
    """
    payment: Payment = Payment.objects.get(pk=payment_id)
    with no_transaction():
        result = None if payment.is_settled else ask(payment)
        known = gateway_named(payment.gateway).refunds_of(
            payment_reference=payment.reference, payment_gateway_id=payment.gateway_id
        )
    with transaction.atomic():
        payment = Payment.objects.locked().get(pk=payment_id)
        if result is not None:
            settle_payment(payment, result, at=at)
        if payment.is_settled:
            book_refunds(payment, known, at=at)
    return payment


@transaction.atomic
def note_late_fee(*, payment_id: UUID, fee_minor: int, at: datetime) -> bool:
    """What the gateway kept is booked though it said so late; answers whether anything was to be booked."""
    payment: Payment = Payment.objects.locked().get(pk=payment_id)
    if not payment.is_settled or payment.fee_minor or fee_minor <= 0:
        return False
    ledger.record_gateway_fee(
        payment_id=payment.pk,
        gateway=payment.gateway,
        currency=payment.stray_currency or payment.currency,
        fee_minor=fee_minor,
        at=at,
    )
    payment.fee_minor = fee_minor
    payment.save()
    return True
