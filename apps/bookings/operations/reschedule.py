from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.availability import operations as availability
from apps.availability.errors import SlotTaken
from apps.availability.queries import Check, Job, check_start
from apps.bookings import machine, notices
from apps.bookings.events import BookingRescheduled
from apps.bookings.models import Booking
from apps.bookings.operations.create_booking import ensure_start
from apps.bookings.operations.facts import fact
from apps.bookings.operations.lock import lock_to_act, note_act
from apps.bookings.queries.free_times import next_free_times
from apps.bookings.queries.offer import load_offer
from apps.bookings.states import Party
from apps.core.conf import timer
from apps.core.events import publish


@transaction.atomic
def reschedule_booking(*, booking_id: UUID, start: datetime, by: Any, at: datetime, reason: str = "") -> Booking:
    """The booking takes place at ``start`` with the same person, and its old time is free; or nothing has changed.

    A customer who moves it late keeps the fee of a late cancellation from then on.
    Raises: NoSuchBooking, NotYours, ReasonMissing, BookingWrongState, BookingStarted, NoticeTooShort, StartInPast;
    SlotTaken, whose data names the next free times.
    """
    booking, actor = lock_to_act(machine.RESCHEDULE, booking_id=booking_id, by=by, at=at, reason=reason)
    ensure_start(start, at)
    length = booking.ends_at - booking.starts_at
    job = Job(
        service_id=booking.service_id,
        staff_ids=booking.performer_ids,
        place=booking.place if booking.service.places else None,
        for_user=booking.customer_id,
        ignored_booking=booking.pk,
    )
    check = check_start(job, start=start, at=at)
    if not set(booking.performer_ids) <= set(check.free_staff):
        raise SlotTaken(data=_instead(booking, job, check, at))
    if actor.party == Party.CUSTOMER:
        booking.refund_cap_percent = machine.refund_percent(booking, at)
    old_start = booking.starts_at
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
    booking.move(starts_at=start, ends_at=start + length, by=actor, at=at, reason=reason)
    if booking.expires_at is not None:
        booking.expires_at = min(booking.created_at + timer("BOOKING_UNPAID_EXPIRY"), start)
        availability.extend_hold(booking_id=booking.pk, until=booking.expires_at, at=at)
    booking.keep("starts_at", "ends_at", "expires_at", "ask_at", "ask_ops", "refund_cap_percent")
    note_act(machine.RESCHEDULE, booking, by=by, actor=actor, at=at, reason=reason)
    publish(fact(BookingRescheduled, booking, at=at, by_id=by.pk, starts_from=old_start, starts_at=start))
    notices.tell_rescheduled(booking, by=actor.party, starts_from=old_start, at=at)
    return booking


def _instead(booking: Booking, job: Job, check: Check, at: datetime) -> dict[str, Any]:
    return next_free_times(load_offer(booking.service_id), booking.staff_member_id, job, check, at)
