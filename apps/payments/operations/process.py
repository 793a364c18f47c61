"""Acting on the inbox: one transaction books what an event means and marks its row, so that neither is without the other."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from apps.core import audit
from apps.core.events import publish
from apps.payments.errors import PaymentNotFound
from apps.payments.events import (
    GatewayAccountReported,
    GatewayDisputeReported,
    GatewayRenewalReported,
    GatewayTransferReported,
)
from apps.payments.gateways.base import Gateway
from apps.payments.gateways.values import ChargeStatus, EventKind, GatewayEvent, RenewalInfo
from apps.payments.models import Payment, WebhookEvent
from apps.payments.operations.alerts import alert_ops
from apps.payments.operations.book_chargeback import book_chargeback
from apps.payments.operations.calling import gateway_named, no_transaction
from apps.payments.operations.settle import settle_payment
from apps.payments.operations.sync_refunds import book_refunds
from apps.payments.operations.verify import ask
from apps.payments.states import WebhookState

LEASE = timedelta(minutes=2)
MAX_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)
PAYMENT_KINDS = {
    EventKind.PAYMENT_SUCCEEDED,
    EventKind.PAYMENT_PENDING,
    EventKind.PAYMENT_FAILED,
    EventKind.PAYMENT_CANCELLED,
    EventKind.RENEWAL_PAID,
}
KNOWN_KINDS = set(EventKind) - {EventKind.UNKNOWN}
Booking = Callable[[], tuple[WebhookState, str]]


class NotYet(Exception):
    """The event has to wait: for another event, or until its gateway says the same when it is asked."""


def process_inbox(at: datetime, limit: int) -> int:
    """Up to ``limit`` due events were acted on, the oldest first; one that fails does not hold up the others."""
    claimed = _claim(at, limit)
    for event_id in claimed:
        process_webhook_event(event_id=event_id, at=at)
    return len(claimed)


@transaction.atomic
def _claim(at: datetime, limit: int) -> list[UUID]:
    claimed = [row.pk for row in WebhookEvent.objects.due(at).only("pk").claimed(limit)]
    WebhookEvent.objects.filter(pk__in=claimed).update(next_attempt_at=at + LEASE, attempts=F("attempts") + 1)
    return claimed


def process_webhook_event(*, event_id: UUID, at: datetime) -> WebhookEvent:
    """The event is processed, ignored, or put off; harmless to repeat. Must be called outside a transaction."""
    row: WebhookEvent = WebhookEvent.objects.get(pk=event_id)
    if row.is_done:
        return row
    try:
        with no_transaction():
            booking = _understand(row, at=at)
        return _book(row.pk, booking, at=at)
    except NotYet as reason:
        return _put_off(row.pk, WebhookState.PARKED, str(reason), at=at)
    except Exception as error:  # noqa: BLE001  # whatever one event raises, the events behind it proceed
        return _put_off(row.pk, WebhookState.FAILED, f"{type(error).__name__}: {error}", at=at)


def _understand(row: WebhookEvent, *, at: datetime) -> Booking:
    gateway = gateway_named(row.gateway)
    event = gateway.read_event(bytes(row.body))
    strange = _why_not_ours(event, gateway)
    if strange:
        return _ignoring(strange)
    fact = _about_money_out(row.gateway, event, at=at)
    if fact is not None:
        return _stating(lambda: publish(fact))
    payment = _payment_of(row.gateway, event)
    if event.dispute is not None:
        return _about_dispute(gateway, row, event, payment, at=at)
    if event.renewal is not None and (payment is None or event.kind != EventKind.RENEWAL_PAID):
        return _about_renewal(gateway, event, event.renewal, at=at)
    if payment is None:
        return _ignoring("It speaks of no payment of ours.")
    return _about_payment(gateway, event, payment, at=at)


def _about_payment(gateway: Gateway, event: GatewayEvent, payment: Payment, *, at: datetime) -> Booking:
    if event.kind in PAYMENT_KINDS:
        return _about_charge(event, payment, at=at)
    return _about_refunds(gateway, payment, at=at)


def _about_money_out(
    gateway: str, event: GatewayEvent, *, at: datetime
) -> GatewayTransferReported | GatewayAccountReported | None:
    if event.transfer is not None:
        return GatewayTransferReported(gateway=gateway, transfer=event.transfer, reported_at=at)
    if event.account_id:
        return GatewayAccountReported(
            gateway=gateway, account_id=event.account_id, problem=event.account_problem, reported_at=at
        )
    return None


def _why_not_ours(event: GatewayEvent, gateway: Gateway) -> str:
    if event.livemode != gateway.livemode:
        return "It was made in another mode than ours."
    if event.environment and event.environment != settings.ENVIRONMENT:
        return f"It belongs to {event.environment}."
    if event.kind not in KNOWN_KINDS:
        return "Nothing here follows from this kind of event."
    return ""


def _payment_of(gateway: str, event: GatewayEvent) -> Payment | None:
    named = Q(pk=None)
    if event.reference:
        named |= Q(reference=event.reference)
    if event.charge_id:
        named |= Q(gateway_id=event.charge_id) | Q(reference=event.charge_id)
    found: Payment | None = Payment.objects.filter(named, gateway=gateway).order_by("pk").first()
    return found


def _ignoring(note: str) -> Booking:
    return lambda: (WebhookState.IGNORED, note)


def _stating(state: Callable[[], None]) -> Booking:
    def book() -> tuple[WebhookState, str]:
        state()
        return WebhookState.PROCESSED, ""

    return book


def _about_renewal(gateway: Gateway, event: GatewayEvent, renewal: RenewalInfo, *, at: datetime) -> Booking:
    charge = None
    if event.kind == EventKind.RENEWAL_PAID:
        charge = gateway.verify(reference=renewal.charge_reference, gateway_id=renewal.charge_id)
        if charge.status != ChargeStatus.SUCCEEDED:
            raise NotYet(f"The event says renewed; the gateway, when asked, says {charge.status}.")
    fact = GatewayRenewalReported(gateway=gateway.name, kind=event.kind, renewal=renewal, charge=charge, reported_at=at)
    return _stating(lambda: publish(fact))


def _about_charge(event: GatewayEvent, payment: Payment, *, at: datetime) -> Booking:
    if payment.is_settled:
        return lambda: (WebhookState.PROCESSED, "Its payment was settled before.")
    result = ask(payment)  # an event is a hint; what the gateway says when asked is what is booked
    if event.kind == EventKind.PAYMENT_SUCCEEDED and result.status != ChargeStatus.SUCCEEDED:
        raise NotYet(f"The event says paid; the gateway, when asked, says {result.status}.")

    def book() -> tuple[WebhookState, str]:
        settle_payment(Payment.objects.locked().get(pk=payment.pk), result, at=at)
        return WebhookState.PROCESSED, ""

    return book


def _about_refunds(gateway: Gateway, payment: Payment, *, at: datetime) -> Booking:
    if not payment.is_settled:
        raise NotYet("A refund was heard of before its payment.")
    known = gateway.refunds_of(payment_reference=payment.reference, payment_gateway_id=payment.gateway_id)

    def book() -> tuple[WebhookState, str]:
        book_refunds(Payment.objects.locked().get(pk=payment.pk), known, at=at)
        return WebhookState.PROCESSED, ""

    return book


def _about_dispute(
    gateway: Gateway, row: WebhookEvent, event: GatewayEvent, payment: Payment | None, *, at: datetime
) -> Booking:
    told = event.dispute
    if told is None:
        return _ignoring("It speaks of no dispute.")
    if payment is not None and not payment.is_settled:
        raise NotYet("A dispute was heard of before its payment.")
    dispute = told if payment is None else gateway.find_dispute(gateway_id=told.gateway_id) or told

    def book() -> tuple[WebhookState, str]:
        if payment is None:
            alert_ops("gateway_dispute", target=row, at=at, reason="A dispute about a payment that is not ours.")
        else:
            book_chargeback(Payment.objects.locked().get(pk=payment.pk), dispute, at=at)
        publish(
            GatewayDisputeReported(
                gateway=row.gateway,
                kind=event.kind,
                dispute=dispute,
                payment_id=payment.pk if payment else None,
                reported_at=at,
            )
        )
        return WebhookState.PROCESSED, ""

    return book


@transaction.atomic
def _book(event_id: UUID, booking: Booking, *, at: datetime) -> WebhookEvent:
    row: WebhookEvent = WebhookEvent.objects.locked().get(pk=event_id)
    if row.is_done:
        return row
    row.state, row.note = booking()
    row.processed_at, row.next_attempt_at = at, None
    row.save()
    return row


@transaction.atomic
def _put_off(event_id: UUID, state: WebhookState, note: str, *, at: datetime) -> WebhookEvent:
    row: WebhookEvent = WebhookEvent.objects.locked().get(pk=event_id)
    if row.is_done:
        return row
    row.state, row.note = state, note.replace("\x00", "")[:500]
    if row.attempts >= MAX_ATTEMPTS:
        row.state, row.next_attempt_at = WebhookState.PARKED, None
        alert_ops("webhook_parked", target=row, at=at, reason=row.note)
    else:
        row.next_attempt_at = at + min(FIRST_PAUSE * 4 ** max(row.attempts - 1, 0), LONGEST_PAUSE)
    row.save()
    return row


@transaction.atomic
def replay_webhook_event(*, event_id: UUID, by: object, at: datetime) -> WebhookEvent:
    """A parked or failed event is due again, with its attempts forgotten. Raises: PaymentNotFound."""
    row: WebhookEvent | None = WebhookEvent.objects.locked().filter(pk=event_id).first()
    if row is None:
        raise PaymentNotFound("There is no such event.")
    if not row.is_done:
        row.attempts, row.next_attempt_at = 0, at
        row.save()
        audit.record("payments.webhook_replayed", target=row, by=by, at=at)
    return row
