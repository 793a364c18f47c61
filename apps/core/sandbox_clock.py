"""Where the sandbox's offset lives: a row of PostgreSQL, with a copy in Redis for speed."""

from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import OperationalError, connection, transaction

from apps.core import clock
from apps.core.errors import Invalid
from apps.core.models import SandboxClock

_KEY = "sandbox-clock-offset-s"


def read_offset() -> timedelta:
    """How far the sandbox's clock stands ahead of the wall."""
    try:
        seconds = cache.get(_KEY)
    except Exception:  # noqa: BLE001  # any failure of Redis means: ask the truth
        seconds = None
    if seconds is None:
        seconds = _stored_seconds()
        _remember(seconds)
    return timedelta(seconds=seconds)


@transaction.atomic
def move_forward(by: timedelta) -> timedelta:
    """The clock stands ``by`` further ahead; answers the whole offset.

    Raises: Invalid outside a sandbox, or when asked to go back.
    """
    if not settings.SANDBOX:
        raise Invalid("Time can be moved in a sandbox only.")
    if by < timedelta(0):
        raise Invalid("Time moves forward only.")
    SandboxClock.objects.get_or_create(pk=1)
    row = SandboxClock.objects.select_for_update().get(pk=1)
    row.offset_s += int(by.total_seconds())
    row.save(update_fields=["offset_s"])
    seconds = row.offset_s
    transaction.on_commit(lambda: _remember(seconds))
    clock.forget_offset()
    return timedelta(seconds=seconds)


def _stored_seconds() -> int:
    try:
        # Before the first migration, and for commands that need no database, the clock is the wall's.
        if SandboxClock._meta.db_table not in connection.introspection.table_names():
            return 0
    except OperationalError:
        return 0
    return SandboxClock.objects.filter(pk=1).values_list("offset_s", flat=True).first() or 0


def _remember(seconds: int) -> None:
    try:
        cache.set(_KEY, seconds, timeout=None)
    except Exception:  # noqa: BLE001  # Redis may be lost; the row is the truth
        return
