"""Live events to whoever is connected. They are speed, not truth: a client that missed one asks with its sequence."""

import logging
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

logger = logging.getLogger(__name__)


def group_of(user_id: UUID | str) -> str:
    """The group that all connections of a person belong to."""
    return f"user.{user_id}"


def send_to_users(events: list[tuple[UUID, dict[str, Any]]]) -> None:
    """Each event has been sent to its person's connections; a lost Redis loses nobody but time."""
    _send([(user_id, {"type": "live.event", "event": event}) for user_id, event in events])


def recheck_connections(user_id: UUID) -> None:
    """After this transaction, the person's connections look at their tokens again, and close where those have ended."""
    transaction.on_commit(lambda: _send([(user_id, {"type": "live.recheck"})]), robust=True)


def _send(messages: list[tuple[UUID, dict[str, Any]]]) -> None:
    if not messages:
        return
    try:
        async_to_sync(_send_all)(messages)
    except Exception:  # noqa: BLE001  # the row is there; the next snapshot shows it
        logger.warning("live_events_not_sent", extra={"count": len(messages)})


async def _send_all(messages: list[tuple[UUID, dict[str, Any]]]) -> None:
    layer = get_channel_layer()
    for user_id, message in messages:
        await layer.group_send(group_of(user_id), message)
