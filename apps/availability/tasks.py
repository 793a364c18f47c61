"""Entries of the queue."""

from uuid import UUID

from apps.availability import operations
from apps.core import clock


def read_calendar(calendar_id: str) -> None:
    """A calendar that was added is read at once."""
    operations.read_calendar(calendar_id=UUID(calendar_id), at=clock.now())
