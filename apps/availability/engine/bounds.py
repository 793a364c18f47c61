"""Which starts notice, horizon and daily limits leave."""

from collections import Counter
from collections.abc import Hashable

from apps.availability.engine.facts import Horizon, Person, Rules
from apps.availability.engine.hours import Hours
from apps.availability.engine.intervals import Span, union
from apps.availability.engine.zones import date_of, day_span, local_day

FIRST_WEEKEND_DAY = 5
NEVER = 1 << 60


def horizon_span(horizon: Horizon | None, now: int) -> Span:
    """The starts that the horizon allows, as ``[first, end)``."""
    if horizon is None:
        return -NEVER, NEVER
    first_day, last_day = horizon.first_day, horizon.last_day
    today = local_day(horizon.zone, now)
    if horizon.calendar_days is not None:
        last_day = _earlier(last_day, today + horizon.calendar_days)
    if horizon.business_days is not None:
        last_day = _earlier(last_day, _business_days_after(today, horizon.business_days))
    return (
        -NEVER if first_day is None else day_span(horizon.zone, first_day)[0],
        NEVER if last_day is None else day_span(horizon.zone, last_day)[1],
    )


def full_days(
    person: Person, hours: Hours, rules: Rules, *, now: int, viewer: Hashable, ignored: Hashable
) -> list[Span]:
    """The person's local days on which one more job of this service would pass a limit."""
    if rules.limit_count is None and rules.limit_s is None:
        return []
    counts: Counter[int] = Counter()
    lengths: Counter[int] = Counter()
    for block in person.blocks:
        if block.service == rules.service and block.is_live(now, viewer, ignored):
            day = hours.local_day(block.start)
            counts[day] += 1
            lengths[day] += block.end - block.start
    if rules.limit_count == 0 or (rules.limit_s is not None and rules.duration > rules.limit_s):
        return [(-NEVER, NEVER)]
    return union(
        day_span(hours.zone_on(day), day)
        for day in counts
        if (rules.limit_count is not None and counts[day] >= rules.limit_count)
        or (rules.limit_s is not None and lengths[day] + rules.duration > rules.limit_s)
    )


def _earlier(left: int | None, right: int) -> int:
    return right if left is None else min(left, right)


def _business_days_after(today: int, count: int) -> int:
    """The day that is ``count`` Mondays-to-Fridays after today; the days between may be booked, weekends too."""
    day = today
    while count > 0:
        day += 1
        if date_of(day).weekday() < FIRST_WEEKEND_DAY:
            count -= 1
    return day
