"""One-off messages that ops write."""

from datetime import datetime
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.core import audit
from apps.notifications import kinds
from apps.notifications.notices import Subject
from apps.notifications.operations.notify import notify


@transaction.atomic
def write_to(*, user: User, headline: str, body: str, by: Any, at: datetime, subject: Subject | None = None) -> None:
    """The person gets the message on the dashboard and by mail; the trail says who wrote what."""
    context = {"headline": headline, "body": body, "reference": subject.reference or None if subject else None}
    key = notify(
        user=user, kind=kinds.OPS_MESSAGE, context=context, subject=subject, dedupe_key=f"ops:{at.isoformat()}", at=at
    )
    audit.record(
        "notifications.message_written",
        target=user,
        by=by,
        at=at,
        after={"headline": headline, "body": body, "notification": str(key)},
    )
