"""What falls due: other calendars that are to be read again."""

from datetime import datetime, timedelta

from apps.availability import operations
from apps.core.sweeps import sweep


# Without a next due moment: where the sandbox's clock jumps over days, calendars are read once at the end of them.
@sweep("availability.read_calendars", every=timedelta(minutes=5), batch=20, queue="bulk")
def read_calendars(at: datetime, limit: int) -> int:
    """Other calendars are as fresh as they can be."""
    return operations.read_calendars(at=at, limit=limit)
