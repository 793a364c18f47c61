from datetime import datetime

from apps.ledger import functions


@functions.in_transaction
def take_snapshot(*, at: datetime) -> int:
    """Accounts with new entries have a newer snapshot and daily totals; answers how many accounts."""
    ((accounts,),) = functions.call("ledger_take_snapshot", at)
    return int(accounts)


@functions.in_transaction
def seal_batch(*, at: datetime, limit: int) -> int:
    """Up to ``limit`` settled transfers are sealed by a new link of the hash chain; answers how many."""
    ((transfers,),) = functions.call("ledger_seal_batch", limit, at)
    return int(transfers)
