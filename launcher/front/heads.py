"""Reads what arrives on a client's connection: where a request begins and ends, where it wants to go, what is passed on."""

from __future__ import annotations

import re
from dataclasses import dataclass

HEAD_LIMIT = 64 * 1024
CHUNK_LINE_LIMIT = 1024
LIVE_PREFIX = b"/ws/"
# Only we may say who the client is and how it came.
OURS = {b"x-forwarded-proto"}
TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class BadRequest(Exception):
    """The bytes are no HTTP request that we would pass on."""


@dataclass(frozen=True)
class Head:
    """The head of one request: for whom it is, the bytes to pass on, and how its body is delimited."""

    is_live: bool
    is_upgrade: bool
    passed_on: bytes
    length: int
    is_chunked: bool


def read_head(raw: bytes, client: str) -> Head:
    """The head (without its closing empty line) with the client's address added.

    Raises: BadRequest when it is malformed or its length could be read in two ways.
    """
    lines = raw.split(b"\r\n")
    parts = lines[0].split(b" ")
    if len(parts) != 3 or not parts[2].startswith(b"HTTP/1.") or not TOKEN.fullmatch(parts[0]):
        raise BadRequest("malformed request line")
    forwarded, lengths, codings, kept = [], set(), [], [lines[0]]
    upgrade = False
    for line in lines[1:]:
        name, colon, value = line.partition(b":")
        if not colon or not TOKEN.fullmatch(name):
            raise BadRequest("malformed header")
        lowered, value = name.lower(), value.strip()
        if lowered == b"x-forwarded-for":
            forwarded.append(value)
            continue
        if lowered in OURS:
            continue
        if lowered == b"content-length":
            lengths.add(value)
        elif lowered == b"transfer-encoding":
            codings.append(value.lower())
        elif lowered == b"upgrade":
            upgrade = value.lower() == b"websocket"
        kept.append(line)
    kept.append(b"X-Forwarded-For: " + b", ".join([*forwarded, client.encode()]))
    kept.append(b"X-Forwarded-Proto: http")
    length, is_chunked = body_of(lengths, codings)
    is_live = parts[1].startswith(LIVE_PREFIX)
    return Head(is_live, upgrade, b"\r\n".join(kept) + b"\r\n\r\n", length, is_chunked)


def body_of(lengths: set[bytes], codings: list[bytes]) -> tuple[int, bool]:
    """How many bytes follow, or that they come in chunks."""
    if codings:
        if codings != [b"chunked"] or lengths:
            raise BadRequest("ambiguous body")
        return 0, True
    if not lengths:
        return 0, False
    text = lengths.pop()
    if lengths or not text.isdigit():
        raise BadRequest("malformed content length")
    return int(text), False


class RequestReader:
    """Cuts the byte stream of one client into heads and bodies.

    `feed` returns what is complete: a `Head` where a request begins, `bytes` of its body to pass on unchanged.
    """

    def __init__(self, client: str) -> None:
        self.client = client
        self.buffer = bytearray()
        self.remaining = 0
        self.is_chunked = False
        self.is_in_trailer = False
        self.is_raw = False

    @property
    def is_in_body(self) -> bool:
        """Whether the request that began has not ended."""
        return not self.is_raw and bool(self.remaining or self.is_chunked)

    def feed(self, received: bytes) -> list[Head | bytes]:
        """The pieces that these bytes complete, in order."""
        if self.is_raw:
            return [received]
        if self.remaining and not self.is_chunked and not self.buffer and len(received) <= self.remaining:
            self.remaining -= len(received)
            return [received]
        self.buffer += received
        pieces: list[Head | bytes] = []
        while self.buffer:
            piece = self._next()
            if piece is None:
                break
            if piece:
                pieces.append(piece)
        return pieces

    def _next(self) -> Head | bytes | None:
        if self.is_raw:
            return self._take(len(self.buffer))
        if self.remaining:
            piece = self._take(min(self.remaining, len(self.buffer)))
            self.remaining -= len(piece)
            return piece
        if self.is_chunked:
            return self._chunk_line()
        return self._head()

    def _take(self, count: int) -> bytes:
        piece = bytes(self.buffer[:count])
        del self.buffer[:count]
        return piece

    def _head(self) -> Head | bytes | None:
        if self.buffer.startswith(b"\r\n"):  # an empty line before a request is allowed, and means nothing
            del self.buffer[:2]
            return b""
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0 or end > HEAD_LIMIT:
            if len(self.buffer) > HEAD_LIMIT:
                raise BadRequest("request head too large")
            return None
        head = read_head(self._take(end + 4)[:-4], self.client)
        self.remaining, self.is_chunked = head.length, head.is_chunked
        self.is_raw = head.is_upgrade and head.is_live
        return head

    def _chunk_line(self) -> bytes | None:
        """The line that says how long the next chunk is, or a line of the trailer."""
        end = self.buffer.find(b"\r\n")
        if end < 0:
            if len(self.buffer) > CHUNK_LINE_LIMIT:
                raise BadRequest("chunk line too long")
            return None
        line = self._take(end + 2)
        if self.is_in_trailer:
            if line == b"\r\n":
                self.is_chunked = self.is_in_trailer = False
            return line
        size = line.split(b";")[0].strip()
        if not re.fullmatch(rb"[0-9a-fA-F]{1,15}", size):
            raise BadRequest("malformed chunk")
        length = int(size, 16)
        if length:
            self.remaining = length + 2
        else:
            self.is_in_trailer = True
        return line
