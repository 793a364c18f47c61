"""Sealed notes that travel through a mail or a client and come back: signed, dated by the platform's clock, one purpose."""

from datetime import datetime, timedelta
from typing import Any

from django.core import signing

from apps.accounts.errors import LinkEnded


def seal(purpose: str, *, at: datetime, **values: Any) -> str:
    """A note that ``open_sealed`` takes for the same purpose; readable by its bearer, so it holds no secret."""
    return signing.dumps({**values, "at": at.timestamp()}, salt=f"accounts.{purpose}", compress=True)


def open_sealed(purpose: str, note: str, *, life: timedelta, at: datetime) -> dict[str, Any]:
    """What was sealed. Raises: LinkEnded when it was not sealed here, for something else, or too long ago."""
    try:
        values: dict[str, Any] = signing.loads(note, salt=f"accounts.{purpose}")
    except (signing.BadSignature, ValueError) as error:
        raise LinkEnded from error
    if not 0 <= at.timestamp() - values["at"] < life.total_seconds():
        raise LinkEnded
    return values
