"""Facts that bookings state. ``by_id`` is the person who acted, None for the platform itself."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.core.events import Event


@dataclass(frozen=True, kw_only=True)
class BookingEvent(Event):
    """What every fact about one booking tells."""

    booking_id: UUID
    business_id: UUID
    customer_id: UUID
    staff_member_id: UUID | None
    service_id: UUID
    at: datetime
    by_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class BookingCreated(BookingEvent):
    """A booking is made and its time is taken."""

    starts_at: datetime
    total_minor: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class BookingPaid(BookingEvent):
    """The money for it is in escrow."""


@dataclass(frozen=True, kw_only=True)
class BookingPaidInCash(BookingEvent):
    """The business has taken the money itself; none of it is in escrow."""

    total_minor: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class BookingConfirmed(BookingEvent):
    """It will take place; ``was_approved`` when somebody of the business said so."""

    starts_at: datetime
    was_approved: bool


@dataclass(frozen=True, kw_only=True)
class BookingRejected(BookingEvent):
    reason: str


@dataclass(frozen=True, kw_only=True)
class BookingsExpired(Event):
    """Nobody paid for them in time, and their time is free again; a sweep ends many at once."""

    booking_ids: tuple[UUID, ...]
    at: datetime


@dataclass(frozen=True, kw_only=True)
class BookingRevived(BookingEvent):
    """Money came after it had expired, and its time was still free."""


@dataclass(frozen=True, kw_only=True)
class BookingCancelled(BookingEvent):
    """``by_platform`` where nobody of the two sides did it. What was kept back clears to the business."""

    by_platform: bool
    refunded_minor: int
    kept_minor: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class BookingRescheduled(BookingEvent):
    starts_from: datetime
    starts_at: datetime


@dataclass(frozen=True, kw_only=True)
class BookingStarted(BookingEvent):
    """The work is under way."""


@dataclass(frozen=True, kw_only=True)
class BookingCompleted(BookingEvent):
    """The work is done, and its money clears."""

    duration_minutes: int
    total_minor: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class CustomerDidNotCome(BookingEvent):
    """The customer was not there; what the policy keeps clears to the business."""

    refunded_minor: int
    kept_minor: int


@dataclass(frozen=True, kw_only=True)
class BookingDeclined(BookingEvent):
    """``declined_by_id`` does not do it; ``replacement_id`` is who was offered to the customer at once, if anybody."""

    declined_by_id: UUID
    reason_code: str
    replacement_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class BookingHandedOver(BookingEvent):
    """The booking is confirmed again after a decline, or the desk has given it to somebody else: with ``staff_member_id`` instead of ``from_staff_id``, perhaps at
    another time. ``refunded_minor`` goes back because the new person costs less.
    """

    from_staff_id: UUID
    starts_from: datetime
    starts_at: datetime
    refunded_minor: int
