"""The accountant's journal of the month, as ``docs/a-month.md`` has it: written by hand, and held against the books."""

import re
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

from django.db.models import Sum

from apps.ledger.models import Entry

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "a-month.md"
CURRENCIES = {"naira": "NGN", "dollars": "USD"}
_SECTION = re.compile(r"^## In (\w+)$")
_ROW = re.compile(r"^\| *(\d*) *\| *(.+?) *\| *(.*?) *\| *(.*?) *\|$")
_AMOUNT = re.compile(r"^(.+?) ([\d,]+(?:\.\d\d)?)$")


class Journal:
    """Rows of days; each says what was debited and what was credited, by the accountant's names of the accounts."""

    def __init__(self):
        self.rows = list(_rows(DOCUMENT.read_text()))
        self.addresses = {}

    def names(self, currency, **accounts):
        """The accountant's names of accounts, and their addresses in the books."""
        self.addresses |= {(currency, name.replace("_", " ")): address for name, address in accounts.items()}

    def knows(self, currency, name, address):
        """One more name of an account."""
        self.addresses[currency, name] = address

    def balances(self, day):
        """By the journal, what each account stands at after that day: address → minor units, credit above zero."""
        found = Counter()
        for on, currency, legs in self.rows:
            if on <= day:
                for name, amount in legs:
                    found[self.addresses[currency, name]] += amount
        return {address: amount for address, amount in found.items() if amount}

    def holds_on(self, day):
        """Every account of the books is where the journal has it after that day, to the kobo."""
        expected, found = self.balances(day), booked()
        named = {address: f"{name} {currency}" for (currency, name), address in self.addresses.items()}
        wrong = [
            f"{named.get(address, address)}: journal {expected.get(address, 0) / 100}, books {found.get(address, 0) / 100}"
            for address in sorted({*expected, *found})
            if expected.get(address, 0) != found.get(address, 0)
        ]
        assert not wrong, f"day {day}:\n" + "\n".join(wrong)


def booked():
    """Every account with something in it, summed from the entries themselves."""
    sums = Entry.objects.values_list("account__address").annotate(total=Sum("amount")).order_by()
    return {address: int(total) for address, total in sums if total}


def _rows(text):
    currency, day = "", 0
    for line in text.splitlines():
        if section := _SECTION.match(line):
            currency = CURRENCIES.get(section[1], "")
        elif currency and (row := _ROW.match(line)) and _AMOUNT.match(row[3].split("; ")[0]):
            day = int(row[1] or day)
            yield day, currency, [*_legs(row[3], -1), *_legs(row[4], 1)]


def _legs(text, sign):
    for part in text.split("; "):
        name, amount = _AMOUNT.match(part).groups()
        yield name, sign * int(Decimal(amount.replace(",", "")) * 100)


def unbalanced(journal):
    """Rows whose debits are not their credits."""
    return [row for row in journal.rows if sum(amount for _, amount in row[2])]


def by_kind(balances):
    """The same by the kind of account, as a trial balance has it: (owner type, kind, gateway, currency) → minor units."""
    found = defaultdict(int)
    for address, amount in balances.items():
        owner, _, kind, currency = address.split(":")
        kind, _, gateway = kind.partition("/")
        found[owner, kind, gateway, currency] += amount
    return dict(found)


def table(title):
    """The rows of the table under that heading of the document, by the names of its columns; amounts without commas."""
    section = DOCUMENT.read_text().partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    lines = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    names = [name.strip() for name in lines[0]]
    return [dict(zip(names, (cell.strip().replace(",", "") for cell in row), strict=True)) for row in lines[2:]]
