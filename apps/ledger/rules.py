"""What the ledger decides without looking at a row: tiers, and where a tip goes."""

from typing import Any, Protocol
from uuid import UUID

from apps.core import conf
from apps.ledger import addresses


class Tip(Protocol):
    """What there is to know of a tip to find its account."""

    @property
    def performer_id(self) -> UUID: ...
    @property
    def has_left(self) -> bool: ...


def commission_tiers(currency: str) -> dict[str, Any]:
    """The standard rate, and the rising thresholds of the currency with the rates that hold above them; basis points."""
    tiers = sorted(conf.setting("COMMISSION_TIERS").get(currency, ()))
    return {
        "standard_bp": conf.setting("COMMISSION_STANDARD_BP"),
        "thresholds": [threshold for threshold, _ in tiers],
        "rates_bp": [rate for _, rate in tiers],
    }


def tip_address(tip: Tip, currency: str) -> str:
    """A tip is its performer's, whole; it is kept for one who left."""
    if tip.has_left:
        return addresses.tips_payable(tip.performer_id, currency)
    return addresses.tips(tip.performer_id, currency)
