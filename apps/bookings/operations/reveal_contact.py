"""How to reach the customer, and the note of who asked."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.bookings import machine
from apps.bookings.errors import ContactMissing
from apps.bookings.models import Booking, ContactReveal
from apps.bookings.operations.lock import lock_to_act
from apps.bookings.states import ContactChannel, Place
from apps.core import audit


@transaction.atomic
def reveal_contact(*, booking_id: UUID, channel: ContactChannel, by: Any, at: datetime, reason: str = "") -> str:
    """What the channel needs, a number, an address; that it was asked for stays in the log and in the audit trail.

    Raises: NoSuchBooking, NotYours, ReasonMissing of ops, BookingWrongState unless confirmed or in progress;
    ContactMissing.
    """
    booking, actor = lock_to_act(machine.CONTACT, booking_id=booking_id, by=by, at=at, reason=reason)
    value = _value(booking, channel)
    if not value:
        raise ContactMissing
    ContactReveal.objects.create(
        booking=booking, channel=channel, by=by, acting_as=actor.party, reason=reason, at=at
    )  # fmt: skip
    audit.record(
        "booking.contact_revealed", target=booking, by=by, at=at, reason=reason, after={"channel": str(channel)}
    )  # fmt: skip
    return value


def _value(booking: Booking, channel: ContactChannel) -> str:
    if channel == ContactChannel.ADDRESS:
        return str(booking.address) if booking.place == Place.AT_CUSTOMER else ""
    return (booking.customer.email if channel == ContactChannel.EMAIL else booking.customer.phone) or ""
