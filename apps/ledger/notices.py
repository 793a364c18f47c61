"""The words that the ledger sends: to whoever owes something."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from apps.accounts.models import User
from apps.catalog.queries import owner_user_ids
from apps.core.money import Money
from apps.ledger.states import OwnerType
from apps.notifications import kinds
from apps.notifications.operations import Notice, notify_many


def tell_owing(
    owner_type: OwnerType,
    owner_id: UUID,
    currency: str,
    amount_minor: int,
    *,
    transfer_id: UUID,
    reason: str,
    at: datetime,
) -> None:
    """They know what they owe, why, and that what they earn next pays it off."""
    told = {"amount": Money(amount_minor, currency), "reason": reason}
    _send(kinds.RECEIVABLE_OPENED, owner_type, owner_id, told, transfer_id=transfer_id, at=at)


def tell_written_off(
    owner_type: OwnerType, owner_id: UUID, currency: str, amount_minor: int, *, transfer_id: UUID, at: datetime
) -> None:
    """They know that they owe it no more."""
    told = {"amount": Money(amount_minor, currency)}
    _send(kinds.RECEIVABLE_WRITTEN_OFF, owner_type, owner_id, told, transfer_id=transfer_id, at=at)


def _send(
    kind: Any, owner_type: OwnerType, owner_id: UUID, told: dict[str, Any], *, transfer_id: UUID, at: datetime
) -> None:
    is_business = owner_type == OwnerType.BUSINESS
    context = {"manage_url": f"{settings.PUBLIC_BASE_URL}/wallet", **told}
    notify_many(
        [
            Notice(
                kind=kind, user=person, context=context, business_id=owner_id if is_business else None,
                dedupe_key=f"{kind}:{transfer_id}",
            )
            for person in (owner_user_ids(owner_id) if is_business else _still_here(owner_id))
        ],
        at=at,
    )  # fmt: skip


def _still_here(user_id: UUID) -> list[UUID]:
    return list(User.objects.filter(pk=user_id).values_list("pk", flat=True))
