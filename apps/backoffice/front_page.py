"""The back office's front page: today's figures, and what waits for somebody, by what the person may see."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.urls import reverse
from django.utils.dateformat import format as format_date

from apps.backoffice import queries
from apps.bookings.states import BookingStatus
from apps.core import clock
from apps.core.admin.bases import is_ops, member_businesses
from apps.core.money import money_words
from apps.ledger.wallets import wallet_view

_AHEAD_DAYS = 7
# What a wallet's amounts are called here; those of a performer are on the wallet's own page.
_WALLET_WORDS = {
    "pending_escrow": "Yours once it clears",
    "available_payout": "Available for payout",
    "total_revenue": "Earned so far",
}


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A number with its words, the list behind it, and whether it asks for somebody."""

    label: str
    value: str
    note: str = ""
    link: str = ""
    asks: bool = False


@dataclass(frozen=True, kw_only=True)
class DayBar:
    """One day's bookings, with the height of its bar in per cent of the highest."""

    label: str
    count: int
    percent: int


def fill(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Adds the figures to the context of the admin's index."""
    user: Any = request.user
    zone, at = ZoneInfo(user.time_zone or "UTC"), clock.now()
    day = _day_of(at, zone)
    mine = None if is_ops(user) else member_businesses(user)
    context |= {
        "title": "Today",
        "day": f"{format_date(at.astimezone(zone), 'l j F Y')} ({zone.key})",
        "figures": [*_bookings(day, mine), *(_wallet(user) if mine is not None else _escrow())],
        "bars": _bars(day[0], mine),
        "attention": _attention(at) if mine is None else [],
        "shows_attention": mine is None,
    }
    return context


def _day_of(at: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The day at that place, half-open; 23 or 25 hours where its clock changes."""
    on = at.astimezone(zone).date()
    return (
        datetime.combine(on, time.min, zone),
        datetime.combine(on + timedelta(days=1), time.min, zone),
    )


def _bookings(day: tuple[datetime, datetime], mine: list[Any] | None) -> list[Figure]:
    found = queries.booking_figures(day, business_ids=mine)
    starting = {"starts_at__gte": day[0].isoformat(), "starts_at__lt": day[1].isoformat()}
    return [
        Figure(label="Bookings today", value=f"{found.on_the_day:,}", link=_list("bookings", "booking", **starting)),
        Figure(
            label="Under way now",
            value=f"{found.under_way:,}",
            link=_list("bookings", "booking", status__exact=BookingStatus.IN_PROGRESS),
        ),
        Figure(
            label="Paid, to be approved",
            value=f"{found.to_approve:,}",
            link=_list("bookings", "booking", status__exact=BookingStatus.PENDING),
            asks=found.to_approve > 0,
        ),
    ]


def _escrow() -> list[Figure]:
    return [
        Figure(
            label=f"Escrow held, {currency}",
            value=money_words(amount_minor, currency),
            link=_list("ledger", "escrowhold", currency__exact=currency),
        )
        for currency, amount_minor in queries.escrow_held().items()
    ]


def _wallet(user: Any) -> list[Figure]:
    """The same amounts as the wallet of the API shows the person."""
    return [
        Figure(label=_WALLET_WORDS[name], value=money_words(amount_minor, currency))
        for name, by_currency in wallet_view(user).amounts.items()
        if name in _WALLET_WORDS
        for currency, amount_minor in by_currency.items()
    ]


def _bars(first: datetime, mine: list[Any] | None) -> list[DayBar]:
    days = queries.bookings_by_day(first, _AHEAD_DAYS, business_ids=mine)
    most = max(count for _, count in days) or 1
    return [
        DayBar(label=format_date(start, "D j M"), count=count, percent=round(100 * count / most))
        for start, count in days
    ]


def _attention(at: datetime) -> list[Figure]:
    found = queries.attention(at)
    rows = [
        ("Businesses to verify", found.businesses_to_verify, ("catalog", "business"), {"verification_status": "PENDING"}),
        ("Papers to check", found.papers_to_check, ("catalog", "verificationpaper"), {"state": "SUBMITTED"}),
        ("Refunds to decide", found.refunds_to_decide, ("payments", "refund"), {"status": "PROPOSED"}),
        ("Disputes to decide", found.disputes_to_decide, ("disputes", "dispute"), {"state": "OPEN"}),
        ("Payments to review", found.payments_to_review, ("payments", "payment"), {"status": "NEEDS_REVIEW"}),
        ("Holds frozen", found.holds_frozen, ("ledger", "escrowhold"), {"state": "FROZEN"}),
        ("Breaks to resolve", found.breaks_to_resolve, ("reconciliation", "break"), {"state": "OPEN"}),
        ("Web hooks parked", found.webhooks_parked, ("payments", "webhookevent"), {"state": "PARKED"}),
        ("Deliveries failed for good", found.deliveries_failed, ("notifications", "deliverylog"), {"state": "DEAD"}),
        ("Work parked", found.work_parked, ("core", "outboxmessage"), {}),
        ("Sweeps that fail", found.sweeps_failing, ("core", "sweepheartbeat"), {}),
    ]  # fmt: skip
    return [
        Figure(
            label=label,
            value=f"{count:,}",
            asks=count > 0,
            link=_list(*where, **{f"{name}__exact": value for name, value in filters.items()}),
        )
        for label, count, where, filters in rows
    ]


def _list(app: str, model: str, **filters: str) -> str:
    address = reverse(f"admin:{app}_{model}_changelist")
    return f"{address}?{urlencode(filters)}" if filters else address
