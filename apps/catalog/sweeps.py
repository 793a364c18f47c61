"""What the catalogue does when its time has come."""

from datetime import datetime, timedelta

from apps.catalog import operations
from apps.core.sweeps import sweep


@sweep("catalog.papers", every=timedelta(hours=1), next_due=operations.next_paper_due, batch=200, queue="bulk")
def attend_papers(at: datetime, limit: int) -> int:
    """Papers that run out have warned 30, 7 and 1 days ahead, and lapse on the day after their last."""
    return operations.attend_due_papers(at=at, limit=limit)
