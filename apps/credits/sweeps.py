"""What falls due: customers to warn, credits that have run out."""

from datetime import datetime, timedelta

from apps.core.conf import timer
from apps.core.sweeps import sweep
from apps.credits import operations
from apps.credits.models import Grant


def _next_warning() -> datetime | None:
    untold = Grant.objects.filter(expired_at=None, warned_at=None, pinned_to=None, expires_at__isnull=False)
    first = untold.order_by("expires_at").values_list("expires_at", flat=True).first()
    return None if first is None else first - timer("CREDIT_EXPIRY_WARNING")


def _next_expiry() -> datetime | None:
    running = Grant.objects.filter(expired_at=None, expires_at__isnull=False)
    return running.order_by("expires_at").values_list("expires_at", flat=True).first()


@sweep("credits.warn_of_expiry", every=timedelta(days=1), next_due=_next_warning, batch=200)
def warn_of_expiry(at: datetime, limit: int) -> int:
    """Nobody loses credits without having been warned."""
    return operations.warn_of_expiry(at=at, limit=limit)


@sweep("credits.note_expired", every=timedelta(days=1), next_due=_next_expiry, batch=200)
def note_expired(at: datetime, limit: int) -> int:
    """What has run out is in the history of its customer."""
    return operations.note_expired(at=at, limit=limit)
