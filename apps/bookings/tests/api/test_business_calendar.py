"""A business's day, person by person."""

from datetime import timedelta

import pytest

from apps.availability import operations as availability
from apps.availability.models import BusyBlock
from apps.bookings import operations
from apps.bookings.api.calendar import DeskDayOut
from apps.bookings.tests.sessions import hosted, paid_seat, session
from apps.bookings.tests.world import HOUR, NOW, START, decline, make_world
from apps.catalog.tests.factories import StaffMemberFactory, UserFactory

pytestmark = pytest.mark.django_db
ON = {"date": "2026-11-20"}


def calendar(api, world, who=None, **query):
    answer = api(who or world.desk).get(f"/api/v1/owners/businesses/{world.business.pk}/calendar/", query or ON)
    assert answer.status_code == 200, answer.json()
    return answer.json()["data"]


def kinds(day):
    return {
        person["staff"]["name"] if person["staff"] else None: [entry["kind"] for entry in person["entries"]]
        for person in day["people"]
    }


def test_everything_of_the_day_is_with_its_person(world, api):
    other = world.person("Efe")
    booking = world.paid()
    availability.take_time_off(
        staff_member_id=world.staff.pk, starts_at=START + 5 * HOUR, ends_at=START + 30 * HOUR, note="Dentist",
        by=world.desk, at=NOW,
    )  # fmt: skip
    availability.mark_busy(
        staff_member_id=other.pk, starts_at=START, ends_at=START + HOUR, by=world.desk, at=NOW, note="Stock-taking"
    )
    paid_seat(world, session(world, seats=5, start=START + 2 * HOUR), customer=UserFactory())
    gone = world.book(start=START + 8 * HOUR, staff=other)
    operations.cancel_booking(booking_id=gone.pk, by=world.customer, at=NOW)
    world.book(start=START + 48 * HOUR)

    day = calendar(api, world)

    assert set(day) == set(DeskDayOut().fields)
    assert kinds(day) == {"Chidi": ["BOOKING", "TIME_OFF"], "Efe": ["BUSY"], None: ["SESSION"]}
    assert (day["starts_at"], day["ends_at"]) == ("2026-11-19T23:00:00Z", "2026-11-20T23:00:00Z")
    assert day["by_status"] == {"CONFIRMED": 1}
    chidi, efe, nobody = day["people"]
    assert chidi["entries"][0]["booking"]["reference"] == booking.reference
    assert "cancel" in chidi["entries"][0]["booking"]["available_actions"]
    assert (chidi["entries"][1]["label"], efe["entries"][0]["label"]) == ("Dentist", "Stock-taking")
    assert (nobody["entries"][0]["session"]["booked"], nobody["entries"][0]["session"]["seats"]) == (1, 5)


def test_a_hosted_session_is_its_hosts_and_a_crews_job_everybodys(api, db):
    world = make_world(service={"assignment": "ALL"})
    world.person("Efe")
    world.book(staff=None)
    hosted(make_world())
    host = make_world()
    hosted(host)

    assert kinds(calendar(api, world)) == {"Chidi": ["BOOKING"], "Efe": ["BOOKING"]}
    assert calendar(api, world)["by_status"] == {"PENDING": 1}
    assert kinds(calendar(api, host)) == {"Chidi": ["SESSION"]}


def test_a_declined_job_is_nobodys_and_who_is_offered_is_held(world, api):
    world.person("Efe")
    decline(world.paid())

    assert kinds(calendar(api, world)) == {"Chidi": [], "Efe": ["HELD"], None: ["BOOKING"]}


def test_work_for_another_business_is_no_more_than_that(world, api):
    elsewhere = make_world()
    twin = StaffMemberFactory(business=elsewhere.business, display_name="Twin", user=world.performer)
    elsewhere.service.performers.add(twin)
    there = elsewhere.paid(staff=twin)

    day = calendar(api, world)

    assert kinds(day) == {"Chidi": ["ELSEWHERE"]}
    assert there.reference not in str(day)
    assert elsewhere.business.name == "Serenity Spa"
    assert day["people"][0]["entries"][0]["label"] == ""


def test_jobs_over_midnight_are_on_both_days(world, api):
    world.paid(start=START + timedelta(hours=13, minutes=30))  # 23:30 in Lagos

    assert [kinds(calendar(api, world, date=day))["Chidi"] for day in ("2026-11-20", "2026-11-21", "2026-11-22")] == [
        ["BOOKING"], ["BOOKING"], [],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("America/New_York", "2026-11-01", 25),
        ("Europe/London", "2026-03-29", 23),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
    ],
)
def test_a_day_on_which_the_clock_changes_is_as_long_as_it_is(api, db, zone, day, hours):
    world = make_world(business={"time_zone": zone})

    seen = calendar(api, world, date=day)

    length = timedelta(hours=hours)
    assert parsed(seen["ends_at"]) - parsed(seen["starts_at"]) == length


def parsed(text):
    from datetime import datetime

    return datetime.fromisoformat(text)


def test_today_where_no_date_is_given(world, api):
    assert calendar(api, world, page="1")["date"] == "2026-11-18"


def test_who_may_look(world, api):
    elsewhere = make_world()
    url = f"/api/v1/owners/businesses/{world.business.pk}/calendar/"

    seen = [api(who).get(url).status_code for who in (world.owner, world.desk, world.ops)]
    unseen = [api(who).get(url).status_code for who in (world.customer, world.performer, elsewhere.owner)]

    assert (seen, unseen, api().get(url).status_code) == ([200] * 3, [404] * 3, 401)
    assert api(world.desk).get(url, {"date": "soon"}).status_code == 400


def test_many_people_and_jobs_cost_no_more_queries(world, api, count_queries):
    def cost():
        with count_queries() as counted:
            calendar(api, world)
        return len(counted)

    world.paid()
    one = cost()
    for number in range(4):
        person = world.person(f"person {number}")
        for hour in range(3):
            world.book(staff=person, customer=UserFactory(), start=START + hour * 2 * HOUR)
        availability.mark_busy(
            staff_member_id=person.pk, starts_at=START - 3 * HOUR, ends_at=START - 2 * HOUR, by=world.desk, at=NOW
        )
        paid_seat(world, session(world, start=START + number * HOUR), customer=UserFactory())

    assert cost() == one
    assert BusyBlock.objects.filter(kind="MANUAL").count() == 4
