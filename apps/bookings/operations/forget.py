"""When an account is erased, where its bookings took place is forgotten; the bookings stay."""

from datetime import datetime
from uuid import UUID

from apps.bookings.models import Booking, Participant
from apps.bookings.operations.calendar_keys import forget_calendar_keys
from apps.bookings.operations.wait import leave_all_lines


def forget_customer(*, user_id: UUID, at: datetime) -> None:
    """No address, place, wish or participant's name is left in the person's bookings, and they wait for no seat.

    Called within a transaction.
    """
    leave_all_lines(user_id=user_id, at=at)
    forget_calendar_keys(user_id=user_id, at=at)
    Participant.objects.filter(booking__customer_id=user_id).update(name="")
    Booking.all_objects.filter(customer_id=user_id).update(address="", location=None, special_requests="")
