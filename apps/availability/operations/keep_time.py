"""What becomes of a booking's time: it is freed, moved, made firm, under way, or cut short."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from apps.availability.models import BusyBlock
from apps.availability.operations.block_time import block_time
from apps.availability.states import BlockKind


def release_time(*, booking_id: UUID, at: datetime) -> int:
    """The booking takes nobody's time; how many blocks that freed."""
    return int(
        BusyBlock.objects.of_booking(booking_id).update(is_active=False, is_running=False, updated_at=at),
    )


def release_person(*, booking_id: UUID, staff_member_id: UUID, at: datetime) -> int:
    """The booking takes no time of this one person any more."""
    blocks = BusyBlock.objects.of_booking(booking_id).filter(staff_member_id=staff_member_id)
    return int(blocks.update(is_active=False, is_running=False, updated_at=at))


def release_times(*, booking_ids: Sequence[UUID], at: datetime) -> int:
    """None of the bookings takes anybody's time; one statement for all of them."""
    blocks = BusyBlock.objects.active().filter(booking_id__in=booking_ids)
    return int(blocks.update(is_active=False, is_running=False, updated_at=at))


@transaction.atomic
def move_time(
    *,
    booking_id: UUID,
    staff_member_ids: Sequence[UUID],
    starts_at: datetime,
    ends_at: datetime,
    before: timedelta,
    after: timedelta,
    at: datetime,
) -> list[UUID]:
    """The booking takes this time of these people instead; what else was known of its blocks stays.

    Raises: SlotTaken, and then the old time is still taken.
    """
    old = list(BusyBlock.objects.of_booking(booking_id).filter(kind=BlockKind.BOOKING).locked())
    kept = old[0] if old else BusyBlock()
    release_time(booking_id=booking_id, at=at)
    return [
        block_time(
            staff_member_id=staff_member_id,
            starts_at=starts_at,
            ends_at=ends_at,
            before=before,
            after=after,
            booking_id=booking_id,
            service_id=kept.service_id,
            holder_id=kept.holder_id,
            expires_at=kept.expires_at,
            at=at,
        )
        for staff_member_id in staff_member_ids
    ]


def clear_expiry(*, booking_id: UUID, at: datetime) -> int:
    """The booking's hold is firm: it does not run out any more."""
    return int(BusyBlock.objects.of_booking(booking_id).update(expires_at=None, updated_at=at))


def extend_hold(*, booking_id: UUID, until: datetime, at: datetime) -> int:
    """The booking's unpaid hold runs out at ``until``; a firm one stays firm."""
    holds = BusyBlock.objects.of_booking(booking_id).filter(expires_at__isnull=False)
    return int(holds.update(expires_at=until, updated_at=at))


@transaction.atomic
def adopt_replacement(*, booking_id: UUID, at: datetime, staying: Collection[UUID] = ()) -> int:
    """The time held of the replacement is the booking's own, and firm; whoever had it before is free, ``staying`` apart."""
    blocks = BusyBlock.objects.of_booking(booking_id)
    leaving = blocks.exclude(kind=BlockKind.REPLACEMENT_HOLD).exclude(staff_member_id__in=staying)
    leaving.update(is_active=False, is_running=False, updated_at=at)
    return int(
        blocks.filter(kind=BlockKind.REPLACEMENT_HOLD).update(kind=BlockKind.BOOKING, expires_at=None, updated_at=at)
    )


def mark_running(*, booking_id: UUID, at: datetime) -> int:
    """The job is under way: its people are locked past the estimate until it ends."""
    return int(BusyBlock.objects.of_booking(booking_id).update(is_running=True, expires_at=None, updated_at=at))


@transaction.atomic
def shorten_time(*, booking_id: UUID, ended_at: datetime, at: datetime) -> None:
    """The job is over: its people are free from ``ended_at`` and the buffer on, or as planned if that is earlier."""
    for block in BusyBlock.objects.of_booking(booking_id).locked():
        block.is_running = False
        after = block.during.upper - block.ends_at
        if ended_at <= block.starts_at:
            block.is_active = False
        elif ended_at < block.ends_at:
            block.ends_at = ended_at
            block.during = (block.during.lower, ended_at + after)
        block.save(update_fields=["is_running", "is_active", "ends_at", "during"])
