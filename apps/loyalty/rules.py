"""How many points a trade brings, and in which tier somebody is."""

from collections.abc import Mapping

from apps.core.conf import setting
from apps.core.money import apply_rate
from apps.loyalty.states import Tier


def tier_of(earned: int) -> Tier:
    """The tier of somebody who has earned so many points in the last 365 days."""
    thresholds: Mapping[str, int] = setting("LOYALTY_TIERS")
    reached = [name for name, least in thresholds.items() if earned >= least]
    return Tier(max(reached, key=lambda name: thresholds[name]))


def next_tier(earned: int) -> tuple[Tier, int] | None:
    """The next tier, and how many points are missing to it; None in the highest."""
    above = [(least, name) for name, least in setting("LOYALTY_TIERS").items() if least > earned]
    return (Tier(min(above)[1]), min(above)[0] - earned) if above else None


def points_for(gross_minor: int, currency: str, tier: Tier) -> int:
    """Whole points for a trade of so much; none in a currency that earns none."""
    unit: int | None = setting("LOYALTY_SPENT_PER_POINT").get(currency)
    return 0 if unit is None else apply_rate(gross_minor, setting("LOYALTY_RATES_BP")[tier]) // unit


def worth_of(points: int, currency: str) -> int | None:
    """What so many points are as credits, in minor units; None in a currency that redeems none."""
    each: int | None = setting("LOYALTY_POINT_WORTH").get(currency)
    return None if each is None else points * each
