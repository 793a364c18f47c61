"""Ports for servers that nobody outside has to know."""

from __future__ import annotations

import random
import socket
import time

# Below the range from which the kernel serves outgoing connections, so that a port stays ours while its server restarts.
LOWEST, HIGHEST = 20_000, 32_000
LOOPBACK = "127.0.0.1"


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Whether a server could listen there now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def choose(preferred: int | None = None) -> int:
    """A free port: the preferred one if it can be had."""
    if preferred and is_free(preferred):
        return preferred
    candidates = random.SystemRandom().sample(range(LOWEST, HIGHEST), k=200)
    return next(port for port in candidates if is_free(port))


def answers(port: int, host: str = LOOPBACK) -> bool:
    """Whether something accepts connections there."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def wait_until_answers(port: int, *, seconds: float, host: str = LOOPBACK) -> bool:
    """Whether something accepted a connection there within that time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answers(port, host):
            return True
        time.sleep(0.05)
    return False
