"""When an account is erased, where its bookings took place is forgotten; the bookings stay."""

from uuid import UUID

from apps.bookings.models import Booking


def forget_customer(*, user_id: UUID) -> None:
    """No address, place or wish of the person is left in their bookings; called within a transaction."""
    Booking.all_objects.filter(customer_id=user_id).update(address="", location=None, special_requests="")
