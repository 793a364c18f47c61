"""When a weekly payout is due: on Monday at six, by the clock of the business, whatever that clock does."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_AT = time(6)
_WEEK = timedelta(days=7)


def next_monday(after: datetime, zone: str) -> datetime:
    """The first Monday 06:00 of the zone later than ``after``."""
    there = ZoneInfo(zone)
    today = after.astimezone(there).date()
    monday = today - timedelta(days=today.weekday())
    while (due := datetime.combine(monday, _AT, there).astimezone(UTC)) <= after:
        monday += _WEEK
    return due


def monday_of(moment: datetime, zone: str) -> date:
    """The Monday of the week in which the moment lies there."""
    day = moment.astimezone(ZoneInfo(zone)).date()
    return day - timedelta(days=day.weekday())
