"""Other calendars as busy time, over HTTP: added, read, read again, failing, and what is there already."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError, connection, transaction

from apps.availability import operations
from apps.availability.calendar_reading import Reading
from apps.availability.models import BusyBlock, ImportedCalendar, ImportedSpan
from apps.availability.operations.read_calendars import LEASE, News, _claim, _record
from apps.availability.tests.test_calendar_reading import calendar
from apps.bookings import operations as bookings
from apps.bookings.tests.world import HOUR, NOW, START, make_world
from apps.catalog.tests.factories import BusinessFactory, StaffMemberFactory
from apps.core import clock
from apps.core.models import AuditEntry
from apps.core.sweeps import run_sweep
from apps.core.tests.web import web

pytestmark = pytest.mark.django_db
URL = "/api/v1/staff/calendars/"
DAY = timedelta(days=1)


@pytest.fixture
def world(db):
    return make_world()


@pytest.fixture
def site():
    with web() as told:
        yield told


def event(start, end, uid="1"):
    return f"UID:{uid}\nDTSTART:{start:%Y%m%dT%H%M%SZ}\nDTEND:{end:%Y%m%dT%H%M%SZ}"


def says(site, *events, path="/a.ics", **headers):
    site.answers[path] = lambda asked: (200, headers, calendar(*events))


def add(api, world, site, path="/a.ics", person=None):
    answer = api(person or world.performer).post(URL, {"address": site.address(path), "name": "Private"})
    assert answer.status_code == 201, answer.json()
    return answer.json()["data"]


def blocks(world):
    settle()
    found = BusyBlock.objects.active().filter(person=world.performer, kind="IMPORTED").order_by("starts_at")
    return [(block.starts_at, block.ends_at) for block in found]


def settle():
    """What waits for the end of a transaction happens."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def read_all(at=NOW):
    with clock.frozen(at):
        return run_sweep("availability.read_calendars", at=at)


def only(api, world):
    (row,) = api(world.performer).get(URL).json()["data"]["results"]
    return row


def test_a_calendar_is_read_at_once_and_its_events_take_time(api, world, site, drain_outbox):
    says(site, event(START, START + HOUR))
    made = add(api, world, site)
    assert (made["read_at"], made["events"], made["host"]) == (None, 0, "127.0.0.1")

    drain_outbox()

    assert blocks(world) == [(START, START + HOUR)]
    row = only(api, world)
    assert (row["read_at"], row["changed_at"], row["events"], row["is_failing"]) == (
        "2026-11-18T09:00:00Z", "2026-11-18T09:00:00Z", 1, False,
    )  # fmt: skip
    (busy,) = api(world.performer).get("/api/v1/staff/busy/").json()["data"]["results"]
    assert busy["kind"] == "IMPORTED"
    assert not any(site.address("") in str(value) for value in row.values())


def test_imported_time_cannot_be_booked_and_explain_says_busy(api, world, site):
    says(site, event(START, START + HOUR))
    add(api, world, site)
    read_all()
    body = {"service": str(world.service.pk), "start": START.isoformat(), "staff": str(world.staff.pk)}

    refused = api(world.customer).post("/api/v1/bookings/", body)
    address = f"/api/v1/services/{world.service.pk}/availability/explain/"
    told = api().get(address, {"at": START.isoformat(), "staff": str(world.staff.pk)}).json()["data"]

    assert (refused.status_code, refused.json()["code"]) == (409, "slot_taken")
    assert (told["is_free"], told["rule"]) == (False, "busy")


def test_an_event_over_a_booking_takes_what_is_left(api, world, site):
    booking = world.paid(start=START + HOUR)  # an hour, and a buffer of 15 minutes
    says(site, event(START, START + 4 * HOUR))
    add(api, world, site)

    read_all()

    after = START + 2 * HOUR + timedelta(minutes=15)
    assert blocks(world) == [(START, START + HOUR), (after, START + 4 * HOUR)]
    assert only(api, world)["events"] == 1
    assert BusyBlock.objects.of_booking(booking.pk).count() == 1


def test_what_a_cancelled_booking_leaves_is_the_events_at_once(api, world, site):
    booking = world.paid(start=START + HOUR)
    says(site, event(START, START + 4 * HOUR))
    add(api, world, site)
    read_all()

    bookings.cancel_booking(booking_id=booking.pk, by=world.owner, at=NOW)

    assert blocks(world) == [(START, START + 4 * HOUR)]


def test_a_booking_that_moves_off_an_event_leaves_it_its_time(api, world, site):
    booking = world.paid()
    says(site, event(START, START + HOUR))
    add(api, world, site)
    read_all()
    assert blocks(world) == []

    bookings.reschedule_booking(booking_id=booking.pk, by=world.customer, start=START + DAY, at=NOW)

    assert blocks(world) == [(START, START + HOUR)]


