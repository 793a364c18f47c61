"""Bookings made and ended in tests of packages."""

from apps.bookings import operations
from apps.bookings.tests.world import (
    fresh,
)
from apps.catalog.tests.factories import ExtraFactory
from apps.core import clock

WORTH = 450_000  # a massage of 5,000.00 with a tenth off


def booked(world, purchase, **more):
    return fresh(world.book(package_id=purchase.pk, **more))


def owned_and_extra(world):
    """The owner as the performer, and an extra of 1,000.00."""
    return world.owner_as_staff(), ExtraFactory(service=world.service)


def cancel(booking, by, at):
    with clock.frozen(at):
        return operations.cancel_booking(booking_id=booking.pk, by=by, at=at)
