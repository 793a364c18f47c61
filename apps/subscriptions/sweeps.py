"""What falls due: months to renew, renewals to try again, what ends."""

from datetime import datetime, timedelta

from django.db.models import Min

from apps.core.sweeps import sweep
from apps.subscriptions import operations
from apps.subscriptions.models import Subscription


def _due() -> datetime | None:
    return Subscription.objects.aggregate(first=Min("due_at"))["first"]


@sweep("subscriptions.renew", every=timedelta(minutes=1), next_due=_due, batch=50)
def renew_due(at: datetime, limit: int) -> int:
    """Subscriptions whose month is over, or whose renewal is to be tried again, are one step further."""
    return operations.renew_due(at, limit)
