"""A session is started, attended, completed or called off: once, for all its seats. Bookings are locked before the slot."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.availability import operations as availability
from apps.availability.models import CapacitySlot
from apps.availability.queries import locked_until
from apps.bookings.action import Actor
from apps.bookings.errors import (
    NoSuchSession,
    NotYours,
    ParticipantsWrong,
    PersonBusy,
    ReasonMissing,
    SessionNotStarted,
    SessionStarted,
)
from apps.bookings.models import Booking
from apps.bookings.operations.cancel import cancel_booking, miss_seats
from apps.bookings.operations.lock import lock_moneys
from apps.bookings.operations.wait import close_line
from apps.bookings.operations.work import begin, finish
from apps.bookings.queries.sessions import find_session, participants_of, party_of_session
from apps.bookings.queries.viewer import viewer_of
from apps.bookings.stakes import is_settled
from apps.bookings.states import Attendance, BookingStatus, Party
from apps.core import audit, clock

S = BookingStatus
_CALLERS_OFF = (Party.DESK, Party.OPS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """Whether a participant came, and what is noted about it."""

    attendance: Attendance
    note: str | None = None


@transaction.atomic
def start_session(*, slot_id: UUID, by: Any, at: datetime, reason: str = "") -> CapacitySlot:
    """The session is under way: every confirmed booking of it is, but those of which nobody came; no seat is given away.

    Raises: NoSuchSession, ReasonMissing of operations, SessionStarted; PersonBusy, with ``data.until``.
    """
    slot = find_session(slot_id)
    actor = _actor(slot, by, reason)
    if slot.staff_member_id is not None:
        availability.lock_people([slot.staff_member_id])
    bookings = list(_seated(slot_id, [S.CONFIRMED]))
    slot = availability.lock_slot(slot_id)
    if not slot.is_open:
        raise SessionStarted
    until = None if slot.staff_member_id is None else locked_until(staff_member_id=slot.staff_member_id, at=at)
    if until is not None:
        raise PersonBusy(data={"until": clock.iso(until)})
    absent = _absent(slot_id)
    for booking in bookings:
        if booking.pk not in absent and is_settled(booking):
            begin(booking, actor, at=at, reason=reason)
    availability.run_session(slot, at=at)
    audit.record("session.started", target=slot, by=by, at=at, reason=reason)
    return slot


@transaction.atomic
def mark_attendance(
    *, slot_id: UUID, marks: Mapping[UUID, Mark], by: Any, at: datetime, reason: str = ""
) -> CapacitySlot:
    """It is noted who came and who did not; until the session is completed.

    Raises: NoSuchSession, ReasonMissing; SessionStarted once it is completed; ParticipantsWrong for people of others.
    """
    _actor(find_session(slot_id), by, reason)
    slot = availability.lock_slot(slot_id)
    if slot.completed_at is not None:
        raise SessionStarted("The session is over.")
    people = {person.pk: person for person in participants_of(slot_id).filter(pk__in=marks)}
    if unknown := sorted(str(key) for key in marks if key not in people):
        raise ParticipantsWrong(errors={"participants": [f"{key}: nobody of this session." for key in unknown]})
    for key, mark in marks.items():
        person = people[key]
        person.attendance, person.marked_at, person.marked_by = mark.attendance, at, by
        person.note = person.note if mark.note is None else mark.note
        person.save(update_fields=["attendance", "note", "marked_at", "marked_by"])
    return slot


@transaction.atomic
def complete_session(*, slot_id: UUID, by: Any, at: datetime, reason: str = "") -> CapacitySlot:
    """The session is over: each booking is complete and its money clears; one of which nobody came was missed, with a fee
    by its policy.

    Raises: NoSuchSession, ReasonMissing, SessionNotStarted.
    """
    actor = _actor(find_session(slot_id), by, reason)
    on = [S.CONFIRMED, S.IN_PROGRESS]
    seated = _of_session(slot_id, on)
    holds = lock_moneys(seated)
    bookings = list(_seated(slot_id, on).filter(pk__in=seated))
    slot = availability.lock_slot(slot_id)
    if slot.started_at is None or slot.completed_at is not None:
        raise SessionNotStarted
    absent = _absent(slot_id)
    for booking in bookings:
        if booking.pk in absent:
            miss_seats(booking, actor, at=at, reason=reason)
            continue
        if booking.status == S.CONFIRMED:
            begin(booking, actor, at=at, reason=reason)
        finish(booking, actor, holds.get(booking.pk), at=at, reason=reason)
    availability.end_session(slot, at=at)
    audit.record("session.completed", target=slot, by=by, at=at, reason=reason)
    return slot


@transaction.atomic
def call_off_session(*, slot_id: UUID, by: Any, at: datetime, reason: str = "") -> CapacitySlot:
    """The session does not take place: every booking of it is cancelled by the business, with all money back.

    Raises: NoSuchSession, NotYours, ReasonMissing, SessionStarted.
    """
    actor = _actor(find_session(slot_id), by, reason)
    if actor.party not in _CALLERS_OFF:
        raise NotYours
    ending = [S.PENDING, S.CONFIRMED]
    lock_moneys(_of_session(slot_id, ending))
    bookings = list(_seated(slot_id, ending))
    slot = availability.lock_slot(slot_id)
    if slot.started_at is not None:
        raise SessionStarted
    availability.call_off_session(slot, at=at)
    close_line(slot_id, at=at)
    for booking in bookings:
        cancel_booking(booking_id=booking.pk, by=by, at=at, reason=reason)
    audit.record("session.called_off", target=slot, by=by, at=at, reason=reason, after={"bookings": len(bookings)})
    slot.refresh_from_db(fields=["booked_count"])
    return slot


def _actor(slot: CapacitySlot, by: Any, reason: str) -> Actor:
    party = party_of_session(viewer_of(by), slot)
    if party is None:
        raise NoSuchSession
    if party == Party.OPS and not reason:
        raise ReasonMissing(errors={"reason": ["Operations say why they act on a session."]})
    return Actor(user_id=by.pk, party=party)


def _of_session(slot_id: UUID, states: list[BookingStatus]) -> list[UUID]:
    return list(Booking.objects.filter(slot_id=slot_id, status__in=states).values_list("pk", flat=True))


def _seated(slot_id: UUID, states: list[BookingStatus]) -> Any:
    return Booking.objects.with_people().filter(slot_id=slot_id, status__in=states).locked()


def _absent(slot_id: UUID) -> set[UUID]:
    """The bookings of which everybody is marked as not having come."""
    marks: dict[UUID, set[str]] = {}
    for booking_id, attendance in participants_of(slot_id).values_list("booking_id", "attendance"):
        marks.setdefault(booking_id, set()).add(attendance)
    return {booking_id for booking_id, found in marks.items() if found == {Attendance.ABSENT}}
