"""A booking will not take place, or did not: called off by one side, by the platform, or missed by the customer."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.availability import operations as availability
from apps.bookings import machine, notices, stakes
from apps.bookings.action import SYSTEM, Action, Actor
from apps.bookings.events import BookingCancelled, CustomerDidNotCome
from apps.bookings.models import Booking
from apps.bookings.models.life import TIMERS
from apps.bookings.operations.facts import fact
from apps.bookings.operations.lock import lock_booking, lock_with_money, note_act
from apps.bookings.operations.money import free_set_aside, give_back, keep_and_give_back
from apps.bookings.operations.replace import close_offer
from apps.bookings.operations.seats import release
from apps.bookings.operations.use import end_use
from apps.bookings.policy import ALL_PERCENT
from apps.bookings.queries.recovery import last_decline
from apps.bookings.states import RECOVERING, BookingStatus, OfferOutcome
from apps.core.events import publish

_NOT_APPROVED = "Nobody approved it before its start."


@transaction.atomic
def cancel_booking(*, booking_id: UUID, by: Any, at: datetime, reason: str = "") -> Booking:
    """The time is free. All money goes back where the business or ops cancel, else as the policy said at booking.

    A customer whose booking was declined gives it up: it ends by the platform, and all money goes back. Raises: NoSuchBooking,
    NotYours, ReasonMissing, BookingWrongState, BookingStarted.
    """
    booking, actor, _hold = lock_with_money(
        machine.CANCEL, machine.GIVE_UP, booking_id=booking_id, by=by, at=at, reason=reason
    )
    if booking.status in RECOVERING:
        booking.give_up(by=actor, at=at, reason=reason)
        _end_unserved(booking, OfferOutcome.PASSED, by=actor, is_declined=True, at=at)
        return booking
    back = call_off(booking, machine.CANCEL, by=by, actor=actor, at=at, reason=reason)
    notices.tell_cancelled(booking, by=actor.party, refund_minor=back, at=at)
    return booking


def call_off(booking: Booking, action: Action, *, by: Any, actor: Actor, at: datetime, reason: str) -> int:
    """The locked booking will not take place; answers how much goes back. Whoever calls tells the two sides."""
    was_paid, held = stakes.has_held_money(booking), stakes.held_minor(booking)
    kept = stakes.kept_on_cancel(booking, actor.party, at)
    back_percent = stakes.back_on_cancel(booking, actor.party, at)
    booking.cancel(by=actor, at=at, reason=reason)
    if not was_paid:
        free_set_aside([booking.pk])
    booking.keep("cancelled_at", *TIMERS)
    release(booking, at=at)
    why = "The booking was cancelled."
    back = keep_and_give_back(booking, held_minor=held, kept_minor=kept, reason=why, at=at) if was_paid else 0
    end_use(booking, back_percent=back_percent, reason=why, at=at)
    note_act(action, booking, by=by, actor=actor, at=at, reason=reason)
    publish(
        fact(
            BookingCancelled, booking, at=at, by_id=by.pk, by_platform=False, refunded_minor=back, kept_minor=kept,
            reason=reason,
        )
    )  # fmt: skip
    return back


@transaction.atomic
def lapse_booking(*, booking_id: UUID, at: datetime) -> Booking:
    """Its start came, and nobody had approved it or nobody was found for it: the platform cancels it, and all money goes
    back.

    Raises: NoSuchBooking.
    """
    booking = lock_booking(booking_id)
    is_declined = booking.status in RECOVERING
    booking.lapse(at=at, reason="Nobody was found for it in time." if is_declined else _NOT_APPROVED)
    _end_unserved(booking, OfferOutcome.LAPSED, by=SYSTEM, is_declined=is_declined, at=at)
    return booking


def _end_unserved(booking: Booking, outcome: OfferOutcome, *, by: Actor, is_declined: bool, at: datetime) -> None:
    """The platform's own ending: nobody's time is taken, and all that the booking still costs goes back."""
    booking.keep("cancelled_at", "replacement")
    release(booking, at=at)
    close_offer(booking, outcome, at=at)
    back = stakes.held_minor(booking)
    # The sum is named: an owner's premium may be on its way back already.
    why = "The booking was declined, and cancelled." if by.user_id else booking.change_reason
    give_back(booking, amount_minor=back, reason=why, at=at)
    end_use(booking, back_percent=ALL_PERCENT, reason=why, at=at)
    publish(
        fact(
            BookingCancelled, booking, at=at, by_id=by.user_id, by_platform=by.user_id is None, refunded_minor=back,
            kept_minor=0, reason=booking.change_reason,
        )
    )  # fmt: skip
    declined_by = last_decline(booking).staff_member_id if is_declined else None
    notices.tell_cancelled(booking, by=by.party, refund_minor=back, at=at, declined_by=declined_by)


@transaction.atomic
def record_no_show(*, booking_id: UUID, by: Any, at: datetime, reason: str = "") -> Booking:
    """The customer did not come: what the policy keeps clears to the business, and the rest goes back.

    Raises: NoSuchBooking, NotYours, ReasonMissing, BookingWrongState, TooEarly.
    """
    booking, actor, _hold = lock_with_money(machine.NO_SHOW, booking_id=booking_id, by=by, at=at, reason=reason)
    booking.miss(by=actor, at=at, reason=reason)
    _charge_no_show(booking, actor, at=at)
    note_act(machine.NO_SHOW, booking, by=by, actor=actor, at=at, reason=reason)
    return booking


def miss_seats(booking: Booking, actor: Actor, *, at: datetime, reason: str) -> None:
    """Nobody of the locked booking came to the session, which is over; as for any customer who does not come."""
    move = booking.miss_session if booking.status == BookingStatus.IN_PROGRESS else booking.miss
    move(by=actor, at=at, reason=reason)
    _charge_no_show(booking, actor, at=at)


def _charge_no_show(booking: Booking, actor: Actor, *, at: datetime) -> None:
    was_paid, held = stakes.has_held_money(booking), stakes.held_minor(booking)
    kept = stakes.kept_on_no_show(booking)
    booking.keep("no_show_at", *TIMERS)
    availability.release_time(booking_id=booking.pk, at=at)
    back_percent = stakes.back_on_no_show(booking)
    why = "The customer did not come."
    back = keep_and_give_back(booking, held_minor=held, kept_minor=kept, reason=why, at=at) if was_paid else 0
    end_use(booking, back_percent=back_percent, reason=why, at=at)
    publish(fact(CustomerDidNotCome, booking, at=at, by_id=actor.user_id, refunded_minor=back, kept_minor=kept))
    notices.tell_cancelled(booking, by=actor.party, refund_minor=back, at=at)
