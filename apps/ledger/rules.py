"""What the ledger decides without looking at a row: where a tip goes."""

from typing import Protocol
from uuid import UUID

from apps.ledger import addresses


class Tip(Protocol):
    """What there is to know of a tip to find its account."""

    @property
    def performer_id(self) -> UUID: ...
    @property
    def has_left(self) -> bool: ...


def tip_address(tip: Tip, currency: str) -> str:
    """A tip is its performer's, whole; it is kept for one who left."""
    if tip.has_left:
        return addresses.tips_payable(tip.performer_id, currency)
    return addresses.tips(tip.performer_id, currency)
