"""Whose money is paid out, and at which addresses of the ledger it lies."""

from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from apps.ledger import addresses
from apps.ledger.states import AccountKind as LedgerKind
from apps.ledger.states import OwnerType
from apps.payouts.states import PayoutKind


@dataclass(frozen=True, kw_only=True)
class Owner:
    """Who is paid: a business, or a person."""

    business_id: UUID | None = None
    user_id: UUID | None = None

    def __post_init__(self) -> None:
        if (self.business_id is None) == (self.user_id is None):
            raise ValueError("An owner is a business or a person.")

    @classmethod
    def of(cls, row: Any) -> Self:
        """The owner of an account, a payout or a freeze."""
        return cls(business_id=row.business_id, user_id=row.user_id)

    @property
    def fields(self) -> dict[str, UUID | None]:
        """As a row of ours says it, to make one or to find it by."""
        return {"business_id": self.business_id, "user_id": self.user_id}

    @property
    def id(self) -> UUID:
        """The key of the business or the person."""
        found = self.business_id or self.user_id
        if found is None:
            raise AssertionError("unreachable: an owner is somebody")
        return found

    @property
    def owing_type(self) -> OwnerType:
        """As whom the ledger knows what the owner owes."""
        return OwnerType.BUSINESS if self.business_id else OwnerType.STAFF


def source_address(kind: str, owner: Owner, currency: str) -> str:
    """Where the money lies before it is paid out."""
    address = {
        PayoutKind.BUSINESS: addresses.business_available,
        PayoutKind.TIPS: addresses.tips,
        PayoutKind.WALLET: addresses.wallet,
    }[PayoutKind(kind)]
    return address(owner.id, currency)


SOURCES: dict[PayoutKind, tuple[OwnerType, LedgerKind]] = {
    PayoutKind.BUSINESS: (OwnerType.BUSINESS, LedgerKind.AVAILABLE),
    PayoutKind.TIPS: (OwnerType.STAFF, LedgerKind.TIPS),
    PayoutKind.WALLET: (OwnerType.CUSTOMER, LedgerKind.WALLET),
}
