"""Ops put right what could not be delivered."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.core import audit
from apps.core.errors import NotFound, WrongState
from apps.notifications.models import DeliveryLog, SuppressedAddress
from apps.notifications.states import DeliveryState
from apps.notifications.waking import wake_after_commit


@transaction.atomic
def resend_delivery(*, delivery_id: UUID, by: Any, at: datetime) -> DeliveryLog:
    """The delivery is due again, now, as if it were new.

    Raises: NotFound; WrongState for one that was sent or is still being tried.
    """
    row: DeliveryLog | None = DeliveryLog.objects.locked().filter(pk=delivery_id).first()
    if row is None:
        raise NotFound
    if row.state not in {DeliveryState.DEAD, DeliveryState.SUPPRESSED}:
        raise WrongState("Only what was given up or held back can be sent again.")
    row.state = DeliveryState.PENDING
    row.next_attempt_at, row.expires_at, row.handed_over_at = at, None, None
    row.save(update_fields=["state", "next_attempt_at", "expires_at", "handed_over_at"])
    audit.record("notifications.delivery_resent", target=row, by=by, at=at, reason=row.last_error)
    wake_after_commit()
    return row


@transaction.atomic
def allow_address(*, suppressed_id: UUID, by: Any, at: datetime) -> None:
    """The address gets messages again. Raises: NotFound."""
    row = SuppressedAddress.objects.locked().filter(pk=suppressed_id).first()
    if row is None:
        raise NotFound
    audit.record("notifications.address_allowed", target=row, by=by, at=at, before={"reason": row.reason})
    row.delete()
