"""What reconciliation does by itself."""

from datetime import datetime, timedelta

from apps.core import clock
from apps.core.sweeps import sweep
from apps.reconciliation import operations
from apps.reconciliation.models import BooksProof, ReconciliationRun
from apps.reconciliation.operations.nightly import next_due

_DAY = timedelta(days=1)


def _run_due() -> datetime | None:
    at = clock.now()
    due = next_due(at)
    # Before the first run nothing is late: there has been nobody to do it.
    return max(due, at) if due is not None and not ReconciliationRun.objects.exists() else due


def _proof_due() -> datetime | None:
    last = BooksProof.objects.order_by("-made_at").values_list("made_at", flat=True).first()
    return last + _DAY if last else clock.now()


@sweep("reconciliation.nightly", every=timedelta(minutes=5), next_due=_run_due, batch=10, queue="bulk")
def nightly(at: datetime, limit: int) -> int:
    """Every gateway's day is compared with ours once it is over; what was interrupted goes on."""
    operations.carry_on_due(at, limit)
    return 0


@sweep("reconciliation.prove_books", every=timedelta(minutes=30), next_due=_proof_due, batch=1, queue="bulk")
def prove_books(at: datetime, limit: int) -> int:
    """All rules are held against all of the books once a day; operations know what is broken."""
    last = BooksProof.objects.order_by("-made_at").values_list("made_at", flat=True).first()
    if last is None or at >= last + _DAY:
        operations.prove_books(at=at)
    return 0
