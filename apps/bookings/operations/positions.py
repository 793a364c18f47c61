"""Where staff are while they work: kept for a while, for the day when somebody has to know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.bookings import machine
from apps.bookings.errors import BookingWrongState
from apps.bookings.models import Booking, JobPosition, SosAlarm
from apps.bookings.operations.lock import allow
from apps.bookings.queries.viewer import find_visible, viewer_of
from apps.core.conf import timer

CLOCKS_DIFFER = timedelta(minutes=2)


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """Where a device was, and when."""

    lat: float
    lng: float
    at: datetime
    accuracy: float | None = None


@transaction.atomic
def log_positions(*, booking_id: UUID, points: Sequence[Point], by: Any, at: datetime) -> int:
    """The points of the job are kept, each once; answers how many are of it. Where somebody was before is left out.

    Raises: NoSuchBooking, NotYours, BookingWrongState unless the job runs or the person has an open alarm.
    """
    viewer = viewer_of(by)
    booking = find_visible(viewer, booking_id)
    actor = allow(machine.LOG_POSITIONS, booking, viewer)
    since = _since(booking, by, at, is_running=machine.LOG_POSITIONS.refusal(booking, actor.party, at) is None)
    kept = [
        JobPosition(
            booking=booking, by=by, lat=point.lat, lng=point.lng, accuracy=point.accuracy, recorded_at=point.at,
            received_at=at,
        )
        for point in points
        if since - CLOCKS_DIFFER <= point.at <= at + CLOCKS_DIFFER
    ]  # fmt: skip
    JobPosition.objects.bulk_create(kept, ignore_conflicts=True)
    return len(kept)


def _since(booking: Booking, by: Any, at: datetime, *, is_running: bool) -> datetime:
    alarm = SosAlarm.objects.open().filter(booking=booking, raised_by=by).first()
    begun = [
        moment for moment in (booking.actual_start_time if is_running else None, alarm and alarm.raised_at) if moment
    ]
    if not begun:
        raise BookingWrongState(data={"status": booking.status, "allowed_in": machine.LOG_POSITIONS.sources})
    return min(begun)


@transaction.atomic
def forget_positions(*, at: datetime, limit: int) -> int:
    """Up to ``limit`` points whose time of keeping has ended are gone."""
    old = JobPosition.objects.filter(received_at__lte=at - timer("JOB_POSITIONS_KEPT")).order_by("received_at", "pk")
    keys = [point.pk for point in old.claimed(limit)]
    JobPosition.objects.filter(pk__in=keys).delete()
    return len(keys)
