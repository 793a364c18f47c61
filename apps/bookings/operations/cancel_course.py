"""The whole of a booked course is given up or called off: every session of it that has not begun."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.availability import operations as availability
from apps.bookings import machine
from apps.bookings.errors import CourseBookingWrongState, NotYours, ReasonMissing
from apps.bookings.models import Booking, CourseBooking
from apps.bookings.notices import courses as notices
from apps.bookings.operations.cancel import call_off
from apps.bookings.operations.lock import lock_moneys
from apps.bookings.queries.courses import find_course_booking
from apps.bookings.queries.viewer import viewer_of
from apps.bookings.states import Party


@transaction.atomic
def cancel_course(*, course_booking_id: UUID, by: Any, at: datetime, reason: str = "") -> CourseBooking:
    """No session of it that has not begun takes place for the customer, and their seats are free.

    All their money goes back where the business or ops cancel; where the customer does, that of each session by its own
    policy and start. Raises: NoSuchCourseBooking, NotYours, ReasonMissing; CourseBookingWrongState where none is left.
    """
    viewer = viewer_of(by)
    whole = find_course_booking(viewer, course_booking_id)
    actor = viewer.actor_in_course(whole, machine.CANCEL_COURSE)
    if actor is None:
        raise NotYours
    if actor.party == Party.OPS and not reason:
        raise ReasonMissing(errors={"reason": ["Operations say why they act on a booking."]})
    ending = _lock_what_ends(whole, actor.party, at=at)
    if not ending:
        raise CourseBookingWrongState
    back = sum(call_off(part, machine.CANCEL_COURSE, by=by, actor=actor, at=at, reason=reason) for part in ending)
    notices.tell_course_cancelled(whole, ending, by=actor.party, refund_minor=back, reason=reason, at=at)
    return whole


def _lock_what_ends(whole: CourseBooking, party: Party, *, at: datetime) -> list[Booking]:
    """The bookings that can still be cancelled: all holds are locked, then all bookings, then all slots, by their keys."""
    ending = Booking.objects.filter(parent=whole, status__in=machine.CANCEL_COURSE.sources)
    lock_moneys(list(ending.values_list("pk", flat=True)))
    locked = [part for part in ending.with_people().locked() if not machine.CANCEL_COURSE.refusal(part, party, at)]
    for slot_id in sorted({part.slot_id for part in locked if part.slot_id is not None}):
        availability.lock_slot(slot_id)
    return sorted(locked, key=lambda part: (part.starts_at, part.pk))
