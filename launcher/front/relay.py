"""Carries bytes between one client and the server that its request is for."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from launcher.front.heads import BadRequest, Head, RequestReader

if TYPE_CHECKING:
    from collections.abc import Callable

# How long a request waits for a server that is just being restarted.
PATIENCE_SECONDS = 15.0
LINGER_SECONDS = 3.0


@dataclass(frozen=True)
class Servers:
    """The ports behind the front."""

    web: int
    live: int
    host: str = "127.0.0.1"


def refusal(status: int, reason: str, code: str, message: str) -> bytes:
    """A whole answer of our own, in the API's envelope; the connection ends with it."""
    body = json.dumps(
        {"status": "error", "data": None, "message": message, "errors": {}, "code": code, "retryable": status >= 500}
    ).encode()
    head = f"HTTP/1.1 {status} {reason}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\nRetry-After: 2\r\n"
    return head.encode() + b"Connection: close\r\n\r\n" + body


class Upstream(asyncio.Protocol):
    """The server's side: what it says goes to the client.

    A server may refuse an upload half way and close. Writing to it then fails, and the transport forgets what it had
    not yet read: the refusal. The second handle on the socket is there to fetch it.
    """

    def __init__(self, client: Client, second_handle: socket.socket) -> None:
        self.client = client
        self.second_handle = second_handle
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        if self.client.upstream is self and self.client.transport is not None:
            self.client.transport.write(data)

    def pause_writing(self) -> None:
        self.client.pause_reading()

    def resume_writing(self) -> None:
        self.client.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is not None:
            with contextlib.suppress(OSError):
                while rest := self.second_handle.recv(64 * 1024):
                    self.data_received(rest)
        self.second_handle.close()
        if self.client.upstream is self:
            self.client.close()


class Client(asyncio.Protocol):
    """The client's side: each request goes to the server it is for, on a connection that is kept."""

    def __init__(self, servers: Servers, finished: Callable[[Client], None] = lambda _: None) -> None:
        self.servers = servers
        self.finished = finished
        self.transport: asyncio.Transport | None = None
        self.upstream: Upstream | None = None
        self.port: int | None = None
        self.waiting: list[Head | bytes] = []
        self.connecting: asyncio.Task[None] | None = None
        self.reader = RequestReader("")
        self.is_leaving = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]
        peer = transport.get_extra_info("peername")
        self.reader = RequestReader(peer[0] if peer else "127.0.0.1")

    def data_received(self, data: bytes) -> None:
        if self.is_leaving:
            return
        try:
            pieces = self.reader.feed(data)
        except BadRequest as bad:
            self.answer(refusal(400, "Bad Request", "bad_request", f"This is no request we understand: {bad}."))
            return
        self.waiting += pieces
        if self.connecting is None:
            self.forward()

    def forward(self) -> None:
        """What is waiting is with the server it is for, as far as that one is connected."""
        while self.waiting:
            piece = self.waiting[0]
            if isinstance(piece, Head):
                port = self.servers.live if piece.is_live else self.servers.web
                if port != self.port or self.upstream is None:
                    self.pause_reading()
                    self.connecting = asyncio.get_running_loop().create_task(self.connect(port))
                    return
                piece = piece.passed_on
            del self.waiting[0]
            if self.upstream is not None and self.upstream.transport is not None:
                self.upstream.transport.write(piece)

    async def connect(self, port: int) -> None:
        """Requests of this client go to that port from now on; a server that is being restarted is waited for."""
        previous, self.upstream = self.upstream, None
        if previous is not None and previous.transport is not None:
            previous.transport.close()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                upstream = await self.reach(port)
            except OSError:
                if time.monotonic() > deadline:
                    self.answer(
                        refusal(503, "Service Unavailable", "unavailable", "The server is starting; try again.")
                    )
                    return
                await asyncio.sleep(0.1)
                continue
            break
        self.upstream, self.port, self.connecting = upstream, port, None
        self.resume_reading()
        self.forward()

    async def reach(self, port: int) -> Upstream:
        """A connection to the server at that port."""
        loop = asyncio.get_running_loop()
        connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        connection.setblocking(False)
        try:
            await loop.sock_connect(connection, (self.servers.host, port))
        except BaseException:
            connection.close()
            raise
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        upstream = Upstream(self, connection.dup())
        await loop.create_connection(lambda: upstream, sock=connection)
        return upstream

    def answer(self, whole: bytes) -> None:
        """The client has this answer, and the connection ends."""
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(whole)
        self.close()

    def close(self) -> None:
        """Both sides end once everything written has left.

        A client in the middle of an upload is let finish for a moment: closing with its bytes unread would destroy the
        answer on its way.
        """
        if self.transport is None or self.transport.is_closing():
            return
        if not self.reader.is_in_body or self.is_leaving:
            self.transport.close()
            return
        self.is_leaving = True
        self.transport.write_eof()
        self.resume_reading()
        asyncio.get_running_loop().call_later(LINGER_SECONDS, self.transport.close)

    def pause_reading(self) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.pause_reading()

    def resume_reading(self) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.resume_reading()

    def pause_writing(self) -> None:
        if self.upstream is not None and self.upstream.transport is not None:
            self.upstream.transport.pause_reading()

    def resume_writing(self) -> None:
        if self.upstream is not None and self.upstream.transport is not None:
            self.upstream.transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        if self.connecting is not None:
            self.connecting.cancel()
        if self.upstream is not None and self.upstream.transport is not None:
            self.upstream.transport.close()
        self.finished(self)
