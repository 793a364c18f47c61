"""What businesses earn and performers are tipped, job by job and by period. Amounts by currency: none is added to another."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDay, TruncMonth, TruncWeek

from apps.ledger.models import Entry, EscrowHold
from apps.ledger.states import AccountKind, HoldState, OwnerType, TransferKind

PERIODS = {"day": TruncDay, "week": TruncWeek, "month": TruncMonth}
_NET = {
    "waiting": HoldState.HELD,
    "clearing": HoldState.PENDING_CLEARANCE,
    "frozen": HoldState.FROZEN,
    "released": HoldState.RELEASED,
}


@dataclass(frozen=True, kw_only=True)
class Earned:
    """What one currency brought in one period, or in all of them where ``starts_on`` is None."""

    currency: str
    starts_on: date | None
    jobs: int = 0
    gross_minor: int = 0
    refunded_minor: int = 0
    commission_minor: int = 0
    net_minor: int = 0
    waiting_minor: int = 0
    clearing_minor: int = 0
    frozen_minor: int = 0
    released_minor: int = 0
    tips_minor: int = 0


def earnings_of(business_ids: Collection[UUID]) -> QuerySet[EscrowHold]:
    """Each thing paid for at these businesses, with what of its money is whose, the latest first."""
    return EscrowHold.objects.filter(business_id__in=business_ids).order_by("-funded_at", "-id")


def by_period(
    *, holds: QuerySet[EscrowHold], tips: QuerySet[Entry], period: str | None, zone: ZoneInfo
) -> list[Earned]:
    """The sums of each period and currency, the latest first; of everything where no period is named."""
    found: dict[tuple[date | None, str], dict[str, Any]] = {}
    for row in _summed(holds, "funded_at", period, zone).annotate(**_HOLD_SUMS):
        found[_key(row)] = {name.removeprefix("sum_"): row[name] or 0 for name in _HOLD_SUMS}
    for row in _summed(tips, "created_at", period, zone).annotate(tips_minor=Sum("amount")):
        found.setdefault(_key(row), {})["tips_minor"] = row["tips_minor"] or 0
    keys = sorted(found, key=lambda key: (-(key[0].toordinal() if key[0] else 0), key[1]))
    return [
        Earned(starts_on=starts_on, currency=currency, **found[starts_on, currency]) for starts_on, currency in keys
    ]


def tips_of(user_id: UUID) -> QuerySet[Entry]:
    """The tips that came into the person's own account."""
    return Entry.objects.filter(
        account__owner_type=OwnerType.STAFF,
        account__owner_id=user_id,
        account__kind=AccountKind.TIPS,
        transfer__kind__in=[TransferKind.TIP, TransferKind.TIP_CLAIM, TransferKind.PAYMENT],
        amount__gt=0,
    )


_HOLD_SUMS: dict[str, Any] = {
    "sum_jobs": Count("pk", filter=~Q(state=HoldState.REFUNDED)),
    **{f"sum_{name}": Sum(name) for name in ("gross_minor", "refunded_minor", "commission_minor", "net_minor")},
    **{f"sum_{name}_minor": Sum("net_minor", filter=Q(state=state)) for name, state in _NET.items()},
}


def _summed(rows: QuerySet[Any], moment: str, period: str | None, zone: ZoneInfo) -> QuerySet[Any, Any]:
    if period is None:
        return rows.order_by().values("currency")
    return rows.order_by().annotate(starts=PERIODS[period](moment, tzinfo=zone)).values("starts", "currency")


def _key(row: dict[str, Any]) -> tuple[date | None, str]:
    starts: datetime | None = row.get("starts")
    return (starts.date() if starts else None), row["currency"]
