"""The cases of other systems about seats, waiting lists and series, through the public API with the clock set.

Where a case differs from what is settled here, the test says which line of the specification decides.
"""

from datetime import UTC, datetime, timedelta

import pytest

from apps.availability.models import CapacitySlot
from apps.availability.tests import cases
from apps.bookings.models import Booking
from apps.bookings.tests.sessions import booked, paid_seat
from apps.bookings.tests.world import HOUR, MINUTE, fresh, make_world
from apps.catalog.tests.factories import ServiceFactory, UserFactory
from apps.core import clock
from apps.core.sweeps import run_sweep

pytestmark = pytest.mark.django_db
CASES = {case["id"]: case for case in cases.CASES}
URL = "/api/v1/bookings/"
UTC_BUSINESS = {"time_zone": "UTC", "buffer_after_min": 0, "grid_min": 5}
CODES = {"accept": 201, "reject": 409}


def moment(text):
    return datetime.fromisoformat(text)


def take(api, service, slot, *, who=None):
    body = {"service": str(service.pk), "slot": str(slot.pk)}
    return api(who or UserFactory()).post(URL, body).status_code


def test_bk_055_two_services_share_the_seats_of_a_session(api):
    case = CASES["BK-055"]
    [plan] = case["setup"]["sessions"]
    with clock.frozen(moment(f"{plan['date']}T00:00:00Z") - timedelta(days=2)):
        world = make_world(business=UTC_BUSINESS)
        services = {name: ServiceFactory(business=world.business, title=name) for name in plan["services"]}
        given = {
            "start_date": plan["date"], "end_date": plan["date"], "start_time": plan["from"], "end_time": plan["until"],
            "slot_duration": plan["slot_len_min"], "max_capacity_per_slot": plan["capacity"],
        }  # fmt: skip
        made = api(world.desk).post(f"/api/v1/availability/businesses/{world.business.pk}/slots/", given)
        assert made.json()["data"] == {"created": 12}

        for step in case["steps"]:
            slot = CapacitySlot.objects.get(starts_at=moment(step["start"]))
            assert take(api, services[step["service"]], slot) == CODES[step["expect"]]


@pytest.mark.parametrize("seats", [1, 2, 5, 10])
def test_bk_069_as_many_as_there_are_seats_and_then_the_session_disappears(api, seats):
    steps = CASES["BK-069"]["steps"]
    start = moment(steps[0]["start"])
    asked = {"from": start.date().isoformat(), "to": start.date().isoformat()}
    with clock.frozen(start - timedelta(days=2)):
        world = make_world(business=UTC_BUSINESS)
        given = {"date": asked["from"], "start_time": "09:00", "duration_minutes": 30, "seats": seats}
        api(world.desk).post(f"/api/v1/services/{world.service.pk}/schedule/", given)
        [slot] = CapacitySlot.objects.all()

        answers = [take(api, world.service, slot) for _ in range(seats + 1)]
        listed = api().get(f"/api/v1/services/{world.service.pk}/availability/", asked).json()["data"]["sessions"]

    assert slot.starts_at == start
    assert answers == [201] * seats + [409]
    assert [each["free"] for each in listed] == [0]


def test_bk_063_three_at_once_and_no_fourth(api):
    setup, [step] = CASES["BK-063"]["setup"], CASES["BK-063"]["steps"]
    start, end = moment(step["start"]), moment(step["end"])
    with clock.frozen(start - timedelta(days=2)):
        world = make_world(business=UTC_BUSINESS)
        slot = CapacitySlot.objects.create(
            business=world.business, starts_at=start, ends_at=end, max_capacity=setup["resource"]["max_concurrent"]
        )
        for _ in setup["existing"]:
            assert take(api, world.service, slot) == 201
        assert take(api, world.service, slot) == CODES[step["expect"]]


def test_bk_075_a_series_with_a_clash_books_nothing_and_offers_to_skip_it(api):
    """A job here lasts at most a day, so each occurrence is the first day of the case's (Catalog, "Service")."""
    case = CASES["BK-075"]
    [taken] = case["setup"]["existing"]
    refused, skipped = case["steps"]
    starts = [moment(span.split("/")[0]).replace(tzinfo=UTC) for span in refused["occurrences"]]
    with clock.frozen(starts[0] - timedelta(days=3)):
        world = make_world(business=UTC_BUSINESS | {"horizon_days": 60}, service={"duration_min": 1_440})
        world.book(start=moment(taken["start"]), customer=UserFactory())
        body = {
            "service": str(world.service.pk), "staff": str(world.staff.pk), "start": starts[0].isoformat(),
            "rrule": f"FREQ=DAILY;INTERVAL={(starts[1] - starts[0]).days};COUNT=2",
        }  # fmt: skip

        clash = api(world.customer).post(f"{URL}series/", body)
        nothing = Booking.objects.filter(customer=world.customer).count()
        made = api(world.customer).post(f"{URL}series/", body | {"skip_clashes": skipped["skip_conflicts"]})

    assert (clash.status_code, clash.json()["code"], nothing) == (409, "series_clash", 0)
    data = clash.json()["data"]
    assert (data["can_skip"], data["free_count"]) == (True, 1)
    assert [each["start"] for each in data["clashes"]] == ["2010-04-10T00:00:00Z"]
    assert made.status_code == 201
    assert len(made.json()["data"]["bookings"]) == skipped["booked_count"]
    assert made.json()["data"]["skipped"] == ["2010-04-10T00:00:00Z"]


