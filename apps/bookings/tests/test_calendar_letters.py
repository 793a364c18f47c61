"""The calendar files of letters: a calendar adds the appointment, moves it, and takes it out; never twice."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from icalendar import Calendar

from apps.bookings import operations
from apps.bookings.tests.course_world import book, course
from apps.bookings.tests.sessions import seat, session
from apps.bookings.tests.world import HOUR, NOW, START, fresh, make_world
from apps.core import clock
from apps.notifications.models import Notification
from apps.notifications.operations import send_due

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def files_for(person):
    """What the person's calendar was sent, in order: each file with its method of the mail's part and of the file."""
    while send_due(at=clock.now()):
        pass
    found = []
    for message in mail.outbox:
        if message.to != [person.email]:
            continue
        for part in message.message().walk():
            if part.get_content_type() == "text/calendar":
                calendar = Calendar.from_ical(part.get_payload(decode=True))
                assert part.get_param("method") == str(calendar["method"])
                (event,) = calendar.walk("VEVENT")
                found.append((str(calendar["method"]), str(event["status"]), event))
    return sorted(found, key=lambda each: each[2]["sequence"])


class OwnCalendar:
    """A calendar as RFC 5546 has it: by UID, the highest SEQUENCE counts, a cancellation takes out."""

    def __init__(self, files):
        self.events = {}
        for method, _, event in files:
            known = self.events.get(str(event["uid"]))
            if known is None or event["sequence"] >= known["sequence"]:
                self.events[str(event["uid"])] = event
            if method == "CANCEL":
                assert str(event["status"]) == "CANCELLED"
                del self.events[str(event["uid"])]


def test_made_confirmed_moved_and_cancelled_is_one_entry_that_goes(world, drain_outbox):
    booking = world.book()
    drain_outbox()
    made = files_for(world.customer)
    from apps.bookings.tests.world import pay

    pay(booking)
    operations.reschedule_booking(booking_id=booking.pk, by=world.customer, start=START + DAY, at=NOW)
    moved = files_for(world.customer)
    operations.cancel_booking(booking_id=booking.pk, by=world.customer, at=NOW)
    files = files_for(world.customer)

    assert [(method, status) for method, status, _ in made] == [("REQUEST", "TENTATIVE")]
    assert [(method, status, int(event["sequence"])) for method, status, event in files] == [
        ("REQUEST", "TENTATIVE", 1), ("REQUEST", "CONFIRMED", 2), ("REQUEST", "CONFIRMED", 3), ("CANCEL", "CANCELLED", 4),
    ]  # fmt: skip
    (entry,) = OwnCalendar(moved).events.values()
    assert (entry["dtstart"].dt, entry["dtend"].dt) == (START + DAY, START + DAY + HOUR)
    assert OwnCalendar(files).events == {}


@pytest.mark.parametrize("end", [
    lambda world, booking: operations.reject_booking(booking_id=booking.pk, reason="Closed.", by=world.owner, at=NOW),
    lambda world, booking: operations.expire_bookings([booking.pk], at=booking.expires_at),
    lambda world, booking: operations.cancel_booking(booking_id=booking.pk, by=world.owner, at=NOW),
])  # fmt: skip
def test_however_a_booking_ends_no_calendar_keeps_it(world, drain_outbox, end):
    booking = world.book()
    drain_outbox()
    end(world, booking)
    drain_outbox()

    for person in (world.customer, world.owner):
        files = files_for(person)
        assert len(files) == 2
        assert OwnCalendar(files).events == {}


def test_a_booking_that_was_made_anew_leaves_one_entry_and_the_old_one_goes(world, drain_outbox):
    old = world.book()
    drain_outbox()
    new = world.book(start=START + HOUR / 2)
    drain_outbox()

    assert fresh(old).change_reason == "Booked anew."
    for person in (world.customer, world.owner):
        files = files_for(person)
        assert [(method, int(event["sequence"])) for method, _, event in files if str(old.pk) in str(event["uid"])] == [
            ("REQUEST", 1), ("CANCEL", 2),
        ]  # fmt: skip
        (entry,) = OwnCalendar(files).events.values()
        assert str(entry["uid"]) == f"{new.pk}@bookings"
    assert files_for(world.performer) == []  # who was told of neither
    gone = Notification.objects.get(notification_type="booking_cancelled")
    assert (gone.user, gone.context["reason"]) == (world.customer, "Booked anew.")


@pytest.mark.parametrize("what", ["seat", "course"])
def test_a_seat_or_a_course_that_was_booked_anew_leaves_no_old_entry(world, drain_outbox, what):
    if what == "seat":
        slot = session(world)
        old, new = seat(world, slot), seat(world, slot)
        uids = {f"{new.pk}@bookings"}
    else:
        made = course(world, seats=2)
        old, new = book(world, made), book(world, made)
        uids = {f"{part.pk}@bookings" for part in new.parts.all()}
    drain_outbox()

    for person in (world.customer, world.owner):
        files = files_for(person)
        assert {*OwnCalendar(files).events} == uids
        assert len(files) == 3 * len(uids)  # made, gone, made
    assert Notification.objects.filter(notification_type="booking_cancelled").count() == 1
    assert old.pk != new.pk


def test_the_file_names_its_reader_and_asks_nobody_to_answer(world, drain_outbox):
    booking = world.paid()
    drain_outbox()

    for person in (world.customer, world.owner, world.performer):
        for _, _, event in files_for(person):
            assert str(event["attendee"]) == f"mailto:{person.email}"
            assert event["attendee"].params["RSVP"] == "FALSE"
            assert str(event["organizer"]).startswith("mailto:")
            assert str(event["uid"]) == f"{booking.pk}@bookings"


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        ("America/New_York", datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),  # 01:30, the first time
        ("America/New_York", datetime(2026, 11, 1, 6, 30, tzinfo=UTC)),  # 01:30, the second time
        ("America/New_York", datetime(2027, 3, 14, 7, 30, tzinfo=UTC)),  # 03:30, an hour after 01:30
        ("Europe/London", datetime(2027, 3, 28, 0, 30, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2027, 4, 3, 14, 45, tzinfo=UTC)),  # clocks go back by half an hour
        ("Asia/Kolkata", datetime(2026, 11, 20, 4, 30, tzinfo=UTC)),
        ("Africa/Lagos", START),
    ],
)
def test_a_day_on_which_the_clocks_change_loses_and_doubles_no_hour(zone, start, drain_outbox):
    before = start - timedelta(days=1)
    with clock.frozen(before):
        world = make_world(business={"time_zone": zone}, service={"price_minor": 0})
        booking = world.book(start=start, at=before)
        drain_outbox()
        files = files_for(world.customer)

    for _, _, event in files:
        assert event["dtstart"].dt == start
        assert event["dtstart"].dt.astimezone(ZoneInfo(zone)) == fresh(booking).starts_at.astimezone(ZoneInfo(zone))
        assert event["dtend"].dt - event["dtstart"].dt == HOUR
    assert files
