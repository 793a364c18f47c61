"""What may be written into a booking without moving it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.bookings import machine
from apps.bookings.errors import AddressMissing, ParticipantsWrong
from apps.bookings.models import Booking
from apps.bookings.operations.lock import lock_to_act, note_act
from apps.bookings.states import Place


@transaction.atomic
def edit_booking(
    *,
    booking_id: UUID,
    by: Any,
    at: datetime,
    special_requests: str | None = None,
    address: str | None = None,
    participants: Sequence[str] | None = None,
    reason: str = "",
) -> Booking:
    """The requests, the address and the participants are these, where they are given; as many as there are seats.

    Raises: NoSuchBooking, NotYours, ReasonMissing, BookingWrongState, BookingStarted; AddressMissing where the work is
    done at the customer's and the address would be empty; ParticipantsWrong.
    """
    booking, actor = lock_to_act(machine.UPDATE, booking_id=booking_id, by=by, at=at, reason=reason)
    if address is not None:
        if not address and booking.place == Place.AT_CUSTOMER:
            raise AddressMissing(errors={"address": [AddressMissing.default_message]})
        booking.address = address
    if participants is not None:
        _rename(booking, participants)
    if special_requests is not None:
        booking.special_requests = special_requests
    booking.save(update_fields=["address", "special_requests"])
    note_act(machine.UPDATE, booking, by=by, actor=actor, at=at, reason=reason)
    return booking


def _rename(booking: Booking, names: Sequence[str]) -> None:
    """Seats are paid for one by one, so their number stays; who sits on them may change."""
    if booking.slot_id is None or len(names) != booking.seats:
        message = f"The booking has {booking.seats} seats: name as many people, or book more seats."
        raise ParticipantsWrong(errors={"participants": [message if booking.slot_id else "It is no session."]})
    people = booking.participants.locked()
    for person, name in zip(people.order_by("position"), names, strict=True):
        person.name = name
        person.save(update_fields=["name"])


@transaction.atomic
def write_notes(*, booking_id: UUID, notes: str, by: Any, at: datetime, reason: str = "") -> Booking:
    """The business's own notes are these. Raises: NoSuchBooking, NotYours, ReasonMissing."""
    booking, actor = lock_to_act(machine.WRITE_NOTES, booking_id=booking_id, by=by, at=at, reason=reason)
    booking.owner_notes = notes
    booking.save(update_fields=["owner_notes"])
    note_act(machine.WRITE_NOTES, booking, by=by, actor=actor, at=at, reason=reason)
    return booking
