"""What the transports under both libraries share."""

from __future__ import annotations

from dataclasses import dataclass

import requests

TOO_MANY_REQUESTS = 429
SERVER_ERROR = 500
CLIENT_ERROR = 400


@dataclass(frozen=True, kw_only=True)
class HttpLimits:
    """How long a call may take: to connect, and to answer."""

    connect_s: float = 3.0
    read_s: float = 15.0


def was_never_sent(error: BaseException) -> bool:
    """Whether the connection itself failed, so that the other side has seen nothing of the request."""
    seen: set[int] = set()
    pending: list[object] = [error]
    while pending:
        current = pending.pop()
        if not isinstance(current, BaseException) or id(current) in seen:
            continue
        seen.add(id(current))
        if isinstance(current, requests.ConnectTimeout) or type(current).__name__ == "NewConnectionError":
            return True
        pending += [current.__cause__, current.__context__, getattr(current, "reason", None), *current.args]
    return False
