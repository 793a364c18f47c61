"""The nine rules by which the books are sound, and where each is broken.

S1 every transfer nets to zero per currency; S2 so do all entries; S3 the escrow account is the sum of open holds;
S4 balance rows, snapshots and daily totals are the sums of their entries; S5 no guarded account is below zero;
S6 a hold ends once, within what was paid, by its own terms; S7 sealed rows are as they were, and the rest as they were
posted; S8 gateway clearing is what the payment desk knows to have come in and gone out, in all and payment by payment; S9
what is in transit is the sum of open payouts.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from apps.ledger import functions

_FUNCTIONS = {
    "S1": ("ledger_unsound_transfers", "ledger_unsound_moments"),
    "S2": ("ledger_unsound_currencies",),
    "S3": ("ledger_unsound_escrow",),
    "S4": ("ledger_unsound_balances",),
    "S5": ("ledger_unsound_overdrafts",),
    "S6": ("ledger_unsound_resolutions", "ledger_unsound_terms"),
    "S7": ("ledger_unsound_seals", "ledger_unsound_tail"),
}
RULES = (*_FUNCTIONS, "S8", "S9")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A rule that is broken: which, where, what it should be, and what it is."""

    rule: str
    subject: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.rule} {self.subject}: should be {self.expected}, is {self.found}"


class Records(Protocol):
    """A desk that moves money at gateways and keeps records of its own."""

    def gateway_totals(self) -> Mapping[tuple[str, str], int]:
        """(gateway, currency) → minor units that came in, less those that went out, by the desk's records."""

    def unbooked(self) -> Iterable[tuple[str, str, str]]:
        """Payments that the entries tell otherwise: which, what the desk knows, what is booked."""


class PaymentDesk(Records, Protocol):
    """All who talk to gateways together; ``config/books.py`` says who they are."""

    def in_transit(self) -> Mapping[str, int]:
        """Currency → minor units of payouts that have neither arrived nor come back, by the desk's records."""


_desk: PaymentDesk | None = None


def connect(desk: PaymentDesk | None) -> None:
    """From now on S8 and S9 compare the books with what this desk knows; with None they compare nothing."""
    global _desk  # noqa: PLW0603  # one registration, from the wiring
    _desk = desk


def differences(known: Mapping[str, int], booked: Mapping[str, int]) -> list[tuple[str, str, str]]:
    """What stands with another amount in one of them, or in one alone: which, what is known, what is booked."""
    return [
        (name, str(known.get(name, 0)), str(booked.get(name, 0)))
        for name in sorted({*known, *booked})
        if known.get(name, 0) != booked.get(name, 0)
    ]


def faults(rules: Iterable[str] = RULES) -> Iterator[Fault]:
    """Where the rules are broken, rule by rule; nothing for sound books."""
    for rule in rules:
        yield from faults_of(rule)


def faults_of(rule: str) -> list[Fault]:
    """Where one rule is broken."""
    if rule == "S8":
        return _clearing_faults()
    if rule == "S9":
        return _transit_faults()
    rows = [row for name in _FUNCTIONS[rule] for row in functions.call(name)]
    return [Fault(rule=name, subject=where, expected=right, found=found) for name, where, right, found in rows]


def _clearing_faults() -> list[Fault]:
    if _desk is None:
        return []
    booked = {(gateway, currency): amount for gateway, currency, amount in functions.call("ledger_gateway_totals")}
    known = _desk.gateway_totals()
    totals = [
        Fault(
            rule="S8",
            subject=f"clearing of {gateway} in {currency}",
            expected=str(known.get((gateway, currency), 0)),
            found=str(booked.get((gateway, currency), 0)),
        )
        for gateway, currency in sorted({*booked, *known})
        if known.get((gateway, currency), 0) != booked.get((gateway, currency), 0)
    ]
    return totals + [
        Fault(rule="S8", subject=name, expected=right, found=found) for name, right, found in _desk.unbooked()
    ]


def _transit_faults() -> list[Fault]:
    if _desk is None:
        return []
    booked = dict(functions.call("ledger_in_transit"))
    known = _desk.in_transit()
    return [
        Fault(
            rule="S9",
            subject=f"payouts in transit in {currency}",
            expected=str(known.get(currency, 0)),
            found=str(booked.get(currency, 0)),
        )
        for currency in sorted({*booked, *known})
        if known.get(currency, 0) != booked.get(currency, 0)
    ]
