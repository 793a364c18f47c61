"""What statements do by themselves."""

from datetime import datetime, timedelta

from apps.core import clock
from apps.core.sweeps import sweep
from apps.statements import operations


def _next_month() -> datetime | None:
    return operations.next_month_due(clock.now())


@sweep("statements.monthly", every=timedelta(hours=1), next_due=_next_month, batch=50, queue="bulk")
def issue_statements(at: datetime, limit: int) -> int:
    """Every owner whose month is over has its statement, and the invoice of its commission."""
    return operations.issue_due_statements(at, limit)
