"""A push that nobody saw in time, on an urgent matter, goes by SMS as well."""

from datetime import datetime

from django.db import transaction

from apps.core.ids import new_id
from apps.notifications import queries
from apps.notifications.models import DeliveryLog
from apps.notifications.states import Channel


@transaction.atomic
def fall_back_to_sms(*, at: datetime, limit: int) -> int:
    """At most ``limit`` urgent notifications, pushed ten minutes ago and not read, are due by SMS, once each."""
    unseen = list(queries.unseen_pushes(at).claimed(limit))
    made = DeliveryLog.objects.bulk_create(
        (
            DeliveryLog(
                id=new_id(),
                notification_id=row.notification_id,
                channel=Channel.SMS,
                rank=0,
                next_attempt_at=at,
                created_at=at,
                updated_at=at,
            )
            for row in unseen
        ),
        ignore_conflicts=True,
    )
    return len(made)
