"""Cancelling and its money in tests."""

from apps.bookings import operations
from apps.bookings.tests.world import MINUTE, NOW, fresh, open_payment
from apps.core import clock
from apps.core.sweeps import run_sweep


def cancel(booking, by, at, **more):
    with clock.frozen(at):
        return operations.cancel_booking(booking_id=booking.pk, by=by, at=at, **more)


def sweep_expiry(at):
    with clock.frozen(at):
        return run_sweep("bookings.expire_unpaid")


def expire(world, **more):
    booking = world.book(**more)
    payment = open_payment(booking)
    operations.expire_bookings([booking.pk], at=NOW + 30 * MINUTE)
    assert fresh(booking).status == "EXPIRED"
    return booking, payment
