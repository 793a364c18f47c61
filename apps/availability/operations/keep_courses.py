"""Courses: made of sessions that nobody has booked yet, changed, closed, removed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError

from apps.accounts.models import User
from apps.availability.errors import CourseInUse, CourseInvalid, NoSuchCourse, NoSuchService, NoSuchSlot, SlotInUse
from apps.availability.models import CapacitySlot, Course
from apps.catalog.models import Business, Service
from apps.catalog.states import ServicePlace
from apps.core import audit
from apps.core.money import Money

FEWEST_SESSIONS, MOST_SESSIONS = 2, 52
_SHOWN = ("title", "price_minor", "allows_single", "is_available")


@dataclass(frozen=True, slots=True, kw_only=True)
class CoursePlan:
    """A course of these sessions; ``price`` is of one seat in all of them."""

    service_id: UUID
    title: str
    price: Money
    slot_ids: Collection[UUID]
    allows_single: bool = False


@transaction.atomic
def create_course(*, business_id: UUID, plan: CoursePlan, by: User, at: datetime) -> Course:
    """The sessions are booked as one from now on, and also one by one where the plan allows it.

    Raises: NoSuchService; NoSuchSlot; CourseInvalid for sessions of other services or that have begun, and for a price
    that cannot be; SlotInUse for sessions that are booked or of another course.
    """
    service = Service.objects.select_related("business").filter(pk=plan.service_id, business_id=business_id).first()
    if service is None:
        raise NoSuchService
    if service.places == [ServicePlace.AT_CUSTOMER]:
        raise CourseInvalid(errors={"service": ["A service that is done at the customer's has no courses."]})
    slots = list(CapacitySlot.objects.locked().filter(pk__in=plan.slot_ids, business_id=business_id))
    _ensure_sessions(slots, plan, at)
    course = Course.objects.create(
        business_id=business_id, service=service, title=plan.title, allows_single=plan.allows_single,
        price_minor=_price(service.business, plan.price, len(slots)), created_at=at,
    )  # fmt: skip
    CapacitySlot.objects.filter(pk__in=[slot.pk for slot in slots]).update(course=course, updated_at=at)
    audit.record("availability.course_created", target=course, by=by, at=at, after={"sessions": len(slots)})
    return course


@transaction.atomic
def change_course(*, course_id: UUID, by: User, at: datetime, price: Money | None = None, **fields: Any) -> Course:
    """The course has this title or price, is booked in parts or not, is open or closed. What is booked stays as it was.

    Raises: NoSuchCourse; CourseInvalid for a price that cannot be.
    """
    course = lock_course(course_id)
    before = {name: getattr(course, name) for name in _SHOWN}
    for name, value in fields.items():
        setattr(course, name, value)
    if price is not None:
        course.price_minor = _price(course.business, price, course.sessions.count())
    course.save(update_fields=_SHOWN)
    after = {name: getattr(course, name) for name in _SHOWN}
    audit.record("availability.course_changed", target=course, by=by, at=at, before=before, after=after)
    return course


@transaction.atomic
def remove_course(*, course_id: UUID, by: User, at: datetime) -> None:
    """The course that nobody ever booked is gone; its sessions stay. Raises: NoSuchCourse; CourseInUse."""
    course = lock_course(course_id)
    audit.record("availability.course_removed", target=course, by=by, at=at)
    try:
        course.delete()
    except ProtectedError as error:
        raise CourseInUse from error


def lock_course(course_id: UUID) -> Course:
    """The course, locked before bookings of it and its sessions. Raises: NoSuchCourse."""
    course: Course | None = Course.objects.locked().select_related("business").filter(pk=course_id).first()
    if course is None:
        raise NoSuchCourse
    return course


def _ensure_sessions(slots: Collection[CapacitySlot], plan: CoursePlan, at: datetime) -> None:
    known = {slot.pk for slot in slots}
    if unknown := sorted(str(key) for key in plan.slot_ids if key not in known):
        raise NoSuchSlot(data={"slots": unknown})
    if not FEWEST_SESSIONS <= len(slots) <= MOST_SESSIONS:
        raise CourseInvalid(errors={"slots": [f"A course has {FEWEST_SESSIONS} to {MOST_SESSIONS} sessions."]})
    if wrong := [str(slot.pk) for slot in slots if not _fits(slot, plan.service_id, at)]:
        raise CourseInvalid(errors={"slots": [f"{key}: begun, closed, or of another service." for key in wrong]})
    if used := [str(slot.pk) for slot in slots if slot.booked_count or slot.course_id is not None]:
        raise SlotInUse("Some of these sessions are booked, or of another course.", data={"slots": used})


def _fits(slot: CapacitySlot, service_id: UUID, at: datetime) -> bool:
    return slot.service_id == service_id and slot.is_open and slot.starts_at > at


def _price(business: Business, price: Money, sessions: int) -> int:
    """The price in minor units; each session has a share of at least one of them, unless all is free."""
    if price.currency != business.currency:
        raise CourseInvalid(errors={"price": [f"This business trades in {business.currency}."]})
    if 0 < price.amount_minor < sessions:
        raise CourseInvalid(errors={"price": ["The price is too small to be shared among the sessions."]})
    return price.amount_minor
