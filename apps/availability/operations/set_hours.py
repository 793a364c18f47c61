"""When a business is open and when its people work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from uuid import UUID

from django.db import transaction

from apps.accounts.models import User
from apps.availability.engine.zones import is_zone
from apps.availability.errors import HoursInvalid
from apps.availability.models import OpeningException, OpeningHours, ScheduleOverride, TravelPeriod, WeeklySchedule
from apps.catalog.models import Business, StaffMember
from apps.core import audit

Spans = Sequence[Sequence[int]]
DAY_MINUTES = 1_440
MOST_SPANS = 12
WEEK_DAYS = range(7)


@dataclass(frozen=True, slots=True)
class Travel:
    """From one date to another, both included, a person lives by another zone."""

    first_on: date
    last_on: date | None
    time_zone: str


@transaction.atomic
def set_opening_hours(*, business_id: UUID, weekly: Mapping[int, Spans], by: User, at: datetime) -> None:
    """The business is open in exactly these spans of each weekday, Monday being 0. Raises: HoursInvalid."""
    checked = {weekday: checked_spans(spans, field=str(weekday)) for weekday, spans in weekly.items()}
    business = Business.objects.locked().get(pk=business_id)
    old = OpeningHours.objects.filter(business=business)
    before = {str(row.weekday): row.spans for row in old}
    old.delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(business=business, weekday=weekday, spans=spans)
        for weekday, spans in sorted(checked.items())
        if spans
    )
    after = {str(weekday): spans for weekday, spans in checked.items()}
    audit.record("availability.opening_hours_set", target=business, by=by, at=at, before=before, after=after)


@transaction.atomic
def set_opening_exception(
    *, business_id: UUID, on: date, spans: Spans, by: User, at: datetime, reason: str = ""
) -> OpeningException:
    """On that date the business keeps these hours instead; without any it is closed. Raises: HoursInvalid."""
    checked = checked_spans(spans, field="spans")
    business = Business.objects.locked().get(pk=business_id)
    exception, _is_new = OpeningException.objects.update_or_create(
        business=business, on=on, defaults={"spans": checked, "reason": reason}
    )
    audit.record(
        "availability.opening_exception_set",
        target=business, by=by, at=at, after={"on": on.isoformat(), "spans": checked}, reason=reason,
    )  # fmt: skip
    return exception


@transaction.atomic
def remove_opening_exception(*, exception: OpeningException, by: User, at: datetime) -> None:
    """The date keeps the hours of its weekday again."""
    audit.record(
        "availability.opening_exception_removed",
        target=exception.business, by=by, at=at, before={"on": exception.on.isoformat(), "spans": exception.spans},
    )  # fmt: skip
    exception.delete()


@transaction.atomic
def set_schedule(
    *,
    staff_member_id: UUID,
    weekly: Mapping[int, Spans],
    by: User,
    at: datetime,
    time_zone: str = "",
    overrides: Mapping[date, Spans] | None = None,
    travel: Sequence[Travel] | None = None,
) -> WeeklySchedule:
    """The person works in exactly these spans; overrides and travel replace the known ones where they are given.

    Raises: HoursInvalid.
    """
    days = [checked_spans(weekly.get(weekday, ()), field=str(weekday)) for weekday in WEEK_DAYS]
    dated = {on: checked_spans(spans, field="overrides") for on, spans in (overrides or {}).items()}
    for name in [time_zone, *(period.time_zone for period in travel or ())]:
        if name and not is_zone(name):
            raise HoursInvalid(errors={"time_zone": [f"{name} is no time zone."]})
    staff_member = StaffMember.objects.locked().get(pk=staff_member_id)
    schedule, _is_new = WeeklySchedule.objects.update_or_create(
        staff_member=staff_member, defaults={"weekly": days, "time_zone": time_zone}
    )
    if overrides is not None:
        staff_member.schedule_overrides.all().delete()
        ScheduleOverride.objects.bulk_create(
            ScheduleOverride(staff_member=staff_member, on=on, spans=spans) for on, spans in sorted(dated.items())
        )
    if travel is not None:
        _set_travel(staff_member, travel)
    audit.record("availability.schedule_set", target=staff_member, by=by, at=at, after={"weekly": days})
    return schedule


def checked_spans(spans: Spans, *, field: str) -> list[list[int]]:
    """The spans in order, as they are stored. Raises: HoursInvalid when one is inverted, too long or over another."""
    ordered = sorted([int(opens), int(closes)] for opens, closes in spans)
    if len(ordered) > MOST_SPANS:
        raise HoursInvalid(errors={field: [f"At most {MOST_SPANS} spans a day."]})
    for opens, closes in ordered:
        if not 0 <= opens < DAY_MINUTES or not opens < closes <= opens + DAY_MINUTES:
            raise HoursInvalid(
                errors={field: ["A span closes after it opens; one past midnight says that it closes the next day."]}
            )
    if any(later[0] < earlier[1] for earlier, later in pairwise(ordered)):
        raise HoursInvalid(errors={field: ["The spans of a day overlap."]})
    return ordered


def _set_travel(staff_member: StaffMember, travel: Sequence[Travel]) -> None:
    ordered = sorted(travel, key=lambda period: period.first_on)
    for period in ordered:
        if period.last_on is not None and period.last_on < period.first_on:
            raise HoursInvalid(errors={"travel": ["A period ends before it begins."]})
    for earlier, later in pairwise(ordered):
        if earlier.last_on is None or later.first_on <= earlier.last_on:
            raise HoursInvalid(errors={"travel": ["Two periods overlap."]})
    staff_member.travel_periods.all().delete()
    TravelPeriod.objects.bulk_create(
        TravelPeriod(
            staff_member=staff_member, first_on=period.first_on, last_on=period.last_on, time_zone=period.time_zone
        )
        for period in ordered
    )
