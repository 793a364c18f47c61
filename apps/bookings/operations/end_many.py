"""Unpaid bookings that make room: set-based, because somebody who books waits for it, and a sweep ends many."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from apps.availability import operations as availability
from apps.bookings.action import SYSTEM, Actor
from apps.bookings.events import BookingsExpired
from apps.bookings.models import Booking
from apps.bookings.operations.money import free_set_aside
from apps.bookings.states import BookingStatus, Party
from apps.core.events import publish
from apps.core.outbox import after_commit_many

TELL_EXPIRED = "apps.bookings.tasks.tell_expired"
TELL_REPLACED = "apps.bookings.tasks.tell_replaced"


def expire_bookings(booking_ids: Sequence[UUID], *, at: datetime) -> int:
    """Those that are still unpaid and overdue are expired and their time is free; answers how many were.

    Harmless to repeat. Their customers hear of it after the commit.
    """
    overdue = Booking.objects.unpaid().filter(pk__in=booking_ids, expires_at__lte=at)
    count = overdue.update(
        status=BookingStatus.EXPIRED, expired_at=at, **_noted("expire", by=SYSTEM, at=at, reason="Not paid in time.")
    )
    ended = _free(booking_ids, count, BookingStatus.EXPIRED, at=at)
    if ended:
        after_commit_many(TELL_EXPIRED, [{"booking_id": str(key)} for key in ended])
        publish(BookingsExpired(booking_ids=tuple(ended), at=at))
    return count


def replace_unpaid(booking_ids: Sequence[UUID], *, customer_id: UUID, at: datetime) -> list[UUID]:
    """The customer's own unpaid bookings make room for the one that they are making now; answers which did.

    The caller has those told who were told of them: by ``tell_replaced``, or with the new one.
    """
    own = Booking.objects.unpaid().filter(pk__in=booking_ids, customer_id=customer_id)
    by = Actor(user_id=customer_id, party=Party.CUSTOMER)
    count = own.update(
        status=BookingStatus.CANCELLED, cancelled_at=at, **_noted("cancel", by=by, at=at, reason="Booked anew.")
    )
    return _free(booking_ids, count, BookingStatus.CANCELLED, at=at)


def tell_replaced(booking_ids: Sequence[UUID]) -> None:
    """Whoever was told of these hears after the commit that they made room for another, and calendars let go of them."""
    if booking_ids:
        after_commit_many(TELL_REPLACED, [{"booking_id": str(key)} for key in booking_ids])


def _noted(change: str, *, by: Actor, at: datetime, reason: str) -> dict[str, Any]:
    return {
        "change_number": F("change_number") + 1,
        "change": change,
        "changed_at": at,
        "changed_by_id": by.user_id,
        "changed_as": by.party,
        "change_reason": reason,
        "updated_at": at,
    }


def _free(booking_ids: Sequence[UUID], count: int, status: BookingStatus, *, at: datetime) -> list[UUID]:
    """The time of those that ended is free; where somebody was faster with one, it is looked up which did."""
    ended = list(booking_ids)
    if count != len(ended):
        ended = list(Booking.objects.filter(pk__in=ended, status=status, changed_at=at).values_list("pk", flat=True))
    if ended:
        free_set_aside(ended)
        availability.release_times(booking_ids=ended, at=at)
    return ended
