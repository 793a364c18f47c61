"""What another calendar says is taken: recurring events, whole days, zones, what is cancelled or shown as free."""

from datetime import UTC, datetime, timedelta
from time import process_time

import pytest

from apps.availability.calendar_reading import MOST_EVENTS, Unreadable, busy_times

SINCE = datetime(2026, 11, 1, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=60)
LAGOS = "Africa/Lagos"


def calendar(*events):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN"]
    for event in events:
        lines += ["BEGIN:VEVENT", *event.strip().split("\n"), "END:VEVENT"]
    return "\r\n".join([*(line.strip() for line in lines), "END:VCALENDAR", ""]).encode()


def read(*events, zone=LAGOS, since=SINCE, until=UNTIL):
    return [
        (f"{start:%m-%d %H:%M}", f"{end:%m-%d %H:%M}")
        for start, end in busy_times(calendar(*events), since=since, until=until, zone=zone).spans
    ]


def test_an_event_takes_its_time():
    assert read("UID:1\nDTSTART:20261120T090000Z\nDTEND:20261120T100000Z") == [("11-20 09:00", "11-20 10:00")]
    assert read("UID:1\nDTSTART:20261120T090000Z\nDURATION:PT90M") == [("11-20 09:00", "11-20 10:30")]
    assert read("UID:1\nDTSTART:20261120T090000Z") == []


def test_events_that_meet_or_overlap_are_one_span():
    first = "UID:1\nDTSTART:20261120T090000Z\nDTEND:20261120T100000Z"
    second = "UID:2\nDTSTART:20261120T093000Z\nDTEND:20261120T110000Z"
    third = "UID:3\nDTSTART:20261120T110000Z\nDTEND:20261120T120000Z"

    assert read(second, third, first) == [("11-20 09:00", "11-20 12:00")]


@pytest.mark.parametrize("word", [
    "STATUS:CANCELLED", "TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:FREE", "status:cancelled",
])  # fmt: skip
def test_what_is_cancelled_or_shown_as_free_takes_none(word):
    assert read(f"UID:1\nDTSTART:20261120T090000Z\nDTEND:20261120T100000Z\n{word}") == []


def test_times_are_of_their_zone_or_else_of_the_persons():
    assert read(
        "UID:1\nDTSTART;TZID=America/New_York:20261120T090000\nDTEND;TZID=America/New_York:20261120T100000"
    ) == [("11-20 14:00", "11-20 15:00")]
    assert read("UID:1\nDTSTART:20261120T090000\nDTEND:20261120T100000") == [("11-20 08:00", "11-20 09:00")]


def test_whole_days_are_the_persons_days():
    assert read("UID:1\nDTSTART;VALUE=DATE:20261120") == [("11-19 23:00", "11-20 23:00")]
    two = "UID:1\nDTSTART;VALUE=DATE:20261120\nDTEND;VALUE=DATE:20261122"
    assert read(two) == [("11-19 23:00", "11-21 23:00")]
    assert read(two, zone="America/New_York") == [("11-20 05:00", "11-22 05:00")]


def test_a_whole_day_on_which_the_clocks_change_has_its_own_length():
    spans = busy_times(
        calendar("UID:1\nDTSTART;VALUE=DATE:20261101"),
        since=SINCE - timedelta(days=2),
        until=UNTIL,
        zone="America/New_York",
    ).spans

    assert [end - start for start, end in spans] == [timedelta(hours=25)]


def test_a_weekly_event_stays_at_its_hour_on_the_wall_when_the_clocks_change():
    weekly = (
        "UID:1\nDTSTART;TZID=Europe/London:20261012T090000\nDTEND;TZID=Europe/London:20261012T100000\n"
        "RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=4"
    )

    assert read(weekly, since=datetime(2026, 10, 1, tzinfo=UTC)) == [
        ("10-12 08:00", "10-12 09:00"), ("10-19 08:00", "10-19 09:00"), ("10-26 09:00", "10-26 10:00"),
        ("11-02 09:00", "11-02 10:00"),
    ]  # fmt: skip


