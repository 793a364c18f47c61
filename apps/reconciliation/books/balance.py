"""What a gateway has of ours, held against GATEWAY_CLEARING: to the kobo, once what is on its way is told apart."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from apps.core.money import CURRENCIES, format_amount
from apps.ledger import addresses
from apps.ledger import queries as ledger
from apps.payments.gateways.base import Gateway
from apps.payments.gateways.values import GatewayRecord, MoveStatus
from apps.payments.models import Refund
from apps.payments.operations.calling import gateway_named, no_transaction
from apps.payments.states import RefundDestination, RefundStatus
from apps.payouts.models import Payout
from apps.reconciliation.books.base import Book, Difference, compare
from apps.reconciliation.models import Break, GatewayLine
from apps.reconciliation.states import BreakKind, BreakState

BALANCE, AGREES = "BALANCE", "as the books say"
_TRIES = 3
_AHEAD = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class BalanceCheck:
    """What a gateway has of ours and has paid to our bank (``theirs``), and what our books say that it holds (``ours``).

    Of the difference ``in_flight`` is on its way and ``known`` is in breaks. ``is_certain``: no money moved while we asked.
    """

    currency: str
    ours_minor: int
    theirs_minor: int
    in_flight_minor: int
    known_minor: int
    is_certain: bool = True

    @property
    def unexplained_minor(self) -> int:
        """By how much the gateway has more, for no reason that was found."""
        return self.theirs_minor - self.ours_minor - self.in_flight_minor - self.known_minor

    @property
    def words(self) -> str:
        """For the command and the back office."""
        named = {
            "there": self.theirs_minor, "here": self.ours_minor, "on its way": self.in_flight_minor,
            "in breaks": self.known_minor, "unexplained": self.unexplained_minor,
        }  # fmt: skip
        told = ", ".join(f"{name} {_words(amount, self.currency)}" for name, amount in named.items())
        return f"{self.currency}: {told}" + ("" if self.is_certain else " (money moved meanwhile)")


def check_balances(
    books: Sequence[Book], gateway: str, found: Sequence[Difference], *, fresh_from: datetime, at: datetime
) -> list[BalanceCheck]:
    """Each currency's balance. Where money moves while we ask, we ask again; at last, what we say is not certain.

    Must be called outside a transaction. Raises: GatewayError.
    """
    checks: list[BalanceCheck] = []
    for _ in range(_TRIES):
        before = _ours(gateway)
        checks = _checked(books, gateway, found, before, fresh_from=fresh_from, at=at)
        if _ours(gateway) == before:
            return checks
    return [BalanceCheck(**{**vars(each), "is_certain": not each.unexplained_minor}) for each in checks]


def _checked(
    books: Sequence[Book], gateway: str, found: Sequence[Difference], ours: dict[str, int], *, fresh_from: datetime,
    at: datetime,
) -> list[BalanceCheck]:  # fmt: skip
    with no_transaction():
        adapter = gateway_named(gateway)
        theirs = {each.currency: each.held_minor + each.settled_minor for each in adapter.balances()}
        fresh = {book.list_kind: _fresh(book, adapter, fresh_from, at) for book in books}
        moving = _on_their_way(adapter)
    for book in books:
        moving.update(_told_already(book, gateway, fresh[book.list_kind]))
    known = _in_breaks(gateway, found)
    return [
        BalanceCheck(
            currency=currency,
            ours_minor=ours.get(currency, 0),
            theirs_minor=theirs.get(currency, 0),
            in_flight_minor=moving[currency],
            known_minor=known[currency],
        )
        for currency in sorted({*ours, *theirs})
    ]


def _ours(gateway: str) -> dict[str, int]:
    return {currency: amount for (name, currency), amount in ledger.gateway_books().items() if name == gateway}


def _fresh(book: Book, adapter: Gateway, fresh_from: datetime, at: datetime) -> list[GatewayRecord]:
    """Lines that are too fresh to be judged, or newer than the day that is compared."""
    records = adapter.list_records(book.list_kind, starts_at=fresh_from, ends_at=at + _AHEAD)
    return [record for record in records if record.environment in {"", settings.ENVIRONMENT}]


def _told_already(book: Book, gateway: str, records: Sequence[GatewayRecord]) -> Counter[str]:
    """What the gateway has moved and we have not heard of yet, or of which we know more."""
    lines = [line for line in (GatewayLine.read_from(gateway, record) for record in records) if book.concerns(line)]
    known = book.known(gateway, lines)
    found: Counter[str] = Counter()
    for line in lines:
        account = addresses.gateway_clearing(gateway, line.currency)
        for difference in compare(book, line, known.get(line.pk), account=account):
            found[difference.currency] += difference.net_gap_minor
    return found


def _on_their_way(adapter: Gateway) -> Counter[str]:
    """What is on one side only: refunds that left the books and have not reached the gateway, and payouts that it has
    taken up and that are not paid yet.
    """
    moving: Counter[str] = Counter()
    waiting = Refund.objects.filter(
        gateway=adapter.name, destination=RefundDestination.GATEWAY, has_left_escrow=True, has_bounced=False,
        status__in=[RefundStatus.APPROVED, RefundStatus.SENT], gateway_id="",
    )  # fmt: skip
    for currency, amount in waiting.order_by("pk").values_list("currency", "gateway_minor"):
        moving[currency] += amount
    for payout in Payout.objects.open().filter(gateway=adapter.name, attempts__gt=0).order_by("pk"):
        told = adapter.find_transfer(reference=payout.reference)
        if told is not None and told.status == MoveStatus.PENDING:
            moving[payout.currency] -= told.amount_minor + told.fee_minor
    return moving


def _in_breaks(gateway: str, found: Sequence[Difference]) -> Counter[str]:
    """What differs for a reason that was found: now, or before, less what corrections have posted since."""
    known: Counter[str] = Counter()
    for difference in {each.key: each for each in found}.values():
        known[difference.currency] += difference.net_gap_minor
    resolved = Break.objects.filter(gateway=gateway, state=BreakState.RESOLVED)
    now = {each.key for each in found}
    for each in resolved.order_by("pk").iterator():
        if each.key not in now:
            known[each.currency] += each.net_gap_minor
        for address, amount in each.legs:
            if address == addresses.gateway_clearing(gateway, address.rpartition(":")[2]):
                known[address.rpartition(":")[2]] += int(amount)
    return known


def differences(gateway: str, checks: Sequence[BalanceCheck], *, at: datetime) -> Iterator[Difference]:
    """A break for each balance that differs for no reason that was found; what is not certain stays as it was."""
    standing = Break.objects.live().filter(gateway=gateway, list_kind=BALANCE)
    for check in checks:
        if not check.is_certain:
            yield from (_as_found(each) for each in standing.filter(currency=check.currency))
        elif check.unexplained_minor:
            yield _difference(gateway, check, at=at)


def _difference(gateway: str, check: BalanceCheck, *, at: datetime) -> Difference:
    gap = check.unexplained_minor
    return Difference(
        list_kind=BALANCE,
        kind=BreakKind.BALANCE,
        subject=f"balance in {check.currency}",
        here=AGREES,
        there=f"{_words(abs(gap), check.currency)} {'more' if gap > 0 else 'less'}",
        gap_minor=gap,
        net_gap_minor=gap,
        currency=check.currency,
        account=addresses.gateway_clearing(gateway, check.currency),
        occurred_at=at,
    )


def _as_found(each: Break) -> Difference:
    values: dict[str, Any] = {
        name: getattr(each, name)
        for name in ("list_kind", "kind", "subject", "here", "there", "gap_minor", "net_gap_minor", "currency",
                     "account", "occurred_at")
    }  # fmt: skip
    return Difference(**values)


def _words(amount_minor: int, currency: str) -> str:
    return f"{format_amount(amount_minor, currency) if currency in CURRENCIES else amount_minor} {currency}"
