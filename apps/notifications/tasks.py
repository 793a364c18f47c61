"""Entries of the queue."""

from celery import shared_task

from apps.core import clock
from apps.notifications.waking import note_delivery_begins


@shared_task(name="notifications.deliver")
def deliver() -> int:
    """What has just been committed is on dashboards, and what is due has been sent."""
    from apps.notifications.operations import announce_new, send_due  # noqa: PLC0415  # a leaf, loaded with the queue
    from apps.notifications.operations.send import BATCH  # noqa: PLC0415  # as above

    clock.forget_offset()
    note_delivery_begins()
    while announce_new(limit=500) == 500:
        pass
    total = 0
    while claimed := send_due(at=clock.now()):
        total += claimed
        if claimed < BATCH:
            break
    return total
