from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.availability import operations as availability
from apps.availability.errors import SlotTaken
from apps.availability.queries import Check, Job, check_start
from apps.bookings import machine, notices, stakes
from apps.bookings.errors import BookingWrongState, MoveUnclear
from apps.bookings.events import BookingRescheduled
from apps.bookings.models import Booking
from apps.bookings.models.life import TIMERS
from apps.bookings.operations.book_seats import move_seats
from apps.bookings.operations.create_booking import ensure_start
from apps.bookings.operations.facts import fact
from apps.bookings.operations.lock import lock_to_act, note_act
from apps.bookings.operations.make_links import make_letter_links
from apps.bookings.operations.seats import offer_seats
from apps.bookings.operations.use import ensure_use_lasts
from apps.bookings.queries.free_times import next_free_times
from apps.bookings.queries.offer import load_offer
from apps.bookings.states import BookingStatus, Party
from apps.core.conf import timer
from apps.core.events import publish


@transaction.atomic
def reschedule_booking(
    *,
    booking_id: UUID,
    by: Any,
    at: datetime,
    start: datetime | None = None,
    slot: UUID | None = None,
    reason: str = "",
) -> Booking:
    """The booking takes place at ``start`` with the same person, or has seats of ``slot`` where it has seats, and its old
    time or seats are free; or nothing has changed.

    A customer who moves it late keeps the fee of a late cancellation from then on.
    Raises: NoSuchBooking, NotYours, ReasonMissing, BookingWrongState, BookingStarted, NoticeTooShort, StartInPast;
    SlotTaken, whose data names the next free times; SlotUnknown, SlotClosed, SlotFull for seats; PackageExpired where a
    customer moves it beyond the end of the package that pays for it.
    """
    booking, actor = lock_to_act(machine.RESCHEDULE, booking_id=booking_id, by=by, at=at, reason=reason)
    old_start, left = booking.starts_at, booking.slot_id
    if left is None and start == old_start:
        raise BookingWrongState("It takes place then already.")
    if booking.slot_id is None and start is not None and slot is None:
        _move_time(booking, start, at)
        ends_at = start + (booking.ends_at - booking.starts_at)
    elif left is not None and slot is not None and start is None:
        session = move_seats(booking, left, slot, at=at)
        start, ends_at = session.starts_at, session.ends_at
    else:
        wanted = "slot" if booking.slot_id else "start"
        raise MoveUnclear(
            errors={wanted: ["Say where to: a session's seats move to another slot, other work to a start."]}
        )
    if actor.party == Party.CUSTOMER:
        ensure_use_lasts(booking, start)
        booking.refund_cap_percent = stakes.refund_percent(booking, at)
    booking.move(starts_at=start, ends_at=ends_at, by=actor, at=at, reason=reason)
    if booking.expires_at is not None:
        booking.expires_at = min(booking.created_at + timer("BOOKING_UNPAID_EXPIRY"), start)
        availability.extend_hold(booking_id=booking.pk, until=booking.expires_at, at=at)
    booking.keep("starts_at", "ends_at", "expires_at", *TIMERS, "refund_cap_percent", "slot", "staff_member")
    if left is not None:
        offer_seats([left], at=at)
    note_act(machine.RESCHEDULE, booking, by=by, actor=actor, at=at, reason=reason)
    publish(fact(BookingRescheduled, booking, at=at, by_id=by.pk, starts_from=old_start, starts_at=start))
    # Whoever moved it by a letter's link has used that one up.
    links = make_letter_links(booking, at=at) if booking.status == BookingStatus.CONFIRMED else None
    notices.tell_rescheduled(booking, by=actor.party, starts_from=old_start, links=links, at=at)
    return booking


def _move_time(booking: Booking, start: datetime, at: datetime) -> None:
    """Its people's time at ``start`` is the booking's. Raises: StartInPast, StartTooFar, SlotTaken."""
    ensure_start(start, at)
    length = booking.ends_at - booking.starts_at
    job = Job(
        service_id=booking.service_id,
        staff_ids=booking.performer_ids,
        place=booking.place if booking.service.places else None,
        for_user=booking.customer_id,
        ignored_booking=booking.pk,
        lasts=length,
    )
    check = check_start(job, start=start, at=at)
    if not set(booking.performer_ids) <= set(check.free_staff):
        raise SlotTaken(data=_instead(booking, job, check, at))
    try:
        availability.move_time(
            booking_id=booking.pk,
            staff_member_ids=booking.performer_ids,
            starts_at=start,
            ends_at=start + length,
            before=check.footprint.before,
            after=check.footprint.after,
            at=at,
        )
    except SlotTaken as lost:
        raise SlotTaken(data=_instead(booking, job, check, at)) from lost


def _instead(booking: Booking, job: Job, check: Check, at: datetime) -> dict[str, Any]:
    return next_free_times(load_offer(booking.service_id), booking.staff_member_id, job, check, at)
