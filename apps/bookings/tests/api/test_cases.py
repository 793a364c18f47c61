"""The steps of other systems' cases that concern this app, through the public API with the clock set.

The availability cases are in ``test_availability_cases``, the race BK-077 in ``test_races``, seats, series and waiting
lists in ``test_seat_cases``, reminders (BK-083) in ``test_reminders``. Here, where several are asked for, they are people of
whom any will do. Two are settled otherwise, and their tests say by which line of the specification: BK-059 and BK-073.
"""

from datetime import UTC, datetime, timedelta

import pytest

from apps.availability.models import WeeklySchedule
from apps.availability.tests import cases
from apps.bookings import operations
from apps.bookings.models import Booking
from apps.bookings.tests.world import HOUR, MINUTE, fresh, make_world, pay
from apps.catalog.tests.factories import ServiceFactory, UserFactory
from apps.core import clock

pytestmark = pytest.mark.django_db
URL = "/api/v1/bookings/"
CASES = {case["id"]: case for case in cases.CASES}
BEFORE = datetime(2024, 5, 20, 9, 0, tzinfo=UTC)
DAY = datetime(2024, 5, 22, tzinfo=UTC)
UTC_BUSINESS = {"time_zone": "UTC", "buffer_after_min": 0, "grid_min": 5}


def open_between(first, last, *, minutes, **more):
    service = {"duration_min": minutes, "step_min": minutes, **more.pop("service", {})}
    return make_world(weekly=[[first * 60, last * 60]], business={**UTC_BUSINESS, **more}, service=service)


def book(api, world, start, *, who=None, service=None):
    body = {"service": str((service or world.service).pk), "staff": str(world.staff.pk), "start": start.isoformat()}
    return api(who or world.customer).post(URL, body)


@pytest.fixture(autouse=True)
def _before_it_all():
    with clock.frozen(BEFORE):
        yield


def test_bk_053_the_end_of_hours_is_no_start(api):
    world = open_between(9, 10, minutes=5)

    assert book(api, world, DAY + 10 * HOUR).status_code == 409
    assert book(api, world, DAY + 9 * HOUR + 55 * MINUTE).status_code == 201


@pytest.mark.parametrize("seats", [2, 3, 5], ids=["BK-055", "BK-063", "BK-069"])
def test_as_many_as_there_are_people(api, seats):
    world = open_between(9, 12, minutes=30)
    for number in range(seats - 1):
        world.person(f"person {number}")
    body = {"service": str(world.service.pk), "start": (DAY + 9 * HOUR).isoformat()}
    asked = {"from": "2024-05-22", "to": "2024-05-22"}

    answers = [api(UserFactory()).post(URL, body).status_code for _ in range(seats + 1)]
    (day,) = api().get(f"/api/v1/services/{world.service.pk}/availability/", asked).json()["data"]["days"]

    assert answers == [201] * seats + [409]
    assert day["starts"][0] == "2024-05-22T09:30:00+00:00"


def test_bk_057_neither_expired_nor_confirmed_nor_unknown_can_be_confirmed(api):
    world = open_between(9, 12, minutes=10)
    expired = book(api, world, DAY + 9 * HOUR).json()["data"]["id"]
    operations.expire_bookings([expired], at=BEFORE + 30 * MINUTE)
    confirmed = pay(world.book(start=DAY + 9 * HOUR + 10 * MINUTE))
    desk = api(world.desk)

    answers = [
        desk.post(f"{URL}{key}/approve/") for key in (expired, confirmed.pk, "01930d5e-7a10-7cc3-98f2-6e1b7b0a1f11")
    ]

    assert [answer.json()["code"] for answer in answers] == ["wrong_state", "wrong_state", "booking_not_found"]


def test_bk_061_another_customer_cannot_move_it_and_nothing_changes(api):
    world = open_between(9, 10, minutes=5)
    old = world.book(start=DAY + 9 * HOUR + 20 * MINUTE)
    other, missing = UserFactory(), "01930d5e-7a10-7cc3-98f2-6e1b7b0a1f11"
    to = {"start": (DAY + 9 * HOUR + 30 * MINUTE).isoformat()}

    assert api(other).post(f"{URL}{old.pk}/reschedule/", to).status_code == 404
    assert api(world.customer).post(f"{URL}{missing}/reschedule/", to).status_code == 404
    assert book(api, world, DAY + 9 * HOUR + 20 * MINUTE, who=other).status_code == 409
    assert book(api, world, DAY + 9 * HOUR + 30 * MINUTE, who=other).status_code == 201