def test_two_calendars_that_overlap_are_one_time(api, world, site):
    says(site, event(START, START + 2 * HOUR))
    says(site, event(START + HOUR, START + 3 * HOUR), path="/b.ics")
    add(api, world, site)
    second = add(api, world, site, path="/b.ics")
    read_all()
    assert blocks(world) == [(START, START + 3 * HOUR)]

    assert api(world.performer).delete(f"{URL}{second['id']}/").status_code == 204

    assert blocks(world) == [(START, START + 2 * HOUR)]
    assert AuditEntry.objects.filter(action="availability.calendar_removed").count() == 1


def test_a_calendar_that_fails_keeps_what_it_said(api, world, site):
    says(site, event(START, START + HOUR))
    add(api, world, site)
    read_all()
    site.answers["/a.ics"] = lambda asked: (500, {}, b"oops")

    tries = [number for number in range(1, 200) if read_all(NOW + number * timedelta(minutes=30))]

    assert blocks(world) == [(START, START + HOUR)]
    row = only(api, world)
    assert (row["is_failing"], row["last_error"], row["read_at"]) == (True, "It answers 500.", "2026-11-18T09:00:00Z")
    assert tries[:6] == [1, 2, 3, 5, 8, 14]
    assert max(later - earlier for earlier, later in pairwise(tries)) == 12  # six hours

    says(site)
    read_all(NOW + 300 * timedelta(minutes=30))
    assert blocks(world) == []
    assert (only(api, world)["is_failing"], only(api, world)["last_error"]) == (False, "")


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ((404, {}, b""), "It answers 404."),
        ((200, {}, b"<html>Sign in</html>"), "It is no calendar."),
        ((200, {}, b"x" * (2 * 1024 * 1024 + 1)), "It is larger than 2048 KiB."),
        ((302, {"Location": "gopher://x"}, b""), "Only addresses that begin with https:// are read."),
    ],
)
def test_why_it_failed_is_said(api, world, site, answer, problem):
    site.answers["/a.ics"] = lambda asked: answer
    add(api, world, site)

    read_all()

    assert (only(api, world)["last_error"], only(api, world)["is_failing"]) == (problem, True)


def test_a_calendar_is_asked_whether_there_is_news(api, world, site):
    def answer(asked):
        if asked.get("If-None-Match") == '"1"':
            return 304, {}, b""
        return (
            200,
            {"ETag": '"1"', "Last-Modified": "Tue, 17 Nov 2026 08:00:00 GMT"},
            calendar(event(START, START + HOUR)),
        )

    site.answers["/a.ics"] = answer
    add(api, world, site)
    read_all()
    kept = list(ImportedSpan.objects.values_list("pk"))

    assert read_all(NOW + timedelta(minutes=10)) == 0
    assert read_all(NOW + timedelta(minutes=30)) == 1

    assert "if-none-match" not in site.asked[0][1]
    assert site.asked[1][1]["if-modified-since"] == "Tue, 17 Nov 2026 08:00:00 GMT"
    assert list(ImportedSpan.objects.values_list("pk")) == kept
    row = only(api, world)
    assert (row["read_at"], row["changed_at"]) == ("2026-11-18T09:30:00Z", "2026-11-18T09:00:00Z")


def test_recurring_events_are_laid_on_day_by_day(api, world, site):
    def answer(asked):
        if asked.get("If-None-Match"):
            return 304, {}, b""
        return 200, {"ETag": '"1"'}, calendar(f"{event(START, START + HOUR)}\nRRULE:FREQ=DAILY")

    site.answers["/a.ics"] = answer
    add(api, world, site)
    read_all()
    first = len(blocks(world))

    read_all(NOW + 2 * DAY)

    assert first == 398
    assert blocks(world)[-1][1] > NOW + 2 * DAY + timedelta(days=398)


def test_a_calendar_that_was_removed_while_it_was_read_takes_nothing(api, world, site):
    made = add(api, world, site)
    (claimed,) = _claim(ImportedCalendar.objects.due(NOW), at=NOW, limit=1)
    api(world.performer).delete(f"{URL}{made['id']}/")

    _record(claimed, News(Reading([(START, START + HOUR)], 0), "new"), at=NOW)

    assert not ImportedCalendar.objects.exists()
    assert blocks(world) == []


