"""The private feed of one's own jobs: who opens it, what is in it, and how cheaply it is asked again."""

import pytest
from django.db import DatabaseError, transaction
from django.db.utils import IntegrityError
from icalendar import Calendar

from apps.bookings import operations
from apps.bookings.models import Booking, CalendarKey
from apps.bookings.tests.world import HOUR, NOW, START, make_world
from apps.core import clock
from apps.core.models import AuditEntry

pytestmark = pytest.mark.django_db
KEY, FEED = "/api/v1/staff/calendar-key/", "/api/v1/staff/calendar.ics"


def open_feed(api, person):
    answer = api(person).post(KEY, {})
    assert answer.status_code == 201, answer.json()
    return answer.json()["data"]["key"]


def read(api, key, **headers):
    return api(**headers).get(FEED, {"key": key})


def events(answer):
    return Calendar.from_ical(answer.content).walk("VEVENT")


def test_a_key_opens_ones_own_jobs_and_nobody_elses(api, world):
    mine = world.paid()
    other = world.person("second")
    world.paid(staff=other, start=START + HOUR)
    key = open_feed(api, world.performer)

    answer = read(api, key)

    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    (event,) = events(answer)
    assert (str(event["uid"]), event["dtstart"].dt, event["dtend"].dt) == (f"{mine.pk}@bookings", START, START + HOUR)
    assert (str(event["status"]), str(event["summary"])) == ("CONFIRMED", "Massage, Serenity Spa")


def test_no_way_to_reach_the_customer_is_in_it(api, db):
    world = make_world(service={"places": ["AT_CUSTOMER"]})
    booking = world.paid(address="12 Wisteria Crescent")
    key = open_feed(api, world.performer)

    on = read(api, key).content.decode()
    with clock.frozen(START):
        operations.start_booking(booking_id=booking.pk, by=world.performer, at=START)
        operations.complete_booking(booking_id=booking.pk, by=world.performer, at=START + HOUR)
        over = read(api, key).content.decode()

    customer = world.customer
    for word in (customer.email, customer.phone, customer.last_name):
        assert word not in on + over
    assert "Wisteria" in on
    assert "Wisteria" not in over
    assert booking.reference in over


def test_an_address_is_not_told_before_the_booking_is_confirmed(api, db):
    world = make_world(service={"places": ["AT_CUSTOMER"]})
    world.book(address="12 Wisteria Crescent")

    (event,) = events(answer := read(api, open_feed(api, world.performer)))

    assert str(event["status"]) == "TENTATIVE"
    assert "Wisteria" not in answer.content.decode()


def test_what_was_called_off_leaves_the_calendar(api, world):
    booking = world.paid()
    key = open_feed(api, world.performer)
    operations.cancel_booking(booking_id=booking.pk, by=world.customer, at=NOW)

    assert events(read(api, key)) == []


def test_a_program_that_has_it_is_told_so(api, world):
    booking = world.paid()
    key = open_feed(api, world.performer)
    first = read(api, key)

    again = read(api, key, **{"If-None-Match": first["ETag"]})
    with clock.frozen(NOW + HOUR):
        later = read(api, key, **{"If-None-Match": f"W/{first['ETag']}"})
        operations.reschedule_booking(booking_id=booking.pk, by=world.customer, start=START + HOUR, at=clock.now())
        moved = read(api, key, **{"If-None-Match": first["ETag"]})

    assert [answer.status_code for answer in (again, later, moved)] == [304, 304, 200]
    assert again.content == b""
    (event,) = events(moved)
    assert (event["dtstart"].dt, str(event["uid"])) == (START + HOUR, f"{booking.pk}@bookings")


@pytest.mark.parametrize("accept", ["text/calendar", "*/*", "text/html,application/xhtml+xml", "application/json"])
def test_whatever_a_program_says_it_takes_it_gets_the_calendar(api, world, accept):
    answer = read(api, open_feed(api, world.performer), Accept=accept)

    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")


def test_a_new_key_ends_the_one_before_and_closing_ends_it_too(api, world):
    first = open_feed(api, world.performer)
    second = open_feed(api, world.performer)
    assert [read(api, key).status_code for key in (first, second)] == [404, 200]

    assert api(world.performer).delete(KEY).status_code == 204
    assert api(world.performer).delete(KEY).status_code == 204

    answer = read(api, second)
    assert (answer.status_code, answer.json()["code"]) == (404, "calendar_feed_not_found")
    assert api(world.performer).get(KEY).json()["data"] == {"is_open": False, "created_at": None, "last_used_at": None}
    acts = AuditEntry.objects.filter(action__startswith="calendar_key").order_by("pk").values_list("action", flat=True)
    assert list(acts) == ["calendar_key.made", "calendar_key.made", "calendar_key.revoked"]


