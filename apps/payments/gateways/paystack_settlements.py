"""What Paystack has paid to our bank, and the transactions that went into it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from apps.payments.gateways import paystack_reading as reading
from apps.payments.gateways.reading import integer, mapping, moment, text
from apps.payments.gateways.values import GatewayBalance, GatewayRecord, MoveStatus, RecordKind

# Pages of one list: the address and its query.
Pages = Callable[[str, dict[str, Any]], Iterator[dict[str, Any]]]
STATUSES = {"success": MoveStatus.SUCCEEDED, "processed": MoveStatus.SUCCEEDED, "failed": MoveStatus.FAILED}


def settlements(pages: Pages, *, starts_at: datetime, ends_at: datetime) -> Iterator[GatewayRecord]:
    """Each settlement of the period: ``total_processed`` is gross, ``total_amount`` what the bank got."""
    for row, made_at in _of_period(pages, starts_at, ends_at):
        yield GatewayRecord(
            kind=RecordKind.SETTLEMENT,
            gateway_id=text(row.get("id")),
            reference="",
            status=STATUSES.get(text(row.get("status")).lower(), MoveStatus.PENDING).value,
            amount_minor=integer(row.get("total_processed")),
            currency=text(row.get("currency")).upper(),
            fee_minor=integer(row.get("total_fees")),
            created_at=made_at,
            line_id=text(row.get("id")),
            net_minor=integer(row.get("total_amount")),
            settlement=text(row.get("id")),
        )


def settled(pages: Pages, *, starts_at: datetime, ends_at: datetime) -> Iterator[GatewayRecord]:
    """Each transaction of each settlement of the period."""
    for row, made_at in _of_period(pages, starts_at, ends_at):
        settlement = text(row.get("id"))
        for line in pages(f"settlement/{settlement}/transactions", {}):
            charge = reading.verified(line)
            yield GatewayRecord(
                kind=RecordKind.SETTLED,
                gateway_id=charge.gateway_id,
                reference=charge.reference,
                status=charge.status.value,
                amount_minor=charge.amount_minor,
                currency=charge.currency,
                fee_minor=charge.fee_minor,
                created_at=made_at,
                line_id=f"{settlement}/{charge.gateway_id}",
                net_minor=charge.amount_minor - charge.fee_minor,
                settlement=settlement,
            )


def balances(answer: dict[str, Any], settlements: Iterable[dict[str, Any]]) -> list[GatewayBalance]:
    """By currency; a settlement that failed is back in the balance, and each counts once, whatever pages it was on."""
    held: Counter[str] = Counter()
    for row in map(mapping, answer.get("data") or []):
        held[text(row.get("currency")).upper()] += integer(row.get("balance"))
    once = {text(row.get("id")): row for row in settlements}
    settled: Counter[str] = Counter()
    for row in once.values():
        if STATUSES.get(text(row.get("status")).lower()) != MoveStatus.FAILED:
            settled[text(row.get("currency")).upper()] += integer(row.get("total_amount"))
    return [
        GatewayBalance(currency=currency, held_minor=held[currency], settled_minor=settled[currency])
        for currency in sorted({*held, *settled})
    ]


def _of_period(pages: Pages, starts_at: datetime, ends_at: datetime) -> Iterator[tuple[dict[str, Any], datetime]]:
    for row in pages("settlement", {"from": starts_at.isoformat(), "to": ends_at.isoformat()}):
        made_at = moment(row.get("createdAt") or row.get("settlement_date"))
        if made_at is not None and starts_at <= made_at < ends_at:
            yield row, made_at
