"""The after-commit outbox: what leaves the process is a row first, so that no crash can lose it.

``after_commit`` writes the row in the transaction that causes it. The commit merely wakes a worker; the sweep
``core.outbox`` picks up whatever a lost wake or a crash left behind.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import F
from django.utils.module_loading import import_string
from structlog.contextvars import bound_contextvars

from apps.core import clock, context
from apps.core.models import OutboxMessage

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 12
_AWAKE = "outbox-awake"


def after_commit(task: str, *, due_at: datetime | None = None, **arguments: Any) -> None:
    """The function at the dotted path ``task`` will be called with ``arguments`` once this transaction commits.

    It is called at least once, so it must be harmless to repeat. Raises: RuntimeError outside a transaction.
    """
    after_commit_many(task, [arguments], due_at=due_at)


def after_commit_many(task: str, batch: list[dict[str, Any]], *, due_at: datetime | None = None) -> None:
    """As ``after_commit`` for every set of arguments in ``batch``, in one statement."""
    if not connection.in_atomic_block:
        raise RuntimeError(f"{task} ordered outside a transaction")
    if not (task.startswith("apps.") and ".tasks." in task):
        raise ValueError(f"{task} is no task of an app")
    at = clock.now()
    request_id = context.current.get().request_id
    OutboxMessage.objects.bulk_create(
        OutboxMessage(task=task, arguments=arguments, due_at=due_at or at, created_at=at, request_id=request_id)
        for arguments in batch
    )
    wake_after_commit()


def wake_after_commit() -> None:
    """A worker looks at the outbox soon after this transaction has committed; once, however often it is asked."""
    if not any(function is _wake for _, function, *_ in connection.run_on_commit):
        transaction.on_commit(_wake, robust=True)


def _wake() -> None:
    if not getattr(settings, "OUTBOX_WAKE", True):
        return
    try:
        if cache.add(_AWAKE, 1, timeout=5):
            from apps.core.tasks import drain_outbox  # noqa: PLC0415  # tasks import this module

            drain_outbox.apply_async(queue="critical")
    except Exception:  # noqa: BLE001  # the sweep will find the row; a lost wake costs seconds, not work
        logger.warning("outbox_wake_failed")


def drain(*, at: datetime, limit: int = 200) -> int:
    """Up to ``limit`` due messages have been carried out or put off; answers how many were claimed."""
    claimed = _claim(at=at, limit=limit)
    for message in claimed:
        _carry_out(message, at=at)
    return len(claimed)


@transaction.atomic
def _claim(*, at: datetime, limit: int) -> list[OutboxMessage]:
    due = OutboxMessage.objects.filter(due_at__lte=at, parked_at__isnull=True).order_by("due_at", "id")
    claimed = list(due.select_for_update(skip_locked=True)[:limit])
    OutboxMessage.objects.filter(pk__in=[message.pk for message in claimed]).update(
        due_at=at + LEASE, attempts=F("attempts") + 1
    )
    return claimed


def _carry_out(message: OutboxMessage, *, at: datetime) -> None:
    token = context.current.set(context.RequestContext(request_id=message.request_id))
    try:
        with bound_contextvars(request_id=message.request_id, task=message.task):
            function: Callable[..., Any] = import_string(message.task)
            function(**message.arguments)
    except Exception as error:  # whatever a task raises, the next message proceeds
        logger.exception(
            "outbox_task_failed",
            extra={"task": message.task, "attempts": message.attempts + 1, "request_id": message.request_id},
        )
        _put_off(message, error=error, at=at)
    else:
        OutboxMessage.objects.filter(pk=message.pk).delete()
    finally:
        context.current.reset(token)


def _put_off(message: OutboxMessage, *, error: Exception, at: datetime) -> None:
    attempts = message.attempts + 1
    OutboxMessage.objects.filter(pk=message.pk).update(
        due_at=at + timedelta(seconds=min(5 * 2**attempts, 3600)),
        last_error=f"{type(error).__name__}: {error}"[:2000],
        parked_at=at if attempts >= MAX_ATTEMPTS else None,
    )


def note_drain_begins() -> None:
    """A commit from now on wakes a worker again."""
    try:
        cache.delete(_AWAKE)
    except Exception:  # noqa: BLE001  # the mark ends by itself within seconds
        return


def next_due() -> datetime | None:
    """When the earliest waiting message falls due."""
    return (
        OutboxMessage.objects.filter(parked_at__isnull=True).order_by("due_at").values_list("due_at", flat=True).first()
    )
