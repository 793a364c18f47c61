"""``/ws/notifications/``: a snapshot first, then each notification as it is announced, in order.

The access token comes in the subprotocols (``guild, bearer.<token>``) or in the first message
(``{"type": "authenticate", "token": …, "last_sequence": …}``), never in the address. A client that comes back with its
last sequence gets what it missed. A token that has ended closes the socket with 4401.
"""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from apps.accounts.authentication import user_of_token
from apps.core import clock
from apps.notifications import live, queries
from apps.notifications.operations.announce import event_of

SUBPROTOCOL = "guild"
_BEARER = "bearer."
NOT_AUTHENTICATED = 4401
TIME_TO_AUTHENTICATE_S = 10
RECHECK_EVERY_S = 60
MOST_MISSED = 200


class NotificationsSocket(AsyncJsonWebsocketConsumer):
    """One connection of one person."""

    user_id: Any = None
    token = ""
    last_sequence = 0
    watch: "asyncio.Task[None] | None" = None

    async def connect(self) -> None:
        offered = self.scope.get("subprotocols", [])
        await self.accept(subprotocol=SUBPROTOCOL if SUBPROTOCOL in offered else None)
        tokens = [each.removeprefix(_BEARER) for each in offered if each.startswith(_BEARER)]
        self._watch(self._close_unless_authenticated())
        if tokens:
            await self._authenticate(tokens[0], last_sequence=None)

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        kind = content.get("type") if isinstance(content, dict) else None
        if kind == "authenticate" and isinstance(content.get("token"), str):
            last = content.get("last_sequence")
            await self._authenticate(content["token"], last_sequence=last if type(last) is int and last >= 0 else None)
        elif self.user_id is None:
            await self.close(code=NOT_AUTHENTICATED)
        elif kind == "resume" and type(content.get("last_sequence")) is int:
            await self._send_missed(after=max(content["last_sequence"], 0))
        elif kind == "ping":
            await self.send_json({"type": "pong"})

    @classmethod
    async def decode_json(cls, text_data: str) -> Any:
        """What cannot be read is nothing."""
        try:
            return await super().decode_json(text_data)
        except (ValueError, RecursionError):
            return None

    async def disconnect(self, code: int) -> None:
        if self.watch is not None:
            self.watch.cancel()
        if self.user_id is not None:
            with suppress(Exception):  # a lost Redis has forgotten the group by itself
                await self.channel_layer.group_discard(live.group_of(self.user_id), self.channel_name)

    async def live_event(self, message: dict[str, Any]) -> None:
        """An announced notification; one that the snapshot or the replay has shown is not repeated."""
        event = message["event"]
        if event["sequence"] > self.last_sequence:
            self.last_sequence = event["sequence"]
            await self.send_json(event)

    async def live_recheck(self, message: dict[str, Any]) -> None:
        """Rights have changed: the token is looked at again, now."""
        if await _person(self.token) != self.user_id:
            await self.close(code=NOT_AUTHENTICATED)

    async def _authenticate(self, token: str, *, last_sequence: int | None) -> None:
        user_id = await _person(token)
        if user_id is None or (self.user_id is not None and user_id != self.user_id):
            await self.close(code=NOT_AUTHENTICATED)
            return
        self.token = token
        if self.user_id is not None:
            return  # a fresh token for a connection that goes on
        self.user_id = user_id
        self._watch(self._close_when_the_token_ends())
        # First the group, then the snapshot: what is announced in between arrives by both and is shown once.
        await self.channel_layer.group_add(live.group_of(user_id), self.channel_name)
        if last_sequence is None:
            await self._send_snapshot()
        else:
            await self._send_missed(after=last_sequence)

    async def _send_snapshot(self) -> None:
        snapshot = await _snapshot(self.user_id)
        self.last_sequence = snapshot["last_sequence"]
        await self.send_json(snapshot)

    async def _send_missed(self, *, after: int) -> None:
        missed = await _missed(self.user_id, after)
        if len(missed) > MOST_MISSED:
            await self._send_snapshot()
            return
        await self.send_json({"type": "resumed", "missed": len(missed), "last_sequence": after})
        self.last_sequence = max(self.last_sequence, after)
        for event in missed:
            self.last_sequence = max(self.last_sequence, event["sequence"])
            await self.send_json(event)

    async def _close_unless_authenticated(self) -> None:
        await asyncio.sleep(TIME_TO_AUTHENTICATE_S)
        await self.close(code=NOT_AUTHENTICATED)

    async def _close_when_the_token_ends(self) -> None:
        while await _person(self.token) == self.user_id:  # noqa: ASYNC110  # a look a minute, behind ``live_recheck``
            await asyncio.sleep(RECHECK_EVERY_S)
        await self.close(code=NOT_AUTHENTICATED)

    def _watch(self, end: Coroutine[Any, Any, None]) -> None:
        if self.watch is not None:
            self.watch.cancel()
        self.watch = asyncio.create_task(end)


@database_sync_to_async
def _person(token: str) -> Any:
    """The key of the token's person; None where the token has ended."""
    clock.forget_offset()
    user = user_of_token(token) if token.isascii() else None
    return user.pk if user is not None else None


@database_sync_to_async
def _snapshot(user_id: Any) -> dict[str, Any]:
    last = queries.last_sequence(user_id)
    newest = queries.announced_to(user_id, up_to=last)[:20]
    return {
        "type": "snapshot",
        "last_sequence": last,
        "unread_count": queries.unread_count_of(user_id),
        "notifications": [event_of(each) for each in newest],
    }


@database_sync_to_async
def _missed(user_id: Any, after: int) -> list[dict[str, Any]]:
    return [event_of(each) for each in queries.missed_by(user_id, after=after, limit=MOST_MISSED + 1)]
