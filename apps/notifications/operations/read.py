"""Reading one's dashboard."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.core.errors import NotFound
from apps.notifications.models import Notification


@transaction.atomic
def mark_read(*, notification_id: UUID, by: Any, at: datetime) -> Notification:
    """The notification is read; the first reading counts. Raises: NotFound where it is not the person's."""
    mine = Notification.objects.visible_to(by).filter(pk=notification_id)
    mine.unread().update(is_read=True, read_at=at, updated_at=at)
    notification: Notification | None = mine.select_related("user").first()
    if notification is None:
        raise NotFound
    return notification


@transaction.atomic
def mark_all_read(*, by: Any, at: datetime) -> int:
    """Everything on the person's dashboard is read; answers how many were not."""
    count: int = Notification.objects.visible_to(by).unread().update(is_read=True, read_at=at, updated_at=at)
    return count
