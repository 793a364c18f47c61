"""One act on the whole of a booked course: on every session of it of which that can be done now, or refused."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.availability import operations as availability
from apps.bookings import machine
from apps.bookings.action import Action, Actor
from apps.bookings.errors import CourseBookingWrongState, NotYours, ReasonMissing
from apps.bookings.models import Booking, CourseBooking
from apps.bookings.notices import courses as notices
from apps.bookings.operations.cancel import call_off
from apps.bookings.operations.confirm import take_on
from apps.bookings.operations.lock import lock_moneys
from apps.bookings.operations.reject import turn_down
from apps.bookings.queries.courses import find_course_booking
from apps.bookings.queries.viewer import viewer_of
from apps.bookings.states import Party


@transaction.atomic
def cancel_course(*, course_booking_id: UUID, by: Any, at: datetime, reason: str = "") -> CourseBooking:
    """No session of it that has not begun takes place for the customer, and their seats are free.

    All their money goes back where the business or ops cancel; where the customer does, that of each session by its own
    policy and start. Raises: NoSuchCourseBooking, NotYours, ReasonMissing; CourseBookingWrongState where none is left.
    """
    whole, actor, ending = _lock_to_act(machine.CANCEL_COURSE, course_booking_id, by=by, at=at, reason=reason)
    back = sum(call_off(part, machine.CANCEL_COURSE, by=by, actor=actor, at=at, reason=reason) for part in ending)
    notices.tell_course_cancelled(whole, ending, by=actor.party, refund_minor=back, reason=reason, at=at)
    return whole


@transaction.atomic
def approve_course(*, course_booking_id: UUID, by: Any, at: datetime, reason: str = "") -> CourseBooking:
    """Every session that waits for the business's word takes place, and the customer hears so once.

    Raises: NoSuchCourseBooking, NotYours, ReasonMissing; CourseBookingWrongState where none waits for it.
    """
    whole, actor, waiting = _lock_to_act(machine.APPROVE, course_booking_id, by=by, at=at, reason=reason)
    for part in waiting:
        take_on(part, by=by, actor=actor, at=at, reason=reason)
    notices.tell_course_approved(whole, waiting, at=at)
    return whole


@transaction.atomic
def reject_course(*, course_booking_id: UUID, by: Any, at: datetime, reason: str) -> CourseBooking:
    """No session that waits for money or for the business's word takes place: all that was paid for them goes back.

    Raises: NoSuchCourseBooking, NotYours; CourseBookingWrongState where none waits.
    """
    whole, actor, ending = _lock_to_act(machine.REJECT, course_booking_id, by=by, at=at, reason=reason)
    back = sum(turn_down(part, by=by, actor=actor, at=at, reason=reason) for part in ending)
    notices.tell_course_rejected(whole, ending, refund_minor=back, reason=reason, at=at)
    return whole


def _lock_to_act(
    action: Action, course_booking_id: UUID, *, by: Any, at: datetime, reason: str
) -> tuple[CourseBooking, Actor, list[Booking]]:
    """The whole, the person as whoever the action allows, and the sessions of which it can be done now, locked in order."""
    viewer = viewer_of(by)
    whole = find_course_booking(viewer, course_booking_id)
    actor = viewer.actor_in_course(whole, action)
    if actor is None:
        raise NotYours
    if actor.party == Party.OPS and not reason:
        raise ReasonMissing(errors={"reason": ["Operations say why they act on a booking."]})
    parts = _lock_parts(whole, action, actor.party, at=at)
    if not parts:
        raise CourseBookingWrongState
    return whole, actor, parts


def _lock_parts(whole: CourseBooking, action: Action, party: Party, *, at: datetime) -> list[Booking]:
    """All holds are locked, then all bookings, then all slots, by their keys."""
    parts = Booking.objects.filter(parent=whole, status__in=action.sources)
    lock_moneys(list(parts.values_list("pk", flat=True)))
    locked = [part for part in parts.with_people().locked() if not action.refusal(part, party, at)]
    for slot_id in sorted({part.slot_id for part in locked if part.slot_id is not None}):
        availability.lock_slot(slot_id)
    return sorted(locked, key=lambda part: (part.starts_at, part.pk))
