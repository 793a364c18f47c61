"""Reading an address that somebody gave us, without being sent to where only we can go.

The host is looked up once, by us, and the connection goes to one of the very addresses that were judged: a name that
means something else a moment later changes nothing. Redirects are judged like the first address. In a sandbox
everything is allowed, so that a developer's own machine can be read.
"""

import socket
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpcore
from django.conf import settings

from apps.core.errors import Invalid

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 4
_NAT64 = IPv6Network("64:ff9b::/96")
_MAPPED_BITS = 0xFFFFFFFF


class NotRead(Invalid):
    """An address could not be read, or may not be; the message is for whoever gave it."""

    code = "address_not_read"
    default_message = "This address is not read."


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What an address answered in the end; names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def checked_address(address: str) -> str:
    """The address, when it is one that we would read. Raises: NotRead."""
    try:
        parts = urlsplit(address)
        port, host = parts.port, (parts.hostname or "").encode("idna").decode()
    except (ValueError, UnicodeError):
        raise NotRead("This is no address.") from None
    allowed = {"https", "http"} if settings.SANDBOX else {"https"}
    if parts.scheme not in allowed:
        raise NotRead("Only addresses that begin with https:// are read.")
    if not host or port == 0 or not address.isascii() or not address.isprintable() or " " in address:
        raise NotRead("This is no address.")
    if parts.username is not None or parts.password is not None:
        raise NotRead("Leave name and password out of the address.")
    return address


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether it is an address of the open network, also where an IPv6 address hides one of IPv4."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is None and address in _NAT64:
            inner = IPv4Address(int(address) & _MAPPED_BITS)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast


def read(address: str, *, headers: Mapping[str, str], most_bytes: int, seconds: float) -> Answer:
    """What the address answers to a GET, redirects followed. Raises: NotRead.

    Takes no longer than about ``seconds`` in all, and no body beyond ``most_bytes``. Never called in a transaction.
    """
    deadline = time.monotonic() + seconds
    with httpcore.ConnectionPool(network_backend=_JudgedNetwork(), max_connections=1, retries=0) as pool:
        for _ in range(_MOST_REDIRECTS + 1):
            answer = _read_once(pool, checked_address(address), headers, most_bytes, deadline)
            if answer.status not in _REDIRECTS or "location" not in answer.headers:
                return answer
            address = urljoin(address, answer.headers["location"])
    raise NotRead("The address leads on and on.")


def _read_once(pool: Any, address: str, headers: Mapping[str, str], most_bytes: int, deadline: float) -> Answer:
    left = deadline - time.monotonic()
    if left <= 0:
        raise NotRead("It takes too long to answer.")
    sent = {**headers, "Accept-Encoding": "identity", "Host": urlsplit(address).netloc, "Connection": "close"}
    extensions = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), min(left, 10.0))}
    try:
        with pool.stream("GET", address, headers=list(sent.items()), extensions=extensions) as response:
            told = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
            if told.get("content-encoding", "identity").lower() != "identity":
                raise NotRead("It answers in a form that was not asked for.")
            is_leading_on = response.status in _REDIRECTS
            body = b"" if is_leading_on else _whole(response.iter_stream(), most_bytes, deadline)
            return Answer(status=response.status, headers=told, body=body)
    except httpcore.TimeoutException:
        raise NotRead("It takes too long to answer.") from None
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, OSError):
        raise NotRead("It cannot be reached.") from None


def _whole(pieces: Iterable[bytes], most_bytes: int, deadline: float) -> bytes:
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > most_bytes:
            raise NotRead(f"It is larger than {most_bytes // 1024} KiB.")
        if time.monotonic() > deadline:
            raise NotRead("It takes too long to answer.")
    return bytes(body)


class _JudgedNetwork(httpcore.NetworkBackend):
    """Connects to addresses that were judged, never to names."""

    def __init__(self) -> None:
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> Any:
        found = _looked_up(host, port)
        public = found if settings.SANDBOX else [each for each in found if is_public(ip_address(each))]
        if not public:
            raise NotRead("This address is not on the open network.")
        return self._plain.connect_tcp(public[0], port, timeout, local_address, socket_options)

    def connect_unix_socket(self, path: str, timeout: float | None = None, socket_options: Any = None) -> Any:
        raise NotRead("This is no address.")


def _looked_up(host: str, port: int) -> list[str]:
    try:
        answers = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotRead("There is no such host.") from None
    return [str(answer[4][0]).partition("%")[0] for answer in answers]
