from datetime import datetime, timedelta

from apps.core.sweeps import sweep
from apps.ledger import operations, queries

_RELEASES_A_BATCH = 2_000
_SEALS_A_BATCH = 5_000


@sweep(
    "ledger.release_due",
    every=timedelta(minutes=1),
    next_due=queries.next_release_due,
    batch=_RELEASES_A_BATCH,
    queue="critical",
)
def release_due(at: datetime, limit: int) -> int:
    """Holds whose clearance time has run out are released."""
    return operations.release_due_holds(at=at, limit=limit)


@sweep("ledger.snapshot", every=timedelta(minutes=5))
def snapshot(at: datetime, limit: int) -> int:
    """Balances of accounts that moved can be read from a newer snapshot; one run does them all."""
    operations.take_snapshot(at=at)
    return 0


@sweep("ledger.seal", every=timedelta(minutes=5), batch=_SEALS_A_BATCH, queue="bulk")
def seal(at: datetime, limit: int) -> int:
    """Settled transfers are sealed."""
    return operations.seal_batch(at=at, limit=limit)
