"""What an accountant asks of the books: the trial balance of a day, and the statement of an account. Days are UTC days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from apps.ledger import functions, queries
from apps.ledger.models import Account, Entry
from apps.ledger.states import AccountKind

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class TrialLine:
    """All accounts of one kind in one currency: what those in debit and those in credit come to."""

    currency: str
    owner_type: str
    kind: str
    gateway: str
    accounts: int
    debit_minor: int
    credit_minor: int


@dataclass(frozen=True, kw_only=True)
class TrialBalance:
    """One currency on one day: both sides are the same, or the books are not sound."""

    currency: str
    lines: Sequence[TrialLine]
    debit_minor: int
    credit_minor: int

    @property
    def is_balanced(self) -> bool:
        """Whether debits are credits."""
        return self.debit_minor == self.credit_minor


@dataclass(frozen=True, kw_only=True)
class StatementLine:
    """One entry, and what is in the account after it; None in a statement that leaves entries out."""

    entry: Entry
    balance_minor: int | None


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A page of an account's entries between two days, both included; ``next_id`` is where the next page begins."""

    account: Account
    since: date
    until: date
    opening_minor: int
    closing_minor: int
    lines: Sequence[StatementLine]
    next_id: int | None


@dataclass(frozen=True, kw_only=True)
class DayFigure:
    """What moved in accounts of one kind on a day, and what was in them at its end."""

    day: date
    moved_minor: int
    balance_minor: int


def start_of(day: date) -> datetime:
    """The day's first moment."""
    return datetime.combine(day, time.min, UTC)


def trial_balances(day: date) -> list[TrialBalance]:
    """Every currency at the end of the day, in the order of their names."""
    names = ("currency", "owner_type", "kind", "gateway", "accounts", "debit_minor", "credit_minor")
    rows = functions.call("ledger_trial_balance", day)
    lines = [TrialLine(**dict(zip(names, row, strict=True))) for row in rows]
    return [
        TrialBalance(
            currency=currency,
            lines=(own := [line for line in lines if line.currency == currency]),
            debit_minor=sum(line.debit_minor for line in own),
            credit_minor=sum(line.credit_minor for line in own),
        )
        for currency in dict.fromkeys(line.currency for line in lines)
    ]


def accounts_of(kind: str, currency: str, *, after: str = "", limit: int) -> list[Account]:
    """Accounts of one kind by their address, from the one after ``after`` on."""
    rows = Account.objects.filter(kind=kind, currency=currency, address__gt=after)
    return list(rows.order_by("address")[:limit])


def statement(
    account: Account, *, since: date, until: date, after_id: int | None = None, kind: str = "", limit: int
) -> Statement:
    """The account's entries in the order of their moments, a page at a time, however many there are.

    With ``kind`` those of one kind of transfer alone, without running balances.
    """
    starts_at, ends_at = start_of(since), start_of(until + _DAY)
    opening = queries.balance_before(account.pk, starts_at)
    rows = _entries(account, starts_at, ends_at, kind)
    last = Entry.objects.filter(account=account, pk=after_id).first() if after_id is not None else None
    before = opening
    if last is not None:
        rows = rows.filter(Q(created_at__gt=last.created_at) | Q(created_at=last.created_at, pk__gt=last.pk))
        before = queries.balance_before(account.pk, last.created_at) + _up_to(account, last)
    page = list(rows[: limit + 1])
    return Statement(
        account=account,
        since=since,
        until=until,
        opening_minor=opening,
        closing_minor=queries.balance_before(account.pk, ends_at),
        lines=running(page[:limit], None if kind else before),
        next_id=page[limit - 1].pk if len(page) > limit else None,
    )


def _entries(account: Account, starts_at: datetime, ends_at: datetime, kind: str) -> QuerySet[Any]:
    rows = Entry.objects.filter(account=account, created_at__gte=starts_at, created_at__lt=ends_at)
    if kind:
        rows = rows.filter(transfer__kind=kind)
    return rows.select_related("transfer").order_by("created_at", "pk")


def _up_to(account: Account, last: Entry) -> int:
    """What the entries of the same moment come to, as far as that one."""
    same = Entry.objects.filter(account=account, created_at=last.created_at, pk__lte=last.pk)
    return int(same.aggregate(total=Sum("amount"))["total"] or 0)


def running(entries: Sequence[Entry], before_minor: int | None) -> list[StatementLine]:
    """The entries, each with what is in the account after it."""
    lines = []
    balance = before_minor
    for entry in entries:
        balance = None if balance is None else balance + entry.amount
        lines.append(StatementLine(entry=entry, balance_minor=balance))
    return lines


def days_of(kind: AccountKind, currency: str, *, since: date, until: date) -> list[DayFigure]:
    """Each day from ``since`` to ``until``, both included."""
    rows = functions.call("ledger_days_of", kind.value, currency, since, until)
    return [DayFigure(day=day, moved_minor=int(moved), balance_minor=int(balance)) for day, moved, balance in rows]


def taken_in_by(kind: AccountKind, currency: str, *, since: date, until: date) -> dict[date, int]:
    """What came into the platform's accounts of a kind, day by day, whatever has left them since."""
    rows = Entry.objects.filter(
        account__in=Account.objects.filter(kind=kind, currency=currency, owner_type="SYSTEM"),
        created_at__gte=start_of(since), created_at__lt=start_of(until + _DAY), amount__gt=0,
    ).order_by()  # fmt: skip
    sums = rows.values("created_at__date").annotate(total=Sum("amount"))
    return {row["created_at__date"]: int(row["total"]) for row in sums}


def account_with(account_id: UUID) -> Account | None:
    """The account with that key."""
    found: Account | None = Account.objects.filter(pk=account_id).first()
    return found
