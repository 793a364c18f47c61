"""Slots with seats: made in bulk, resized, closed, removed; what takes their seats counts them up and down."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError

from apps.accounts.models import User
from apps.availability.engine import Hours, open_spans, week
from apps.availability.engine.hours import MINUTE_S
from apps.availability.engine.zones import day_of, moment_of
from apps.availability.errors import NoSuchSlot, RangeInvalid, SessionClash, SlotInUse, SlotTaken
from apps.availability.events import SlotChanged
from apps.availability.models import CapacitySlot
from apps.availability.operations.block_time import block_time
from apps.availability.operations.lock_people import lock_people
from apps.availability.states import BlockKind
from apps.catalog.models import Business, Service
from apps.core import audit, clock
from apps.core.events import publish

MOST_SLOTS = 5_000
WEEK_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotPlan:
    """Slots of equal length, one after another, on the named weekdays of a range of dates, both ends included."""

    first_on: date
    last_on: date
    opens_min: int
    closes_min: int
    slot_min: int
    max_capacity: int
    weekdays: Collection[int] = range(WEEK_DAYS)
    service_id: UUID | None = None
    staff_member_id: UUID | None = None


@transaction.atomic
def create_slots(*, business_id: UUID, plan: SlotPlan, by: User, at: datetime) -> int:
    """Every slot of the plan is there; those that were already stay as they are. How many are new.

    Raises: RangeInvalid for a plan without or with far too many slots; NotFound for people and services of others;
    SessionClash where a host is busy.
    """
    business = Business.objects.locked().get(pk=business_id)
    slots = _planned(business, plan)
    if not 0 < len(slots) <= MOST_SLOTS:
        raise RangeInvalid(f"The plan makes {len(slots)} slots; it takes 1 to {MOST_SLOTS}.")
    made = len(keep_slots(slots, skip_clashes=False, at=at))
    audit.record("availability.slots_created", target=business, by=by, at=at, after={"slots": made})
    return made


@transaction.atomic
def change_slot(
    *, slot_id: UUID, by: User, at: datetime, max_capacity: int | None = None, is_available: bool | None = None
) -> CapacitySlot:
    """The slot has these seats, and is open or closed. Raises: NoSuchSlot; SlotInUse below what is booked."""
    slot = lock_slot(slot_id)
    before = {"max_capacity": slot.max_capacity, "is_available": slot.is_available}
    if max_capacity is not None:
        if max_capacity < slot.booked_count:
            raise SlotInUse(f"{slot.booked_count} seats are booked; the capacity cannot be less.")
        slot.max_capacity = max_capacity
    if is_available is not None:
        slot.is_available = is_available
    slot.save(update_fields=["max_capacity", "is_available"])
    after = {"max_capacity": slot.max_capacity, "is_available": slot.is_available}
    audit.record("availability.slot_changed", target=slot, by=by, at=at, before=before, after=after)
    publish(SlotChanged(slot_id=slot.pk, at=at))
    slot.refresh_from_db(fields=["booked_count"])
    return slot


@transaction.atomic
def remove_slot(*, slot_id: UUID, by: User, at: datetime) -> None:
    """The slot that nobody ever booked is gone, and its host is free. Raises: NoSuchSlot; SlotInUse."""
    slot = lock_slot(slot_id)
    if slot.booked_count:
        raise SlotInUse
    if slot.course is not None:
        raise SlotInUse("It is a session of a course. Remove the course first.")
    audit.record("availability.slot_removed", target=slot, by=by, at=at)
    try:
        slot.delete()
    except ProtectedError as error:
        raise SlotInUse("People have booked this slot before. Close it instead.") from error


def lock_slot(slot_id: UUID) -> CapacitySlot:
    """The slot, locked: whoever takes seats of it looks at what is free under this lock. Raises: NoSuchSlot.

    Bookings are locked before the slot whose seats they have.
    """
    slots = CapacitySlot.objects.locked().select_related("business", "service", "staff_member", "course")
    slot: CapacitySlot | None = slots.filter(pk=slot_id).first()
    if slot is None:
        raise NoSuchSlot
    return slot


def keep_slots(slots: Sequence[CapacitySlot], *, skip_clashes: bool, at: datetime) -> list[CapacitySlot]:
    """Those of the slots that were not there yet, written, with the time of their hosts; the business is locked.

    Raises: SessionClash, whose data names the starts at which a host is busy, unless those are to be left out.
    """
    CapacitySlot.objects.bulk_create(slots, ignore_conflicts=True)
    made = list(CapacitySlot.objects.filter(pk__in=[slot.pk for slot in slots]).order_by("starts_at", "pk"))
    lock_people({slot.staff_member_id for slot in made if slot.staff_member_id})
    clashing = [slot for slot in made if not _takes_host(slot, at)]
    if clashing and not skip_clashes:
        starts = [clock.iso(slot.starts_at) for slot in clashing]
        raise SessionClash(data={"clashes": starts})
    CapacitySlot.objects.filter(pk__in=[slot.pk for slot in clashing]).delete()
    return [slot for slot in made if slot not in clashing]


def _takes_host(slot: CapacitySlot, at: datetime) -> bool:
    """Whether the time of the host, if there is one, could be taken: without buffers, since the desk has planned it so."""
    if slot.staff_member_id is None:
        return True
    try:
        block_time(
            staff_member_id=slot.staff_member_id, starts_at=slot.starts_at, ends_at=slot.ends_at, slot_id=slot.pk,
            service_id=slot.service_id, kind=BlockKind.SESSION, at=at,
        )  # fmt: skip
    except SlotTaken:
        return False
    return True


def ensure_works_at(business: Business, staff_member_id: UUID | None) -> None:
    """Raises: NoSuchSlot where the host is not of the business."""
    if staff_member_id is not None and not business.staff.filter(pk=staff_member_id).exists():
        raise NoSuchSlot("There is no such person.")


def _planned(business: Business, plan: SlotPlan) -> list[CapacitySlot]:
    if plan.slot_min < 1 or plan.closes_min <= plan.opens_min or plan.last_on < plan.first_on:
        raise RangeInvalid(errors={"end_time": ["The range of dates and times is empty."]})
    if plan.service_id is not None and not Service.objects.filter(pk=plan.service_id, business=business).exists():
        raise NoSuchSlot("There is no such service.")
    ensure_works_at(business, plan.staff_member_id)
    minutes = range(plan.opens_min, plan.closes_min - plan.slot_min + 1, plan.slot_min)
    if len(minutes) * ((plan.last_on - plan.first_on).days + 1) > MOST_SLOTS * WEEK_DAYS:
        raise RangeInvalid(f"The plan makes more than {MOST_SLOTS} slots.")
    slots: list[CapacitySlot] = []
    for minute in minutes:
        hours = Hours(
            business.time_zone, week({weekday: [(minute, minute + plan.slot_min)] for weekday in plan.weekdays})
        )
        slots += [
            CapacitySlot(
                business=business,
                service_id=plan.service_id,
                staff_member_id=plan.staff_member_id,
                starts_at=moment_of(start),
                ends_at=moment_of(start + plan.slot_min * MINUTE_S),
                max_capacity=plan.max_capacity,
            )
            for day in range(day_of(plan.first_on), day_of(plan.last_on) + 1)
            for start, _end in open_spans(hours, day, day)[:1]
        ]
    return slots
