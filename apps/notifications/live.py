"""Live events to whoever is connected. They are speed, not truth: a client that missed one asks with its sequence."""

import logging
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

logger = logging.getLogger(__name__)


def group_of(user_id: UUID | str) -> str:
    """The group that all connections of a person belong to."""
    return f"user.{user_id}"


def send_to_users(events: list[tuple[UUID, dict[str, Any]]]) -> None:
    """Each event has been sent to its person's connections; a lost Redis loses nobody but time."""
    if not events:
        return
    try:
        async_to_sync(_send_all)(events)
    except Exception:  # noqa: BLE001  # the row is there; the next snapshot shows it
        logger.warning("live_events_not_sent", extra={"count": len(events)})


async def _send_all(events: list[tuple[UUID, dict[str, Any]]]) -> None:
    layer = get_channel_layer()
    for user_id, event in events:
        await layer.group_send(group_of(user_id), {"type": "live.event", "event": event})
