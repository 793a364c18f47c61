"""A session is under way, and over; its slot and its host are locked by the caller."""

from datetime import datetime

from apps.availability.models import BusyBlock, CapacitySlot


def run_session(slot: CapacitySlot, *, at: datetime) -> None:
    """The session is under way: no more seats are given away, and its host starts nothing else."""
    slot.started_at = at
    slot.save(update_fields=["started_at"])
    BusyBlock.objects.active().filter(slot=slot).update(is_running=True, updated_at=at)


def end_session(slot: CapacitySlot, *, at: datetime) -> None:
    """The session is over, and its host is free from now on, or from the planned end where that is earlier."""
    slot.completed_at = at
    slot.save(update_fields=["completed_at"])
    for block in BusyBlock.objects.active().filter(slot=slot).locked():
        block.is_running = False
        if at <= block.starts_at:
            block.is_active = False
        elif at < block.ends_at:
            block.ends_at = at
            block.during = (block.during.lower, at)
        block.save(update_fields=["is_running", "is_active", "ends_at", "during"])


def call_off_session(slot: CapacitySlot, *, at: datetime) -> None:
    """The session will not take place: it takes no more bookings, and its host is free."""
    slot.is_available = False
    slot.save(update_fields=["is_available"])
    BusyBlock.objects.active().filter(slot=slot).update(is_active=False, updated_at=at)
