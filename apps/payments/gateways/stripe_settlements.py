"""What Stripe has paid to our bank, and the balance transactions that went into it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from apps.payments.gateways.reading import integer, mapping, moment, strings, text
from apps.payments.gateways.stripe_reading import EPOCH
from apps.payments.gateways.values import GatewayBalance, GatewayRecord, MoveStatus, RecordKind

# Pages of one list, each row once: the list's name and its query.
Pages = Callable[[str, dict[str, Any]], Iterator[dict[str, Any]]]
PAYOUT_STATUSES = {"paid": MoveStatus.SUCCEEDED, "failed": MoveStatus.FAILED, "canceled": MoveStatus.FAILED}
# What the payout itself takes out of the balance is no part of what was earned.
PAYING_OUT = {"payout", "payout_failure", "payout_cancel"}


def settlements(pages: Pages, period: dict[str, int]) -> Iterator[GatewayRecord]:
    """Each payout of the period: gross and fees are those of its lines, net is what the bank got."""
    for payout in pages("payouts", {"created": period}):
        lines = list(_lines(pages, payout))
        yield _record(
            RecordKind.SETTLEMENT,
            payout,
            line_id=text(payout.get("id")),
            amount_minor=sum(integer(line.get("amount")) for line in lines),
            fee_minor=sum(integer(line.get("fee")) for line in lines),
            net_minor=integer(payout.get("amount")),
        )


def settled(pages: Pages, period: dict[str, int]) -> Iterator[GatewayRecord]:
    """Each line of each payout of the period."""
    for payout in pages("payouts", {"created": period}):
        for line in _lines(pages, payout):
            source = mapping(line.get("source"))
            yield _record(
                RecordKind.SETTLED,
                payout,
                line_id=text(line.get("id")),
                amount_minor=integer(line.get("amount")),
                fee_minor=integer(line.get("fee")),
                net_minor=integer(line.get("net")),
                gateway_id=text(source.get("payment_intent")) or text(source.get("id")),
                reference=strings(source.get("metadata")).get("reference", ""),
            )


def balances(answer: dict[str, Any], payouts: Iterable[dict[str, Any]]) -> list[GatewayBalance]:
    """By currency; a payout that failed or was cancelled is back in the balance."""
    held: Counter[str] = Counter()
    settled: Counter[str] = Counter()
    for name in ("available", "pending", "connect_reserved"):
        for part in map(mapping, answer.get(name) or []):
            held[text(part.get("currency")).upper()] += integer(part.get("amount"))
    for payout in payouts:
        if PAYOUT_STATUSES.get(text(payout.get("status"))) != MoveStatus.FAILED:
            settled[text(payout.get("currency")).upper()] += integer(payout.get("amount"))
    return [
        GatewayBalance(currency=currency, held_minor=held[currency], settled_minor=settled[currency])
        for currency in sorted({*held, *settled})
    ]


def _lines(pages: Pages, payout: dict[str, Any]) -> Iterator[dict[str, Any]]:
    query = {"payout": text(payout.get("id")), "expand": ["data.source"]}
    return (line for line in pages("balance_transactions", query) if text(line.get("type")) not in PAYING_OUT)


def _record(kind: RecordKind, payout: dict[str, Any], **values: Any) -> GatewayRecord:
    return GatewayRecord(**{
        "kind": kind,
        "gateway_id": text(payout.get("id")),
        "reference": "",
        "status": PAYOUT_STATUSES.get(text(payout.get("status")), MoveStatus.PENDING).value,
        "currency": text(payout.get("currency")).upper(),
        "created_at": moment(payout.get("created")) or EPOCH,
        "settlement": text(payout.get("id")),
        **values,
    })  # fmt: skip