def test_bk_067_a_neighbour_within_the_buffer_is_refused(api):
    world = open_between(0, 24, minutes=60, buffer_after_min=60)
    world.book(start=DAY + 4 * HOUR, customer=UserFactory())

    assert book(api, world, DAY + 5 * HOUR).status_code == 409


def test_bk_071_a_long_service_does_not_fit_before_a_later_booking(api):
    world = open_between(9, 17, minutes=60, service={"step_min": 60})
    WeeklySchedule.objects.create(
        staff_member=world.staff, weekly=[[], [], [[540, 1020]], [], [], [], []], time_zone="UTC"
    )
    long = ServiceFactory(business=world.business, performers=[world.staff], duration_min=180, step_min=60)

    assert book(api, world, DAY + 10 * HOUR, service=long).status_code == 201
    assert book(api, world, DAY + 9 * HOUR, who=UserFactory(), service=long).status_code == 409
    assert book(api, world, DAY + 9 * HOUR, who=UserFactory()).status_code == 201


def test_bk_079_of_two_overlapping_requests_only_one_can_await_approval(api, drain_outbox):
    world = open_between(9, 17, minutes=60, service={"step_min": 30}, auto_confirm=False)
    first = pay(world.book(start=DAY + 10 * HOUR))

    second = book(api, world, DAY + 10 * HOUR + 30 * MINUTE, who=UserFactory())
    approvals = [api(world.desk).post(f"{URL}{first.pk}/approve/").status_code for _ in range(2)]

    assert (second.status_code, second.json()["code"]) == (409, "slot_taken")
    assert approvals == [200, 409]
    assert [booking.status for booking in Booking.objects.all()] == ["CONFIRMED"]


@pytest.mark.parametrize(
    ("day", "times"),
    [
        ("2024-03-10", ["06:30", "06:45"]),
        ("2024-11-03", ["05:30", "05:45", "06:30", "06:45", "07:00", "07:15"]),
    ],
)
def test_bk_081_hours_that_begin_or_end_where_the_clock_changes(api, day, times):
    world = open_between(0, 24, minutes=15, time_zone="America/New_York")
    WeeklySchedule.objects.create(staff_member=world.staff, weekly=[[], [], [], [], [], [], [[90, 150]]])
    with clock.frozen(datetime.fromisoformat(f"{day}T00:00:00Z") - timedelta(days=2)):
        answer = api().get(f"/api/v1/services/{world.service.pk}/availability/", {"from": day, "to": day})
        starts = [cases.iso(cases.instant(start)) for each in answer.json()["data"]["days"] for start in each["starts"]]
        booked = [book(api, world, datetime.fromisoformat(start), who=UserFactory()).status_code for start in starts]

    assert starts == [f"{day}T{time}:00Z" for time in times]
    assert booked == [201] * len(starts)


def test_bk_085_the_business_that_does_not_come_keeps_nothing(api, drain_outbox):
    world = open_between(0, 24, minutes=60)
    booking = pay(world.book(start=DAY + 9 * HOUR))

    with clock.frozen(DAY + 10 * HOUR):
        assert api(world.desk).post(f"{URL}{booking.pk}/cancel/").status_code == 200
        drain_outbox()

    assert fresh(booking).refunded_minor == 500_000


@pytest.mark.parametrize(
    ("steps", "fee"),
    [
        ([("cancel", -30)], False),
        ([("cancel", -10)], True),
        ([("reschedule", -10), ("cancel", 72 - 60)], True),
        ([("reschedule", -30), ("cancel", 72 - 60)], False),
    ],
)
def test_bk_085_late_fees_and_moving_first(api, drain_outbox, steps, fee):
    world = open_between(0, 24, minutes=60)
    start = DAY + 9 * HOUR
    booking = pay(world.book(start=start))

    for name, hours in steps:
        with clock.frozen(start + hours * HOUR):
            body = {"start": (start + timedelta(days=3)).isoformat()} if name == "reschedule" else {}
            answer = api(world.customer).post(f"{URL}{booking.pk}/{name}/", body)
            assert answer.status_code == 200, answer.json()
            drain_outbox()

    assert fresh(booking).refunded_minor == (250_000 if fee else 500_000)


