"""The words that credits send: which message, to whom, with which values."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from apps.core.money import Money
from apps.credits.models import Gift, Grant
from apps.notifications import kinds
from apps.notifications.operations import Notice, notify_many


def tell_received(grant: Grant, *, at: datetime) -> None:
    """The customer knows of credits that are there, and until when."""
    _send(kinds.CREDITS_RECEIVED, grant, {}, at=at)


def tell_rewarded(grant: Grant, *, at: datetime) -> None:
    """The customer knows what they have for bringing somebody, or for having been brought."""
    _send(kinds.REFERRAL_REWARD, grant, {}, at=at)


def tell_gift(gift: Gift, *, at: datetime) -> None:
    """Both know that credits changed hands."""
    told = {"message": gift.message}
    _send(kinds.CREDITS_GIFT, gift.grant, {**told, "person_name": gift.giver.name}, at=at)
    _send(kinds.CREDITS_GIVEN, gift.grant, {**told, "person_name": gift.receiver.name}, at=at, user=gift.giver)


def tell_expiring(grants: Sequence[Grant], *, at: datetime) -> None:
    """The customer knows what runs out, and when the first of it does."""
    first = grants[0]
    left = sum(grant.left_minor for grant in grants)
    _send(kinds.CREDITS_EXPIRING, first, {"amount": Money(left, first.currency)}, at=at)


def _send(kind: Any, grant: Grant, more: dict[str, Any], *, at: datetime, user: Any = None) -> None:
    told = user or grant.customer
    context = {
        "amount": Money(grant.amount_minor, grant.currency),
        "expires_at": grant.expires_at,
        "time_zone": told.time_zone,
        "manage_url": f"{settings.PUBLIC_BASE_URL}/credits/",
        **more,
    }
    notice = Notice(kind=kind, user=told, context=context, subject=grant, dedupe_key=f"{kind}:{grant.pk}")
    notify_many([notice], at=at)
