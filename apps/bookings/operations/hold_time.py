"""A person's time around a job, and taking it."""

from datetime import datetime
from uuid import UUID

from apps.availability import operations as availability
from apps.availability.errors import NoSuchService
from apps.availability.queries import Footprint, footprint_of, load_calendar, rules_of
from apps.availability.states import BlockKind
from apps.bookings.models import Booking


def hold_time(
    booking: Booking,
    person: UUID,
    footprint: Footprint,
    *,
    at: datetime,
    kind: BlockKind = BlockKind.BOOKING,
    expires_at: datetime | None = None,
) -> None:
    """The person's time for the job is the booking's. Raises: SlotTaken."""
    availability.block_time(
        staff_member_id=person,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        before=footprint.before,
        after=footprint.after,
        kind=kind,
        booking_id=booking.pk,
        service_id=booking.service_id,
        holder_id=booking.customer_id,
        expires_at=expires_at,
        at=at,
    )


def footprint_at(booking: Booking) -> Footprint:
    """What the job takes of a person's time around it. Raises: NoSuchService."""
    calendar = load_calendar(
        service_id=booking.service_id, staff_ids=[], since=booking.starts_at, until=booking.ends_at
    )
    if calendar is None:
        raise NoSuchService
    return footprint_of(rules_of(calendar, place=booking.place if booking.service.places else None))
