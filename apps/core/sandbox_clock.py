"""Where the sandbox's offset lives: a row of PostgreSQL, with a copy in Redis for speed.

A wrong copy would throw everybody back in time, so only what the row said is copied, never over what a move wrote, and
for a short while.
"""

import math
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction

from apps.core import clock
from apps.core.errors import Invalid
from apps.core.models import SandboxClock

_KEY = "sandbox-clock-offset-s"
_COPY_LIVES_S = 10


def read_offset() -> timedelta:
    """How far the sandbox's clock stands ahead of the wall. Raises: OperationalError when nobody knows."""
    try:
        seconds = cache.get(_KEY)
    except Exception:  # noqa: BLE001  # any failure of Redis means: ask the truth
        seconds = None
    if seconds is None:
        seconds = _stored_seconds()
        _copy(seconds, is_newest=False)
    return timedelta(seconds=seconds)


def move_forward(by: timedelta) -> timedelta:
    """The clock stands ``by`` further ahead; answers the whole offset.

    Raises: Invalid outside a sandbox, or when asked to go back.
    """
    if by < timedelta(0):
        raise Invalid("Time moves forward only.")
    return _move(lambda offset_s: offset_s + int(by.total_seconds()))


def reach(moment: datetime) -> timedelta:
    """The clock has passed the moment, if it had not before, however many ask at once; answers the whole offset.

    Raises: Invalid outside a sandbox.
    """
    return _move(lambda offset_s: max(offset_s, _seconds_until(moment)))


def _seconds_until(moment: datetime) -> int:
    # A whole second more than the remainder: the offset counts seconds, and a timer at 10:00:00.5 must have passed.
    return math.floor((moment - clock.wall()).total_seconds()) + 1


@transaction.atomic
def _move(offset_of: Callable[[int], int]) -> timedelta:
    if not settings.SANDBOX:
        raise Invalid("Time can be moved in a sandbox only.")
    SandboxClock.objects.get_or_create(pk=1)
    row = SandboxClock.objects.select_for_update().get(pk=1)
    row.offset_s = offset_of(row.offset_s)
    row.save(update_fields=["offset_s"])
    seconds = row.offset_s
    transaction.on_commit(lambda: _copy(seconds, is_newest=True))
    clock.forget_offset()
    return timedelta(seconds=seconds)


def _stored_seconds() -> int:
    # Before the first migration the clock is the wall's.
    if SandboxClock._meta.db_table not in connection.introspection.table_names():
        return 0
    return SandboxClock.objects.filter(pk=1).values_list("offset_s", flat=True).first() or 0


def _copy(seconds: int, *, is_newest: bool) -> None:
    try:
        write = cache.set if is_newest else cache.add
        write(_KEY, seconds, timeout=_COPY_LIVES_S)
    except Exception:  # noqa: BLE001  # Redis may be lost; the row is the truth
        return
