from apps.core.models.audit import AuditEntry
from apps.core.models.base import (
    BaseModel,
    BaseQuerySet,
    SoftDeleteManager,
    SoftDeleteModel,
    append_only_triggers,
)
from apps.core.models.idempotency import IdempotencyRecord
from apps.core.models.outbox import OutboxMessage
from apps.core.models.timers import SandboxClock, SweepHeartbeat

__all__ = [
    "AuditEntry",
    "BaseModel",
    "BaseQuerySet",
    "IdempotencyRecord",
    "OutboxMessage",
    "SandboxClock",
    "SoftDeleteManager",
    "SoftDeleteModel",
    "SweepHeartbeat",
    "append_only_triggers",
]
