"""Just after the commit: the dashboard's words are written, and connected clients hear of them."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from apps.core.database import call_function
from apps.notifications import live
from apps.notifications.models import Notification
from apps.notifications.wording import Wordbook

# One announcer at a time: sequences become visible in their order, so that nobody who asks for what came after the
# last one they saw can miss one that was committed later.
_ANNOUNCER = 724_101


def announce_new(*, limit: int) -> int:
    """At most ``limit`` new notifications have their words and their place in the order, and are sent live."""
    announced = _write_words(limit)
    events = [(each.user_id, event_of(each)) for each in announced if each.on_dashboard]
    live.send_to_users(events)
    return len(announced)


@transaction.atomic
def _write_words(limit: int) -> list[Notification]:
    call_function("pg_advisory_xact_lock", _ANNOUNCER)
    fresh = Notification.objects.filter(sequence__isnull=True).select_related("user")
    rows = list(fresh.order_by("created_at", "id")[:limit])
    if not rows:
        return []
    book = Wordbook(rows)
    last = Notification.objects.aggregate(last=Max("sequence"))["last"] or 0
    for sequence, row in enumerate(rows, start=last + 1):
        row.title, row.message = book.headline(row)
        row.sequence = sequence
    Notification.objects.bulk_update(rows, ["title", "message", "sequence"])
    return rows


def event_of(notification: Notification) -> dict[str, Any]:
    """What a connected client receives."""
    business_id: UUID | None = notification.business_id
    return {
        "type": "notification",
        "sequence": notification.sequence,
        "id": str(notification.pk),
        "notification_type": notification.notification_type,
        "title": notification.title,
        "message": notification.message,
        "subject_type": notification.subject_type,
        "subject_id": notification.subject_id,
        "subject_reference": notification.subject_reference,
        "business_id": str(business_id) if business_id else None,
        "priority": notification.priority,
        "is_read": notification.is_read,
        "created_at": notification.created_at.isoformat(),
    }
