"""Facts that disputes state."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.core.events import Event


@dataclass(frozen=True, kw_only=True)
class DisputeEvent(Event):
    """What every fact about one dispute tells."""

    dispute_id: UUID
    unit_type: str
    unit_id: UUID
    business_id: UUID
    customer_id: UUID
    at: datetime


@dataclass(frozen=True, kw_only=True)
class DisputeOpened(DisputeEvent):
    """The money is frozen until somebody decides."""

    reason: str
    currency: str
    frozen_minor: int


@dataclass(frozen=True, kw_only=True)
class DisputeDecided(DisputeEvent):
    """The money has gone where the decision says."""

    decision: str
    currency: str
    refund_minor: int
    released_minor: int


@dataclass(frozen=True, kw_only=True)
class DisputeClosed(DisputeEvent):
    """It ended without a decision: withdrawn, or overtaken."""

    state: str