def test_a_series_keeps_the_hour_on_the_wall_and_is_one_series(world, api):
    world.business.time_zone = "America/New_York"
    world.business.horizon_days = 365
    world.business.save(update_fields=["time_zone", "horizon_days"])
    body = {
        "service": str(world.service.pk), "start": "2027-03-07T14:00:00Z", "rrule": "FREQ=WEEKLY;COUNT=2",
        "expected_total": {"amount": "5000.00", "currency": "NGN"},
    }  # fmt: skip

    made = api(world.customer).post(f"{URL}series/", body).json()["data"]

    assert [each["starts_at"] for each in made["bookings"]] == ["2027-03-07T14:00:00Z", "2027-03-14T13:00:00Z"]
    assert {each["series"] for each in made["bookings"]} == {made["series"]}


@pytest.mark.parametrize("rule", ["FREQ=DAILY;COUNT=53", "FREQ=WEEKLY", "weekly"])
def test_series_that_are_none(world, api, rule):
    body = {"service": str(world.service.pk), "start": "2026-11-20T09:00:00Z", "rrule": rule}

    answer = api(world.customer).post(f"{URL}series/", body)

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["rrule"])
    assert not Booking.objects.exists()


def test_bk_087_first_come_first_served_by_timed_offers_and_none_near_the_start(api):
    """Nobody is passed over for want of credits: an accepted seat has half an hour to be paid for in any way (Bookings,
    "Slots with capacity"), so the case's first in line, without credits, is left out of the line.
    """
    setup = CASES["BK-087"]["setup"]
    start = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
    world = make_world(business={"notice_min": 60 * setup["close_hours_before"]})
    slot = CapacitySlot.objects.create(
        business=world.business, service=world.service, starts_at=start, ends_at=start + HOUR,
        max_capacity=setup["capacity"],
    )  # fmt: skip
    seat, (w2, w3) = paid_seat(world, slot), UserFactory.create_batch(2)
    line = f"/api/v1/availability/slots/{slot.pk}/waitlist/"
    offer = timedelta(minutes=setup["offer_minutes"])
    cancelled_at = start - timedelta(hours=CASES["BK-087"]["steps"][2]["hours_before"])

    def offered():
        return [
            each["customer"]["id"]
            for each in api(world.desk).get(line).json()["data"]["results"]
            if each["state"] == "OFFERED"
        ]

    for number, who in enumerate((w2, w3)):
        with clock.frozen(clock.now() + number * MINUTE):
            assert api(who).post(line).status_code == 201
    with clock.frozen(cancelled_at):
        assert api(world.customer).post(f"{URL}{seat.pk}/cancel/").status_code == 200
        assert offered() == [str(w2.pk)]
        assert take(api, world.service, slot) == 409
    with clock.frozen(cancelled_at + offer):
        run_sweep("bookings.lapse_offers_of_seats")
        assert offered() == [str(w3.pk)]
        assert take(api, world.service, slot) == 409
    with clock.frozen(cancelled_at + 2 * offer):
        run_sweep("bookings.lapse_offers_of_seats")
        assert (offered(), booked(slot)) == ([], 0)
        again = paid_seat(world, slot)
        api(w2).post(line)
    with clock.frozen(start - timedelta(hours=6)):
        assert api(world.desk).post(f"{URL}{again.pk}/cancel/").status_code == 200
        assert (offered(), booked(slot), fresh(again).status) == ([], 0, "CANCELLED")


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY;COUNT=2",
        "FREQ=DAILY;UNTIL=20261399T000000Z",
        "FREQ=WEEKLY",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2",
        "FREQ=DAILY;COUNT=400",
        "FREQ=DAILY;COUNT=53",
    ],
)
def test_what_is_wrong_with_a_rule_is_said_in_french_too(world, api, rule):
    body = {"service": str(world.service.pk), "start": "2026-11-20T09:00:00Z", "rrule": rule}

    english, french = (
        api(world.customer, **{"Accept-Language": language}).post("/api/v1/bookings/series/", body)
        for language in ("en", "fr")
    )

    assert english.status_code == french.status_code == 400
    said = [each.json()["errors"]["rrule"][0] for each in (english, french)]
    assert said[0] != said[1]
    assert "règle" in said[1] or "réservations" in said[1]
