"""The engine agrees with looking at every minute, whatever the hours, zones, blocks and rules."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.availability.engine import (
    Assignment,
    Block,
    Grid,
    Hours,
    Person,
    Question,
    Rules,
    ZonePeriod,
    free_starts,
    open_spans,
    refusals,
    week,
)
from apps.availability.engine.zones import seconds_of
from apps.availability.tests.engine import oracle

HOUR, DAY, MINUTE = 3_600, 86_400, 60
ZONES = ("America/New_York", "Europe/London", "Africa/Lagos", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia")
CHANGES = (
    datetime(2024, 3, 10, tzinfo=UTC),
    datetime(2024, 11, 3, tzinfo=UTC),
    datetime(2024, 3, 31, tzinfo=UTC),
    datetime(2024, 10, 27, tzinfo=UTC),
    datetime(2024, 4, 6, tzinfo=UTC),
    datetime(2024, 10, 5, tzinfo=UTC),
    datetime(2024, 7, 17, tzinfo=UTC),
)
first_midnights = st.sampled_from([seconds_of(moment) for moment in CHANGES])
quarters = st.integers(0, 96).map(lambda quarter: quarter * 15)


@st.composite
def day_spans(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    spans = []
    for _ in range(draw(st.integers(0, 2))):
        opens = draw(quarters)
        spans.append((opens, opens + draw(st.sampled_from((-60, 0, 45, 240, 540, 1_440)))))
    return tuple(sorted(spans))


@st.composite
def some_hours(draw: st.DrawFn, first_midnight: int) -> Hours:
    today = first_midnight // DAY
    periods = ()
    if draw(st.booleans()):
        periods = (ZonePeriod(today, draw(st.sampled_from((today, None))), draw(st.sampled_from(ZONES))),)
    return Hours(
        zone=draw(st.sampled_from(ZONES)),
        weekly=week({weekday: draw(day_spans()) for weekday in range(7)}),
        overrides=tuple((today + ahead, draw(day_spans())) for ahead in draw(st.sets(st.integers(-1, 1), max_size=2))),
        zone_periods=periods,
    )


@st.composite
def some_blocks(draw: st.DrawFn, first_midnight: int) -> tuple[Block, ...]:
    blocks = []
    for _ in range(draw(st.integers(0, 3))):
        start = first_midnight + draw(st.integers(-24, 60)) * 30 * MINUTE
        blocks.append(
            Block(
                start,
                start + draw(st.integers(1, 8)) * 30 * MINUTE,
                before=draw(st.sampled_from((0, 600))),
                after=draw(st.sampled_from((0, 900))),
                expires_at=draw(st.sampled_from((None, first_midnight - DAY, first_midnight + DAY))),
            ),
        )
    return tuple(blocks)


@st.composite
def situations(draw: st.DrawFn) -> tuple[Hours | None, list[Person], Rules, Question]:
    midnight = draw(first_midnights)
    place = draw(st.one_of(st.none(), some_hours(midnight)))
    people = [
        Person(
            key=name,
            hours=draw(some_hours(midnight)),
            time_off=draw(st.sampled_from(((), ((midnight + 10 * HOUR, midnight + 12 * HOUR),)))),
            blocks=draw(some_blocks(midnight)),
        )
        for name in "AB"
    ]
    rules = Rules(
        duration=MINUTE * draw(st.sampled_from((15, 45, 60, 150))),
        step=MINUTE * draw(st.sampled_from((15, 30, 45, 60))),
        grid=draw(st.sampled_from(Grid)),
        before=draw(st.sampled_from((0, 600))),
        after=draw(st.sampled_from((0, 900))),
        notice=draw(st.sampled_from((0, HOUR))),
        assignment=draw(st.sampled_from(Assignment)),
        crew_size=2,
        fixed=frozenset("B"),
    )
    question = Question(
        midnight, midnight + DAY, midnight + draw(st.integers(-3, 9)) * HOUR, draw(st.sampled_from(ZONES))
    )
    return place, people, rules, question


@settings(max_examples=60, deadline=None, derandomize=True)
@given(first_midnights, st.data())
def test_open_spans_hold_exactly_the_minutes_at_which_the_clock_shows_the_hours(
    midnight: int, data: st.DataObject
) -> None:
    hours = data.draw(some_hours(midnight))
    today = midnight // DAY

    spans = open_spans(hours, today - 3, today + 3)

    for instant in range(midnight - DAY, midnight + 2 * DAY, 5 * MINUTE):
        assert any(start <= instant < end for start, end in spans) is oracle.is_open(hours, instant)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(situations())
def test_each_offered_start_can_be_had_and_a_finer_grid_offers_every_start_there_is(
    situation: tuple[Hours | None, list[Person], Rules, Question],
) -> None:
    place, people, rules, question = situation
    every_quarter = replace(rules, step=15 * MINUTE, grid=Grid.CLOCK_SNAP)
    able_at = {
        start: {person.key for person in people if oracle.can_begin(place, person, rules, question.now, start)}
        for start in range(question.start, question.end, 15 * MINUTE)
    }

    complete = free_starts(place, people, every_quarter, question)
    offer = free_starts(place, people, rules, question)

    assert complete.starts == [start for start, able in able_at.items() if oracle.is_enough(able, people, rules)]
    for person in people:
        assert complete.by_person.get(person.key, []) == [
            start for start in complete.starts if person.key in able_at[start]
        ]
        for start in offer.by_person.get(person.key, []):
            assert oracle.can_begin(place, person, rules, question.now, start)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(situations())
def test_a_start_is_refused_exactly_when_it_is_not_offered(
    situation: tuple[Hours | None, list[Person], Rules, Question],
) -> None:
    place, people, rules, question = situation
    rules = replace(rules, step=15 * MINUTE, grid=Grid.CLOCK_SNAP, assignment=Assignment.ANY)
    offer = free_starts(place, people, rules, question)

    for start in range(question.start, question.end, 30 * MINUTE):
        found = refusals(place, people, rules, replace(question, start=start, end=start + 1), start)

        for person in people:
            assert (found[person.key] == []) is (start in offer.by_person.get(person.key, []))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(situations(), st.integers(1, 23))
def test_the_offer_of_a_part_of_the_time_is_that_part_of_the_offer(
    situation: tuple[Hours | None, list[Person], Rules, Question],
    hours_later: int,
) -> None:
    place, people, rules, question = situation
    middle = question.start + hours_later * HOUR

    whole = free_starts(place, people, rules, question).starts
    early = free_starts(place, people, rules, replace(question, end=middle)).starts
    late = free_starts(place, people, rules, replace(question, start=middle)).starts

    assert early + late == whole
