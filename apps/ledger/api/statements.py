"""Statement lines as a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from apps.core.money import format_amount
from apps.ledger import accounting
from apps.ledger.models import Account

_PAGE = 1_000
COLUMNS = ("at", "kind", "account", "amount", "currency", "cause_type", "cause_id", "transfer_id")


class _Line:
    """A file that hands back what is written to it."""

    def write(self, value: str) -> str:
        return value


def lines(entries: Iterable[Any]) -> Iterator[str]:
    """The heading, then one line for each entry."""
    writer = csv.writer(_Line())
    yield writer.writerow(COLUMNS)
    for entry in entries:
        yield writer.writerow(
            (
                entry.created_at.isoformat(),
                entry.transfer.kind,
                entry.account.kind,
                format_amount(entry.amount, entry.currency),
                entry.currency,
                entry.transfer.cause_type,
                entry.transfer.cause_id or "",
                entry.transfer_id,
            )
        )


def statement_lines(account: Account, *, since: date, until: date, kind: str = "") -> Iterator[str]:
    """The whole statement of an account: opening balance, every entry with the balance after it, closing balance."""
    writer, after_id = csv.writer(_Line()), None
    yield writer.writerow(
        ("at", "kind", "debit", "credit", "balance", "currency", "cause_type", "cause_id", "transfer_id")
    )
    while True:
        page = accounting.statement(account, since=since, until=until, after_id=after_id, kind=kind, limit=_PAGE)
        if after_id is None:
            yield writer.writerow(
                (since.isoformat(), "OPENING", "", "", _words(page.opening_minor, account), account.currency)
            )
        for line in page.lines:
            entry, words = line.entry, format_amount(abs(line.entry.amount), account.currency)
            yield writer.writerow(
                (
                    entry.created_at.isoformat(), entry.transfer.kind, words if entry.amount < 0 else "",
                    words if entry.amount > 0 else "", _words(line.balance_minor, account), account.currency,
                    entry.transfer.cause_type, entry.transfer.cause_id or "", entry.transfer_id,
                )
            )  # fmt: skip
        if page.next_id is None:
            yield writer.writerow(
                (until.isoformat(), "CLOSING", "", "", _words(page.closing_minor, account), account.currency)
            )
            return
        after_id = page.next_id


def trial_lines(balances: Sequence[accounting.TrialBalance]) -> Iterator[str]:
    """Every kind of account in every currency, and the sums of each currency."""
    writer = csv.writer(_Line())
    yield writer.writerow(("currency", "owner_type", "kind", "gateway", "accounts", "debit", "credit"))
    for each in balances:
        for line in each.lines:
            sums = [format_amount(amount, each.currency) for amount in (line.debit_minor, line.credit_minor)]
            yield writer.writerow((each.currency, line.owner_type, line.kind, line.gateway, line.accounts, *sums))
        sums = [format_amount(amount, each.currency) for amount in (each.debit_minor, each.credit_minor)]
        yield writer.writerow((each.currency, "", "TOTAL", "", sum(line.accounts for line in each.lines), *sums))


def _words(amount_minor: int | None, account: Account) -> str:
    return "" if amount_minor is None else format_amount(amount_minor, account.currency)
