"""A course takes seats in all of its sessions or in none, whoever else wants them: real threads on a real database."""

import pytest
from django.db import OperationalError

from apps.bookings import operations
from apps.bookings.models import Booking, CourseBooking
from apps.bookings.operations import CourseRequest, SeatRequest
from apps.bookings.states import SEATLESS
from apps.bookings.tests.course_world import book, course, paid_course, slots_of, statuses
from apps.bookings.tests.sessions import booked
from apps.bookings.tests.test_races import at_once
from apps.bookings.tests.test_seat_races import counted
from apps.bookings.tests.world import HOUR, MINUTE, NOW, START, make_world
from apps.catalog.tests.factories import UserFactory
from apps.core import clock

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 20


def whole(made, customer, seats=1):
    names = [f"guest {number}" for number in range(seats)] if seats > 1 else []

    def act():
        try:
            return operations.book_course(
                request=CourseRequest(course_id=made.pk, participants=names), customer=customer, at=NOW
            )
        except OperationalError as error:  # a deadlock would be one
            return error

    return act


def single(world, slot, customer):
    request = SeatRequest(service_id=world.service.pk, slot_id=slot.pk)
    return lambda: operations.book_seats(request=request, customer=customer, at=NOW)


def ended(answers):
    return [type(answer).__name__ for answer in answers]


def test_the_last_seat_of_one_session_wanted_by_a_course_and_by_itself():
    world = make_world()

    for number in range(ROUNDS):
        made = course(world, seats=1, start=START + number * HOUR, allows_single=True)
        slots = slots_of(made)
        answers = at_once(
            whole(made, UserFactory()), single(world, slots[2], UserFactory()), single(world, slots[0], UserFactory())
        )
        names = ended(answers)
        assert set(names) <= {"CourseBooking", "Booking", "SlotFull"}
        if names[0] == "CourseBooking":
            assert names[1:] == ["SlotFull", "SlotFull"]
        else:
            assert names == ["SlotFull", "Booking", "Booking"] or names.count("SlotFull") == 2
        assert sum(booked(slot) for slot in slots) == (3 if names[0] == "CourseBooking" else names.count("Booking"))


def test_two_courses_of_the_same_sessions_and_one_seat():
    world = make_world()

    for number in range(ROUNDS):
        made = course(world, seats=3, start=START + number * HOUR)
        answers = at_once(*(whole(made, UserFactory(), seats=2) for _ in range(3)))
        assert sorted(ended(answers)) == ["CourseBooking", "SlotFull", "SlotFull"]
        assert [counted(slot) for slot in slots_of(made)] == [(2, 0)] * 3


def test_one_person_posting_twice_has_one_course():
    world = make_world()

    for number in range(ROUNDS):
        made = course(world, seats=4, start=START + number * HOUR)
        answers = at_once(*(whole(made, world.customer) for _ in range(3)))
        assert ended(answers) == ["CourseBooking"] * 3
        assert [counted(slot) for slot in slots_of(made)] == [(1, 0)] * 3
        live = Booking.objects.filter(parent__course=made).exclude(status__in=SEATLESS)
        assert live.values("parent").distinct().count() == 1


def test_overdue_ones_make_room_while_the_sweep_and_their_owners_are_at_it():
    """Booking, the sweep, single seats and cancellations, all over the same sessions in other orders."""
    world = make_world()
    at = NOW + 31 * MINUTE

    for number in range(ROUNDS):
        made = course(world, seats=1, start=START + number * HOUR, allows_single=True)
        slots = slots_of(made)
        owner = UserFactory()
        old = book(world, made, customer=owner)
        first, second = UserFactory.create_batch(2)
        request = CourseRequest(course_id=made.pk)
        with clock.frozen(at):
            answers = at_once(
                lambda: operations.expire_overdue(at=at, limit=10),
                lambda request=request, first=first: operations.book_course(request=request, customer=first, at=at),
                lambda old=old, owner=owner: operations.cancel_course(course_booking_id=old.pk, by=owner, at=at),
                lambda slots=slots, second=second: operations.book_seats(
                    request=SeatRequest(service_id=world.service.pk, slot_id=slots[2].pk), customer=second, at=at
                ),
            )
            operations.expire_overdue(at=at, limit=10)
        assert not [answer for answer in answers if isinstance(answer, OperationalError)]
        assert set(statuses(old)) <= {"EXPIRED", "CANCELLED"}
        assert all(sum(counted(slot)) <= 1 for slot in slots)
        for found in CourseBooking.objects.filter(course=made).exclude(pk=old.pk):
            assert statuses(found) == ["PENDING"] * 3


def test_a_paid_course_is_cancelled_while_a_session_of_it_is_called_off():
    world = make_world()

    for number in range(ROUNDS):
        made = course(world, seats=2, start=START + number * HOUR)
        one, two = paid_course(world, made), paid_course(world, made, customer=UserFactory())
        slots = slots_of(made)
        at_once(
            lambda one=one: operations.cancel_course(course_booking_id=one.pk, by=one.customer, at=NOW),
            lambda slots=slots: operations.call_off_session(slot_id=slots[2].pk, by=world.desk, at=NOW),
            lambda slots=slots: operations.call_off_session(slot_id=slots[0].pk, by=world.desk, at=NOW),
            lambda two=two: operations.cancel_course(course_booking_id=two.pk, by=world.desk, at=NOW),
        )
        assert statuses(one) == statuses(two) == ["CANCELLED"] * 3
        assert [counted(slot) for slot in slots] == [(0, 0)] * 3
