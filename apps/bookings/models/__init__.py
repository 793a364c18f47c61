from apps.bookings.models.booking import Booking
from apps.bookings.models.transition import BookingTransition

__all__ = ["Booking", "BookingTransition"]