def test_single_occurrences_are_left_out_moved_and_added():
    master = (
        "UID:1\nDTSTART:20261102T090000Z\nDTEND:20261102T100000Z\nRRULE:FREQ=DAILY;COUNT=5\n"
        "EXDATE:20261103T090000Z\nRDATE:20261120T090000Z"
    )
    moved = "UID:1\nRECURRENCE-ID:20261104T090000Z\nDTSTART:20261104T150000Z\nDTEND:20261104T160000Z"
    off = "UID:1\nRECURRENCE-ID:20261105T090000Z\nDTSTART:20261105T090000Z\nDTEND:20261105T100000Z\nSTATUS:CANCELLED"

    assert read(master, moved, off) == [
        ("11-02 09:00", "11-02 10:00"), ("11-04 15:00", "11-04 16:00"), ("11-06 09:00", "11-06 10:00"),
        ("11-20 09:00", "11-20 10:00"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20261112T085959Z", ["11-03", "11-05", "11-10"]),
        ("FREQ=WEEKLY;BYDAY=TU;UNTIL=20261110", ["11-03", "11-10"]),
        ("FREQ=MONTHLY;BYDAY=-1FR", ["11-03", "11-27", "12-25"]),
        ("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24", ["11-03", "12-24"]),
        ("FREQ=DAILY;INTERVAL=20", ["11-03", "11-23", "12-13"]),
    ],
)
def test_rules_fall_on_their_days(rule, days):
    found = read(f"UID:1\nDTSTART:20261103T090000Z\nDTEND:20261103T100000Z\nRRULE:{rule}")

    assert [start[:5] for start, _ in found] == days


def test_a_rule_that_began_long_ago_still_falls():
    old = "UID:1\nDTSTART:19960229T090000Z\nDTEND:19960229T100000Z\nRRULE:FREQ=MONTHLY;BYMONTHDAY=20"

    assert [start for start, _ in read(old)] == ["11-20 09:00", "12-20 09:00"]


@pytest.mark.parametrize("rule", [
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=31", "FREQ=SECONDLY", "FREQ=MINUTELY;INTERVAL=7",
])  # fmt: skip
def test_a_rule_that_would_never_end_is_given_up_soon(rule):
    begun = process_time()

    spans = busy_times(
        calendar(f"UID:1\nDTSTART:20261103T090000Z\nDTEND:20261103T100000Z\nRRULE:{rule}"),
        since=SINCE,
        until=UNTIL,
        zone=LAGOS,
    ).spans

    assert len(spans) <= 1
    assert process_time() - begun < 3


def test_one_event_that_makes_no_sense_hides_no_other():
    odd = "UID:1\nDTSTART:20261103T090000Z\nDTEND;VALUE=DATE:20261104\nRRULE:FREQ=SOMETIMES"
    good = "UID:2\nDTSTART:20261120T090000Z\nDTEND:20261120T100000Z"
    reading = busy_times(calendar(odd, "UID:3\nSUMMARY:no time", good), since=SINCE, until=UNTIL, zone=LAGOS)

    assert [f"{start:%m-%d %H:%M}" for start, _ in reading.spans][-1] == "11-20 09:00"
    assert reading.skipped >= 1


@pytest.mark.parametrize(
    "content", [b"", b"<html>sign in</html>", b"BEGIN:VCALENDAR\r\n", b"\xff\xfe\x00", b"BEGIN:VEVENT\r\nEND:VEVENT"]
)
def test_what_is_no_calendar_is_said_to_be_none(content):
    with pytest.raises(Unreadable, match="no calendar"):
        busy_times(content, since=SINCE, until=UNTIL, zone=LAGOS)


def test_too_much_is_refused_before_it_is_read():
    with pytest.raises(Unreadable, match="too many"):
        busy_times(b"BEGIN:VEVENT\r\n" * (MOST_EVENTS + 1), since=SINCE, until=UNTIL, zone=LAGOS)
