"""What goes into and comes out of the ledger's operations."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from apps.ledger.models import EscrowHold


@dataclass(frozen=True, kw_only=True)
class Unit:
    """The thing paid for that clears as one: ``Unit(unit_type="BOOKING", unit_id=booking.pk)``."""

    unit_type: str
    unit_id: UUID


@dataclass(frozen=True, kw_only=True)
class FundAllocation:
    """A share of a payment that waits in escrow for one unit.

    ``commission_rate_bp`` is the business's own rate where it has one and overrides all; ``plan_rate_bp`` is what its
    plan offers and is used where it is lower than the tier of its last 30 days. Basis points; None where there is none.
    """

    unit_type: str
    unit_id: UUID
    business_id: UUID
    customer_id: UUID
    amount_minor: int
    commission_rate_bp: int | None = None
    plan_rate_bp: int | None = None


@dataclass(frozen=True, kw_only=True)
class TipAllocation:
    """A share of a payment that goes to a performer, whole.

    ``has_left`` keeps it in the performer's payable account until it is claimed.
    """

    performer_id: UUID
    amount_minor: int
    has_left: bool = False


@dataclass(frozen=True, kw_only=True)
class SetAside:
    """What pays a payment besides its gateway: money of the customer that was set aside, and promotional credits."""

    wallet_minor: int = 0
    credits_minor: int = 0
    promotions_minor: int = 0

    @property
    def total_minor(self) -> int:
        """All of it."""
        return self.wallet_minor + self.credits_minor + self.promotions_minor


@dataclass(frozen=True, kw_only=True)
class Leg:
    """One entry of a transfer: credit above zero, debit below; ``address`` from ``apps.ledger.addresses``."""

    address: str
    amount_minor: int


@dataclass(frozen=True, kw_only=True)
class Posted:
    """A transfer that is in the books; ``replayed`` when it was there before this call."""

    transfer_id: UUID
    replayed: bool


@dataclass(frozen=True, kw_only=True)
class FundedHold:
    """What one allocation became.

    ``hold_id`` is None where the unit had been paid for already: ``amount_minor`` then went to the payer's wallet.
    """

    unit_type: str
    unit_id: UUID
    amount_minor: int
    hold_id: UUID | None
    commission_rate_bp: int
    commission_rule: str


@dataclass(frozen=True, kw_only=True)
class Funding:
    """A payment in the books. ``transfer_id`` is None where nothing was to be paid."""

    transfer_id: UUID | None
    replayed: bool
    holds: Sequence[FundedHold]
    excess_minor: int


@dataclass(frozen=True, kw_only=True)
class Release:
    """A hold whose money went to the business."""

    hold: EscrowHold
    transfer_id: UUID
    replayed: bool


@dataclass(frozen=True, kw_only=True)
class Recovery:
    """Released money that went back; ``owed_minor`` of it was not there and is a debt. A replay says nothing of that."""

    transfer_id: UUID
    amount_minor: int
    owed_minor: int
    replayed: bool


@dataclass(frozen=True, kw_only=True)
class Refunding:
    """A refund in the books and the hold after it."""

    hold: EscrowHold
    transfer_id: UUID
    amount_minor: int
    replayed: bool
