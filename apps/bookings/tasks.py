"""Entries of the queue: what is said after the commit, so that the one who books does not wait for it."""

from uuid import UUID

from django.db import transaction

from apps.bookings import notices, operations
from apps.bookings.models import Booking
from apps.core import clock


@transaction.atomic
def tell_created(booking_id: str) -> None:
    """Customer and owner hear of the new booking."""
    booking = Booking.objects.with_people().get(pk=UUID(booking_id))
    notices.tell_created(booking, at=clock.now())


@transaction.atomic
def tell_expired(booking_id: str) -> None:
    """The customer hears that the booking has expired."""
    booking = Booking.objects.with_people().get(pk=UUID(booking_id))
    notices.tell_expired(booking, at=clock.now())


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
