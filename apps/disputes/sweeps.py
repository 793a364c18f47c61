"""What falls due about disputes."""

from datetime import datetime, timedelta

from apps.core.sweeps import sweep
from apps.disputes import operations, queries


@sweep("disputes.alert_overdue", every=timedelta(minutes=5), next_due=queries.next_alert, batch=100)
def alert_overdue(at: datetime, limit: int) -> int:
    """Operations know of disputes that should have been decided."""
    return operations.alert_overdue(at=at, limit=limit)
