"""What the database refuses, whatever the code does; each test fails when the guard is dropped."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from apps.availability import operations
from apps.availability.errors import SlotTaken
from apps.availability.models import (
    BusyBlock,
    CapacitySlot,
    Course,
    OpeningException,
    OpeningHours,
    ScheduleOverride,
    TimeOff,
    TravelPeriod,
    WeeklySchedule,
)
from apps.availability.tests.factories import NOW, make_business, make_staff, take
from apps.catalog.tests.factories import ServiceFactory
from apps.core.ids import new_id

HOUR = timedelta(hours=1)


def block(staff, **fields):
    fields = {"starts_at": NOW, "ends_at": NOW + HOUR, "during": (NOW, NOW + HOUR), "booking_id": new_id()} | fields
    return BusyBlock.objects.create(staff_member=staff, person=staff.user, **fields)


def refused(name):
    """The insert or update is refused by the constraint of that name."""
    return pytest.raises(IntegrityError, match=name)


@pytest.mark.django_db
def test_two_active_blocks_of_a_person_never_overlap():
    staff = make_staff(make_business())
    block(staff)
    block(staff, is_active=False)
    block(staff, starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR, during=(NOW + HOUR, NOW + 2 * HOUR))
    block(make_staff(make_business()))

    with refused("busy_block_one_at_a_time"), transaction.atomic():
        block(staff)
    with refused("busy_block_one_at_a_time"), transaction.atomic():
        block(make_staff(make_business(), user=staff.user))
    with refused("busy_block_one_at_a_time"), transaction.atomic():
        BusyBlock.objects.filter(is_active=False).update(is_active=True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"ends_at": NOW, "during": (NOW, NOW + HOUR)}, "busy_block_in_order"),
        ({"during": (NOW, NOW + HOUR / 2)}, "busy_block_has_its_work"),
        ({"during": (NOW + HOUR / 2, NOW + 2 * HOUR)}, "busy_block_has_its_work"),
        ({"booking_id": None}, "busy_block_of_booking_names_it"),
    ],
)
def test_block_that_makes_no_sense_is_refused(wrong, name):
    staff = make_staff(make_business())

    with refused(name):
        block(staff, **wrong)


@pytest.mark.django_db
def test_hours_are_there_once():
    business = make_business()
    staff = make_staff(business)
    OpeningException.objects.create(business=business, on=NOW.date())
    ScheduleOverride.objects.create(staff_member=staff, on=NOW.date())

    with refused("opening_hours_once_a_weekday"), transaction.atomic():
        OpeningHours.objects.create(business=business, weekday=0)
    with refused("opening_hours_weekday_in_week"), transaction.atomic():
        OpeningHours.objects.create(business=business, weekday=7)
    with refused("opening_exception_once_a_date"), transaction.atomic():
        OpeningException.objects.create(business=business, on=NOW.date())
    with refused("schedule_override_once_a_date"), transaction.atomic():
        ScheduleOverride.objects.create(staff_member=staff, on=NOW.date())
    for weekly in ([[]] * 6, [[]] * 8):
        with refused("weekly_schedule_has_seven_days"), transaction.atomic():
            WeeklySchedule.objects.create(staff_member=staff, weekly=weekly)


@pytest.mark.django_db
def test_spans_of_time_run_forward():
    business = make_business()
    staff = make_staff(business)

    with refused("time_off_in_order"), transaction.atomic():
        TimeOff.objects.create(staff_member=staff, starts_at=NOW, ends_at=NOW)
    with refused("travel_period_in_order"), transaction.atomic():
        TravelPeriod.objects.create(
            staff_member=staff, first_on=NOW.date(), last_on=NOW.date() - timedelta(days=1), time_zone="UTC"
        )
    with refused("slot_in_order"), transaction.atomic():
        CapacitySlot.objects.create(business=business, starts_at=NOW, ends_at=NOW, max_capacity=1)


@pytest.mark.django_db
def test_slot_is_there_once_and_never_overbooked():
    business = make_business()
    slot = {"business": business, "starts_at": NOW, "ends_at": NOW + HOUR, "max_capacity": 1}
    made = CapacitySlot.objects.create(**slot)

    with refused("slot_once"), transaction.atomic():
        CapacitySlot.objects.create(**slot)
    with refused("slot_not_overbooked"), transaction.atomic():
        CapacitySlot.objects.filter(pk=made.pk).update(booked_count=2)
    with refused("booked_count"), transaction.atomic():
        CapacitySlot.objects.filter(pk=made.pk).update(booked_count=-1)


def at_once(count, act):
    """What ``count`` threads got, each in a transaction of its own; True where the act was done."""
    start_line, outcomes = Barrier(count), [None] * count

    def run(index):
        start_line.wait()
        try:
            with transaction.atomic():
                act(index)
            outcomes[index] = True
        except SlotTaken:
            outcomes[index] = False
        finally:
            connection.close()

    threads = [Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("lock", [True, False], ids=["people locked", "constraint alone"])
def test_of_overlapping_blocks_at_once_exactly_one_is_taken(lock):
    staff = make_staff(make_business())

    def book(index):
        if lock:
            operations.lock_people([staff.pk])
        take(staff, NOW + index * timedelta(minutes=5))

    outcomes = at_once(8, book)

    assert outcomes.count(True) == 1
    assert outcomes.count(False) == 7
    assert BusyBlock.objects.active().count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_businesses_that_book_one_person_at_once_exactly_one_does():
    one = make_staff(make_business())
    other = make_staff(make_business(), user=one.user)

    outcomes = at_once(2, lambda index: take((one, other)[index], NOW))

    assert sorted(outcomes) == [False, True]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_different_people_are_all_booked_at_once():
    business = make_business()
    staff = [make_staff(business) for _ in range(8)]

    assert at_once(8, lambda index: take(staff[index], NOW)) == [True] * 8


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_the_constraint_two_would_be_taken():
    """That the constraint is what decides: with it gone, the same race ends otherwise."""
    staff = make_staff(make_business())
    drop = "ALTER TABLE availability_busyblock DROP CONSTRAINT busy_block_one_at_a_time"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'busy_block_one_at_a_time'")
        [definition] = cursor.fetchone()
        cursor.execute(drop)
    try:
        outcomes = at_once(2, lambda _index: take(staff, NOW))
    finally:
        BusyBlock.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE availability_busyblock ADD CONSTRAINT busy_block_one_at_a_time {definition}")

    assert outcomes == [True, True]


@pytest.mark.django_db
def test_a_session_names_its_slot_and_has_its_host_once():
    staff = make_staff(make_business())
    times = {"starts_at": NOW, "ends_at": NOW + HOUR}
    slot = CapacitySlot.objects.create(business=staff.business, staff_member=staff, max_capacity=2, **times)

    with refused("busy_block_of_session_names_it"), transaction.atomic():
        block(staff, kind="SESSION", booking_id=None)
    with refused("busy_block_of_session_names_it"), transaction.atomic():
        block(staff, slot=slot)
    block(staff, kind="SESSION", slot=slot, booking_id=None)
    with refused("busy_block_of_session_once"), transaction.atomic():
        block(make_staff(staff.business), kind="SESSION", slot=slot, booking_id=None)


@pytest.mark.django_db
def test_a_host_holds_one_session_at_a_time_and_ends_none_before_its_start():
    staff = make_staff(make_business())
    first, second = (
        CapacitySlot.objects.create(
            business=staff.business, staff_member=staff, max_capacity=2, starts_at=NOW + hours * HOUR,
            ends_at=NOW + (hours + 1) * HOUR,
        )
        for hours in (0, 1)
    )  # fmt: skip
    CapacitySlot.objects.filter(pk=first.pk).update(started_at=NOW)

    with refused("slot_one_session_in_progress"), transaction.atomic():
        CapacitySlot.objects.filter(pk=second.pk).update(started_at=NOW)
    with refused("slot_completed_after_its_start"), transaction.atomic():
        CapacitySlot.objects.filter(pk=first.pk).update(completed_at=NOW - HOUR)
    with refused("slot_completed_after_its_start"), transaction.atomic():
        CapacitySlot.objects.filter(pk=second.pk).update(completed_at=NOW)


def course_of(business, **fields):
    service = ServiceFactory(business=business)
    return Course.objects.create(business=business, service=service, title="Pottery", **{"price_minor": 1, **fields})


def test_a_session_of_a_course_is_of_its_service_and_business(db):
    business, other = make_business(), make_business()
    course = course_of(business)
    times = {"starts_at": NOW, "ends_at": NOW + HOUR, "max_capacity": 1}
    fitting = CapacitySlot.objects.create(business=business, service=course.service, course=course, **times)

    with refused("slot_of_its_course"), transaction.atomic():
        CapacitySlot.objects.create(business=business, service=None, course=course, **times)
    with refused("slot_of_its_course"), transaction.atomic():
        CapacitySlot.objects.create(business=other, service=course.service, course=course, **times)
    with refused("slot_of_its_course"), transaction.atomic():
        CapacitySlot.objects.filter(pk=fitting.pk).update(service=course_of(business).service)
    with refused("slot_of_its_course"), transaction.atomic():
        CapacitySlot.objects.filter(pk=fitting.pk).update(course=course_of(business))


def test_a_course_stays_of_its_service_and_costs_no_less_than_nothing(db):
    course = course_of(make_business())

    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        Course.objects.filter(pk=course.pk).update(service=course_of(course.business).service)
    with refused("course_price_not_negative"), transaction.atomic():
        Course.objects.filter(pk=course.pk).update(price_minor=-1)
