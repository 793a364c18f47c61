"""Facts that payouts state."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.core.events import Event


@dataclass(frozen=True, kw_only=True)
class PayoutEvent(Event):
    """What every fact about one payout tells; ``owner_id`` is the business's key, or the person's."""

    payout_id: UUID
    kind: str
    owner_id: UUID
    currency: str
    amount_minor: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class PayoutRequested(PayoutEvent):
    """The money has left its owner's account."""


@dataclass(frozen=True, kw_only=True)
class PayoutPaid(PayoutEvent):
    """The money is with the bank."""


@dataclass(frozen=True, kw_only=True)
class PayoutFailed(PayoutEvent):
    """The money is back; it had not arrived."""

    problem: str


@dataclass(frozen=True, kw_only=True)
class PayoutReversed(PayoutEvent):
    """The money is back, after it had been paid."""

    problem: str
