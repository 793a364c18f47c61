"""Sessions with seats, for tests of bookings."""

from datetime import timedelta

from apps.availability.models import CapacitySlot
from apps.availability.operations import SessionPlan, schedule_sessions
from apps.bookings import operations
from apps.bookings.models import Booking
from apps.bookings.operations import SeatRequest
from apps.bookings.tests.world import START, fresh, pay
from apps.core import clock

LENGTH = timedelta(hours=1)


def session(world, *, seats=2, start=START, host=None, **fields):
    """A session of the world's service; without a host unless one is named."""
    return CapacitySlot.objects.create(
        business=world.business, service=world.service, staff_member=host, starts_at=start, ends_at=start + LENGTH,
        max_capacity=seats, **fields,
    )  # fmt: skip


def hosted(world, *, seats=2, host=None):
    """A session at START whose host's time is taken, as the desk schedules it."""
    local = START + timedelta(hours=1)  # Lagos
    plan = SessionPlan(on=local.date(), starts=local.time(), seats=seats, staff_member_id=(host or world.staff).pk)
    [made] = schedule_sessions(service_id=world.service.pk, plan=plan, by=world.desk, at=clock.now())
    return made


def seat(world, slot, *names, customer=None, service=None, at=None):
    """Seats of the session by the real operation, one for each name."""
    request = SeatRequest(service_id=(service or world.service).pk, slot_id=slot.pk, participants=names)
    made = operations.book_seats(request=request, customer=customer or world.customer, at=at or clock.now())
    return Booking.objects.with_people().get(pk=made.pk)


def paid_seat(world, slot, *names, **more):
    return pay(seat(world, slot, *names, **more))


def booked(slot):
    return CapacitySlot.objects.values_list("booked_count", flat=True).get(pk=slot.pk)


def status(booking):
    return str(fresh(booking).status)
