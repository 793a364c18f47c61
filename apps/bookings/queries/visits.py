"""A guest's booking, by the link that the guest was sent."""

from datetime import datetime

from apps.bookings.errors import VisitEnded
from apps.bookings.models import Booking
from apps.bookings.visits import booking_named, is_genuine
from apps.core.conf import timer


def find_visited(token: str, *, at: datetime) -> Booking:
    """The booking with its people, for whom the link was made.

    Raises: VisitEnded for a link that is not genuine, of somebody who has an account by now, or too long after the end.
    """
    key = booking_named(token)
    booking: Booking | None = None if key is None else Booking.objects.with_people().filter(pk=key).first()
    if booking is None or not is_genuine(token, booking.customer_id):
        raise VisitEnded
    guest = booking.customer
    if not guest.is_guest or guest.is_deleted or not guest.is_active:
        raise VisitEnded
    if at >= booking.ends_at + timer("VISIT_LINK_AFTER_END"):
        raise VisitEnded
    return booking
