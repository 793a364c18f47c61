"""When an account is erased, what people were told is forgotten with it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.notifications.models import DeliveryLog, Notification, Preference
from apps.notifications.states import DeliveryState


@transaction.atomic
def forget_person(*, user_id: UUID, at: datetime) -> None:
    """No words, values or addresses of the person's notifications are left, and nothing more is sent."""
    mine = Notification.objects.filter(user_id=user_id)
    deliveries = DeliveryLog.objects.filter(notification__user_id=user_id)
    DeliveryLog.objects.filter(pk__in=deliveries.open().values("pk")).delete()
    deliveries.update(address="")
    deliveries.filter(state=DeliveryState.FAILED).update(last_error="")
    mine.update(
        title="", message="", context={}, attachments=[], to_email="", to_phone="", on_dashboard=False, updated_at=at
    )
    Preference.objects.filter(user_id=user_id).delete()
