"""Time taken by hand, and from other calendars."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.accounts.models import User
from apps.availability.errors import NoSuchBlock, RangeInvalid
from apps.availability.models import BusyBlock
from apps.availability.operations.block_time import block_time
from apps.availability.operations.lock_people import lock_people
from apps.availability.states import BlockKind
from apps.core import audit


@transaction.atomic
def mark_busy(
    *, staff_member_id: UUID, starts_at: datetime, ends_at: datetime, by: User, at: datetime, note: str = ""
) -> BusyBlock:
    """The person cannot be booked in this span.

    Raises: RangeInvalid; SlotTaken where a booking or another block has part of it.
    """
    if ends_at <= starts_at:
        raise RangeInvalid(errors={"ends_at": ["The end lies after the start."]})
    lock_people([staff_member_id])
    block_id = block_time(
        staff_member_id=staff_member_id, starts_at=starts_at, ends_at=ends_at, kind=BlockKind.MANUAL, note=note, at=at
    )
    block = BusyBlock.objects.get(pk=block_id)
    audit.record("availability.marked_busy", target=block, by=by, at=at, after=_times(block))
    return block


@transaction.atomic
def unmark_busy(*, block_id: UUID, by: User, at: datetime) -> None:
    """The time taken by hand is free again. Raises: NoSuchBlock."""
    block = BusyBlock.objects.active().filter(kind=BlockKind.MANUAL).locked().filter(pk=block_id).first()
    if block is None:
        raise NoSuchBlock
    block.is_active = False
    block.save(update_fields=["is_active"])
    audit.record("availability.unmarked_busy", target=block, by=by, at=at, before=_times(block))


def _times(block: BusyBlock) -> dict[str, Any]:
    return {"starts_at": block.starts_at.isoformat(), "ends_at": block.ends_at.isoformat()}
