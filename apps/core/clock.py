"""The platform's one clock. Code asks it, never the wall, so that a sandbox can move time forward.

In production it is the system's time. In a sandbox an offset is added: PostgreSQL holds it, and Redis carries a copy
that may be lost. The offset is read once per request, task or command.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from typing import overload

from django.conf import settings

_frozen: ContextVar[datetime | None] = ContextVar("frozen_clock", default=None)
_offset: ContextVar[timedelta | None] = ContextVar("clock_offset", default=None)


def now() -> datetime:
    """The platform's current moment, aware, in UTC."""
    if _frozen.get() is None and settings.SANDBOX:
        return wall() + _current_offset()
    return wall()


def wall() -> datetime:
    """What the clock shows where no sandbox has moved it."""
    return _frozen.get() or datetime.now(UTC)


@overload
def iso(moment: datetime) -> str: ...
@overload
def iso(moment: datetime | None) -> str | None: ...
def iso(moment: datetime | None) -> str | None:
    """``2026-11-20T09:00:00Z``: ISO 8601 in UTC, as every answer writes a moment; None stays None."""
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


@contextmanager
def frozen(at: datetime) -> Iterator[datetime]:
    """Within the block the clock stands still at ``at``."""
    if at.tzinfo is None:
        raise ValueError("The clock takes an aware moment.")
    token = _frozen.set(at.astimezone(UTC))
    try:
        yield at
    finally:
        _frozen.reset(token)


def forget_offset() -> None:
    """The next ``now()`` of this context reads the sandbox's offset again (called as a request or task begins)."""
    _offset.set(None)


def _current_offset() -> timedelta:
    offset = _offset.get()
    if offset is None:
        from apps.core import sandbox_clock  # noqa: PLC0415  # needs models; the clock itself must not

        offset = sandbox_clock.read_offset()
        _offset.set(offset)
    return offset
