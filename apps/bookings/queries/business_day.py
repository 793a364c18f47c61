"""A business's day, person by person: jobs, sessions, time off and time that is taken; a few queries for any number."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from apps.availability.engine.zones import day_of, day_span, moment_of
from apps.availability.models import BusyBlock, CapacitySlot, TimeOff
from apps.availability.states import BlockKind
from apps.bookings.models import Booking
from apps.bookings.queries.recovery import LONGEST_JOB
from apps.bookings.queries.schedule import ON_CALENDAR
from apps.bookings.states import RECOVERING
from apps.catalog.models import Business, StaffMember

BOOKING, SESSION, TIME_OFF, BUSY, HELD, ELSEWHERE = "BOOKING", "SESSION", "TIME_OFF", "BUSY", "HELD", "ELSEWHERE"
ENTRY_KINDS = (BOOKING, SESSION, TIME_OFF, BUSY, HELD, ELSEWHERE)
_BLOCKS = {BlockKind.MANUAL: BUSY, BlockKind.IMPORTED: BUSY, BlockKind.REPLACEMENT_HOLD: HELD}


@dataclass(frozen=True, kw_only=True, slots=True)
class DayEntry:
    """Something on a person's day; a booking or a session where it is one, else in words."""

    kind: str
    starts_at: datetime
    ends_at: datetime
    label: str = ""
    booking: Booking | None = None
    slot: CapacitySlot | None = None


@dataclass(slots=True)
class PersonDay:
    """One person's day; without a person it is what nobody in particular does."""

    staff: StaffMember | None
    entries: list[DayEntry] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class BusinessDay:
    """The day at the business, from midnight to midnight by its own clocks."""

    on: date
    zone: str
    starts_at: datetime
    ends_at: datetime
    people: list[PersonDay]


def business_day(business: Business, on: date) -> BusinessDay:
    """Everything of the day that is still on: what was called off is not there.

    What a person does for another business is shown as that alone.
    """
    since, until = map(moment_of, day_span(business.time_zone, day_of(on)))
    staff = list(StaffMember.objects.filter(business=business).order_by("display_name", "pk"))
    days = {person.pk: PersonDay(person) for person in staff}
    nobody = PersonDay(None)
    by_user = {person.user_id: days[person.pk] for person in staff}
    for booking in _bookings(business, since, until):
        entry = DayEntry(kind=BOOKING, starts_at=booking.starts_at, ends_at=booking.ends_at, booking=booking)
        # A declined job is nobody's until its customer has chosen.
        theirs = [] if booking.status in RECOVERING else booking.performer_ids
        _put(entry, [days.get(key) for key in theirs], nobody)
    for slot in _sessions(business, since, until):
        entry = DayEntry(kind=SESSION, starts_at=slot.starts_at, ends_at=slot.ends_at, slot=slot)
        _put(entry, [days.get(slot.staff_member_id)] if slot.staff_member_id else [], nobody)
    for off in TimeOff.objects.filter(staff_member__in=days, starts_at__lt=until, ends_at__gt=since):
        label = off.note or str(off.get_reason_display())
        entry = DayEntry(kind=TIME_OFF, starts_at=off.starts_at, ends_at=off.ends_at, label=label)
        days[off.staff_member_id].entries.append(entry)
    for block in _blocks(list(by_user), list(days), since, until):
        by_user[block.person_id].entries.append(_of_block(block, is_own=block.staff_member_id in days))
    people = [*days.values(), *([nobody] if nobody.entries else [])]
    for person in people:
        person.entries.sort(key=lambda entry: (entry.starts_at, entry.ends_at))
    return BusinessDay(on, business.time_zone, since, until, people)


def _put(entry: DayEntry, days: Sequence[PersonDay | None], nobody: PersonDay) -> None:
    for day in [day for day in days if day is not None] or [nobody]:
        day.entries.append(entry)


def _bookings(business: Business, since: datetime, until: datetime) -> Iterable[Booking]:
    """Jobs that share an instant with the day; seats are in their session."""
    around = Q(starts_at__gt=since - LONGEST_JOB, starts_at__lt=until, ends_at__gt=since)
    jobs = Booking.objects.filter(around, business=business, slot=None, status__in=[*ON_CALENDAR, *RECOVERING])
    found: Iterable[Booking] = jobs.with_people()
    return found


def _sessions(business: Business, since: datetime, until: datetime) -> Iterable[CapacitySlot]:
    around = CapacitySlot.objects.filter(business=business, starts_at__lt=until, ends_at__gt=since)
    found: Iterable[CapacitySlot] = around.filter(starts_at__gt=since - timedelta(days=7)).select_related("service")
    return found


def _blocks(user_ids: list[UUID], staff_ids: list[UUID], since: datetime, until: datetime) -> Iterable[BusyBlock]:
    """Time that is taken otherwise than by what is shown already."""
    own = Q(staff_member_id__in=staff_ids)
    blocks = BusyBlock.objects.active().filter(person_id__in=user_ids, starts_at__lt=until, ends_at__gt=since)
    found: Iterable[BusyBlock] = blocks.filter(~own | Q(kind__in=_BLOCKS))
    return found


def _of_block(block: BusyBlock, *, is_own: bool) -> DayEntry:
    span: dict[str, Any] = {"starts_at": block.starts_at, "ends_at": block.ends_at}
    if not is_own:
        return DayEntry(kind=ELSEWHERE, **span)
    return DayEntry(kind=_BLOCKS[BlockKind(block.kind)], label=block.note, **span)


def group_by_status(day: BusinessDay) -> dict[str, int]:
    """How many jobs of the day there are in each state, a crew's once."""
    counts: dict[str, int] = defaultdict(int)
    jobs = {entry.booking.pk: entry.booking for person in day.people for entry in person.entries if entry.booking}
    for booking in jobs.values():
        counts[str(booking.status)] += 1
    return dict(counts)
