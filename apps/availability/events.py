"""Facts that availability states."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.core.events import Event


@dataclass(frozen=True, kw_only=True)
class HoldsOverdue(Event):
    """The holds of these bookings ran out and stand in the way of a new one.

    Who owns the bookings locks each, ends it if it is still unpaid and overdue, and releases its time; the blocks
    themselves are not locked yet, so that rows are locked in the order booking, then block, everywhere.
    """

    booking_ids: tuple[UUID, ...]
    at: datetime


@dataclass(frozen=True, kw_only=True)
class SlotChanged(Event):
    """A slot has another number of seats, or was opened or closed; it may have seats for those who wait."""

    slot_id: UUID
    at: datetime


@dataclass(frozen=True, kw_only=True)
class TimeOffTaken(Event):
    """A person is away; the bookings named have their time in it."""

    staff_member_id: UUID
    starts_at: datetime
    ends_at: datetime
    booking_ids: tuple[UUID, ...]
    at: datetime
