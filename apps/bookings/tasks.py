"""Entries of the queue: what is said after the commit, so that the one who books does not wait for it."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from apps.bookings import notices, operations
from apps.bookings.models import Booking, CourseBooking
from apps.bookings.notices import courses
from apps.bookings.queries import with_parts
from apps.core import clock


@transaction.atomic
def tell_created(booking_id: str, replaced: Sequence[str] = ()) -> None:
    """Customer and owner hear of the new booking, and of those whose place it has taken."""
    for key in replaced:
        tell_replaced(key)
    booking = Booking.objects.with_people().get(pk=UUID(booking_id))
    notices.tell_created(booking, at=clock.now())


@transaction.atomic
def tell_expired(booking_id: str) -> None:
    """The customer hears that the booking has expired."""
    booking = Booking.objects.with_people().get(pk=UUID(booking_id))
    if booking.parent_id is None:
        notices.tell_expired(booking, at=clock.now())
    else:
        courses.tell_course_expired(_course_booking(booking.parent_id), at=clock.now())


@transaction.atomic
def tell_replaced(booking_id: str) -> None:
    """Customer and owner hear that another booking has taken the place of this one."""
    booking = Booking.objects.with_people().get(pk=UUID(booking_id))
    if booking.parent_id is None:
        notices.tell_replaced(booking, at=clock.now())
    else:
        courses.tell_course_replaced(_course_booking(booking.parent_id), reason=booking.change_reason, at=clock.now())


@transaction.atomic
def tell_course_created(course_booking_id: str) -> None:
    """Customer and owner hear of the booked course."""
    courses.tell_course_created(_course_booking(UUID(course_booking_id)), at=clock.now())


@transaction.atomic
def tell_course_settled(course_booking_id: str) -> None:
    """Both sides hear that the sessions of the course will take place, or wait for approval."""
    operations.tell_course_settled(_course_booking(UUID(course_booking_id)), at=clock.now())


@transaction.atomic
def order_take_offs(leave_id: str) -> None:
    """Every job and every offer that an absence hits has its own entry in the queue."""
    operations.order_take_offs(leave_id=UUID(leave_id), at=clock.now())


@transaction.atomic
def take_job_off(leave_id: str, booking_id: str) -> None:
    """One job of somebody who is away looks for somebody else."""
    operations.take_job_off(leave_id=UUID(leave_id), booking_id=UUID(booking_id), at=clock.now())


@transaction.atomic
def replace_offer_of(leave_id: str, booking_id: str) -> None:
    """One customer who was offered somebody who is away is offered somebody else."""
    operations.replace_offer_of(leave_id=UUID(leave_id), booking_id=UUID(booking_id), at=clock.now())


def _course_booking(course_booking_id: UUID) -> CourseBooking:
    return with_parts(CourseBooking.objects.filter(pk=course_booking_id)).get()
