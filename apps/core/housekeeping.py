"""Core's own sweeps: the outbox, and idempotency keys that have had their day."""

from datetime import datetime, timedelta

from apps.core import outbox
from apps.core.conf import timer
from apps.core.models import IdempotencyRecord
from apps.core.sweeps import sweep


@sweep("core.outbox", every=timedelta(seconds=5), next_due=outbox.next_due, batch=200, queue="critical")
def drain_outbox(at: datetime, limit: int) -> int:
    """Up to ``limit`` messages that a lost wake or a crash left behind have been carried out."""
    return outbox.drain(at=at, limit=limit)


@sweep("core.forget_idempotency_keys", every=timedelta(hours=1), batch=5_000, queue="bulk")
def forget_idempotency_keys(at: datetime, limit: int) -> int:
    """Answers older than 24 hours are forgotten."""
    oldest = IdempotencyRecord.objects.filter(created_at__lt=at - timer("IDEMPOTENCY_KEY_LIFE"))
    deleted, _ = IdempotencyRecord.objects.filter(pk__in=oldest.values("pk")[:limit]).delete()
    return deleted
