"""Entries of the queue: what is said after the commit, so that the one who books does not wait for it."""

from uuid import UUID

from django.db import transaction

from apps.bookings import notices
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
