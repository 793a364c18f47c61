"""When an account is erased, what its holder follows ends; the books stay."""

from datetime import datetime
from uuid import UUID

from apps.subscriptions.models import Subscription
from apps.subscriptions.operations.month import end
from apps.subscriptions.states import EndReason


def end_for(*, user_id: UUID, at: datetime) -> None:
    """The person follows nobody any more; called within a transaction."""
    living = Subscription.objects.with_names().living().filter(payer_id=user_id, practitioner__isnull=False)
    for subscription in living.locked():
        end(subscription, EndReason.ERASED, at=at)
