"""Whom the verifier of the books asks what came in and went out: on one page; connected when Django starts."""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain

from apps.ledger import soundness
from apps.payments import queries as payments
from apps.payouts import queries as payouts


class Desk:
    """What came in by the payment desk's records, less what went out by those of payouts."""

    def gateway_totals(self) -> Mapping[tuple[str, str], int]:
        """(gateway, currency) → minor units that the gateway should hold."""
        totals = Counter(payments.gateway_totals())
        totals.update(payouts.gateway_totals())
        return totals

    def unbooked(self) -> Iterable[tuple[str, str, str]]:
        """Payments and payouts that the entries tell otherwise."""
        return chain(payments.unbooked(), payouts.unbooked())

    def in_transit(self) -> Mapping[str, int]:
        """What is on its way to banks, by currency."""
        return payouts.in_transit()


def connect() -> None:
    """The records of both are held against the gateways' clearing accounts and the account of what is in transit."""
    soundness.connect(Desk())
