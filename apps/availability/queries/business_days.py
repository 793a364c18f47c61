"""How full the days of a business are."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from apps.availability.engine import Offer, Question, free_starts
from apps.availability.engine.zones import date_of, day_of, day_span, local_day, moment_of, seconds_of_ceiling
from apps.availability.errors import NoSuchService
from apps.availability.models import CapacitySlot
from apps.availability.queries.calendar import Calendar, load_calendar
from apps.availability.queries.service_rules import rules_of


@dataclass(frozen=True, slots=True)
class DaySlot:
    """A start time of a day: how many could be served then, and how many still can."""

    starts_at: datetime
    ends_at: datetime
    total: int
    free: int
    slot_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Days:
    """Slots by local date, every date of the range being there."""

    zone: str
    by_date: dict[date, list[DaySlot]]


def business_days(
    *, business_id: UUID, service_id: UUID | None, since: date, until: date, at: datetime, for_user: UUID | None = None
) -> Days:
    """The slots of each day from ``since`` to ``until``, both included, in two queries.

    Without a service, a start is the shortest job that the business's grid has room for. Raises: NoSuchService.
    """
    first_day, last_day = day_of(since), day_of(until)
    wide_start, wide_end = moment_of((first_day - 1) * 86_400), moment_of((last_day + 2) * 86_400)
    calendar = load_calendar(business_id=business_id, service_id=service_id, since=wide_start, until=wide_end)
    if calendar is None or not calendar.is_bookable:
        raise NoSuchService("There is no such business.")
    slots = _of_people(calendar, first_day, last_day, at, for_user) + _of_seats(
        calendar, service_id, first_day, last_day, at
    )
    by_date: dict[date, list[DaySlot]] = {date_of(day): [] for day in range(first_day, last_day + 1)}
    for slot in sorted(slots, key=_order):
        by_date[date_of(local_day(calendar.zone, seconds_of_ceiling(slot.starts_at)))].append(slot)
    return Days(calendar.zone, by_date)


def _of_people(calendar: Calendar, first_day: int, last_day: int, at: datetime, for_user: UUID | None) -> list[DaySlot]:
    """The starts there are with nobody booked, each with who is still free."""
    rules = rules_of(calendar)
    question = Question(
        start=day_span(calendar.zone, first_day)[0],
        end=day_span(calendar.zone, last_day)[1],
        now=seconds_of_ceiling(at),
        zone=calendar.zone,
        viewer=None if for_user is None else str(for_user),
    )
    empty = [replace(person, blocks=(), taken=()) for person in calendar.people]
    anytime = replace(rules, notice=0, horizon=None, limit_count=None, limit_s=None)
    all_starts = free_starts(calendar.place, empty, anytime, replace(question, now=question.start))
    free = free_starts(calendar.place, calendar.people, rules, question) if calendar.takes_new_jobs(at) else Offer()
    totals = _counts(all_starts.by_person, all_starts.starts)
    free_counts = _counts(free.by_person, free.starts)
    return [
        DaySlot(
            moment_of(start),
            moment_of(start + rules.duration),
            total=max(totals.get(start, 0), free_counts.get(start, 0)),
            free=free_counts.get(start, 0),
        )
        for start in sorted({*all_starts.starts, *free.starts})
    ]


def _counts(by_person: dict, starts: list[int]) -> dict[int, int]:
    counts = dict.fromkeys(starts, 0)
    for theirs in by_person.values():
        for start in theirs:
            counts[start] += 1
    return counts


def _of_seats(
    calendar: Calendar, service_id: UUID | None, first_day: int, last_day: int, at: datetime
) -> list[DaySlot]:
    slots = CapacitySlot.objects.filter(
        business_id=calendar.business["id"],
        starts_at__gte=moment_of(day_span(calendar.zone, first_day)[0]),
        starts_at__lt=moment_of(day_span(calendar.zone, last_day)[1]),
    )
    if service_id is not None:
        slots = slots.filter(service_id=service_id)
    return [
        DaySlot(
            slot.starts_at,
            slot.ends_at,
            total=slot.max_capacity,
            free=slot.free_seats if slot.starts_at >= at and calendar.takes_new_jobs(at) else 0,
            slot_id=slot.pk,
        )
        for slot in slots.order_by("starts_at", "pk")
    ]


def _order(slot: DaySlot) -> tuple[datetime, str]:
    return slot.starts_at, str(slot.slot_id or "")
