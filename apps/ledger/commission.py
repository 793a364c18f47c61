"""The tiers of the commission, as the settings have them."""

from typing import Any

from apps.core import conf


def commission_tiers(currency: str) -> dict[str, Any]:
    """The standard rate, and the rising thresholds of the currency with the rates that hold above them; basis points."""
    tiers = sorted(conf.setting("COMMISSION_TIERS").get(currency, ()))
    return {
        "standard_bp": conf.setting("COMMISSION_STANDARD_BP"),
        "thresholds": [threshold for threshold, _ in tiers],
        "rates_bp": [rate for _, rate in tiers],
    }
