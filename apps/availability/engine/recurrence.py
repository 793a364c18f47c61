"""Dates that recur by a rule of RFC 5545, reckoned on the wall: a clock change moves none of them."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from apps.availability.errors import RuleRefused

MOST_DATES = 366
_ONLY_DATES = re.compile(r"(RRULE:)?FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;[A-Z]+=[A-Z0-9,+-]+)*", re.ASCII)
_FINER = ("BYHOUR", "BYMINUTE", "BYSECOND")
_UNTIL = re.compile(r"UNTIL=(\d{8})(T\d{6}Z?)?")


def dates_of(rule: str, first_on: date, starts_at: time, zone: str) -> list[date]:
    """The dates on which the rule falls from ``first_on`` on; the first one is among them only if it fits the rule.

    Raises: RuleRefused for what is no rule of dates, has no end, or has more than ``MOST_DATES`` of them.
    """
    text = rule.strip().upper()
    if not _ONLY_DATES.fullmatch(text) or any(part in text for part in _FINER):
        raise RuleRefused
    if "COUNT=" not in text and "UNTIL=" not in text:
        raise RuleRefused("The rule needs an end: COUNT or UNTIL.")
    try:
        text = _UNTIL.sub(lambda found: _until_on_the_wall(found, zone), text)
        starts = rrulestr(text, dtstart=_on(first_on, starts_at))
        found = list(islice(_dates(starts), MOST_DATES + 1))
    except ValueError as error:
        raise RuleRefused from error
    if not found:
        raise RuleRefused("The rule falls on no date.")
    if len(found) > MOST_DATES:
        raise RuleRefused(f"The rule falls on more than {MOST_DATES} dates.")
    return found


def _dates(starts: Iterable[datetime]) -> Iterator[date]:
    return (start.date() for start in starts)


def _until_on_the_wall(found: re.Match[str], zone: str) -> str:
    """The end of the rule as clocks of the zone show it; a date alone is included."""
    day, moment = found.groups()
    if moment is None:
        return f"UNTIL={day}T235959"
    if not moment.endswith("Z"):
        return f"UNTIL={day}{moment}"
    until = datetime.strptime(f"{day}{moment}+0000", "%Y%m%dT%H%M%SZ%z").astimezone(ZoneInfo(zone))
    return f"UNTIL={until:%Y%m%dT%H%M%S}"


def _on(day: date, at: time) -> datetime:
    # Without a zone on purpose: the rule is reckoned on the wall, and each date is placed in the zone by itself.
    return datetime.combine(day, at)
