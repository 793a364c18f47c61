"""What goes into the payment desk's operations."""

from dataclasses import dataclass
from uuid import UUID

from apps.core.money import Money


@dataclass(frozen=True, kw_only=True)
class ItemToPay:
    """One thing to be paid for, by the name of its type."""

    item_type: str
    item_id: UUID


@dataclass(frozen=True, kw_only=True)
class PayWith:
    """With what a payer wants to pay before the gateway: True for all there is, a sum, or False for none.

    None, or no code, says nothing: then holds what was said when the things were ordered.
    """

    credits: bool | Money | None = None
    wallet: bool | Money | None = None
    promo: str | None = None

    @property
    def is_none(self) -> bool:
        """Whether the gateway alone is to pay, whatever was said before."""
        return self.credits is False and not self.wallet and self.promo == ""
