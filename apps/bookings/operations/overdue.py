"""What falls due by the clock."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from apps.availability import operations as availability
from apps.bookings import notices
from apps.bookings.models import Booking, ReplacementOffer
from apps.bookings.notices import recovery as recovery_notices
from apps.bookings.operations.cancel import lapse_booking
from apps.bookings.operations.end_many import expire_bookings
from apps.bookings.operations.lock import ITEM_TYPE
from apps.bookings.operations.seats import offer_seats
from apps.bookings.states import BookingStatus
from apps.core.conf import timer
from apps.payments import operations as payments
from apps.payments.errors import GatewayNotAnswering
from apps.payments.models import Payment
from apps.payments.states import UNPAID_STATUSES

ASK_AGAIN = timedelta(minutes=5)


def expire_overdue(*, at: datetime, limit: int) -> int:
    """Up to ``limit`` unpaid bookings whose time to pay ran out are expired, or were paid after all.

    Those with an open payment are asked about at the gateway first, outside a transaction. What the gateway calls
    pending, or does not answer about, is given more time, never past the start. Answers on how many something was done:
    those that somebody else holds are left to the next sweep.
    """
    due = list(Booking.objects.overdue_unpaid(at).values_list("pk", flat=True)[:limit])
    attempts = Payment.objects.filter(
        allocations__item_type=ITEM_TYPE, allocations__item_id__in=due, status__in=UNPAID_STATUSES,
        sent_at__isnull=False,
    )  # fmt: skip
    asked = set(attempts.values_list("allocations__item_id", flat=True)).intersection(due)
    for booking_id in sorted(asked):
        _ask_gateway(booking_id, at=at)
    with transaction.atomic():
        still_due = list(Booking.objects.overdue_unpaid(at).filter(pk__in=due).claimed(limit))
        _expire(still_due, at=at)
    return len(asked.union(booking.pk for booking in still_due))


def _expire(overdue: Sequence[Booking], *, at: datetime) -> None:
    """Slots are locked after the bookings and in one order, before their seats come free."""
    slots = sorted({booking.slot_id for booking in overdue if booking.slot_id is not None})
    for slot_id in slots:
        availability.lock_slot(slot_id)
    expire_bookings([booking.pk for booking in overdue], at=at)
    offer_seats(slots, at=at)


def _ask_gateway(booking_id: UUID, *, at: datetime) -> None:
    try:
        payments.verify_payments_for(item_type=ITEM_TYPE, item_id=booking_id, at=at)
    except GatewayNotAnswering:
        give_time(booking_id=booking_id, until=at + ASK_AGAIN, at=at)


@transaction.atomic
def give_time(*, booking_id: UUID, at: datetime, until: datetime | None = None) -> None:
    """The unpaid booking has until then, by default two hours from when it was made, and never past its start."""
    booking = Booking.objects.unpaid().locked().filter(pk=booking_id).first()
    if booking is None:
        return
    last = min(booking.created_at + timer("BOOKING_PENDING_TRANSFER_EXPIRY"), _first_start(booking))
    expires_at = min(last, until or last)
    if expires_at <= booking.expires_at:
        return
    booking.expires_at = expires_at
    booking.save(update_fields=["expires_at"])
    availability.extend_hold(booking_id=booking_id, until=expires_at, at=at)


def _first_start(booking: Booking) -> datetime:
    """Its start, or that of the first session of its course that is still to be paid for."""
    starts_at: datetime = booking.starts_at
    if booking.parent_id is None:
        return starts_at
    parts = Booking.objects.unpaid().filter(parent_id=booking.parent_id).order_by("starts_at")
    return min([starts_at, *parts.values_list("starts_at", flat=True)[:1]])


@transaction.atomic
def lapse_unapproved(*, at: datetime, limit: int) -> int:
    """Up to ``limit`` bookings that nobody approved before their start are cancelled by the platform."""
    due = [booking.pk for booking in Booking.objects.unapproved_at_start(at).claimed(limit)]
    for booking_id in due:
        lapse_booking(booking_id=booking_id, at=at)
    return len(due)


@transaction.atomic
def lapse_declined(*, at: datetime, limit: int) -> int:
    """Up to ``limit`` declined bookings for which nobody was agreed before their start are cancelled by the platform."""
    due = [booking.pk for booking in Booking.objects.recovering_at_start(at).claimed(limit)]
    for booking_id in due:
        lapse_booking(booking_id=booking_id, at=at)
    return len(due)


@transaction.atomic
def alert_of_silence(*, at: datetime, limit: int) -> int:
    """Up to ``limit`` owners hear, once for each offer, that the customer has not answered it."""
    due = list(ReplacementOffer.objects.to_alert(at).claimed(limit))
    bookings = Booking.objects.with_people().in_bulk([offer.booking_id for offer in due])
    for offer in due:
        recovery_notices.tell_at_risk(bookings[offer.booking_id], offer, at=at)
    ReplacementOffer.objects.filter(pk__in=[offer.pk for offer in due]).update(alerted_at=at, updated_at=at)
    return len(due)


@transaction.atomic
def ask_about_overdue(*, at: datetime, limit: int) -> int:
    """Up to ``limit`` jobs that were not started or completed in time are asked about: their people, later operations."""
    due = list(Booking.objects.with_people().to_ask_about(at).claimed(limit))
    for booking in due:
        is_running = booking.status == BookingStatus.IN_PROGRESS
        notices.ask_about(booking, of_ops=booking.ask_ops, at=at)
        booking.ask_at = None if booking.ask_ops else _ops_ask_at(booking, is_running=is_running)
        booking.ask_ops = booking.ask_at is not None
        booking.save(update_fields=["ask_at", "ask_ops"])
    return len(due)


def _ops_ask_at(booking: Booking, *, is_running: bool) -> datetime:
    if is_running:
        ends_at: datetime = booking.ends_at
        return ends_at + timer("BOOKING_NEVER_COMPLETED_OPS")
    starts_at: datetime = booking.starts_at
    return starts_at + 2 * timer("BOOKING_NEVER_STARTED")
