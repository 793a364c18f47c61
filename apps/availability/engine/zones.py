"""Time zones as stretches of constant offset, so that no time is computed one ``datetime`` at a time.

A *day* here is a number: whole days since 1970-01-01. A *wall second* is what a clock on the wall shows, counted in
seconds since that midnight as if the zone were UTC.
"""

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

DAY_S = 86_400
_FIRST_ORDINAL = date(1970, 1, 1).toordinal()
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Stretch(NamedTuple):
    """Between ``start`` and ``end`` clocks show UTC plus ``offset`` seconds."""

    start: int
    end: int
    offset: int


@lru_cache(maxsize=1)
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


def is_zone(name: str) -> bool:
    """Whether there is a time zone of this name."""
    return name in _zone_names()


def day_of(value: date) -> int:
    """The number of a calendar date."""
    return value.toordinal() - _FIRST_ORDINAL


def date_of(day: int) -> date:
    """The calendar date of a day's number."""
    return date.fromordinal(day + _FIRST_ORDINAL)


def seconds_of(moment: datetime) -> int:
    """Whole seconds since the epoch, rounded down."""
    return (moment - _EPOCH) // timedelta(seconds=1)


def seconds_of_ceiling(moment: datetime) -> int:
    """Whole seconds since the epoch, rounded up."""
    return -((_EPOCH - moment) // timedelta(seconds=1))


def moment_of(seconds: int) -> datetime:
    """The aware UTC moment."""
    return _EPOCH + timedelta(seconds=seconds)


def offset_at(zone: str, seconds: int) -> int:
    """By how many seconds clocks of the zone are ahead of UTC at that instant."""
    day = seconds // DAY_S
    known = stretches(zone, day, day)
    return known[bisect_right(known, seconds, key=_start_of) - 1].offset


def local_day(zone: str, seconds: int) -> int:
    """The day that a calendar on the wall shows at that instant."""
    return (seconds + offset_at(zone, seconds)) // DAY_S


def day_span(zone: str, day: int) -> tuple[int, int]:
    """First instant of the local day and of the one after it: 23, 24 or 25 hours, as the clocks have it."""
    return _midnight(zone, day), _midnight(zone, day + 1)


@lru_cache(maxsize=65_536)
def _midnight(zone: str, day: int) -> int:
    """The first instant at which the local date is ``day``; where midnight itself is skipped, the instant after."""
    wall = day * DAY_S
    for start, end, offset in stretches(zone, day - 1, day + 1):
        if wall < end + offset:
            return max(start, wall - offset)
    raise AssertionError("the stretches cover the day on both sides")


@lru_cache(maxsize=8_192)
def stretches(zone: str, first_day: int, last_day: int) -> tuple[Stretch, ...]:
    """The offsets of a zone, in order and without holes, from a UTC day before the first to two after the last."""
    zone_info = ZoneInfo(zone)
    start = (first_day - 1) * DAY_S
    end = (last_day + 3) * DAY_S
    offset = _offset(zone_info, start)
    found: list[Stretch] = []
    for probe in range(start + DAY_S, end + DAY_S, DAY_S):
        next_offset = _offset(zone_info, probe)
        if next_offset != offset:
            change = _change_between(zone_info, probe - DAY_S, probe)
            found.append(Stretch(start, change, offset))
            start, offset = change, next_offset
    found.append(Stretch(start, end, offset))
    return tuple(found)


def _change_between(zone_info: ZoneInfo, before: int, after: int) -> int:
    """The instant at which the offset that held at ``before`` ends."""
    old = _offset(zone_info, before)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(zone_info, middle) == old:
            before = middle
        else:
            after = middle
    return after


def _offset(zone_info: ZoneInfo, seconds: int) -> int:
    offset = moment_of(seconds).astimezone(zone_info).utcoffset()
    return 0 if offset is None else offset // timedelta(seconds=1)


def _start_of(stretch: Stretch) -> int:
    return stretch.start
