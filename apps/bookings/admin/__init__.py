from apps.bookings.admin.bookings import BookingAdmin
from apps.bookings.admin.courses import CourseBookingAdmin
from apps.bookings.admin.tables import LookingAdmin

__all__ = ["BookingAdmin", "CourseBookingAdmin", "LookingAdmin"]
