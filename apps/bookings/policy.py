"""What a cancellation gives back: read from a business's settings, and frozen in each booking as it was made."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from apps.core.money import apply_rate

ALL_PERCENT = 100
DEFAULT_GRACE_MINUTES = 5
# Free until a day before, half after that.
DEFAULT_TIERS = ((24, ALL_PERCENT), (0, 50))
_PERCENT_BP = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class CancellationPolicy:
    """Tiers of hours before the start and the percentage given back until then, the earliest first.

    After the last tier nothing goes back; within the grace after booking everything does. A customer who does not come
    is treated as one who cancels at the start, unless the business says how much goes back to them.
    """

    tiers: tuple[tuple[int, int], ...] = DEFAULT_TIERS
    grace_minutes: int = DEFAULT_GRACE_MINUTES
    no_show: int | None = None

    @classmethod
    def read(cls, settings: Any) -> Self:
        """The policy that a business's settings describe; where they say nothing, the default."""
        given = settings if isinstance(settings, dict) else {}
        tiers = sorted(
            ((tier["hours_before"], tier["refund_percent"]) for tier in given.get("tiers", ())), reverse=True
        )
        grace = given.get("grace_minutes")
        return cls(
            tiers=tuple(tiers) or DEFAULT_TIERS,
            grace_minutes=DEFAULT_GRACE_MINUTES if grace is None else grace,
            no_show=given.get("no_show_refund_percent"),
        )

    def frozen(self) -> dict[str, Any]:
        """As it is kept in a booking."""
        tiers = [{"hours_before": hours, "refund_percent": percent} for hours, percent in self.tiers]
        return {
            "tiers": tiers,
            "grace_minutes": self.grace_minutes,
            "no_show_refund_percent": self.no_show_percent,
        }

    def refund_percent(self, *, starts_at: datetime, booked_at: datetime, at: datetime) -> int:
        """How much of the price goes back to a customer who cancels at ``at``."""
        if at <= booked_at + timedelta(minutes=self.grace_minutes):
            return ALL_PERCENT
        return self._percent_with(starts_at - at)

    @property
    def no_show_percent(self) -> int:
        """How much goes back to a customer who did not come."""
        return self._percent_with(timedelta(0)) if self.no_show is None else self.no_show

    def free_until(self, *, starts_at: datetime) -> datetime | None:
        """Until when everything goes back, the grace apart; None where it never does."""
        hours = [hours for hours, percent in self.tiers if percent == ALL_PERCENT]
        return starts_at - timedelta(hours=min(hours)) if hours else None

    def _percent_with(self, left: timedelta) -> int:
        return next((percent for hours, percent in self.tiers if left >= timedelta(hours=hours)), 0)


def kept_share(paid_minor: int, refund_percent: int) -> int:
    """What stays with the business when ``refund_percent`` of ``paid_minor`` goes back."""
    return apply_rate(paid_minor, (ALL_PERCENT - refund_percent) * _PERCENT_BP)
