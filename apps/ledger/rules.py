"""What the ledger decides without looking at a row: tiers, and where a tip goes."""

from typing import Protocol
from uuid import UUID

from apps.core import conf
from apps.ledger import addresses


class Tip(Protocol):
    """What there is to know of a tip to find its account."""

    @property
    def performer_id(self) -> UUID: ...
    @property
    def has_left(self) -> bool: ...


def commission_tiers(currency: str) -> tuple[int, list[int], list[int]]:
    """The standard rate, and the thresholds with the rates that hold above them, rising; rates in basis points."""
    tiers = sorted(conf.setting("COMMISSION_TIERS").get(currency, ()))
    return conf.setting("COMMISSION_STANDARD_BP"), [threshold for threshold, _ in tiers], [rate for _, rate in tiers]


def tip_address(tip: Tip, currency: str) -> str:
    """A tip is its performer's, whole; it is kept for one who left."""
    if tip.has_left:
        return addresses.tips_payable(tip.performer_id, currency)
    return addresses.tips(tip.performer_id, currency)
