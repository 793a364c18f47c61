"""What customers do in tests with a booking that was declined."""

from datetime import timedelta

from apps.availability.models import BusyBlock
from apps.bookings import operations
from apps.bookings.tests.world import START, make_world
from apps.core import clock
from apps.core.sweeps import run_sweep
from apps.notifications.models import Notification
from apps.notifications.wording import Wordbook

TOMORROW = START + timedelta(days=1)


def accept(booking, *, by=None, at=None):
    return operations.accept_replacement(booking_id=booking.pk, by=by or booking.customer, at=at or clock.now())


def choose(booking, staff, *, start=None, at=None):
    return operations.choose_staff(
        booking_id=booking.pk, staff_id=staff.pk, start=start, by=booking.customer, at=at or clock.now()
    )


def give_up(booking, *, by=None, at=None, reason=""):
    return operations.cancel_booking(
        booking_id=booking.pk, by=by or booking.customer, at=at or clock.now(), reason=reason
    )


def time_of(booking):
    rows = BusyBlock.objects.active().filter(booking_id=booking.pk)
    return [(row.staff_member, row.kind, row.starts_at) for row in rows]


def outcomes(booking):
    return list(booking.offers.order_by("offered_at", "pk").values_list("outcome", flat=True))


def with_owner():
    """A business whose owner was booked at a premium, and a colleague who asks none."""
    world = make_world()
    owner = world.owner_as_staff()
    return world, owner, world.paid(staff=owner)


def alerts():
    rows = list(Notification.objects.filter(notification_type="booking_at_risk"))
    book = Wordbook(rows)
    return [(row.user, row.priority, book.rendered(row)) for row in rows]


def sweep_at(at):
    with clock.frozen(at):
        return run_sweep("bookings.alert_of_silence")