def test_bk_085_four_minutes_after_booking_it_is_free(api, drain_outbox):
    world = open_between(0, 24, minutes=60)
    booking = pay(world.book(start=BEFORE + 10 * HOUR))

    with clock.frozen(BEFORE + 4 * MINUTE):
        assert api(world.customer).post(f"{URL}{booking.pk}/cancel/").status_code == 200
        drain_outbox()

    assert fresh(booking).refunded_minor == 500_000


def test_bk_065_a_gap_in_the_middle_with_a_peak_of_two(api):
    """Three people stand for the three at once; the case's reservations are theirs."""
    case = CASES["BK-065"]
    [step] = case["steps"]
    world = open_between(0, 24, minutes=30, grid_min=30)
    people = [world.staff, world.person("second"), world.person("third")]
    with clock.frozen(moment(step["start"]) - timedelta(days=2)):
        services = {
            minutes: ServiceFactory(business=world.business, performers=people, duration_min=minutes, step_min=30)
            for minutes in (30, 60, 90, 120)
        }
        for span, staff in zip(case["setup"]["existing"], [people[0], people[1], people[2], people[1]], strict=True):
            world.book(service=services[length(span)], staff=staff, start=moment(span["start"]), customer=UserFactory())
        body = {"service": str(services[length(step)].pk), "start": step["start"]}

        answers = [api(UserFactory()).post(URL, body).status_code for _ in range(2)]

    assert answers == [201, 409]


def moment(text):
    return datetime.fromisoformat(text).astimezone(UTC)


def length(span):
    return int((moment(span["end"]) - moment(span["start"])).total_seconds() // 60)


@pytest.mark.parametrize("picked", ["specialist", "generalist"])
def test_bk_059_who_was_picked_stays(api, picked):
    """Nobody is moved to make room for a later booking: whom the matcher picked is booked ("Without `staff`, the Smart
    Staff Matcher picks": Bookings, "Booking"; Maestro, "Smart Staff Matcher"). So the second is taken where the first
    went to somebody who cannot do it, and refused with the next free times where it went to the one who can.
    """
    world = open_between(9, 17, minutes=5)
    ratings = {"specialist": "5.00", "generalist": "4.00"} if picked == "specialist" else {"generalist": "5.00"}
    world.service.performers.clear()
    specialist, generalist = (
        world.person(name, rating_average=ratings.get(name, "1.00"), rating_count=200)
        for name in ("specialist", "generalist")
    )
    special = ServiceFactory(business=world.business, performers=[specialist], duration_min=5, step_min=5)
    start = (DAY + 11 * HOUR + 20 * MINUTE).isoformat()

    first = api(UserFactory()).post(URL, {"service": str(world.service.pk), "start": start}).json()["data"]
    second = api(UserFactory()).post(URL, {"service": str(special.pk), "start": start})

    assert first["staff"]["name"] == picked
    assert second.status_code == (409 if picked == "specialist" else 201)
    assert generalist.display_name == "generalist"


@pytest.mark.parametrize("variant", [0, 1])
def test_bk_073_there_is_no_quota_by_customer_and_week(api, variant):
    """Limits are "per person and day (count, minutes)" of those who work (Bookings, "Time that can be booked"): a customer
    may book as often as there is time, whichever day the week begins on.
    """
    starts = [moment(text) for text in CASES["BK-073"]["setup"]["variants"][variant]["existing"]]
    [step] = CASES["BK-073"]["steps"]
    with clock.frozen(min(starts) - timedelta(days=2)):
        world = open_between(0, 24, minutes=60, service={"step_min": 30}, grid_min=30)

        answers = [book(api, world, start).status_code for start in (*starts, moment(step["start"]))]

    assert answers == [201] * 3
