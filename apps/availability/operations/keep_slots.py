"""Slots with seats: made in bulk, resized, closed, removed, and counted up and down."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from apps.accounts.models import User
from apps.availability.engine import Hours, open_spans, week
from apps.availability.engine.hours import MINUTE_S
from apps.availability.engine.zones import day_of, moment_of
from apps.availability.errors import NoSuchSlot, RangeInvalid, SlotFull, SlotInUse
from apps.availability.models import CapacitySlot
from apps.catalog.models import Business, Service
from apps.core import audit

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

    Raises: RangeInvalid for a plan without or with far too many slots; NotFound for people and services of others.
    """
    business = Business.objects.locked().get(pk=business_id)
    slots = _planned(business, plan)
    if not 0 < len(slots) <= MOST_SLOTS:
        raise RangeInvalid(f"The plan makes {len(slots)} slots; it takes 1 to {MOST_SLOTS}.")
    count_before = business.slots.count()
    CapacitySlot.objects.bulk_create(slots, ignore_conflicts=True)
    made = int(business.slots.count()) - int(count_before)
    audit.record("availability.slots_created", target=business, by=by, at=at, after={"slots": made})
    return made


@transaction.atomic
def change_slot(
    *, slot_id: UUID, by: User, at: datetime, max_capacity: int | None = None, is_available: bool | None = None
) -> CapacitySlot:
    """The slot has these seats, and is open or closed. Raises: NoSuchSlot; SlotInUse below what is booked."""
    slot = _locked(slot_id)
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
    return slot


@transaction.atomic
def remove_slot(*, slot_id: UUID, by: User, at: datetime) -> None:
    """The empty slot is gone. Raises: NoSuchSlot; SlotInUse."""
    slot = _locked(slot_id)
    if slot.booked_count:
        raise SlotInUse
    audit.record("availability.slot_removed", target=slot, by=by, at=at)
    slot.delete()


def take_seats(*, slot_id: UUID, seats: int, at: datetime) -> None:
    """So many seats more are booked. Raises: SlotFull when there are not as many, or the slot is closed."""
    open_slots = CapacitySlot.objects.filter(pk=slot_id, is_available=True)
    taken = open_slots.filter(booked_count__lte=F("max_capacity") - seats)
    if not taken.update(booked_count=F("booked_count") + seats, updated_at=at):
        raise SlotFull


def give_seats_back(*, slot_id: UUID, seats: int, at: datetime) -> None:
    """So many seats fewer are booked."""
    booked = CapacitySlot.objects.filter(pk=slot_id, booked_count__gte=seats)
    booked.update(booked_count=F("booked_count") - seats, updated_at=at)


def _planned(business: Business, plan: SlotPlan) -> list[CapacitySlot]:
    if plan.slot_min < 1 or plan.closes_min <= plan.opens_min or plan.last_on < plan.first_on:
        raise RangeInvalid(errors={"end_time": ["The range of dates and times is empty."]})
    if plan.service_id is not None and not Service.objects.filter(pk=plan.service_id, business=business).exists():
        raise NoSuchSlot("There is no such service.")
    if plan.staff_member_id is not None and not business.staff.filter(pk=plan.staff_member_id).exists():
        raise NoSuchSlot("There is no such person.")
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


def _locked(slot_id: UUID) -> CapacitySlot:
    slot = CapacitySlot.objects.locked().filter(pk=slot_id).first()
    if slot is None:
        raise NoSuchSlot
    return slot
