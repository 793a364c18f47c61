"""Which rule refuses a start."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from apps.availability.engine.bounds import full_days, horizon_span
from apps.availability.engine.facts import Block, Person, PersonId, Question, Rules
from apps.availability.engine.free import enough_free, free_spans
from apps.availability.engine.grid import is_on_grid
from apps.availability.engine.hours import Hours, open_spans
from apps.availability.engine.intervals import Span, holding, overlaps


class Rule(StrEnum):
    """The rules that can refuse a start, as they are told to clients."""

    IN_PAST = "in_past"
    NOTICE = "notice"
    HORIZON = "horizon"
    OUTSIDE_OPENING_HOURS = "outside_opening_hours"
    CLOSED_EXCEPTION = "closed_exception"
    OUTSIDE_SCHEDULE = "outside_schedule"
    SCHEDULE_EXCEPTION = "schedule_exception"
    TIME_OFF = "time_off"
    IN_PROGRESS = "in_progress"
    HELD = "held"
    BUSY = "busy"
    BUFFER = "buffer"
    LIMIT_PER_DAY = "limit_per_day"
    OFF_GRID = "off_grid"
    CREW_INCOMPLETE = "crew_incomplete"
    NO_NEW_JOBS = "no_new_jobs"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A rule that refuses, and the span of time that makes it do so where there is one."""

    rule: Rule
    span: Span | None = None


def refusals_of_person(
    place: Hours | None,
    person: Person,
    rules: Rules,
    question: Question,
    start: int,
) -> list[Refusal]:
    """Every rule, the grid apart, by which this person cannot begin a job of this service then; none means they can."""
    found = _of_bounds(rules, question, start)
    found += _of_hours(place, person, rules, question, start)
    found += [
        Refusal(Rule.TIME_OFF, span) for span in person.time_off if overlaps([span], start, start + rules.duration)
    ]
    found += _of_blocks(person, rules, question, start)
    hours = person.hours or place
    if hours is not None:
        full = full_days(
            person,
            hours,
            rules,
            now=question.now,
            viewer=question.viewer,
            ignored=question.ignored_job,
        )
        found += [Refusal(Rule.LIMIT_PER_DAY)] if overlaps(full, start, start + 1) else []
    return found


def refusals(
    place: Hours | None,
    people: Sequence[Person],
    rules: Rules,
    question: Question,
    start: int,
) -> dict[PersonId, list[Refusal]]:
    """For each person why they cannot come then; a person with no refusal can.

    A start that somebody could be offered, alone or as one of ``people``, is on the grid.
    """
    found = {person.key: refusals_of_person(place, person, rules, question, start) for person in people}
    able = [person for person in people if not found[person.key]]
    if not able:
        return found
    free = {person.key: free_spans(place, person, rules, question) for person in people}
    if is_on_grid(start, enough_free(free, rules), rules, question.zone):
        return found
    for person in able:
        if not is_on_grid(start, free[person.key], rules, question.zone):
            found[person.key].append(Refusal(Rule.OFF_GRID))
    return found


def _of_bounds(rules: Rules, question: Question, start: int) -> list[Refusal]:
    if start < question.now:
        return [Refusal(Rule.IN_PAST)]
    earliest = question.now + rules.notice
    if start < earliest:
        return [Refusal(Rule.NOTICE, (question.now, earliest))]
    opens, closes = horizon_span(rules.horizon, question.now)
    return [] if opens <= start < closes else [Refusal(Rule.HORIZON, (opens, closes))]


def _of_hours(place: Hours | None, person: Person, rules: Rules, question: Question, start: int) -> list[Refusal]:
    found = []
    if place is not None and not _is_open(place, rules, question, start):
        is_exception = place.is_overridden(place.local_day(start))
        found.append(Refusal(Rule.CLOSED_EXCEPTION if is_exception else Rule.OUTSIDE_OPENING_HOURS))
    hours = person.hours
    if hours is None and place is None:
        found.append(Refusal(Rule.OUTSIDE_SCHEDULE))
    if hours is not None and not _is_open(hours, rules, question, start):
        is_exception = hours.is_overridden(hours.local_day(start))
        found.append(Refusal(Rule.SCHEDULE_EXCEPTION if is_exception else Rule.OUTSIDE_SCHEDULE))
    return found


def _is_open(hours: Hours, rules: Rules, question: Question, start: int) -> bool:
    return holding(open_spans(hours, question.first_day, question.last_day), start, start + rules.duration) is not None


def _of_blocks(person: Person, rules: Rules, question: Question, start: int) -> list[Refusal]:
    end = start + rules.duration
    found = [
        Refusal(Rule.BUSY, span) for span in person.taken if overlaps([span], start - rules.before, end + rules.after)
    ]
    for block in person.blocks:
        if not block.is_live(question.now, question.viewer, question.ignored_job):
            continue
        span = block.span(question.now)
        if overlaps([span], start - rules.before, end + rules.after):
            found.append(Refusal(_rule_of(block, question, start, end), span))
    return found


def _rule_of(block: Block, question: Question, start: int, end: int) -> Rule:
    if block.is_running and start < max(block.end, question.now) + block.after:
        return Rule.IN_PROGRESS
    if not overlaps([(block.start, block.end)], start, end):
        return Rule.BUFFER
    return Rule.BUSY if block.expires_at is None else Rule.HELD
