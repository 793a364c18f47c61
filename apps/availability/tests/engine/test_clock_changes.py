"""Days on which the clock changes give neither a phantom nor a lost hour."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from apps.availability.engine import ROUND_THE_CLOCK, Hours, Person, Question, Rules, free_starts, open_spans, week
from apps.availability.engine.zones import day_of, day_span, local_day, moment_of, seconds_of

HOUR, MINUTE = 3_600, 60


def instant(zone: str, *wall: int, fold: int = 0) -> int:
    return seconds_of(datetime(*wall, tzinfo=ZoneInfo(zone), fold=fold))


def spans_on(zone: str, on: date, *spans: tuple[int, int]) -> list[tuple[str, str]]:
    hours = Hours(zone=zone, weekly=week({on.weekday(): spans}))
    return [
        (moment_of(start).strftime("%H:%M"), moment_of(end).strftime("%H:%M"))
        for start, end in open_spans(hours, day_of(on), day_of(on))
    ]


@pytest.mark.parametrize(
    ("zone", "on", "hours_long"),
    [
        ("America/New_York", date(2024, 3, 10), 23),
        ("America/New_York", date(2024, 11, 3), 25),
        ("Europe/London", date(2024, 3, 31), 23),
        ("Europe/London", date(2024, 10, 27), 25),
        ("Australia/Lord_Howe", date(2024, 10, 6), 23.5),
        ("Australia/Lord_Howe", date(2024, 4, 7), 24.5),
        ("Africa/Lagos", date(2024, 3, 31), 24),
        ("Asia/Kolkata", date(2024, 10, 27), 24),
    ],
)
def test_a_day_round_the_clock_is_as_long_as_the_clocks_make_it(zone: str, on: date, hours_long: float) -> None:
    hours = Hours(zone=zone, weekly=ROUND_THE_CLOCK)
    start, end = day_span(zone, day_of(on))

    offer = free_starts(
        None,
        [Person("A", hours)],
        Rules(duration=30 * MINUTE, step=30 * MINUTE),
        Question(start, end, start, zone),
    )

    assert end - start == hours_long * HOUR
    assert len(offer.starts) == hours_long * 2
    assert {local_day(zone, begin) for begin in offer.starts} == {day_of(on)}


@pytest.mark.parametrize(
    ("zone", "on", "opens_at"),
    [
        ("America/New_York", date(2024, 3, 8), "14:00"),
        ("America/New_York", date(2024, 3, 10), "13:00"),
        ("America/New_York", date(2024, 11, 3), "14:00"),
        ("Europe/London", date(2024, 3, 31), "08:00"),
        ("Europe/London", date(2024, 10, 27), "09:00"),
        ("Australia/Lord_Howe", date(2024, 10, 6), "22:00"),
        ("Australia/Lord_Howe", date(2024, 4, 7), "22:30"),
        ("Africa/Lagos", date(2024, 3, 31), "08:00"),
        ("Asia/Kolkata", date(2024, 10, 27), "03:30"),
    ],
)
def test_nine_is_nine_on_the_wall(zone: str, on: date, opens_at: str) -> None:
    [(opens, _closes)] = spans_on(zone, on, (9 * 60, 17 * 60))

    assert opens == opens_at


def test_an_hour_that_the_clocks_skip_is_not_there() -> None:
    assert spans_on("America/New_York", date(2024, 3, 10), (90, 150)) == [("06:30", "07:00")]
    assert spans_on("America/New_York", date(2024, 3, 10), (120, 180)) == []
    assert spans_on("Australia/Lord_Howe", date(2024, 10, 6), (120, 150)) == []


def test_an_hour_that_the_clocks_show_twice_is_there_twice() -> None:
    assert spans_on("America/New_York", date(2024, 11, 3), (60, 120)) == [("05:00", "07:00")]
    assert spans_on("America/New_York", date(2024, 11, 3), (90, 150)) == [("05:30", "06:00"), ("06:30", "07:30")]


def test_a_night_shift_over_the_change_is_one_span() -> None:
    saturday = date(2024, 11, 2)

    assert spans_on("America/New_York", saturday, (22 * 60, 30 * 60)) == [("02:00", "11:00")]


def test_midnight_that_is_skipped_gives_a_day_that_starts_at_one() -> None:
    start, end = day_span("Africa/Cairo", day_of(date(2024, 4, 26)))

    assert moment_of(start) == datetime(2024, 4, 26, 1, tzinfo=ZoneInfo("Africa/Cairo"))
    assert end - start == 23 * HOUR


def test_a_date_that_the_zone_never_had_is_empty() -> None:
    start, end = day_span("Pacific/Apia", day_of(date(2011, 12, 30)))

    assert start == end


def test_starts_are_none_in_the_gap_and_never_twice() -> None:
    zone = "America/New_York"
    hours = Hours(zone=zone, weekly=week({6: [(90, 150)]}))

    for on in (date(2024, 3, 10), date(2024, 11, 3)):
        start, end = day_span(zone, day_of(on))
        rules = Rules(duration=15 * MINUTE, step=15 * MINUTE)
        starts = free_starts(None, [Person("A", hours)], rules, Question(start, end, start, zone)).starts
        assert starts == sorted(set(starts))
        walls = [moment_of(begin).astimezone(ZoneInfo(zone)) for begin in starts]
        assert all(90 <= wall.hour * 60 + wall.minute < 150 for wall in walls)
        assert len(starts) == (2 if on.month == 3 else 6)


def test_first_and_second_reading_of_an_hour_are_two_starts() -> None:
    zone = "Europe/London"
    first = instant(zone, 2024, 10, 27, 1, 0)
    second = instant(zone, 2024, 10, 27, 1, 0, fold=1)
    hours = Hours(zone=zone, weekly=week({6: [(0, 240)]}))

    rules = Rules(duration=HOUR, step=HOUR)
    starts = free_starts(None, [Person("A", hours)], rules, Question(first - HOUR, second + HOUR, 0, zone)).starts

    assert [first, second] == [start for start in starts if first <= start <= second]
    assert second - first == HOUR
