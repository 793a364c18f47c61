"""Wall-clock hours, and the instants at which they hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from apps.availability.engine.intervals import Span, union
from apps.availability.engine.zones import DAY_S, date_of, local_day, stretches

MINUTE_S = 60
DAY_MINUTES = 1_440
LATEST_MINUTE = 2 * DAY_MINUTES
WEEK_DAYS = 7

DaySpans = tuple[tuple[int, int], ...]
"""Minutes after midnight, ``(opens, closes)``; a closing minute above 1440 is on the next day."""


@dataclass(frozen=True, slots=True)
class ZonePeriod:
    """From the first to the last day, both included, the person lives by another zone; no last day means for good."""

    first_day: int
    last_day: int | None
    zone: str


@dataclass(frozen=True, slots=True)
class Hours:
    """A week of wall-clock spans, Monday first, with the dates that differ from it.

    A span belongs to the date on which it opens: closing a date leaves the small hours of the night before it open.
    """

    zone: str
    weekly: tuple[DaySpans, ...]
    overrides: tuple[tuple[int, DaySpans], ...] = ()
    zone_periods: tuple[ZonePeriod, ...] = ()

    def zone_on(self, day: int) -> str:
        """The zone that the person lives by on that day."""
        for period in self.zone_periods:
            if period.first_day <= day and (period.last_day is None or day <= period.last_day):
                return period.zone
        return self.zone

    def is_overridden(self, day: int) -> bool:
        """Whether that date has hours of its own."""
        return any(overridden == day for overridden, _spans in self.overrides)

    def local_day(self, seconds: int) -> int:
        """The date the person writes at that instant."""
        for period in self.zone_periods:
            day = local_day(period.zone, seconds)
            if self.zone_on(day) == period.zone:
                return day
        return local_day(self.zone, seconds)


ROUND_THE_CLOCK: tuple[DaySpans, ...] = (((0, DAY_MINUTES),),) * WEEK_DAYS


def minute_of_clock(text: str) -> int:
    """Minutes after midnight of ``HH:MM``; ``24:00`` is the midnight that ends the day.

    Raises: ValueError for anything that is no such time.
    """
    hours_text, colon, minutes_text = text.partition(":")
    if not colon or not (hours_text + minutes_text).isascii() or not (hours_text + minutes_text).isdigit():
        raise ValueError(f"{text!r} is no time of day")
    hours, minutes = int(hours_text), int(minutes_text)
    if minutes >= MINUTE_S or hours * MINUTE_S + minutes > DAY_MINUTES:
        raise ValueError(f"{text!r} is no time of day")
    return hours * MINUTE_S + minutes


def clock_of_minute(minute: int) -> str:
    """``HH:MM`` of a minute of the day; minutes past the day's end are read on the next day's clock."""
    if minute == DAY_MINUTES:
        return "24:00"
    hours, minutes = divmod(minute % DAY_MINUTES, MINUTE_S)
    return f"{hours:02d}:{minutes:02d}"


def week(by_weekday: Mapping[int, Sequence[tuple[int, int]]]) -> tuple[DaySpans, ...]:
    """A week out of the spans of each weekday, Monday being 0; a weekday left out is closed."""
    return tuple(tuple(sorted(by_weekday.get(weekday, ()))) for weekday in range(WEEK_DAYS))


@lru_cache(maxsize=4_096)
def open_spans(hours: Hours, first_day: int, last_day: int) -> tuple[Span, ...]:
    """The instants at which a clock on the wall shows one of the hours of the local dates, first to last.

    An hour that the clocks skip is not there, an hour that they show twice is there twice, and spans that meet at
    midnight are one.
    """
    overrides = dict(hours.overrides)
    by_zone: dict[str, list[Span]] = {}
    for day in range(first_day, last_day + 1):
        spans = overrides.get(day)
        if spans is None:
            spans = hours.weekly[date_of(day).weekday()]
        if not spans:
            continue
        midnight = day * DAY_S
        wall = by_zone.setdefault(hours.zone_on(day) if hours.zone_periods else hours.zone, [])
        wall.extend((midnight + opens * MINUTE_S, midnight + closes * MINUTE_S) for opens, closes in spans)
    return tuple(
        union(span for zone, wall in by_zone.items() for span in _instants(zone, union(wall), first_day, last_day)),
    )


def _instants(zone: str, wall: Sequence[Span], first_day: int, last_day: int) -> list[Span]:
    """Wall seconds turned into instants, stretch by stretch of constant offset."""
    found: list[Span] = []
    for start, end, offset in stretches(zone, first_day, last_day):
        for wall_start, wall_end in wall:
            opens = max(wall_start - offset, start)
            closes = min(wall_end - offset, end)
            if opens < closes:
                found.append((opens, closes))
    return found
