"""Questions about runs and breaks that other apps and the API ask; and what corrections have done to the books."""

from collections import Counter
from collections.abc import Iterator

from apps.core.database import call_function
from apps.reconciliation.models import Break
from apps.reconciliation.states import BreakState

_CLEARING = "SYSTEM::GATEWAY_CLEARING/"


def count_live() -> int:
    """Breaks about which somebody has something to do."""
    return int(Break.objects.live().count())


def gateway_totals() -> dict[tuple[str, str], int]:
    """(gateway, currency) → by how much corrections have changed what the books say that the gateway holds."""
    totals: Counter[tuple[str, str]] = Counter()
    for address, amount in _corrections():
        if address.startswith(_CLEARING):
            gateway, _, currency = address.removeprefix(_CLEARING).partition(":")
            totals[gateway, currency] -= amount
    return dict(totals)


def unbooked() -> list[tuple[str, str, str]]:
    """Resolved breaks of which the ledger's entries tell another correction than was resolved."""
    return [(name, right, found) for name, right, found in call_function("reconciliation_unbooked")]


def _corrections() -> Iterator[tuple[str, int]]:
    rows = Break.objects.filter(state=BreakState.RESOLVED).exclude(legs=[]).values_list("legs", flat=True)
    for legs in rows.iterator(chunk_size=1_000):
        for address, amount in legs:
            yield str(address), int(amount)
