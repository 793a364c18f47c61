"""What falls due: unpaid bookings, unapproved ones, jobs that nobody started or completed."""

from datetime import datetime, timedelta

from apps.bookings import operations
from apps.bookings.models import Booking
from apps.bookings.states import BookingStatus
from apps.core.sweeps import sweep


def _next_expiry() -> datetime | None:
    return Booking.objects.unpaid().order_by("expires_at").values_list("expires_at", flat=True).first()


def _next_start_unapproved() -> datetime | None:
    return Booking.objects.awaiting_approval().order_by("starts_at").values_list("starts_at", flat=True).first()


def _next_question() -> datetime | None:
    asked = Booking.objects.filter(
        ask_at__isnull=False, status__in=[BookingStatus.CONFIRMED, BookingStatus.IN_PROGRESS]
    )
    return asked.order_by("ask_at").values_list("ask_at", flat=True).first()


@sweep("bookings.expire_unpaid", every=timedelta(minutes=1), next_due=_next_expiry, queue="critical")
def expire_unpaid(at: datetime, limit: int) -> int:
    """Nobody holds time that they did not pay for in time."""
    return operations.expire_overdue(at=at, limit=limit)


@sweep("bookings.lapse_unapproved", every=timedelta(minutes=1), next_due=_next_start_unapproved, batch=100)
def lapse_unapproved(at: datetime, limit: int) -> int:
    """Nobody's money stays with a booking that was not approved before its start."""
    return operations.lapse_unapproved(at=at, limit=limit)


@sweep("bookings.ask_about_overdue", every=timedelta(minutes=5), next_due=_next_question, batch=100)
def ask_about_overdue(at: datetime, limit: int) -> int:
    """Jobs that nobody started or completed have been asked about."""
    return operations.ask_about_overdue(at=at, limit=limit)
