from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.bookings import machine, notices, stakes
from apps.bookings.action import Actor
from apps.bookings.events import BookingRejected
from apps.bookings.models import Booking
from apps.bookings.operations.facts import fact
from apps.bookings.operations.lock import lock_to_act, note_act
from apps.bookings.operations.money import give_back
from apps.bookings.operations.seats import release
from apps.bookings.operations.use import end_use
from apps.bookings.policy import ALL_PERCENT
from apps.core.events import publish


@transaction.atomic
def reject_booking(*, booking_id: UUID, reason: str, by: Any, at: datetime) -> Booking:
    """The business does not take the booking: its time is free, what was paid goes back, the customer hears why.

    Raises: NoSuchBooking, NotYours, BookingWrongState.
    """
    booking, actor = lock_to_act(machine.REJECT, booking_id=booking_id, by=by, at=at, reason=reason)
    back = turn_down(booking, by=by, actor=actor, at=at, reason=reason)
    notices.tell_rejected(booking, refund_minor=back, at=at)
    return booking


def turn_down(booking: Booking, *, by: Any, actor: Actor, at: datetime, reason: str) -> int:
    """The locked booking is rejected; answers how much goes back. Whoever calls tells the two sides."""
    was_paid, back = stakes.has_held_money(booking), stakes.held_minor(booking)
    booking.reject(by=actor, at=at, reason=reason)
    booking.keep("rejected_at", "rejection_reason")
    release(booking, at=at)
    if was_paid:
        give_back(booking, reason="The booking was rejected.", at=at)
    end_use(booking, back_percent=ALL_PERCENT, reason="The booking was rejected.", at=at)
    note_act(machine.REJECT, booking, by=by, actor=actor, at=at, reason=reason)
    publish(fact(BookingRejected, booking, at=at, by_id=by.pk, reason=reason))
    return back
