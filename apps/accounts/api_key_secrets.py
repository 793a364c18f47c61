"""The secret side of API keys: made once, shown once, kept as a digest."""

import hashlib
import secrets
from datetime import datetime, timedelta

from apps.accounts.models import ApiKey

_SHOWN = 12
_USE_IS_NOTED_EVERY = timedelta(minutes=1)


def new_secret() -> str:
    """A key of 256 random bits, with a prefix by which scanners of leaked secrets know it."""
    return f"guild_{secrets.token_urlsafe(32)}"


def prefix_of(secret: str) -> str:
    """The first characters, by which its owner knows a key."""
    return secret[:_SHOWN]


def digest_of(secret: str) -> str:
    """What is stored. A random key needs no slow hash, and is looked up at every request."""
    return hashlib.sha256(secret.encode()).hexdigest()


def note_use(key: ApiKey, *, at: datetime) -> None:
    """The key's last use is known to the minute; not every request writes."""
    if key.last_used_at is None or at - key.last_used_at >= _USE_IS_NOTED_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=at)
