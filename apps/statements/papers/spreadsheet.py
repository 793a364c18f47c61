"""A statement as a spreadsheet."""

import csv
from io import StringIO

from apps.core.money import format_amount
from apps.statements.models import Statement

COLUMNS = (
    "at", "kind", "description", "reference", "gross", "commission", "amount", "balance", "owed", "currency", "transfer",
)  # fmt: skip


def statement_csv(statement: Statement) -> str:
    """The balance at the beginning, each line with the balance after it, the balance at the end."""
    out = StringIO()
    writer, currency = csv.writer(out), statement.currency

    def ends(name: str, moment: str, balance: int, owed: int) -> None:
        sums = (format_amount(balance, currency), format_amount(owed, currency))
        writer.writerow((moment, name, "", statement.reference, "", "", "", *sums, currency, ""))

    writer.writerow(COLUMNS)
    balance, owed = statement.opening_minor, statement.opening_owed_minor
    ends("OPENING", statement.starts_at.isoformat(), balance, owed)
    for line in statement.lines:
        balance, owed = balance + line["amount_minor"], owed + line["owed_minor"]
        amounts = (line["gross_minor"], line["commission_minor"], line["amount_minor"], balance, owed)
        told = (line["at"], line["kind"], _harmless(line["description"]), line["reference"])
        writer.writerow((*told, *(format_amount(amount, currency) for amount in amounts), currency, line["transfer"]))
    ends("CLOSING", statement.ends_at.isoformat(), balance, owed)
    return out.getvalue()


def _harmless(words: str) -> str:
    """What a spreadsheet would take for a formula is words."""
    return f"'{words}" if words[:1] in {"=", "+", "-", "@", "\t"} else words
