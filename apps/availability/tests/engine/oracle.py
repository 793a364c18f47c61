"""Free time the slow way: every minute is looked at on its own, through the standard library's clocks."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from apps.availability.engine import Assignment, Hours, Person, Rules
from apps.availability.engine.zones import day_of

MINUTE = 60


def is_open(hours: Hours, instant: int) -> bool:
    """Whether a clock in the person's zone shows one of their hours."""
    zones = {hours.zone} | {period.zone for period in hours.zone_periods}
    for zone in zones:
        wall = datetime.fromtimestamp(instant, UTC).astimezone(ZoneInfo(zone))
        for days_back in (0, 1):
            opened_on = wall.date() - timedelta(days=days_back)
            if hours.zone_on(day_of(opened_on)) != zone:
                continue
            minute = wall.hour * 60 + wall.minute + 1_440 * days_back
            if any(opens <= minute < closes for opens, closes in spans_on(hours, opened_on)):
                return True
    return False


def spans_on(hours: Hours, opened_on: date) -> tuple[tuple[int, int], ...]:
    """The wall-clock spans of one date."""
    return dict(hours.overrides).get(day_of(opened_on), hours.weekly[opened_on.weekday()])


def can_begin(place: Hours | None, person: Person, rules: Rules, now: int, start: int) -> bool:
    """Whether the person can do a job that begins then, the grid and the daily limits apart."""
    if start < now + rules.notice:
        return False
    for instant in range(start, start + rules.duration, MINUTE):
        if place is not None and not is_open(place, instant):
            return False
        if person.hours is not None and not is_open(person.hours, instant):
            return False
        if any(begin <= instant < end for begin, end in person.time_off):
            return False
    taken = {
        instant
        for block in person.blocks
        if block.expires_at is None or block.expires_at > now
        for instant in range(block.start - block.before, block.end + block.after, MINUTE)
    }
    return taken.isdisjoint(range(start - rules.before, start + rules.duration + rules.after, MINUTE))


def is_enough(able: set[object], people: list[Person], rules: Rules) -> bool:
    """Whether these people are as many as the job needs."""
    if rules.assignment == Assignment.ALL:
        return len(able) == len(people)
    if rules.assignment == Assignment.FIXED_PLUS_ANY:
        return rules.fixed <= able and bool(able - rules.fixed)
    if rules.assignment == Assignment.SEVERAL:
        return len(able) >= rules.crew_size
    return bool(able)
