"""Waking the worker that sends: the rows are the truth, a lost wake costs seconds."""

import logging

from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction

logger = logging.getLogger(__name__)

_AWAKE = "notifications-awake"


def wake_after_commit() -> None:
    """A worker looks at what is to be sent soon after this transaction has committed; once, however often asked."""
    if not any(function is _wake for _, function, *_ in connection.run_on_commit):
        transaction.on_commit(_wake, robust=True)


def _wake() -> None:
    if not getattr(settings, "OUTBOX_WAKE", True):
        return
    try:
        if cache.add(_AWAKE, 1, timeout=5):
            current_app.send_task("notifications.deliver", queue="default")
    except Exception:  # noqa: BLE001  # the sweep will find the rows
        logger.warning("notifications_wake_failed")


def note_delivery_begins() -> None:
    """A commit from now on wakes a worker again."""
    try:
        cache.delete(_AWAKE)
    except Exception:  # noqa: BLE001  # the mark ends by itself within seconds
        return
