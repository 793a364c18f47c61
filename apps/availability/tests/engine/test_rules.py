"""What the data file leaves open: grids, running jobs, limits in minutes, horizons and refusals."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from apps.availability.engine import (
    ROUND_THE_CLOCK,
    Assignment,
    Block,
    Grid,
    Horizon,
    Hours,
    Person,
    Question,
    Refusal,
    Rule,
    Rules,
    clock_of_minute,
    free_starts,
    minute_of_clock,
    refusals,
    week,
)
from apps.availability.engine.zones import day_of, seconds_of

HOUR, MINUTE, DAY = 3_600, 60, 86_400
MONDAY = seconds_of(datetime(2026, 11, 23, tzinfo=UTC))
NINE_TO_FIVE = Hours("UTC", week({weekday: [(540, 1_020)] for weekday in range(7)}))
HOURLY = Rules(duration=HOUR, step=HOUR, service="S")
ALL_MONDAY = Question(MONDAY, MONDAY + DAY, MONDAY, "UTC")


def at(hour: float) -> int:
    return MONDAY + int(hour * HOUR)


def hours_offered(people: list[Person], rules: Rules = HOURLY, question: Question = ALL_MONDAY) -> list[float]:
    return [(start - MONDAY) / HOUR for start in free_starts(None, people, rules, question).starts]


def rules_refusing(person: Person, start: int, rules: Rules = HOURLY, place: Hours | None = None) -> list[Rule]:
    question = replace(ALL_MONDAY, start=start, end=start + 1)
    return [refusal.rule for refusal in refusals(place, [person], rules, question, start)[person.key]]


def test_grid_of_interval_starts_begins_with_the_stretch() -> None:
    person = Person("A", NINE_TO_FIVE, blocks=(Block(at(9), at(11) + 10 * MINUTE),))

    starts = free_starts(None, [person], replace(HOURLY, grid=Grid.INTERVAL_START), ALL_MONDAY).starts

    assert starts[:2] == [at(11) + 10 * MINUTE, at(12) + 10 * MINUTE]


def test_packed_grid_is_as_round_as_it_can_be_without_losing_a_start() -> None:
    hours = Hours("UTC", week({0: [(480, 750)]}))
    person = Person("A", hours, blocks=(Block(at(10), at(10) + 10 * MINUTE),))

    assert hours_offered([person], replace(HOURLY, grid=Grid.PACK_MAX)) == [8, 9, 10.5, 11.5]
    assert hours_offered([person], HOURLY) == [8, 9, 11]


def test_grid_of_a_place_that_never_closes_is_the_same_from_whichever_day_it_is_asked_for() -> None:
    person = Person("A", Hours("UTC", ROUND_THE_CLOCK))
    rules = Rules(duration=50 * MINUTE, step=50 * MINUTE)
    week_long = free_starts(None, [person], rules, replace(ALL_MONDAY, end=MONDAY + 7 * DAY)).starts

    for day in range(7):
        one_day = replace(ALL_MONDAY, start=MONDAY + day * DAY, end=MONDAY + (day + 1) * DAY)
        starts = free_starts(None, [person], rules, one_day).starts
        assert starts[0] == MONDAY + day * DAY
        assert starts == [start for start in week_long if one_day.start <= start < one_day.end]


def test_notice_hides_starts_and_does_not_move_the_others() -> None:
    rules = Rules(duration=45 * MINUTE, step=45 * MINUTE)

    before = hours_offered([Person("A", NINE_TO_FIVE)], rules)
    after = hours_offered([Person("A", NINE_TO_FIVE)], rules, replace(ALL_MONDAY, now=at(10.1)))

    assert after == [start for start in before if start > 10.1]


def test_running_job_holds_its_person_past_its_planned_end() -> None:
    running = Block(at(9), at(10), after=15 * MINUTE, is_running=True)
    person = Person("A", NINE_TO_FIVE, blocks=(running,))
    rules = Rules(duration=15 * MINUTE, step=15 * MINUTE)

    in_time = hours_offered([person], rules, replace(ALL_MONDAY, now=at(9.5)))
    overrun = hours_offered([person], rules, replace(ALL_MONDAY, now=at(12)))

    assert in_time[0] == 10.25
    assert overrun[0] == 12.25


def test_hold_takes_time_from_others_until_it_runs_out() -> None:
    held = Block(at(9), at(16), holder="me", expires_at=at(1))
    person = Person("A", NINE_TO_FIVE, blocks=(held,))

    assert hours_offered([person]) == [16]
    assert hours_offered([person], HOURLY, replace(ALL_MONDAY, viewer="me"))[0] == 9
    assert hours_offered([person], HOURLY, replace(ALL_MONDAY, now=at(1)))[0] == 9


def test_booking_that_is_moved_does_not_stand_in_its_own_way() -> None:
    person = Person("A", NINE_TO_FIVE, blocks=(Block(at(9), at(16), job="mine"),))

    assert hours_offered([person], HOURLY, replace(ALL_MONDAY, ignored_job="mine"))[0] == 9


def test_after_buffer_may_pass_closing_time_and_before_buffer_opening_time() -> None:
    rules = replace(HOURLY, before=HOUR, after=HOUR)

    assert hours_offered([Person("A", NINE_TO_FIVE)], rules) == [9, 10, 11, 12, 13, 14, 15, 16]


def test_limit_in_minutes_counts_this_service_on_the_persons_own_day() -> None:
    blocks = (Block(at(9), at(11), service="S"), Block(at(11), at(15), service="other"))
    person = Person("A", NINE_TO_FIVE, blocks=blocks)

    assert hours_offered([person], replace(HOURLY, limit_s=3 * HOUR)) == [15, 16]
    assert hours_offered([person], replace(HOURLY, limit_s=2 * HOUR)) == []
    assert hours_offered([person], replace(HOURLY, limit_s=HOUR // 2)) == []
    assert hours_offered([Person("A", NINE_TO_FIVE)], replace(HOURLY, limit_count=0)) == []


def test_limit_day_is_the_day_where_the_person_is() -> None:
    tokyo = Hours("Asia/Tokyo", ROUND_THE_CLOCK)
    person = Person("A", tokyo, blocks=(Block(at(14), at(15), service="S"),))

    assert hours_offered([person], replace(HOURLY, limit_count=1)) == [15, 16, 17, 18, 19, 20, 21, 22, 23]


@pytest.mark.parametrize(
    ("assignment", "expected"),
    [
        (Assignment.ANY, [9, 10, 11, 12, 13, 14, 15, 16]),
        (Assignment.SEVERAL, [9, 10, 12, 13, 14, 15]),
        (Assignment.ALL, [12, 13]),
        (Assignment.FIXED_PLUS_ANY, [9, 10, 12, 13]),
    ],
)
def test_assignment_says_how_many_people_it_takes(assignment: Assignment, expected: list[float]) -> None:
    people = [
        Person("A", NINE_TO_FIVE, blocks=(Block(at(14), at(17)),)),
        Person("B", NINE_TO_FIVE, blocks=(Block(at(11), at(12)), Block(at(16), at(17)))),
        Person("C", Hours("UTC", week({0: [(720, 1_020)]}))),
    ]
    rules = replace(HOURLY, assignment=assignment, crew_size=2, fixed=frozenset("A"))

    assert hours_offered(people, rules) == expected


def test_job_that_needs_a_person_who_is_not_there_is_not_offered() -> None:
    rules = replace(HOURLY, assignment=Assignment.FIXED_PLUS_ANY, fixed=frozenset({"gone"}))

    assert hours_offered([Person("A", NINE_TO_FIVE)], rules) == []


def test_business_days_from_a_saturday_count_from_monday() -> None:
    saturday = seconds_of(datetime(2026, 11, 21, 12, tzinfo=UTC))
    rules = replace(HOURLY, horizon=Horizon("UTC", business_days=1))
    question = Question(saturday, saturday + 5 * DAY, saturday, "UTC")

    starts = free_starts(None, [Person("A", NINE_TO_FIVE)], rules, question).starts

    assert starts[-1] == at(16)


def test_both_horizons_hold_where_both_are_set() -> None:
    today = day_of(date(2026, 11, 23))
    rules = replace(HOURLY, horizon=Horizon("UTC", calendar_days=5, first_day=today + 1, last_day=today + 2))
    question = replace(ALL_MONDAY, end=MONDAY + 9 * DAY)

    starts = free_starts(None, [Person("A", NINE_TO_FIVE)], rules, question).starts

    assert (starts[0], starts[-1]) == (at(24 + 9), at(48 + 16))


def test_each_rule_refuses_under_its_own_name() -> None:
    person = Person(
        "A",
        replace(NINE_TO_FIVE, overrides=((MONDAY // DAY + 1, ()),)),
        time_off=((at(11), at(12)),),
        blocks=(Block(at(13), at(14), after=900), Block(at(15), at(16), expires_at=at(1), holder="x")),
    )
    closed = replace(NINE_TO_FIVE, overrides=((MONDAY // DAY, ()),))

    assert rules_refusing(person, at(9)) == []
    assert rules_refusing(person, at(-1)) == [Rule.IN_PAST, Rule.OUTSIDE_SCHEDULE]
    assert rules_refusing(person, at(9), replace(HOURLY, notice=10 * HOUR)) == [Rule.NOTICE]
    assert rules_refusing(person, at(33 + 24), replace(HOURLY, horizon=Horizon("UTC", calendar_days=1))) == [
        Rule.HORIZON
    ]
    assert rules_refusing(person, at(17)) == [Rule.OUTSIDE_SCHEDULE]
    assert rules_refusing(person, at(33)) == [Rule.SCHEDULE_EXCEPTION]
    assert rules_refusing(person, at(9), HOURLY, closed) == [Rule.CLOSED_EXCEPTION]
    assert rules_refusing(Person("B", NINE_TO_FIVE), at(18), HOURLY, NINE_TO_FIVE) == [
        Rule.OUTSIDE_OPENING_HOURS,
        Rule.OUTSIDE_SCHEDULE,
    ]
    assert rules_refusing(person, at(10.5)) == [Rule.TIME_OFF]
    assert rules_refusing(person, at(12.5)) == [Rule.BUSY]
    assert rules_refusing(person, at(14)) == [Rule.BUFFER]
    assert rules_refusing(person, at(15)) == [Rule.HELD]
    assert rules_refusing(person, at(9) + 300) == [Rule.OFF_GRID]
    assert rules_refusing(person, at(9), replace(HOURLY, limit_count=0)) == [Rule.LIMIT_PER_DAY]
    assert rules_refusing(Person("C"), at(9)) == [Rule.OUTSIDE_SCHEDULE]


def test_running_job_is_told_apart_from_a_booked_one() -> None:
    person = Person("A", NINE_TO_FIVE, blocks=(Block(at(9), at(10), after=900, is_running=True),))
    question = replace(ALL_MONDAY, now=at(12), start=at(12), end=at(12) + 1)

    [refusal] = refusals(None, [person], HOURLY, question, at(12))["A"]

    assert refusal == Refusal(Rule.IN_PROGRESS, (at(9), at(12.25)))


@pytest.mark.parametrize("text", ["", "9", "09:60", "24:01", "-1:00", "0a:00", "٠٩:٠٠", "09:00:00"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no time of day"):
        minute_of_clock(text)


def test_times_of_day_are_read_and_written_alike() -> None:
    assert [minute_of_clock(text) for text in ("00:00", "09:05", "24:00")] == [0, 545, 1_440]
    assert [clock_of_minute(minute) for minute in (0, 545, 1_440, 1_560)] == ["00:00", "09:05", "24:00", "02:00"]
