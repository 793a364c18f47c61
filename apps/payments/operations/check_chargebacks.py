"""Asking gateways about disputes, so that a lost web hook costs nothing; and reminding operations of evidence."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from apps.core import audit
from apps.core.errors import DomainError
from apps.payments import notices
from apps.payments.gateways.base import Gateway
from apps.payments.gateways.errors import GatewayError
from apps.payments.gateways.registry import NoSuchGateway, gateway
from apps.payments.gateways.values import DisputeInfo
from apps.payments.models import Chargeback, Payment
from apps.payments.operations.alerts import alert_ops
from apps.payments.operations.book_chargeback import CHECK_EVERY, book_chargeback
from apps.payments.operations.calling import gateway_named, no_transaction
from apps.payments.operations.evidence import send_evidence
from apps.payments.queries import payment_of_dispute

logger = logging.getLogger(__name__)
GATEWAYS = ("stripe", "paystack", "sandbox")
LEASE = timedelta(minutes=2)
LOOK_BACK = timedelta(days=7)


def check_due_chargebacks(at: datetime, limit: int) -> int:
    """Gateways were asked about open disputes; evidence that had not arrived was sent."""
    with transaction.atomic():
        claimed = list(Chargeback.objects.to_check(at).claimed(limit))
        Chargeback.objects.filter(pk__in=[each.pk for each in claimed]).update(next_check_at=at + LEASE)
    for chargeback in claimed:
        if chargeback.evidence and chargeback.evidence_sent_at is None:
            send_evidence(chargeback_id=chargeback.pk, at=at)
        else:
            _check(chargeback, at=at)
    return len(claimed)


def _check(chargeback: Chargeback, *, at: datetime) -> None:
    try:
        with no_transaction():
            info = gateway_named(chargeback.gateway).find_dispute(gateway_id=chargeback.gateway_id)
    except GatewayError:
        info = None
    _put_off(chargeback.pk, at=at)
    if info is not None:
        _book(chargeback.payment_id, info, at=at)


def refresh_dispute(*, gateway: str, gateway_id: str, at: datetime) -> bool:
    """What the gateway says of its dispute is booked; False where it, or the payment, is not known.

    Must be called outside a transaction. Raises: GatewayError.
    """
    with no_transaction():
        info = gateway_named(gateway).find_dispute(gateway_id=gateway_id)
    payment = payment_of_dispute(gateway, info) if info is not None else None
    if info is None or payment is None or not payment.is_paid:
        return False
    _book(payment.pk, info, at=at)
    return True


def _put_off(chargeback_id: UUID, *, at: datetime) -> None:
    waiting = Chargeback.objects.open().filter(pk=chargeback_id)
    waiting.update(next_check_at=at + CHECK_EVERY)


def discover_chargebacks(at: datetime) -> int:
    """Every dispute that gateways list for the last days is known here; answers how many were new or have moved on."""
    found = 0
    for name in GATEWAYS:
        try:
            found += _discover_at(gateway(name), at=at)
        except NoSuchGateway:
            continue
        except GatewayError as error:
            logger.warning("disputes_not_listed", extra={"gateway": name, "problem": str(error)})
    return found


def _discover_at(asked: Gateway, *, at: datetime) -> int:
    with no_transaction():
        listed = list(asked.list_disputes(starts_at=at - LOOK_BACK, ends_at=at + timedelta(minutes=1)))
    ids = [info.gateway_id for info in listed]
    known = {
        each.gateway_id: each for each in Chargeback.objects.filter(gateway=asked.name, gateway_id__in=ids)
    }  # fmt: skip
    moved = [info for info in listed if _is_news(known.get(info.gateway_id), info)]
    for info in moved:
        payment = payment_of_dispute(asked.name, info)
        if payment is not None and payment.is_paid:
            _book(payment.pk, info, at=at)
    return len(moved)


def _is_news(known: Chargeback | None, info: DisputeInfo) -> bool:
    if known is None:
        return True
    booked = (known.status, known.taken_minor, known.fee_minor)
    return booked != (info.status.value, info.taken_minor, info.fee_minor)


def _book(payment_id: UUID, info: DisputeInfo, *, at: datetime) -> None:
    try:
        with transaction.atomic():
            book_chargeback(Payment.objects.locked().get(pk=payment_id), info, at=at)
    except DomainError as refusal:
        with transaction.atomic():
            payment = Payment.objects.get(pk=payment_id)
            alert_ops("gateway_dispute_not_booked", target=payment, at=at, reason=refusal.message)


@transaction.atomic
def alert_due_evidence(at: datetime, limit: int) -> int:
    """Operations know of chargebacks whose evidence is due soon and has not been given."""
    due = list(Chargeback.objects.to_alert(at).claimed(limit))
    for chargeback in due:
        chargeback.alert_at = None
        chargeback.save(update_fields=["alert_at"])
        if chargeback.evidence_sent_at is None:
            audit.record("payments.evidence_due", target=chargeback, by=None, at=at)
            notices.tell_due(chargeback, at=at)
    return len(due)
