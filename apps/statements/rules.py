"""What a month's lines come to, and which transfer is which line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from apps.statements.states import LineKind

L = LineKind
# By the ledger's own kind of transfer; whatever is not named here is something else.
KIND_OF_TRANSFER: dict[str, LineKind] = {
    "ESCROW_RELEASE": L.SALE,
    "RECOVERY": L.REFUND,
    "PAYOUT": L.PAYOUT,
    "NETTING": L.NETTING,
    "PAYMENT": L.TIP,  # of payments tips alone go to their owner at once
    "TIP": L.TIP,
    "TIP_CLAIM": L.TIP,
    "SUBSCRIPTION": L.SUBSCRIPTION,
}


def kind_of(transfer_kind: str, *, reversed_kind: str, cause_type: str) -> LineKind:
    """Which line a transfer is; what undoes a payout is a payout returned."""
    if transfer_kind == "REVERSAL" and reversed_kind == "PAYOUT":
        return L.PAYOUT_RETURNED
    if cause_type.startswith("SUBSCRIPTION"):
        return L.SUBSCRIPTION
    return KIND_OF_TRANSFER.get(transfer_kind, L.OTHER)


@dataclass(frozen=True, kw_only=True)
class Totals:
    """Of one kind of line. ``gross`` less ``commission`` is what the owner had of it, some of it against a debt."""

    kind: LineKind
    count: int
    gross_minor: int
    commission_minor: int
    amount_minor: int


def totals(lines: Sequence[Mapping[str, Any]]) -> list[Totals]:
    """What each kind of line that there is comes to, in the order of the kinds."""
    found = []
    for kind in LineKind:
        of_kind = [line for line in lines if line["kind"] == kind]
        if of_kind:
            sums = {name: sum(int(line[name]) for line in of_kind) for name in _SUMMED}
            found.append(Totals(kind=kind, count=len(of_kind), **sums))
    return found


_SUMMED = ("gross_minor", "commission_minor", "amount_minor")


def month_after(month: date) -> date:
    """The first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def month_before(month: date) -> date:
    """The first day of the month before."""
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)


def bounds(month: date, time_zone: str) -> tuple[datetime, datetime]:
    """The month in moments, half-open, by that clock."""
    zone = ZoneInfo(time_zone)
    return datetime.combine(month, time.min, zone), datetime.combine(month_after(month), time.min, zone)
