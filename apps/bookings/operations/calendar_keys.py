"""The key of a person's calendar feed: made, changed, taken back."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.accounts.models import User
from apps.bookings.errors import PerformsNoJobs
from apps.bookings.models import CalendarKey
from apps.bookings.queries import viewer_of
from apps.bookings.queries.feed import digest_of_key
from apps.core import audit

_USE_IS_NOTED_EVERY = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True)
class NewCalendarKey:
    """A key and its secret, which is known here and now only."""

    row: CalendarKey
    secret: str


@transaction.atomic
def rotate_calendar_key(*, user: Any, at: datetime) -> NewCalendarKey:
    """The person's feed has a new key, and the one before opens nothing any more. Raises: PerformsNoJobs."""
    _ensure_performer(user)
    User.objects.locked().get(pk=user.pk)
    _end_keys(user.pk, at=at)
    secret = secrets.token_urlsafe(32)
    row = CalendarKey.objects.create(user=user, digest=digest_of_key(secret), created_at=at)
    audit.record("calendar_key.made", target=row, by=user, at=at)
    return NewCalendarKey(row=row, secret=secret)


@transaction.atomic
def revoke_calendar_key(*, user: Any, at: datetime) -> None:
    """The person's feed is closed; repeating is harmless. Raises: PerformsNoJobs."""
    _ensure_performer(user)
    User.objects.locked().get(pk=user.pk)
    if _end_keys(user.pk, at=at):
        audit.record("calendar_key.revoked", target=user, by=user, at=at)


def forget_calendar_keys(*, user_id: UUID, at: datetime) -> None:
    """Nobody's calendar outlives their account."""
    _end_keys(user_id, at=at)


def note_calendar_read(key: CalendarKey, *, at: datetime) -> None:
    """When the feed was last read is known to a quarter of an hour; not every request writes."""
    if key.last_used_at is None or at - key.last_used_at >= _USE_IS_NOTED_EVERY:
        CalendarKey.objects.live().filter(pk=key.pk).update(last_used_at=at)


def _ensure_performer(user: Any) -> None:
    if not viewer_of(user).staff_ids:
        raise PerformsNoJobs


def _end_keys(user_id: Any, *, at: datetime) -> int:
    return int(CalendarKey.objects.live().filter(user_id=user_id).update(revoked_at=at, updated_at=at))
