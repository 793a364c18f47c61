"""What the database keeps about booked courses; each test fails when its guard is dropped."""

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from apps.bookings.models import Booking, CourseBooking
from apps.bookings.tests.course_world import book, course, parts_of
from apps.bookings.tests.sessions import seat, session
from apps.bookings.tests.world import HOUR, NOW, START, make_world
from apps.catalog.tests.factories import UserFactory
from apps.core.ids import new_id

pytestmark = pytest.mark.django_db


def refused(name):
    return pytest.raises(IntegrityError, match=name)


def copy_of(part, **changes):
    """One more part like this one."""
    fields = {"pk": new_id(), "reference": str(new_id())[-8:], "status": "CANCELLED", "cancelled_at": NOW, **changes}
    for name, value in fields.items():
        setattr(part, name, value)
    part._state.adding = True
    part.save(force_insert=True)


def at_the_commit():
    """What is checked at the commit is checked now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.mark.parametrize("wrong", ["slot", "customer", "seats", "currency", "none"])
def test_a_part_fits_the_whole_that_it_is_of(world, wrong):
    made = course(world)
    whole = book(world, made)
    [part, *_others] = parts_of(whole)
    changes = {
        "slot": {"slot": session(world, start=START + 5 * HOUR)},
        "customer": {"customer": UserFactory()},
        "seats": {"seats": 2},
        "currency": {"currency": "USD"},
        "none": {"slot": None},
    }[wrong]

    with refused("booking_of_its_course"), transaction.atomic():
        copy_of(part, total_minor=0, payment_status=None, **changes)


def test_a_part_is_of_the_business_of_the_whole(world):
    part = parts_of(book(world, course(world)))[0]

    with refused("booking_of_its_course"), transaction.atomic():
        copy_of(part, business=make_world().business, total_minor=0, payment_status=None)


def test_one_live_part_in_a_session(world):
    whole = book(world, course(world, seats=4))
    first, second, _third = parts_of(whole)

    with refused("booking_one_of_a_course_in_a_slot"), transaction.atomic():
        Booking.objects.filter(pk=first.pk).update(slot=second.slot)
    Booking.objects.filter(pk=first.pk).update(status="CANCELLED", cancelled_at=NOW, change_number=2, change="cancel")
    Booking.objects.filter(pk=first.pk).update(slot=second.slot)


def test_a_part_stays_of_its_whole(world):
    made = course(world, seats=4)
    one, two = book(world, made), book(world, made, customer=UserFactory())
    alone = seat(world, session(world, start=START + 5 * HOUR))

    for part, parent in ((parts_of(one)[0], two), (parts_of(one)[0], None), (alone, two)):
        with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
            Booking.objects.filter(pk=part.pk).update(parent=parent)


def test_the_parts_add_up_to_the_whole(world):
    whole = book(world, course(world))
    first, *_others = parts_of(whole)
    at_the_commit()

    with refused("booking_adds_up_to_its_course"), transaction.atomic():
        Booking.objects.filter(pk=first.pk).update(total_minor=1)
        at_the_commit()
    with refused("booking_adds_up_to_its_course"), transaction.atomic():
        copy_of(first, total_minor=1)
        at_the_commit()


def test_a_whole_has_parts(world):
    whole = book(world, course(world))
    at_the_commit()

    with refused("course_booking_adds_up"), transaction.atomic():
        whole.pk, whole.reference, whole._state.adding = new_id(), "LONESOME", True
        whole.save(force_insert=True)
        at_the_commit()


def test_what_was_agreed_is_kept(world):
    whole = CourseBooking.objects.filter(pk=book(world, course(world)).pk)

    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        whole.update(total_minor=1)
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        whole._raw_delete("default")


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"seats": 0}, "course_booking_has_seats"),
        ({"total_minor": -1}, "course_booking_price_not_negative"),
        ({}, "course_booking_reference_once"),
    ],
)
def test_what_a_whole_is_made_of(world, wrong, name):
    whole = book(world, course(world))

    with refused(name), transaction.atomic():
        whole.pk, whole._state.adding = new_id(), True
        for field, value in ({"reference": "OTHERONE", **wrong} if wrong else {}).items():
            setattr(whole, field, value)
        whole.save(force_insert=True)
