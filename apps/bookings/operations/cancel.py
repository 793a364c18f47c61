"""A booking will not take place, or did not: called off by one side, by the platform, or missed by the customer."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.availability import operations as availability
from apps.bookings import machine, notices
from apps.bookings.events import BookingCancelled, CustomerDidNotCome
from apps.bookings.models import Booking
from apps.bookings.operations.facts import fact
from apps.bookings.operations.lock import lock_booking, lock_money, lock_to_act, note_act
from apps.bookings.operations.money import give_back, keep_and_give_back
from apps.core.events import publish

_ENDED = ("ask_at", "ask_ops")


@transaction.atomic
def cancel_booking(*, booking_id: UUID, by: Any, at: datetime, reason: str = "") -> Booking:
    """The time is free. All money goes back where the business or ops cancel, else as the policy said at booking.

    Raises: NoSuchBooking, NotYours, ReasonMissing, BookingWrongState, BookingStarted.
    """
    lock_money(booking_id)
    booking, actor = lock_to_act(machine.CANCEL, booking_id=booking_id, by=by, at=at, reason=reason)
    was_paid, kept = machine.has_held_money(booking), machine.kept_on_cancel(booking, actor.party, at)
    booking.cancel(by=actor, at=at, reason=reason)
    booking.keep("cancelled_at", *_ENDED)
    availability.release_time(booking_id=booking.pk, at=at)
    back = keep_and_give_back(booking, kept_minor=kept, reason="The booking was cancelled.", at=at) if was_paid else 0
    note_act(machine.CANCEL, booking, by=by, actor=actor, at=at, reason=reason)
    publish(
        fact(
            BookingCancelled, booking, at=at, by_id=by.pk, by_platform=False, refunded_minor=back, kept_minor=kept,
            reason=reason,
        )
    )  # fmt: skip
    notices.tell_cancelled(booking, by=actor.party, refund_minor=back, at=at)
    return booking


@transaction.atomic
def lapse_booking(*, booking_id: UUID, at: datetime) -> Booking:
    """Nobody approved the booking before its start: it is cancelled by the platform, and all money goes back."""
    booking = lock_booking(booking_id)
    was_paid = machine.has_held_money(booking)
    booking.lapse(at=at, reason="Nobody approved it before its start.")
    booking.keep("cancelled_at")
    availability.release_time(booking_id=booking.pk, at=at)
    if was_paid:
        give_back(booking, reason="Nobody approved the booking before its start.", at=at)
    back = booking.total_minor if was_paid else 0
    publish(
        fact(
            BookingCancelled, booking, at=at, by_platform=True, refunded_minor=back, kept_minor=0,
            reason=booking.change_reason,
        )
    )  # fmt: skip
    notices.tell_cancelled(booking, by=machine.SYSTEM.party, refund_minor=back, at=at)
    return booking


@transaction.atomic
def record_no_show(*, booking_id: UUID, by: Any, at: datetime, reason: str = "") -> Booking:
    """The customer did not come: what the policy keeps clears to the business, and the rest goes back.

    Raises: NoSuchBooking, NotYours, ReasonMissing, BookingWrongState, TooEarly.
    """
    lock_money(booking_id)
    booking, actor = lock_to_act(machine.NO_SHOW, booking_id=booking_id, by=by, at=at, reason=reason)
    was_paid, kept = machine.has_held_money(booking), machine.kept_on_no_show(booking)
    booking.miss(by=actor, at=at, reason=reason)
    booking.keep("no_show_at", *_ENDED)
    availability.release_time(booking_id=booking.pk, at=at)
    back = keep_and_give_back(booking, kept_minor=kept, reason="The customer did not come.", at=at) if was_paid else 0
    note_act(machine.NO_SHOW, booking, by=by, actor=actor, at=at, reason=reason)
    publish(fact(CustomerDidNotCome, booking, at=at, by_id=by.pk, refunded_minor=back, kept_minor=kept))
    notices.tell_cancelled(booking, by=actor.party, refund_minor=back, at=at)
    return booking
