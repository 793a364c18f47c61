"""A job that was somebody's is declined, and at once somebody else is looked for."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.availability import operations as availability
from apps.bookings import machine
from apps.bookings.action import Actor
from apps.bookings.events import BookingDeclined
from apps.bookings.models import Booking, Decline, SickLeave
from apps.bookings.models.life import TIMERS
from apps.bookings.notices import recovery as notices
from apps.bookings.operations.facts import fact
from apps.bookings.operations.lock import lock_to_act
from apps.bookings.operations.replace import offer_replacement
from apps.bookings.operations.review import review_declines
from apps.bookings.queries.viewer import find_visible, viewer_of
from apps.bookings.states import DeclineReason, Party
from apps.catalog import operations as catalog
from apps.core.events import publish


@transaction.atomic
def decline_booking(*, booking_id: UUID, reason_code: str, by: Any, at: datetime, note: str = "") -> Booking:
    """The person does not do the job; the customer is offered the best free replacement, or the owner is alerted.

    Whoever declines too often comes under Ranking Review. Raises: NoSuchBooking, NotYours, BookingWrongState, NotPaid,
    BookingStarted.
    """
    viewer = viewer_of(by)
    # The person before the booking, as everywhere; it keeps the count of their declines exact, too.
    catalog.lock_staff(viewer.staff_ids.intersection(find_visible(viewer, booking_id).performer_ids))
    booking, actor = lock_to_act(machine.DECLINE, booking_id=booking_id, by=by, at=at)
    person = next(key for key in booking.performer_ids if key in viewer.staff_ids)
    booking.decline(by=actor, at=at, reason=_words(reason_code, note))
    _look_for_another(booking, person, reason_code=reason_code, note=note, by=by, actor=actor, at=at)
    review_declines(person, at=at)
    return booking


def take_off(booking: Booking, leave: SickLeave, *, at: datetime) -> None:
    """The desk takes the job off a person who is away; as a decline of theirs, but it does not count against them.

    The booking is locked by the caller, settled, and has not begun.
    """
    actor = Actor(user_id=leave.reported_by_id, party=Party(leave.reported_as))
    code = DeclineReason.SICK
    booking.excuse(by=actor, at=at, reason=_words(code, leave.note))
    _look_for_another(
        booking, leave.staff_member_id, reason_code=code, note=leave.note, by=leave.reported_by, actor=actor, at=at,
        leave=leave,
    )  # fmt: skip


def _look_for_another(
    booking: Booking,
    person: UUID,
    *,
    reason_code: str,
    note: str,
    by: Any,
    actor: Actor,
    at: datetime,
    leave: SickLeave | None = None,
) -> None:
    booking.keep("declined_at", *TIMERS)
    availability.release_person(booking_id=booking.pk, staff_member_id=person, at=at)
    decline = Decline.objects.create(
        booking=booking, staff_member_id=person, starts_at=booking.starts_at, ends_at=booking.ends_at,
        reason_code=reason_code, note=note, sick_leave=leave, by=by, acting_as=actor.party, at=at,
    )  # fmt: skip
    found = offer_replacement(booking, decline, at=at)
    publish(
        fact(
            BookingDeclined, booking, at=at, by_id=by.pk, declined_by_id=person, reason_code=reason_code,
            replacement_id=None if found is None else found.pk,
        )
    )  # fmt: skip
    notices.tell_declined(booking, decline, replacement=found, at=at)


def _words(reason_code: str, note: str) -> str:
    label = str(DeclineReason(reason_code).label)
    return f"{reason_code}: {note or label}"
