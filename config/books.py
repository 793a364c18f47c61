"""Whom the verifier of the books asks what came in and went out: on one page; connected when Django starts."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from apps.ledger import soundness
from apps.ledger.soundness import Records
from apps.payments import queries as payments
from apps.payouts import queries as payouts
from apps.reconciliation import queries as reconciliation


class Desks:
    """Several desks, each with records of its own, that move money at gateways: together they know all of it."""

    def __init__(self, desks: Sequence[Records]) -> None:
        self.desks = desks

    def gateway_totals(self) -> Mapping[tuple[str, str], int]:
        """The sums of what each knows."""
        totals: Counter[tuple[str, str]] = Counter()
        for desk in self.desks:
            totals.update(desk.gateway_totals())
        return dict(totals)

    def unbooked(self) -> Iterator[tuple[str, str, str]]:
        """What any of them knows otherwise than it is booked."""
        for desk in self.desks:
            yield from desk.unbooked()

    def in_transit(self) -> Mapping[str, int]:
        """What is on its way to banks, by currency."""
        return payouts.in_transit()


def connect() -> None:
    """The desks' records are held against the gateways' clearing accounts and the account of what is in transit."""
    soundness.connect(Desks([payments, payouts, reconciliation]))
