"""Another calendar is read while customers book and cancel: nothing fails, and nobody's time is taken twice."""

from datetime import timedelta
from itertools import pairwise

import pytest

from apps.availability import operations as availability
from apps.availability.calendar_reading import Reading
from apps.availability.models import BusyBlock, ImportedCalendar
from apps.availability.operations.read_calendars import News, _claim, _record
from apps.bookings import operations
from apps.bookings.tests.test_races import at_once
from apps.bookings.tests.world import HOUR, NOW, START, make_world
from apps.core.errors import DomainError

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 8


def claimed(world, number):
    """A calendar of the person that is about to be recorded."""
    address = f"https://calendar.example/{number}.ics"
    made = availability.add_calendar(staff_member_id=world.staff.pk, name="", address=address, by=world.owner, at=NOW)
    (calendar,) = _claim(ImportedCalendar.objects.filter(pk=made.pk), at=NOW, limit=1)
    return calendar


def recording(calendar, *spans):
    return lambda: _record(calendar, News(Reading(list(spans), 0), "new"), at=NOW)


def nobody_is_in_two_places():
    blocks = list(BusyBlock.objects.active().order_by("person_id", "starts_at"))
    pairs = [(one, two) for one, two in pairwise(blocks) if one.person_id == two.person_id]
    return all(one.during.upper <= two.during.lower for one, two in pairs)


def imported(world):
    blocks = BusyBlock.objects.active().filter(person=world.performer, kind="IMPORTED").order_by("starts_at")
    return [(block.starts_at, block.ends_at) for block in blocks]


def test_an_event_and_a_booking_of_the_same_time():
    for number in range(ROUNDS):
        world = make_world()
        calendar = claimed(world, number)

        booked, recorded = at_once(lambda world=world: world.book(), recording(calendar, (START, START + 2 * HOUR)))

        assert recorded is None
        assert nobody_is_in_two_places()
        buffered = START + HOUR + timedelta(minutes=15)
        expected = (START, START + 2 * HOUR) if isinstance(booked, DomainError) else (buffered, START + 2 * HOUR)
        assert imported(world) == [expected]


def test_an_event_and_a_cancellation_of_what_lies_over_it():
    for number in range(ROUNDS):
        world = make_world()
        booking = world.book()
        calendar = claimed(world, number)

        def cancel(booking=booking, world=world):
            return operations.cancel_booking(booking_id=booking.pk, by=world.customer, at=NOW).status

        cancelled, recorded = at_once(cancel, recording(calendar, (START, START + 2 * HOUR)))

        assert (cancelled, recorded) == ("CANCELLED", None)
        # Where both looked at the same moment, the event waits for the next look.
        recording(claimed(world, f"{number}-next"))()
        assert imported(world) == [(START, START + 2 * HOUR)]


def test_two_calendars_of_one_person_at_once():
    for number in range(ROUNDS):
        world = make_world()
        one, two = claimed(world, f"{number}-a"), claimed(world, f"{number}-b")

        answers = at_once(recording(one, (START, START + 2 * HOUR)), recording(two, (START + HOUR, START + 3 * HOUR)))

        assert answers == [None, None]
        assert imported(world) == [(START, START + 3 * HOUR)]
