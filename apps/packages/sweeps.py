"""What falls due: customers to warn, uses that have run out."""

from datetime import datetime, timedelta

from apps.core.sweeps import sweep
from apps.packages import operations
from apps.packages.models import Purchase, Use
from apps.packages.states import PurchaseStatus, UseState


def _next_warning() -> datetime | None:
    untold = Purchase.objects.filter(status=PurchaseStatus.ACTIVE, warned_at__isnull=True)
    return untold.order_by("warn_at").values_list("warn_at", flat=True).first()


def _next_expiry() -> datetime | None:
    unused = Use.objects.filter(state=UseState.OPEN)
    return unused.order_by("expires_at").values_list("expires_at", flat=True).first()


@sweep("packages.warn_of_expiry", every=timedelta(minutes=15), next_due=_next_warning, batch=100)
def warn_of_expiry(at: datetime, limit: int) -> int:
    """Nobody loses uses without having been warned."""
    return operations.warn_of_expiry(at=at, limit=limit)


@sweep("packages.expire_uses", every=timedelta(minutes=15), next_due=_next_expiry, batch=100)
def expire_uses(at: datetime, limit: int) -> int:
    """The money of uses that ran out goes to the business."""
    return operations.expire_uses(at=at, limit=limit)
