"""The calendar of a performer over HTTP: dots, days in full, the job's clock."""

from datetime import UTC, datetime, timedelta

import pytest

from apps.bookings import operations
from apps.bookings.api import outputs
from apps.bookings.tests.world import HOUR, MINUTE, START, make_world
from apps.catalog.tests.factories import UserFactory
from apps.core import clock

pytestmark = pytest.mark.django_db
URL = "/api/v1/staff/schedule/"


def read(client, **query):
    answer = client.get(URL, query)
    assert answer.status_code == 200, answer.json()
    return answer.json()["data"]


def dots(client, month):
    return {day["date"]: day["jobs"] for day in read(client, month=month)["days"] if day["jobs"]}


def test_the_month_counts_the_jobs_of_each_day(world, api):
    world.paid()
    world.book(start=START + 3 * HOUR, customer=UserFactory())
    gone = world.paid(start=START + timedelta(days=1), customer=UserFactory())
    operations.cancel_booking(booking_id=gone.pk, by=world.desk, at=clock.now())
    world.paid(start=START + timedelta(days=2), customer=UserFactory(), staff=world.person())

    month = read(api(world.performer), month="2026-11")

    assert (month["month"], len(month["days"])) == ("2026-11", 30)
    busy = [day for day in month["days"] if day["jobs"]]
    assert busy == [{"date": "2026-11-20", "jobs": 2, "by_status": {"CONFIRMED": 1, "PENDING": 1}}]
    assert dots(api(world.customer), "2026-11") == dots(api(world.desk), "2026-11") == {}


@pytest.mark.parametrize(
    ("zone", "start", "on"),
    [
        ("Africa/Lagos", datetime(2026, 11, 30, 23, 30, tzinfo=UTC), "2026-12-01"),
        ("America/New_York", datetime(2026, 12, 1, 4, 30, tzinfo=UTC), "2026-11-30"),
        # The clock goes forward on the fourteenth: midnight is five hours behind UTC before it, four after.
        ("America/New_York", datetime(2027, 3, 14, 4, 30, tzinfo=UTC), "2027-03-13"),
        ("America/New_York", datetime(2027, 3, 15, 3, 30, tzinfo=UTC), "2027-03-14"),
        ("America/New_York", datetime(2027, 3, 15, 4, 30, tzinfo=UTC), "2027-03-15"),
        ("Europe/London", datetime(2027, 3, 28, 23, 30, tzinfo=UTC), "2027-03-29"),
        ("Australia/Lord_Howe", datetime(2027, 4, 3, 13, 30, tzinfo=UTC), "2027-04-04"),
        ("Asia/Kolkata", datetime(2026, 12, 31, 18, 45, tzinfo=UTC), "2027-01-01"),
    ],
)
def test_a_job_is_on_the_day_of_its_own_zone(db, api, zone, start, on):
    world = make_world(business={"time_zone": zone})
    with clock.frozen(start - timedelta(days=2)):
        booking = world.paid(start=start)

    assert dots(api(world.performer), on[:7]) == {on: 1}
    assert [job["id"] for job in read(api(world.performer), date=on)["jobs"]] == [str(booking.pk)]


def test_a_day_in_full_is_what_each_job_says_of_itself(world, api):
    first, second = world.paid(), world.paid(start=START + 3 * HOUR, customer=UserFactory())
    client = api(world.performer)
    alone = [client.get(f"/api/v1/bookings/{each.pk}/").json()["data"] for each in (first, second)]

    day = read(client, date="2026-11-20")

    assert day == {"date": "2026-11-20", "jobs": alone}
    assert set(day["jobs"][0]) == set(outputs.BookingOut().fields)


def test_starting_is_refused_for_every_other_job_while_one_runs(world, api):
    world.running()
    world.paid(start=START + 3 * HOUR, customer=UserFactory())

    job = read(api(world.performer), date="2026-11-20")["jobs"][1]

    start = next(action for action in job["available_actions"] if action["name"] == "start")
    assert (start["enabled"], start["reason"]) == (False, "Another job of this person is still in progress.")


def test_month_and_day_cost_the_same_for_one_job_and_for_many(world, api, count_queries):
    def costs():
        client = api(world.performer)
        with count_queries() as month:
            read(client, month="2026-11")
        with count_queries() as day:
            read(client, date="2026-11-20")
        return len(month), len(day)

    world.paid()
    alone = costs()
    for number in range(1, 4):
        world.paid(start=START + 3 * number * HOUR, customer=UserFactory())

    assert costs() == alone
    assert alone[0] <= 3
    assert alone[1] <= 5


@pytest.mark.parametrize("query", [{}, {"month": "2026-11", "date": "2026-11-20"}, {"month": "2026-13"}, {"date": "x"}])
def test_exactly_one_month_or_day_is_asked_for(world, api, query):
    assert api(world.performer).get(URL, query).status_code == 400


def test_the_schedule_is_for_people_who_are_signed_in(api):
    assert api().get(URL, {"month": "2026-11"}).status_code == 401


def test_the_jobs_clock_is_the_servers(world, api):
    booking = world.paid()
    client = api(world.performer)
    assert client.get(f"/api/v1/bookings/{booking.pk}/").json()["data"]["timer"] is None

    def timer():
        return client.get(f"/api/v1/bookings/{booking.pk}/").json()["data"]["timer"]

    with clock.frozen(START + 5 * MINUTE):
        started = client.post(f"/api/v1/bookings/{booking.pk}/start/").json()["data"]["timer"]
    assert started == {
        "server_now": "2026-11-20T09:05:00Z", "actual_start_time": "2026-11-20T09:05:00Z",
        "planned_end": "2026-11-20T10:00:00Z", "is_running": True, "elapsed_s": 0, "remaining_s": 3300,
    }  # fmt: skip
    with clock.frozen(START + 70 * MINUTE):
        assert (timer()["elapsed_s"], timer()["remaining_s"]) == (3900, -600)
        client.post(f"/api/v1/bookings/{booking.pk}/complete/")
    with clock.frozen(START + 90 * MINUTE):
        assert (timer()["is_running"], timer()["elapsed_s"], timer()["remaining_s"]) == (False, 3900, -600)


def test_a_month_that_is_none_is_told_how_to_be_written(world, api):
    answer = api(world.performer).get("/api/v1/staff/schedule/", {"month": "2026-13"})

    assert answer.json()["errors"] == {"month": ["Write a month as 2026-11."]}
