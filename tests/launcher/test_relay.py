import asyncio
import json

import pytest

from launcher.front import relay
from launcher.front.relay import Client, Servers


async def answering(name: str, requests: list[bytes]) -> asyncio.Server:
    """A server that answers each request with its name, and echoes after an upgrade."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                requests.append(head)
                if b"Upgrade: websocket" in head:
                    writer.write(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")
                    while received := await reader.read(1000):
                        writer.write(received.upper())
                    break
                if head.startswith(b"POST /refuse"):
                    writer.write(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                    break
                writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(name)}\r\n\r\n{name}".encode())
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        writer.close()

    return await asyncio.start_server(talk, "127.0.0.1", 0)


def port_of(server: asyncio.Server) -> int:
    return server.sockets[0].getsockname()[1]


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes) -> bytes:
    writer.write(head + b"\r\n\r\n")
    answer = await reader.readuntil(b"\r\n\r\n")
    length = int(answer.split(b"Content-Length: ")[1].split(b"\r\n")[0]) if b"Content-Length" in answer else 0
    return answer.split(b"\r\n")[0] + b" " + await reader.readexactly(length)


def played(story) -> list[bytes]:
    """Runs the story against a front with two servers; what the web server was asked."""

    async def play() -> list[bytes]:
        requests: list[bytes] = []
        web, live = await answering("web", requests), await answering("live", [])
        servers = Servers(port_of(web), port_of(live))
        front = await asyncio.get_running_loop().create_server(lambda: Client(servers), "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection("127.0.0.1", port_of(front))
        await asyncio.wait_for(story(reader, writer, web), timeout=20)
        writer.close()
        return requests

    return asyncio.run(play())


def test_requests_of_one_connection_each_reach_their_server():
    async def story(reader, writer, web):
        assert await ask(reader, writer, b"GET /a HTTP/1.1\r\nHost: x") == b"HTTP/1.1 200 OK web"
        assert await ask(reader, writer, b"GET /ws/a HTTP/1.1\r\nHost: x") == b"HTTP/1.1 200 OK live"
        assert await ask(reader, writer, b"GET /b HTTP/1.1\r\nHost: x") == b"HTTP/1.1 200 OK web"

    requests = played(story)

    assert [request.split(b" ")[1] for request in requests] == [b"/a", b"/b"]
    assert all(b"X-Forwarded-For: 127.0.0.1\r\n" in request for request in requests)


def test_upgrade_on_a_connection_that_was_used_before():
    async def story(reader, writer, web):
        await ask(reader, writer, b"GET /a HTTP/1.1\r\nHost: x")
        upgraded = await ask(reader, writer, b"GET /ws/live/ HTTP/1.1\r\nHost: x\r\nUpgrade: websocket")
        assert upgraded == b"HTTP/1.1 101 Switching Protocols "
        writer.write(b"get / http/1.1\r\n\r\n")
        assert await reader.readexactly(18) == b"GET / HTTP/1.1\r\n\r\n"

    assert len(played(story)) == 1


def test_early_refusal_of_an_upload_reaches_the_client():
    async def story(reader, writer, web):
        writer.write(b"POST /refuse HTTP/1.1\r\nHost: x\r\nContent-Length: 30000000\r\n\r\n")
        for _ in range(30):
            writer.write(b"x" * 1_000_000)
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 413 Too Large")

    played(story)


def test_malformed_request_is_refused_in_the_envelope():
    async def story(reader, writer, web):
        writer.write(b"nonsense\r\n\r\n")
        answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 400 Bad Request")
        assert json.loads(answer.split(b"\r\n\r\n")[1])["code"] == "bad_request"

    assert played(story) == []


@pytest.mark.parametrize("patience", [0.0])
def test_server_that_stays_away_is_a_503_that_may_be_tried_again(monkeypatch, patience):
    monkeypatch.setattr(relay, "PATIENCE_SECONDS", patience)

    async def story(reader, writer, web):
        web.close()
        await web.wait_closed()
        writer.write(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 503 Service Unavailable")
        assert json.loads(answer.split(b"\r\n\r\n")[1])["retryable"] is True

    played(story)