def test_the_key_is_shown_once_and_kept_as_a_digest(api, world):
    key = open_feed(api, world.performer)
    read(api, key)

    shown = api(world.performer).get(KEY)

    assert shown.json()["data"] == {
        "is_open": True, "created_at": "2026-11-18T09:00:00Z", "last_used_at": "2026-11-18T09:00:00Z",
    }  # fmt: skip
    assert key not in shown.content.decode() + str(list(CalendarKey.objects.values_list()))


@pytest.mark.parametrize("key", ["", "x", "x" * 5000, "ключ"])
def test_a_wrong_key_opens_nothing(api, world, key):
    open_feed(api, world.performer)

    assert read(api, key).status_code == 404
    assert api().get(FEED).status_code == 404


def test_somebody_who_was_suspended_reads_nothing(api, world):
    key = open_feed(api, world.performer)
    world.performer.is_active = False
    world.performer.save()

    assert read(api, key).status_code == 404


def test_a_key_is_counted_by_itself_and_guesses_by_their_address(api, world, settings):
    settings.THROTTLING = True
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "calendar_feed": "3/h"}
    key = open_feed(api, world.performer)

    guesses = [read(api, f"guess-{number}").status_code for number in range(5)]
    good = [read(api, key).status_code for _ in range(4)]

    assert guesses == [404, 404, 404, 429, 429]
    assert good == [200, 200, 200, 429]


def test_a_calendar_costs_the_same_queries_for_many_jobs(api, world, count_queries):
    key = open_feed(api, world.performer)
    counts = []
    for number in range(3):
        world.paid(start=START + number * 3 * HOUR)
        read(api, key)
        with count_queries() as counted:
            assert len(events(read(api, key))) == number + 1
        counts.append(len(counted))

    assert counts == [3, 3, 3]


def test_who_performs_no_jobs_has_no_calendar(api, world):
    answers = [api(world.customer).post(KEY, {}), api(world.ops).delete(KEY)]

    assert [(each.status_code, each.json()["code"]) for each in answers] == [(403, "performs_no_jobs")] * 2
    assert not CalendarKey.objects.exists()


def test_a_key_of_an_erased_person_is_ended(api, world):
    key = open_feed(api, world.performer)
    operations.forget_customer(user_id=world.performer.pk, at=NOW)

    assert read(api, key).status_code == 404
    assert CalendarKey.objects.get().revoked_at == NOW


def test_the_database_keeps_one_key_and_its_end(api, world):
    open_feed(api, world.performer)
    row = CalendarKey.objects.get()

    with pytest.raises(IntegrityError, match="calendar_key_one_at_a_time"), transaction.atomic():
        CalendarKey.objects.create(user=world.performer, digest="x")
    with pytest.raises(IntegrityError, match="calendar_key_once"), transaction.atomic():
        CalendarKey.objects.create(user=world.owner, digest=row.digest)
    with pytest.raises(IntegrityError, match="calendar_key_revoked_later"), transaction.atomic():
        CalendarKey.objects.update(revoked_at=row.created_at - HOUR)
    with pytest.raises(DatabaseError, match="pgtrigger"), transaction.atomic():
        CalendarKey.objects.update(user=world.owner)
    CalendarKey.objects.update(revoked_at=NOW)
    with pytest.raises(DatabaseError, match="pgtrigger"), transaction.atomic():
        CalendarKey.objects.update(revoked_at=None)


def test_a_reference_shows_business_service_time_and_status_alone(api, world):
    booking = world.paid(special_requests="Mind the dog")

    answer = api().get(f"/api/v1/bookings/ref/{booking.reference.lower()}/")

    assert answer.json()["data"] == {
        "reference": booking.reference, "business": "Serenity Spa", "service": "Massage", "status": "CONFIRMED",
        "starts_at": "2026-11-20T09:00:00Z", "ends_at": "2026-11-20T10:00:00Z", "time_zone": "Africa/Lagos",
    }  # fmt: skip
    assert Booking.objects.count() == 1


def test_references_are_looked_up_so_often_and_no_more(api, world, settings):
    settings.THROTTLING = True
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "reference": "2/h"}

    answers = [api().get(f"/api/v1/bookings/ref/AAAAAAA{number}/") for number in range(4)]

    assert [answer.status_code for answer in answers] == [404, 404, 429, 429]
    assert answers[-1]["Retry-After"]
