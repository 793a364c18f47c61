"""The eight rules by which the books are sound, and where each is broken.

S1 every transfer nets to zero per currency; S2 so do all entries; S3 the escrow account is the sum of open holds;
S4 balance rows, snapshots and daily totals are the sums of their entries; S5 no guarded account is below zero;
S6 a hold ends once, within what was paid; S7 sealed rows are as they were; S8 gateway clearing is what the payment desk
knows to have come in and gone out.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from apps.ledger import functions

# (gateway, currency) → minor units that came in, less those that went out, by the payment desk's own records.
GatewayTotals = Callable[[], dict[tuple[str, str], int]]

_FUNCTIONS = {
    "S1": "ledger_unsound_transfers",
    "S2": "ledger_unsound_currencies",
    "S3": "ledger_unsound_escrow",
    "S4": "ledger_unsound_balances",
    "S5": "ledger_unsound_overdrafts",
    "S6": "ledger_unsound_resolutions",
    "S7": "ledger_unsound_seals",
}
RULES = (*_FUNCTIONS, "S8")
_gateway_totals: GatewayTotals | None = None


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A rule that is broken: which, where, what it should be, and what it is."""

    rule: str
    subject: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.rule} {self.subject}: should be {self.expected}, is {self.found}"


def register_gateway_totals(function: GatewayTotals | None) -> None:
    """``function()`` answers what the payment desk knows of each gateway; told once, by the wiring in ``config``."""
    global _gateway_totals  # noqa: PLW0603  # one registration, from the wiring
    _gateway_totals = function


def faults(rules: Iterable[str] = RULES) -> Iterator[Fault]:
    """Where the rules are broken, rule by rule; nothing for sound books."""
    for rule in rules:
        yield from faults_of(rule)


def faults_of(rule: str) -> list[Fault]:
    """Where one rule is broken."""
    if rule == "S8":
        return _clearing_faults()
    rows = functions.call(_FUNCTIONS[rule])
    return [Fault(rule=name, subject=where, expected=right, found=found) for name, where, right, found in rows]


def _clearing_faults() -> list[Fault]:
    if _gateway_totals is None:
        return []
    booked = {(gateway, currency): amount for gateway, currency, amount in functions.call("ledger_gateway_totals")}
    known = _gateway_totals()
    return [
        Fault(
            rule="S8",
            subject=f"clearing of {gateway} in {currency}",
            expected=str(known.get((gateway, currency), 0)),
            found=str(booked.get((gateway, currency), 0)),
        )
        for gateway, currency in sorted({*booked, *known})
        if known.get((gateway, currency), 0) != booked.get((gateway, currency), 0)
    ]
