"""The audit trail: one call for every sensitive act, in the transaction of the act."""

from datetime import datetime
from typing import Any

from django.db import models

from apps.core import context
from apps.core.models import AuditEntry
from apps.core.redaction import without_secrets


def record(
    action: str,
    *,
    target: models.Model | None,
    by: Any,
    at: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> AuditEntry:
    """The act is in the trail, with secrets left out; ``by`` is the user, or None for the platform itself."""
    origin = context.current.get()
    return AuditEntry.objects.create(
        action=action,
        actor=by if by is not None and getattr(by, "pk", None) else None,
        target_type=target._meta.label if target is not None else "",
        target_id=str(target.pk) if target is not None else "",
        target_label=_label_of(target),
        before=without_secrets(before),
        after=without_secrets(after),
        reason=reason,
        ip_address=origin.ip_address,
        user_agent=origin.user_agent[:300],
        request_id=origin.request_id,
        at=at,
    )


def _label_of(target: models.Model | None) -> str:
    """How the target is called in the trail; a row of personal data gives ``audit_label``, which names nobody."""
    if target is None:
        return ""
    return str(getattr(target, "audit_label", None) or target)[:200]