def test_of_two_readers_the_later_one_counts(api, world, site):
    add(api, world, site)
    (slow,) = _claim(ImportedCalendar.objects.due(NOW), at=NOW, limit=1)
    later = NOW + LEASE
    (quick,) = _claim(ImportedCalendar.objects.due(later), at=later, limit=1)
    _record(quick, News(Reading([(START, START + HOUR)], 0), "new"), at=later)
    _record(slow, News(Reading([], 0), "old"), at=later)

    assert blocks(world) == [(START, START + HOUR)]


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("not an address", 400, "address_refused"),
        ("ftp://calendar.example/a.ics", 400, "address_refused"),
        ("https://user:secret@calendar.example/a.ics", 400, "address_refused"),
        ("", 400, "invalid"),
    ],
)
def test_addresses_that_are_not_taken(api, world, address, status, code):
    answer = api(world.performer).post(URL, {"address": address})

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "address" in answer.json()["errors"]
    assert not ImportedCalendar.objects.exists()


def test_outside_a_sandbox_only_https_of_the_open_network_is_read(api, world, site, settings, drain_outbox):
    settings.SANDBOX = False
    refused = api(world.performer).post(URL, {"address": site.address("/a.ics")})
    inside = api(world.performer).post(URL, {"address": f"https://127.0.0.1:{site.port}/a.ics"})
    read_all()

    assert (refused.status_code, inside.status_code) == (400, 201)
    assert only(api, world)["last_error"] == "This address is not on the open network."
    assert site.asked == []


def test_webcal_is_https(api, world):
    answer = api(world.performer).post(URL, {"address": "webcal://calendar.example/ada.ics"})

    assert (answer.status_code, answer.json()["data"]["host"]) == (201, "calendar.example")
    assert ImportedCalendar.objects.get().address == "https://calendar.example/ada.ics"


def test_the_address_is_a_secret(api, world, site):
    add(api, world, site)

    with connection.cursor() as cursor:
        cursor.execute("SELECT address FROM availability_importedcalendar")
        (stored,) = cursor.fetchone()
    assert "127.0.0.1" not in stored
    assert not any("a.ics" in str(entry.after) for entry in AuditEntry.objects.all())


def test_the_same_calendar_is_read_once_and_ten_at_most(api, world, site):
    add(api, world, site)
    again = api(world.performer).post(URL, {"address": site.address("/a.ics")})
    for number in range(9):
        add(api, world, site, path=f"/{number}.ics")
    one_more = api(world.performer).post(URL, {"address": site.address("/more.ics")})

    assert (again.status_code, again.json()["code"]) == (409, "calendar_known")
    assert (one_more.status_code, one_more.json()["code"]) == (409, "too_many_calendars")
    assert ImportedCalendar.objects.count() == 10


def test_strangers_see_and_end_nothing(api, world, site):
    made = add(api, world, site)
    stranger = StaffMemberFactory(business=BusinessFactory()).user

    assert api(stranger).get(URL).json()["data"]["results"] == []
    assert api(stranger).delete(f"{URL}{made['id']}/").status_code == 404
    taking = {"address": site.address("/b.ics"), "staff": str(world.staff.pk)}
    assert api(stranger).post(URL, taking).status_code == 404
    assert api(world.owner).get(URL).json()["data"]["count"] == 1
    assert ImportedCalendar.objects.count() == 1


def test_nothing_is_left_of_somebody_who_is_gone(api, world, site):
    says(site, event(START, START + HOUR))
    add(api, world, site)
    read_all()

    operations.forget_calendars(user_id=world.performer.pk, at=NOW)

    assert (ImportedCalendar.objects.count(), ImportedSpan.objects.count(), blocks(world)) == (0, 0, [])


def test_a_list_costs_the_same_queries_for_many(api, world, site, count_queries):
    counts = []
    for number in range(3):
        add(api, world, site, path=f"/{number}.ics")
        with count_queries() as counted:
            api(world.performer).get(URL)
        counts.append(len(counted))

    assert len(set(counts)) == 1


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("imported_calendar_failure_says_why", {"failures": 1}),
        ("imported_calendar_tried_to_read", {"read_at": NOW}),
        ("imported_calendar_tried_to_read", {"read_at": NOW, "tried_at": NOW - HOUR}),
    ],
)
def test_the_database_keeps_how_fresh_it_is_true(api, world, site, name, change):
    add(api, world, site)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ImportedCalendar.objects.update(**change)


def test_the_database_keeps_spans_with_length_and_calendars_once(api, world, site):
    made = add(api, world, site)
    row = ImportedCalendar.objects.get(pk=made["id"])
    empty = (datetime.max.replace(tzinfo=NOW.tzinfo), datetime.max.replace(tzinfo=NOW.tzinfo))

    with pytest.raises(IntegrityError, match="imported_span_has_length"), transaction.atomic():
        ImportedSpan.objects.create(calendar=row, person=world.performer, during=empty)
    row.pk = row.id = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
