import asyncio
import json
from datetime import UTC, datetime

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.db import transaction

from apps.accounts.models import User
from apps.accounts.operations.sessions import begin_sign_in, sign_out
from apps.core import clock
from apps.notifications import kinds, live, sockets
from apps.notifications.operations import announce_new
from apps.notifications.tests.factories import notified

# Each call from the socket takes a connection of its own, so what it sees has to be committed.
NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pair(ada, now):
    return begin_sign_in(user=ada, second_factor=False, at=now)


def played(scene):
    """The scene has been played in an event loop, within the test's transaction."""
    return async_to_sync(scene)()


async def frozen_socket(scope, receive, send):
    """The end point, with the test's clock: the communicator starts it in a context of its own."""
    with clock.frozen(NOW):
        await sockets.NotificationsSocket.as_asgi()(scope, receive, send)


class Client(ApplicationCommunicator):
    """A WebSocket client of the end point."""

    def __init__(self, *subprotocols):
        scope = {"type": "websocket", "path": "/ws/notifications/", "headers": [], "subprotocols": list(subprotocols)}
        super().__init__(frozen_socket, scope)

    async def connect(self):
        await self.send_input({"type": "websocket.connect"})
        return await self.receive_output()

    async def send_text(self, text):
        await self.send_input({"type": "websocket.receive", "text": text})

    async def send_json_to(self, content):
        await self.send_text(json.dumps(content))

    async def receive_json_from(self):
        return json.loads((await self.receive_output(2))["text"])

    async def disconnect(self):
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait()


async def opened(pair):
    socket = Client("guild", f"bearer.{pair.access}")
    assert await socket.connect() == {"type": "websocket.accept", "subprotocol": "guild"}
    return socket, await socket.receive_json_from()


@sync_to_async
def tell(user, now):
    with transaction.atomic():
        key = notified(user, kinds.WELCOME, at=now)
    announce_new(limit=10)
    return str(key)


def test_a_snapshot_comes_first_then_what_is_announced(ada, pair, now):
    async def scene():
        first = await tell(ada, now)
        socket, snapshot = await opened(pair)
        second = await tell(ada, now)
        event = await socket.receive_json_from()
        await socket.disconnect()
        return first, snapshot, second, event

    first, snapshot, second, event = played(scene)

    assert (snapshot["type"], snapshot["last_sequence"], snapshot["unread_count"]) == ("snapshot", 1, 1)
    assert [each["id"] for each in snapshot["notifications"]] == [first]
    assert (event["type"], event["id"], event["sequence"]) == ("notification", second, 2)


def test_the_token_may_come_in_the_first_message(ada, pair):
    async def scene():
        socket = Client()
        await socket.connect()
        await socket.send_json_to({"type": "authenticate", "token": pair.access})
        snapshot = await socket.receive_json_from()
        await socket.send_json_to({"type": "ping"})
        pong = await socket.receive_json_from()
        await socket.disconnect()
        return snapshot, pong

    snapshot, pong = played(scene)

    assert snapshot["type"] == "snapshot"
    assert pong == {"type": "pong"}


def test_who_comes_back_gets_what_they_missed(ada, pair, now):
    async def scene():
        keys = [await tell(ada, now) for _ in range(3)]
        socket = Client()
        await socket.connect()
        await socket.send_json_to({"type": "authenticate", "token": pair.access, "last_sequence": 1})
        said = [await socket.receive_json_from() for _ in range(3)]
        await socket.disconnect()
        return keys, said

    keys, said = played(scene)

    assert said[0] == {"type": "resumed", "missed": 2, "last_sequence": 1}
    assert [event["id"] for event in said[1:]] == keys[1:]


def test_nothing_is_shown_twice_and_nothing_of_others(ada, pair, now):
    other = User.objects.create_user(email="other@example.com")

    async def scene():
        socket, _ = await opened(pair)
        await tell(other, now)
        await tell(ada, now)
        event = await socket.receive_json_from()
        await sync_to_async(live.send_to_users)([(ada.pk, event)])
        nothing = await socket.receive_nothing()
        await socket.disconnect()
        return event, nothing

    event, nothing = played(scene)

    assert event["sequence"] == 2
    assert nothing


@pytest.mark.parametrize(
    "message",
    [
        '{"type": "authenticate", "token": "nonsense"}',
        '{"type": "authenticate", "token": "ñandú"}',
        '{"type": "authenticate", "token": 5}',
        '{"type": "resume", "last_sequence": 0}',
        "[]",
        "not json",
    ],
)
def test_without_a_token_the_socket_closes(message):
    async def scene():
        socket = Client()
        await socket.connect()
        await socket.send_text(message)
        return await socket.receive_output()

    assert played(scene) == {"type": "websocket.close", "code": 4401}


def test_who_says_nothing_is_closed(monkeypatch):
    monkeypatch.setattr(sockets, "TIME_TO_AUTHENTICATE_S", 0)

    async def scene():
        socket = Client()
        await socket.connect()
        return await socket.receive_output()

    assert played(scene)["code"] == 4401


def test_a_token_that_ends_closes_the_socket(ada, pair, now, monkeypatch):
    monkeypatch.setattr(sockets, "RECHECK_EVERY_S", 0.01)

    async def scene():
        socket, _ = await opened(pair)
        await sync_to_async(sign_out)(refresh_token=pair.refresh, at=now)
        return await socket.receive_output()

    assert played(scene)["code"] == 4401


def test_a_right_that_is_lost_closes_the_socket_at_once(ada, pair, now):
    @sync_to_async
    def lose():
        User.objects.filter(pk=ada.pk).update(token_version=ada.token_version + 1)
        with transaction.atomic():
            live.recheck_connections(ada.pk)

    async def scene():
        socket, _ = await opened(pair)
        await lose()
        return await socket.receive_output()

    assert played(scene)["code"] == 4401


def test_too_much_to_replay_is_a_snapshot_instead(ada, pair, now, monkeypatch):
    monkeypatch.setattr(sockets, "MOST_MISSED", 1)

    async def scene():
        for _ in range(3):
            await tell(ada, now)
        socket, _ = await opened(pair)
        await socket.send_json_to({"type": "resume", "last_sequence": 0})
        said = await socket.receive_json_from()
        await socket.disconnect()
        await asyncio.sleep(0)
        return said

    assert played(scene)["type"] == "snapshot"
