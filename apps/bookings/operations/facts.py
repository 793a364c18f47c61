"""Facts about one booking."""

from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from apps.bookings.events import BookingEvent
from apps.bookings.models import Booking

SomeFact = TypeVar("SomeFact", bound=BookingEvent)


def fact(kind: type[SomeFact], booking: Booking, *, at: datetime, by_id: UUID | None = None, **told: Any) -> SomeFact:
    """The fact about the booking, with what every fact about one tells."""
    return kind(
        booking_id=booking.pk,
        business_id=booking.business_id,
        customer_id=booking.customer_id,
        staff_member_id=booking.staff_member_id,
        service_id=booking.service_id,
        at=at,
        by_id=by_id,
        **told,
    )
