"""Where start times lie in a free stretch."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from apps.availability.engine.facts import Grid, Rules
from apps.availability.engine.hours import MINUTE_S
from apps.availability.engine.intervals import Span
from apps.availability.engine.zones import day_span, local_day, offset_at

ROUND_MINUTES = (60, 30, 20, 15, 10, 5)
QUARTERS_S = (0, 900, 1_800, 2_700)
SHORTEST_DAY_S = 22 * 3_600


class Piece(NamedTuple):
    """Part of a free stretch: starts count from ``anchor``, come before ``until``, and the work is over by ``end``."""

    anchor: int
    until: int
    end: int


def starts_between(spans: Sequence[Span], rules: Rules, zone: str, since: int, until: int) -> list[int]:
    """The starts in ``[since, until)`` that the grid has in the free stretches, on clocks of ``zone``."""
    found: list[int] = []
    for piece in pieces(spans, zone):
        if piece.anchor >= until or piece.end <= since:
            continue
        starts = _starts(piece, rules, offset_at(zone, piece.anchor))
        if starts and starts[0] >= since and starts[-1] < until:
            found.extend(starts)
        else:
            found.extend(start for start in starts if since <= start < until)
    return found


def is_on_grid(start: int, spans: Sequence[Span], rules: Rules, zone: str) -> bool:
    """Whether some viewer, wherever their clock stands, is offered this start.

    Zones differ by quarters of an hour within the hour, so four positions of the minute hand are all there are.
    """
    for piece in pieces(spans, zone):
        if piece.anchor <= start < piece.until:
            offset = offset_at(zone, piece.anchor)
            return any(start in _starts(piece, rules, offset + quarter) for quarter in QUARTERS_S)
    return False


def pieces(spans: Iterable[Span], zone: str) -> Iterator[Piece]:
    """The stretches, begun anew at each midnight that has a whole free day before or after it.

    Without it the grid of people who work round the clock would depend on the first day that is asked for.
    """
    for start, end in spans:
        if end - start < SHORTEST_DAY_S:
            yield Piece(start, end, end)
            continue
        anchors = [start, *_midnights(start, end, zone)]
        for anchor, until in zip(anchors, [*anchors[1:], end], strict=True):
            yield Piece(anchor, until, end)


def _midnights(start: int, end: int, zone: str) -> Iterator[int]:
    day = local_day(zone, start) + 1
    previous = day_span(zone, day - 1)[0]
    midnight, following = day_span(zone, day)
    while midnight < end:
        if previous >= start or following <= end:
            yield midnight
        day += 1
        previous, (midnight, following) = midnight, day_span(zone, day)


def _starts(piece: Piece, rules: Rules, offset: int) -> range:
    latest = min(piece.until - 1, piece.end - rules.duration)
    return range(_first_start(piece, latest, rules, offset), latest + 1, rules.step)


def _first_start(piece: Piece, latest: int, rules: Rules, offset: int) -> int:
    earliest = _round_up(piece.anchor, MINUTE_S, offset)
    if rules.grid == Grid.INTERVAL_START:
        return earliest
    unit = _unit_minutes(rules.step)
    if rules.grid == Grid.CLOCK_SNAP:
        return _round_up(piece.anchor, unit * MINUTE_S, offset)
    slack = (latest - earliest) % rules.step
    rounder = (_round_up(piece.anchor, minutes * MINUTE_S, offset) for minutes in ROUND_MINUTES if minutes <= unit)
    return next((start for start in rounder if start - earliest <= slack), earliest)


def _unit_minutes(step: int) -> int:
    """The roundest part of an hour that goes into the step."""
    return next((minutes for minutes in ROUND_MINUTES if step % (minutes * MINUTE_S) == 0), 1)


def _round_up(seconds: int, unit: int, offset: int) -> int:
    return seconds + -(seconds + offset) % unit
