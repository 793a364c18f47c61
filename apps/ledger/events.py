"""Facts the ledger states. Releases come in sets: one event may speak of thousands of holds."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ReleasedHold:
    """One hold whose money went to the business."""

    hold_id: UUID
    unit_type: str
    unit_id: UUID
    business_id: UUID
    customer_id: UUID
    currency: str
    net_minor: int
    commission_minor: int
    transfer_id: UUID


@dataclass(frozen=True, kw_only=True)
class EscrowReleased(Event):
    """The business has its share of each of ``releases``; handlers write in sets."""

    releases: tuple[ReleasedHold, ...]
    reason: str
    released_at: datetime


@dataclass(frozen=True, kw_only=True)
class EscrowRefunded(Event):
    """Part or all of a hold went back to the customer; ``left_minor`` is still held."""

    hold_id: UUID
    unit_type: str
    unit_id: UUID
    business_id: UUID
    customer_id: UUID
    currency: str
    amount_minor: int
    left_minor: int
    destination: str
    reason: str
    transfer_id: UUID
    refunded_at: datetime


@dataclass(frozen=True, kw_only=True)
class EscrowRecovered(Event):
    """Released money went back; ``owed_minor`` of it is a debt of the business, ``left_minor`` could still go back."""

    hold_id: UUID
    unit_type: str
    unit_id: UUID
    business_id: UUID
    customer_id: UUID
    currency: str
    amount_minor: int
    owed_minor: int
    left_minor: int
    destination: str
    reason: str
    transfer_id: UUID
    recovered_at: datetime


@dataclass(frozen=True, kw_only=True)
class EscrowClaimed(Event):
    """A customer's bank claims so much of a hold, which is frozen until the bank has decided."""

    hold_id: UUID
    unit_type: str
    unit_id: UUID
    amount_minor: int
    reason: str
    claimed_at: datetime


@dataclass(frozen=True, kw_only=True)
class ClearanceStarted(Event):
    """The clearance timer of a hold runs (again)."""

    hold_id: UUID
    unit_type: str
    unit_id: UUID
    release_due_at: datetime


@dataclass(frozen=True, kw_only=True)
class EscrowFrozen(Event):
    """A hold waits for a decision."""

    hold_id: UUID
    unit_type: str
    unit_id: UUID
    reason: str
    frozen_at: datetime


@dataclass(frozen=True, kw_only=True)
class EscrowUnfrozen(Event):
    """A hold is back where it was frozen from."""

    hold_id: UUID
    unit_type: str
    unit_id: UUID
    unfrozen_at: datetime
