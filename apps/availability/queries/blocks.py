"""Questions about time that is taken."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.availability.models import BusyBlock
from apps.availability.states import BlockKind
from apps.catalog.models import StaffMember
from apps.core.database import call_function


def bookings_between(*, staff_member_id: UUID, since: datetime, until: datetime) -> list[UUID]:
    """The bookings of a person that have work in ``[since, until)``, in the order of their start."""
    blocks = BusyBlock.objects.active().filter(
        staff_member_id=staff_member_id,
        kind=BlockKind.BOOKING,
        starts_at__lt=until,
        ends_at__gt=since,
    )
    return list(blocks.order_by("starts_at", "pk").values_list("booking_id", flat=True))


def locked_until(*, staff_member_id: UUID, at: datetime) -> datetime | None:
    """Until when a job in progress keeps the person from starting another: its planned end or now, and the buffer."""
    block = (
        BusyBlock.objects.active()
        .filter(person__in=_person_of(staff_member_id), is_running=True)
        .order_by("-starts_at")
        .first()
    )
    if block is None:
        return None
    return max(block.ends_at, at) + (block.during.upper - block.ends_at)


def next_overrun() -> datetime | None:
    """When the next job under way runs into what comes after it."""
    ((moment,),) = call_function("availability_next_overrun")
    return moment


def staff_of_booking(booking_id: UUID) -> list[UUID]:
    """The people whose time a booking takes."""
    return list(BusyBlock.objects.of_booking(booking_id).order_by("pk").values_list("staff_member_id", flat=True))


def blocks_between(*, staff_ids: Sequence[UUID], since: datetime, until: datetime) -> Any:
    """The active blocks of people that share an instant with ``[since, until)``, in order."""
    return (
        BusyBlock.objects.active()
        .filter(staff_member_id__in=staff_ids, during__overlap=(since, until))
        .order_by("starts_at", "pk")
    )


def _person_of(staff_member_id: UUID) -> Any:
    return StaffMember.objects.filter(pk=staff_member_id).values("user_id")
