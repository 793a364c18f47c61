"""What goes into and comes out of reconciliation's operations."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from apps.reconciliation.books import Difference
from apps.reconciliation.books.balance import BalanceCheck
from apps.reconciliation.states import Resolution

# Told after each step: how many of how many are done, and what comes next.
OnStep = Callable[[int, int, str], None]


@dataclass(frozen=True, kw_only=True)
class CorrectionLeg:
    """One leg of a correcting transfer: credit above zero, debit below; ``address`` as ``apps.ledger.addresses``."""

    address: str
    amount_minor: int


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What somebody proposes about a break: ``legs`` for a correction, ``reverses_id`` for a reversal."""

    resolution: Resolution
    reason: str
    legs: Sequence[CorrectionLeg] = ()
    reverses_id: UUID | None = None


@dataclass(kw_only=True)
class Findings:
    """What one run has found."""

    lines: int = 0
    in_flight: int = 0
    differences: list[Difference] = field(default_factory=list)
    healed: list[Difference] = field(default_factory=list)
    balances: list[BalanceCheck] = field(default_factory=list)
