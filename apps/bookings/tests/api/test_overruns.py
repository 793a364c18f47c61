"""A job that runs over makes the next one late: its customer and the desk hear of it, once."""

from datetime import timedelta

import pytest

from apps.availability.models import BusyBlock
from apps.bookings import operations
from apps.bookings.tests.sessions import LENGTH, hosted, paid_seat
from apps.bookings.tests.world import HOUR, MINUTE, START, fresh, make_world
from apps.catalog.tests.factories import MembershipFactory, UserFactory
from apps.core import clock
from apps.core.sweeps import run_sweep
from apps.notifications.models import Notification

pytestmark = pytest.mark.django_db
SWEEP = "bookings.warn_of_overruns"
NEXT = START + 90 * MINUTE
# The first moment at which the next job cannot begin in time: a quarter of an hour's buffer before it.
HIT = NEXT - 15 * MINUTE + timedelta(seconds=1)


def warned(at):
    """Who hears what of a sweep then, and how late it says that it will be."""
    known = set(Notification.objects.values_list("pk", flat=True))
    with clock.frozen(at):
        run_sweep(SWEEP)
    rows = Notification.objects.filter(notification_type__startswith="booking_overrun").exclude(pk__in=known)
    return sorted((row.notification_type, row.user_id, row.context["minutes_late"]) for row in rows)


@pytest.fixture
def job(world):
    """An hour's job from START on that is under way, and somebody else's that is to begin half an hour after it."""
    later = UserFactory(first_name="Bola", last_name="Ade")
    following = world.paid(start=NEXT, customer=later)
    booking = world.paid(start=START)
    operations.start_booking(booking_id=booking.pk, by=world.performer, at=START)
    return booking, following


def desk_of(world):
    return sorted([world.owner.pk, world.desk.pk])


def test_customer_and_desk_are_warned_once_when_the_next_cannot_begin_in_time(world, job):
    _booking, following = job
    assert warned(START + HOUR) == warned(HIT - timedelta(seconds=1)) == []

    assert warned(HIT) == [
        ("booking_overrun", following.customer_id, 5),
        *(("booking_overrun_business", person, 5) for person in desk_of(world)),
    ]
    assert warned(HIT) == warned(NEXT + 3 * HOUR) == []


def test_it_says_how_late_it_will_be_at_least_rounded_to_five_minutes(world, job):
    assert {late for _kind, _user, late in warned(NEXT + 2 * MINUTE)} == {20}


def test_the_letter_of_the_desk_names_the_booking_that_will_be_late(world, job, api):
    warned(HIT)

    told = api(world.desk).get("/api/v1/notifications/").json()["data"]["results"][0]

    assert told["subject_reference"] == job[1].reference
    assert told["message"] == "The job before Massage for Bola Ade is running over, by about 5 minutes."


def test_a_job_that_was_completed_in_time_hits_nobody(world, job):
    with clock.frozen(HIT - MINUTE):
        operations.complete_booking(booking_id=job[0].pk, by=world.performer, at=clock.now())

    assert warned(HIT) == []


def test_a_booking_that_was_cancelled_is_hit_by_nothing(world, job):
    operations.cancel_booking(booking_id=job[1].pk, by=job[1].customer, at=START)

    assert warned(HIT) == []


def test_a_booking_that_was_moved_is_warned_of_its_new_time(world, job):
    warned(HIT)
    moved = NEXT + 2 * HOUR
    with clock.frozen(HIT):
        operations.reschedule_booking(booking_id=job[1].pk, start=moved, by=world.desk, at=clock.now())

    assert warned(HIT) == []
    assert [kind for kind, *_ in warned(moved)] == ["booking_overrun", *["booking_overrun_business"] * 2]


def test_each_booking_that_is_run_into_is_warned_when_it_comes_to_that(world, job):
    third = world.paid(start=NEXT + 2 * HOUR, customer=UserFactory())
    assert [user for kind, user, _ in warned(HIT) if kind == "booking_overrun"] == [job[1].customer_id]

    assert [user for kind, user, _ in warned(NEXT + 2 * HOUR) if kind == "booking_overrun"] == [third.customer_id]


def test_a_time_that_nobody_has_paid_for_is_not_warned_of_and_other_people_are_not_either(world, job):
    operations.cancel_booking(booking_id=job[1].pk, by=job[1].customer, at=START)
    with clock.frozen(NEXT - 20 * MINUTE):
        world.book(start=NEXT, customer=UserFactory())
        world.paid(start=NEXT, customer=UserFactory(), staff=world.person())

    assert warned(HIT) == []


def test_the_next_job_of_the_same_person_at_another_business_is_warned_there(world, job):
    other = make_world()
    other.staff.user = world.performer
    other.staff.save()
    late = other.paid(start=NEXT + 90 * MINUTE)

    told = warned(late.starts_at)

    assert ("booking_overrun", late.customer_id, 15) in told
    assert {user for kind, user, _ in told if kind == "booking_overrun_business"} >= set(desk_of(other))


def test_a_session_that_is_run_into_warns_every_seat_and_the_desk_once(world):
    slot = hosted(world, seats=3)
    first, second = (paid_seat(world, slot, customer=UserFactory(first_name=name)) for name in ("Ada", "Bola"))
    running_from = START - 90 * MINUTE
    booking = world.paid(start=running_from)
    operations.start_booking(booking_id=booking.pk, by=world.performer, at=running_from)

    told = warned(START)

    assert [user for kind, user, _ in told if kind == "booking_overrun"] == sorted(
        [first.customer_id, second.customer_id]
    )
    assert [user for kind, user, _ in told if kind == "booking_overrun_business"] == desk_of(world)
    row = Notification.objects.filter(notification_type="booking_overrun_business").first()
    assert row.context["customer_name"] == "Ada Test, Bola Test"


def test_a_session_that_runs_over_hits_the_job_after_it(world):
    slot = hosted(world, seats=2)
    paid_seat(world, slot)
    following = world.paid(start=START + LENGTH + 15 * MINUTE, customer=UserFactory())
    operations.start_session(slot_id=slot.pk, by=world.performer, at=START)

    assert warned(START + LENGTH + 14 * MINUTE) == []
    assert ("booking_overrun", following.customer_id, 5) in warned(START + LENGTH + 16 * MINUTE)


def test_the_desk_of_another_business_hears_nothing(world, job):
    stranger = MembershipFactory().user

    assert stranger.pk not in {user for _kind, user, _ in warned(HIT)}


@pytest.mark.parametrize("jobs", [1, 8])
def test_a_sweep_costs_a_handful_of_statements_however_many_run_over(world, count_queries, jobs):
    for number in range(jobs):
        staff = world.person(f"person {number}")
        world.paid(start=NEXT, customer=UserFactory(), staff=staff)
        booking = world.paid(start=START, customer=UserFactory(), staff=staff)
        operations.start_booking(booking_id=booking.pk, by=staff.user, at=START)

    with count_queries() as counted:
        told = warned(HIT)

    assert len([kind for kind, *_ in told if kind == "booking_overrun"]) == jobs
    assert len([each for each in counted if "BEGIN" not in each["sql"] and "SAVEPOINT" not in each["sql"]]) == 6


def test_what_is_ahead_stays_as_it_was(world, job):
    before = BusyBlock.objects.filter(booking_id=job[1].pk).values_list("starts_at", "ends_at", "is_active").get()

    warned(HIT)

    assert (
        BusyBlock.objects.filter(booking_id=job[1].pk).values_list("starts_at", "ends_at", "is_active").get() == before
    )
    assert fresh(job[1]).status == "CONFIRMED"
