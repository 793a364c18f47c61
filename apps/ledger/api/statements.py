"""Statement lines as a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from apps.core.money import format_amount

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
