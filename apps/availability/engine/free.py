"""Free time, and the starts it has room for."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate

from apps.availability.engine.bounds import NEVER, full_days, horizon_span
from apps.availability.engine.facts import Assignment, Offer, Person, PersonId, Question, Rules
from apps.availability.engine.grid import starts_between
from apps.availability.engine.hours import Hours, open_spans
from apps.availability.engine.intervals import Span, covered_by, intersect, subtract, union

Starts = Sequence[Span]
"""Ranges ``[first, end)`` of instants at which a job may begin."""


def free_starts(place: Hours | None, people: Sequence[Person], rules: Rules, question: Question) -> Offer:
    """Every start in the question's span that enough people are free for, and who they are.

    ``place`` is when the business is open; ``None`` where no place's hours bind.
    """
    since, until = allowed_span(rules, question)
    if since >= until or not people:
        return Offer()
    free = {person.key: free_spans(place, person, rules, question) for person in people}
    grid = starts_between(enough_free(free, rules), rules, question.zone, since, until)
    if not grid:
        return Offer()
    ranges = {person.key: start_ranges(free[person.key], place, person, rules, question) for person in people}
    return _offer(grid, ranges, rules)


def allowed_span(rules: Rules, question: Question) -> Span:
    """The starts that the question, the notice and the horizon leave."""
    opens, closes = horizon_span(rules.horizon, question.now)
    return max(question.start, question.now + rules.notice, opens), min(question.end, closes)


def free_spans(place: Hours | None, person: Person, rules: Rules, question: Question) -> list[Span]:
    """When the person could be at work on a job of this service, from its start to its end without the buffers."""
    at_work = work_spans(place, person, question)
    if not at_work:
        return []
    taken = taken_spans(person, rules, question)
    return subtract(at_work, taken) if taken else list(at_work)


def work_spans(place: Hours | None, person: Person, question: Question) -> Sequence[Span]:
    """When the place is open and the person works there."""
    first_day, last_day = question.first_day, question.last_day
    hours = person.hours or place
    if hours is None:
        return []
    if place is None or person.hours is None:
        at_work = open_spans(hours, first_day, last_day)
    else:
        at_work = _both(place, hours, first_day, last_day)
    return subtract(at_work, union(person.time_off)) if person.time_off else at_work


@lru_cache(maxsize=4_096)
def _both(place: Hours, hours: Hours, first_day: int, last_day: int) -> tuple[Span, ...]:
    return tuple(intersect(open_spans(place, first_day, last_day), open_spans(hours, first_day, last_day)))


def taken_spans(person: Person, rules: Rules, question: Question) -> list[Span]:
    """Other work, widened by what this service keeps free around itself; buffers of both sides add up.

    Starts and ends are in order, but neighbours may touch or overlap.
    """
    now, viewer, ignored = question.now, question.viewer, question.ignored_job
    own_before, own_after = rules.before, rules.after
    spans = [(start - own_after, end + own_before) for start, end in person.taken]
    if not person.blocks:
        return spans
    # Block.is_live and Block.span, written out: this loop runs for every block of everybody.
    for start, end, before, after, holder, expires_at, is_running, _service, job in person.blocks:
        if expires_at is not None and (expires_at <= now or (viewer is not None and holder == viewer)):
            continue
        if ignored is not None and job == ignored:
            continue
        earliest, latest = start - before, end + after
        if is_running:
            earliest, latest = min(earliest, now), max(end, now) + after
        spans.append((earliest - own_after, latest + own_before))
    return union(spans)


def start_ranges(free: Sequence[Span], place: Hours | None, person: Person, rules: Rules, question: Question) -> Starts:
    """When a job of this length may begin: it ends in the same free stretch, on a day that is not full."""
    ranges = [(start, end - rules.duration + 1) for start, end in free if end - start >= rules.duration]
    hours = person.hours or place
    if hours is None or (rules.limit_count is None and rules.limit_s is None):
        return ranges
    full = full_days(
        person,
        hours,
        rules,
        now=question.now,
        viewer=question.viewer,
        ignored=question.ignored_job,
    )
    return subtract(ranges, full)


def enough_free(free: Mapping[PersonId, Sequence[Span]], rules: Rules) -> list[Span]:
    """The instants at which as many people as the job needs are free; the grid lies in these."""
    if not rules.fixed <= free.keys():
        return []
    fixed, others, needed = parties(free, rules)
    spans = covered_by(needed, [free[key] for key in others]) if needed else [(-NEVER, NEVER)]
    for key in fixed:
        spans = intersect(spans, free[key])
    return spans


def parties(keys: Iterable[PersonId], rules: Rules) -> tuple[list[PersonId], list[PersonId], int]:
    """Who has to come, who may come, and how many of the latter it takes."""
    everybody = list(keys)
    if rules.assignment == Assignment.FIXED_PLUS_ANY:
        fixed = [key for key in everybody if key in rules.fixed]
        others = [key for key in everybody if key not in rules.fixed]
        return fixed, others, 1
    if rules.assignment == Assignment.ALL:
        return everybody, [], 0
    needed = rules.crew_size if rules.assignment == Assignment.SEVERAL else 1
    return [], everybody, max(needed, 1)


def _offer(grid: list[int], ranges: Mapping[PersonId, Starts], rules: Rules) -> Offer:
    """The starts of the grid for which enough people are free to the end."""
    fixed, others, needed = parties(ranges, rules)
    slices = {key: _slices(grid, spans) for key, spans in ranges.items()}
    may_come = _counts(len(grid), (slices[key] for key in others))
    must_come = _counts(len(grid), (slices[key] for key in fixed))
    is_enough = [may >= needed and must == len(fixed) for may, must in zip(may_come, must_come, strict=True)]
    if all(is_enough):
        return Offer(
            grid, {key: [start for low, high in parts for start in grid[low:high]] for key, parts in slices.items()}
        )
    return Offer(
        [start for start, enough in zip(grid, is_enough, strict=True) if enough],
        {
            key: [grid[index] for low, high in parts for index in range(low, high) if is_enough[index]]
            for key, parts in slices.items()
        },
    )


def _slices(grid: list[int], ranges: Starts) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    low = 0
    for first, end in ranges:
        low = bisect_left(grid, first, low)
        high = bisect_left(grid, end, low)
        if low < high:
            found.append((low, high))
            low = high
    return found


def _counts(length: int, slices_of_people: Iterable[list[tuple[int, int]]]) -> list[int]:
    """For each place of the grid, how many people are free there."""
    changes = [0] * (length + 1)
    for parts in slices_of_people:
        for low, high in parts:
            changes[low] += 1
            changes[high] -= 1
    return list(accumulate(changes))[:length]
