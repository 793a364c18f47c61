"""A booking will take place: its money came, it is free, or somebody of the business said so."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.availability import operations as availability
from apps.availability.errors import NoSuchService, SlotTaken
from apps.bookings import machine, notices
from apps.bookings.action import SYSTEM, Actor
from apps.bookings.events import BookingConfirmed, BookingPaid, BookingRevived
from apps.bookings.models import Booking
from apps.bookings.models.life import TIMERS
from apps.bookings.operations.facts import fact
from apps.bookings.operations.hold_time import footprint_at, hold_time
from apps.bookings.operations.lock import lock_booking, lock_to_act, note_act
from apps.bookings.operations.make_links import make_letter_links
from apps.bookings.operations.money import give_back
from apps.bookings.operations.seats import release
from apps.bookings.operations.sick_leave import take_off_later
from apps.bookings.operations.use import end_use, takes_use_again
from apps.bookings.policy import ALL_PERCENT
from apps.bookings.states import BookingStatus, PaymentStatus
from apps.core.events import publish

S = BookingStatus
_CONFIRMED = ("confirmed_at", "expires_at", *TIMERS)


@transaction.atomic
def approve_booking(*, booking_id: UUID, by: Any, at: datetime, reason: str = "") -> Booking:
    """The booking is confirmed, and the customer hears that it was approved.

    Raises: NoSuchBooking, NotYours, BookingWrongState, NotPaid, BookingStarted.
    """
    booking, actor = lock_to_act(machine.APPROVE, booking_id=booking_id, by=by, at=at, reason=reason)
    take_on(booking, by=by, actor=actor, at=at, reason=reason)
    notices.tell_approved(booking, links=make_letter_links(booking, at=at), at=at)
    return booking


def take_on(booking: Booking, *, by: Any, actor: Actor, at: datetime, reason: str) -> None:
    """The locked booking is approved. Whoever calls tells the customer."""
    booking.approve(by=actor, at=at, reason=reason)
    booking.keep(*_CONFIRMED)
    note_act(machine.APPROVE, booking, by=by, actor=actor, at=at, reason=reason)
    publish(fact(BookingConfirmed, booking, at=at, by_id=by.pk, starts_at=booking.starts_at, was_approved=True))


def confirm_free(booking: Booking, *, at: datetime, by: Actor = SYSTEM, reason: str = "") -> None:
    """A booking about which nobody is asked any more is confirmed: free, paid, or its money taken by ``by`` in cash.

    Both sides hear of it; of a session of a course they hear with the whole, unless somebody confirmed it by itself.
    """
    booking.confirm(by=by, at=at, reason=reason)
    booking.keep(*_CONFIRMED)
    publish(fact(BookingConfirmed, booking, at=at, by_id=by.user_id, starts_at=booking.starts_at, was_approved=False))
    if booking.parent_id is None or by != SYSTEM:
        notices.tell_confirmed(booking, links=make_letter_links(booking, at=at), at=at)


@transaction.atomic
def receive_money(*, booking_id: UUID, at: datetime) -> Booking:
    """The booking's money is in escrow: it is confirmed, or awaits approval.

    Money that comes after it has expired revives it where its time is still free; where it is not, or where the
    booking has ended otherwise, should have begun, or was paid in cash meanwhile, the money goes back.
    """
    booking = lock_booking(booking_id)
    if booking.payment_status == PaymentStatus.CASH:
        give_back(booking, reason="It had been paid in cash when the money came.", at=at)
        return booking
    booking.payment_status, booking.refunded_minor, booking.release_due_at = PaymentStatus.HELD, 0, None
    booking.save(update_fields=["payment_status", "refunded_minor", "release_due_at"])
    if booking.status == S.PENDING and at < booking.starts_at:
        availability.clear_expiry(booking_id=booking.pk, at=at)
    elif booking.status != S.EXPIRED or at >= booking.starts_at or not _is_revived(booking, at=at):
        _send_back(booking, at=at)
        return booking
    publish(fact(BookingPaid, booking, at=at))
    if booking.slot_id is None:
        take_off_later(booking)
    if booking.business.auto_confirm:
        confirm_free(booking, at=at)
        return booking
    booking.expires_at = None
    booking.save(update_fields=["expires_at"])
    if booking.parent_id is None:
        notices.tell_awaits_approval(booking, at=at)
    return booking


def _is_revived(booking: Booking, *, at: datetime) -> bool:
    """Whether its time, or its seats, and the use that was to pay for it could be taken again."""
    if not takes_use_again(booking):
        return False
    slot_id = booking.slot_id
    is_free = _takes_time(booking, at=at) if slot_id is None else _has_seats(booking, slot_id)
    if is_free:
        booking.revive(at=at)
        booking.keep("expired_at", "use_returned_at")
        publish(fact(BookingRevived, booking, at=at))
    return is_free


def _has_seats(booking: Booking, slot_id: UUID) -> bool:
    return bool(availability.lock_slot(slot_id).free_seats >= booking.seats)


def _takes_time(booking: Booking, *, at: datetime) -> bool:
    try:
        footprint = footprint_at(booking)
        for person in booking.performer_ids:
            hold_time(booking, person, footprint, at=at)
    except NoSuchService:
        return False
    except SlotTaken:
        availability.release_time(booking_id=booking.pk, at=at)
        return False
    return True


def _send_back(booking: Booking, *, at: datetime) -> None:
    if booking.status == S.PENDING:
        booking.lapse(at=at, reason="The money came after the start.")
        booking.keep("cancelled_at")
        release(booking, at=at)
    give_back(booking, reason="The booking had ended when the money came.", at=at)
    end_use(booking, back_percent=ALL_PERCENT, reason="The booking had ended when the money came.", at=at)
    notices.tell_money_too_late(booking, at=at)
