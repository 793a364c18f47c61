"""What another calendar says is taken: its events, recurring ones laid out, as spans of time and nothing else."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from apps.availability.engine.intervals import union
from apps.availability.engine.zones import moment_of, seconds_of, seconds_of_ceiling
from apps.core.errors import Invalid

MOST_EVENTS = 5_000
MOST_SPANS = 10_000
_DAY = timedelta(days=1)
_LAID_OUT = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
# Dates repeat every 400 years to the weekday. A rule is reckoned in the last of these that there are, so that one which never
# falls on any date is given up soon rather than after eight thousand years.
_CYCLE = 400
_LAST_YEAR = 9_999


class Unreadable(Invalid):
    """What an address gave is no calendar, or too much of one; the message is for whoever gave its address."""

    code = "calendar_unreadable"
    default_message = "It is no calendar."


@dataclass(frozen=True, slots=True)
class Reading:
    """When the calendar says that its owner is busy, in order and without overlaps; and how many events made no sense."""

    spans: list[tuple[datetime, datetime]]
    skipped: int


def busy_times(content: bytes, *, since: datetime, until: datetime, zone: str) -> Reading:
    """What is taken between the two moments; whole days and times without a zone are those of ``zone``.

    What was cancelled, and what its owner shows as free, takes no time. Raises: Unreadable.
    """
    own_zone = ZoneInfo(zone)
    found: list[tuple[datetime, datetime]] = []
    skipped = 0
    for parts in _by_uid(_events(content)):
        try:
            found += islice(_taken_by(parts, since, until, own_zone), MOST_SPANS)
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, IndexError):
            skipped += 1  # one event that makes no sense never hides the others
        if len(found) > MOST_SPANS:
            raise Unreadable("It has too many events.")
    spans = union((seconds_of(start), seconds_of_ceiling(end)) for start, end in found)
    return Reading([(moment_of(start), moment_of(end)) for start, end in spans], skipped)


def _events(content: bytes) -> list[Any]:
    from icalendar import Calendar  # noqa: PLC0415  # only those who read need it

    if content.upper().count(b"BEGIN:VEVENT") > MOST_EVENTS:
        raise Unreadable("It has too many events.")
    try:
        calendars = Calendar.from_ical(content, multiple=True)
    except (ValueError, KeyError, IndexError, AttributeError, TypeError, RecursionError):
        raise Unreadable from None
    if not calendars or any(each.name != "VCALENDAR" for each in calendars):
        raise Unreadable
    return [event for calendar in calendars for event in calendar.walk("VEVENT")]


def _by_uid(events: Iterable[Any]) -> Iterator[list[Any]]:
    """The events with what changes single occurrences of them."""
    parts: dict[str, list[Any]] = defaultdict(list)
    for number, event in enumerate(events):
        parts[str(event.get("uid") or f"-{number}")].append(event)
    yield from parts.values()


def _taken_by(
    parts: list[Any], since: datetime, until: datetime, own_zone: tzinfo
) -> Iterator[tuple[datetime, datetime]]:
    changed = {_instant(each["recurrence-id"].dt, own_zone): each for each in parts if "recurrence-id" in each}
    for event in parts:
        if not _takes_time(event):
            continue
        begins, length = _begin_and_length(event, own_zone)
        if "recurrence-id" in event:
            starts: Iterable[datetime] = [_instant(begins, own_zone)]
        else:
            occurrences = _occurrences(event, begins, since - length - _DAY, until, own_zone)
            starts = [start for start in occurrences if start not in changed]
        for start in starts:
            end = _end_of(start, begins, length, own_zone)
            if since < end and start < until and start < end:
                yield start, end


def _takes_time(event: Any) -> bool:
    is_off = str(event.get("status", "")).upper() == "CANCELLED"
    is_free = str(event.get("transp", "")).upper() == "TRANSPARENT"
    return not (is_off or is_free or str(event.get("x-microsoft-cdo-busystatus", "")).upper() == "FREE")


def _begin_and_length(event: Any, own_zone: tzinfo) -> tuple[date | datetime, timedelta]:
    begins = event["dtstart"].dt
    if "dtend" in event:
        ends = event["dtend"].dt
        if not isinstance(begins, datetime):
            return begins, _as_date(ends) - begins
        return begins, _instant(ends, own_zone) - _instant(begins, own_zone)
    if "duration" in event:
        return begins, event["duration"].dt
    return begins, timedelta(0) if isinstance(begins, datetime) else _DAY


def _end_of(start: datetime, begins: date | datetime, length: timedelta, own_zone: tzinfo) -> datetime:
    """A whole day ends at the next midnight, however long it was; anything else after its length."""
    if isinstance(begins, datetime):
        return start + length
    return _instant((start.astimezone(own_zone) + timedelta(hours=12)).date() + length, own_zone)


def _occurrences(
    event: Any, begins: date | datetime, since: datetime, until: datetime, own_zone: tzinfo
) -> set[datetime]:
    zone = (begins.tzinfo if isinstance(begins, datetime) else None) or own_zone
    starts = {_instant(begins, own_zone)}
    for rule in _several(event.get("rrule")):
        starts |= {
            wall.replace(tzinfo=zone).astimezone(UTC) for wall in _walls(rule, _wall(begins, zone), since, until, zone)
        }
    starts |= {_instant(each, own_zone) for each in _dates(event.get("rdate"))}
    gone = {_instant(each, own_zone) for each in _dates(event.get("exdate"))}
    return starts - gone


def _walls(rule: Any, first: datetime, since: datetime, until: datetime, zone: tzinfo) -> list[datetime]:
    """What a clock on the wall shows when the rule falls between the two moments."""
    rule = deepcopy(rule)
    if str(rule["FREQ"][0]).upper() not in _LAID_OUT:
        raise ValueError("finer than days")
    last = until.astimezone(zone).replace(tzinfo=None)
    later = (_LAST_YEAR - last.year) // _CYCLE * _CYCLE
    if "UNTIL" in rule:
        ends = rule["UNTIL"][0]
        is_day = not isinstance(ends, datetime)
        wall = datetime.combine(ends, time(23, 59, 59)) if is_day else _wall(ends, zone)
        rule["UNTIL"] = [_moved(wall, later)]
    text = rule.to_ical().decode()
    begin = since.astimezone(zone).replace(tzinfo=None)
    found = rrulestr(text, dtstart=_moved(first, later)).between(_moved(begin, later), _moved(last, later), inc=True)
    return [_moved(wall, -later) for wall in found]


def _moved(wall: datetime, years: int) -> datetime:
    return wall.replace(year=wall.year + years)


def _several(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _dates(value: Any) -> Iterator[date | datetime]:
    """The dates of a list of them; of a span, its begin."""
    for listed in _several(value):
        for each in listed.dts:
            yield each.dt[0] if isinstance(each.dt, tuple) else each.dt


def _wall(moment: date | datetime, zone: tzinfo) -> datetime:
    """What a clock of the zone shows then; a date is its midnight."""
    if not isinstance(moment, datetime):
        # Without a zone on purpose: the rule is reckoned on the wall, and each date is placed in the zone by itself.
        return datetime.combine(moment, time())
    return moment.replace(tzinfo=None) if moment.tzinfo is None else moment.astimezone(zone).replace(tzinfo=None)


def _as_date(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _instant(moment: date | datetime, own_zone: tzinfo) -> datetime:
    """The moment in UTC; a date is its midnight, and a time without a zone the owner's own."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    placed = moment if moment.tzinfo is not None else moment.replace(tzinfo=own_zone)
    return placed.astimezone(UTC)
