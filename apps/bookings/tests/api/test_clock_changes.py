"""Days on which the clocks change, over HTTP: what is offered, booked, listed, on the schedule and reminded of is neither a
phantom hour nor a lost one."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db.models import F

from apps.availability.models import OpeningHours
from apps.bookings import operations
from apps.bookings.models import Booking, Reminder
from apps.bookings.tests.world import HOUR, MINUTE, fresh, make_world
from apps.catalog.tests.factories import UserFactory
from apps.core import clock
from apps.core.sweeps import run_sweep

pytestmark = pytest.mark.django_db
HALF, DAY = 30 * MINUTE, timedelta(days=1)
CHANGES = [
    ("America/New_York", date(2027, 3, 14), 23),
    ("America/New_York", date(2027, 11, 7), 25),
    ("Europe/London", date(2027, 3, 28), 23),
    ("Europe/London", date(2027, 10, 31), 25),
    ("Africa/Lagos", date(2027, 3, 28), 24),
    ("Asia/Kolkata", date(2027, 10, 31), 24),
    ("Australia/Lord_Howe", date(2027, 4, 4), 24.5),
    ("Australia/Lord_Howe", date(2027, 10, 3), 23.5),
]
every_change = pytest.mark.parametrize(("zone", "on", "hours"), CHANGES)


def midnight(zone, on):
    return datetime.combine(on, time(), ZoneInfo(zone)).astimezone(UTC)


@pytest.fixture
def make(zone, on):
    """A business of the zone for work of half an hour, three days before the day."""

    def made(**more):
        business = {"time_zone": zone, "buffer_after_min": 0, "grid_min": 15, "notice_min": 0}
        return make_world(business=business, service={"duration_min": 30, "step_min": 30}, **more)

    with clock.frozen(midnight(zone, on) - 3 * DAY):
        yield made


def offered(api, world, first, last=None):
    asked = {"from": first.isoformat(), "to": (last or first).isoformat(), "staff": str(world.staff.pk)}
    answer = api().get(f"/api/v1/services/{world.service.pk}/availability/", asked)
    assert answer.status_code == 200, answer.json()
    return {
        day["date"]: [datetime.fromisoformat(start) for start in day["starts"]] for day in answer.json()["data"]["days"]
    }


def book(api, world, start):
    body = {"service": str(world.service.pk), "staff": str(world.staff.pk), "start": start.isoformat()}
    return api(UserFactory()).post("/api/v1/bookings/", body)


@every_change
def test_a_day_round_the_clock_offers_each_half_hour_of_it_once(api, zone, on, hours, make):
    world, begin = make(), midnight(zone, on)

    starts = offered(api, world, on)[on.isoformat()]

    assert [start.astimezone(UTC) for start in starts] == [begin + number * HALF for number in range(int(hours * 2))]
    assert {start.astimezone(ZoneInfo(zone)).date() for start in starts} == {on}
    # What is written says which of two equal hours it is.
    assert len({start.isoformat() for start in starts}) == len(starts)
    assert all(start.utcoffset() == start.astimezone(ZoneInfo(zone)).utcoffset() for start in starts)


@every_change
def test_every_start_of_the_night_can_be_booked_once_and_is_listed_on_its_day(api, zone, on, hours, make):
    world = make()
    starts = offered(api, world, on)[on.isoformat()]
    night = [*(start for start in starts if start < starts[0] + 5 * HOUR), starts[-1]]

    booked = [book(api, world, start).status_code for start in night]
    again = [book(api, world, start).status_code for start in night]

    assert (booked, again) == ([201] * 11, [409] * 11)
    assert len(offered(api, world, on)[on.isoformat()]) == hours * 2 - 11
    desk, around = api(world.desk), [(on + number * DAY).isoformat() for number in (-1, 0, 1)]
    listed = [desk.get("/api/v1/bookings/", {"date": day}).json()["data"]["count"] for day in around]
    assert listed == [0, 11, 0]
    performer = api(world.performer)
    days = [performer.get("/api/v1/staff/schedule/", {"date": day}).json()["data"]["jobs"] for day in around]
    assert [len(jobs) for jobs in days] == [0, 11, 0]
    told = [datetime.fromisoformat(job["starts_at"]) for job in days[1]]
    assert told == night
    months = {day[:7] for day in around}
    dots = {
        day["date"]: day["jobs"]
        for month in months
        for day in performer.get("/api/v1/staff/schedule/", {"month": month}).json()["data"]["days"]
        if day["jobs"]
    }
    assert dots == {on.isoformat(): 11}


@every_change
def test_opening_over_midnight_is_as_long_as_the_clocks_make_the_night(api, zone, on, hours, make):
    world = make(weekly=[])
    before = on - DAY
    # From ten in the evening until six in the morning, on the evening before the change alone.
    OpeningHours.objects.filter(business=world.business, weekday=before.weekday()).update(spans=[[1_320, 1_800]])

    days = offered(api, world, before, on)

    starts = [start.astimezone(UTC) for day in sorted(days) for start in days[day]]
    opens = datetime.combine(before, time(22), ZoneInfo(zone)).astimezone(UTC)
    assert starts == [opens + number * HALF for number in range(int((8 - 24 + hours) * 2))]
    assert starts[-1] + HALF == datetime.combine(on, time(6), ZoneInfo(zone)).astimezone(UTC)
    assert book(api, world, starts[-1]).status_code == 201
    assert book(api, world, starts[-1] + HALF).status_code == 409


@every_change
def test_a_booking_that_is_moved_across_the_change_keeps_its_length(api, zone, on, hours, make):
    world = make()
    starts = offered(api, world, on)[on.isoformat()]
    made = book(api, world, starts[0]).json()["data"]

    for start in starts[1:9]:
        answer = api(world.desk).post(f"/api/v1/bookings/{made['id']}/reschedule/", {"start": start.isoformat()})
        assert answer.status_code == 200, answer.json()
        row = Booking.objects.get(pk=made["id"])
        assert (row.starts_at, row.ends_at) == (start, start + HALF)


@every_change
def test_reminders_come_so_many_hours_before_and_say_the_time_on_the_wall(api, zone, on, hours, make):
    world = make()
    starts = offered(api, world, on)[on.isoformat()][1:8]
    for number, start in enumerate(starts):
        with clock.frozen(starts[0] - DAY - (10 - number) * MINUTE):
            world.paid(start=start, customer=UserFactory())

    for moment in sorted({start - lead for start in starts for lead in (DAY, HOUR, HALF)}):
        due = sorted(
            (start.astimezone(UTC), kind)
            for start in starts
            for lead, kind in ((DAY, "FIRST"), (HOUR, "SECOND"), (HALF, "LAST"))
            if start - lead == moment
        )
        assert (sent(moment - timedelta(seconds=1)), sent(moment)) == ([], due)
    for booking in Booking.objects.select_related("customer"):
        wall = booking.starts_at.astimezone(ZoneInfo(zone))
        name = f"{wall:%Z}" if f"{wall:%Z}".isalpha() else f"UTC{wall:%Z}"
        [*shown] = {
            told["message"]
            for told in api(booking.customer).get("/api/v1/notifications/").json()["data"]["results"]
            if told["notification_type"] == "booking_reminder"
        }
        assert shown == [f"Massage at Serenity Spa: {wall:%A} {wall.day} {wall:%B %Y, %H:%M} ({name})."]


def sent(at):
    """The starts, and the kinds, of which customers are reminded by a sweep at the moment."""
    known = set(Reminder.objects.values_list("pk", flat=True))
    with clock.frozen(at):
        run_sweep("bookings.send_reminders")
    new = Reminder.objects.exclude(pk__in=known).filter(person=F("booking__customer"))
    return sorted(new.values_list("starts_at", "kind"))


@every_change
def test_a_weekly_series_stays_at_its_hour_on_the_wall(api, zone, on, hours, make):
    world = make()
    first = datetime.combine(on - 2 * DAY, time(9), ZoneInfo(zone))
    body = {
        "service": str(world.service.pk), "staff": str(world.staff.pk), "start": first.isoformat(),
        "rrule": "FREQ=WEEKLY;COUNT=3",
    }  # fmt: skip

    answer = api(world.customer).post("/api/v1/bookings/series/", body)

    assert answer.status_code == 201, answer.json()
    walls = [
        datetime.fromisoformat(each["starts_at"]).astimezone(ZoneInfo(zone))
        for each in answer.json()["data"]["bookings"]
    ]
    assert [wall.time() for wall in walls] == [time(9)] * 3
    assert [wall.date() for wall in walls] == [first.date() + 7 * number * DAY for number in range(3)]


@every_change
def test_the_job_of_a_change_is_started_and_completed_by_what_passed(api, zone, on, hours, make):
    world = make()
    start = offered(api, world, on)[on.isoformat()][2]
    with clock.frozen(start - HOUR):
        booking = world.paid(start=start)
    with clock.frozen(start):
        operations.start_booking(booking_id=booking.pk, by=world.performer, at=clock.now())
    with clock.frozen(start + 3 * HOUR):
        operations.complete_booking(booking_id=booking.pk, by=world.performer, at=clock.now())

    assert fresh(booking).duration_minutes == 180
