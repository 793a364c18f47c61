"""PostgreSQL and Redis for one command: there inside the block, gone after it."""

from __future__ import annotations

import contextlib
import os
import signal
from typing import TYPE_CHECKING

from launcher import console, ports, postgres, processes
from launcher.redis import Redis

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launcher.home import Home


@contextlib.contextmanager
def running(home: Home, purpose: str, *, durable: bool) -> Iterator[dict[str, str]]:
    """The addresses as environment variables. What the caller's environment names is used; the rest is started.

    Another call with the same purpose at the same time gets servers and a cluster of its own.
    """
    with contextlib.ExitStack() as stack:
        yield stack.enter_context(started(home, claim(home, purpose, stack), durable=durable))


@contextlib.contextmanager
def started(home: Home, name: str, *, durable: bool) -> Iterator[dict[str, str]]:
    """The addresses of the servers of that name, which the caller has to itself."""
    with contextlib.ExitStack() as stack:
        addresses = {}
        if not os.environ.get("DATABASE_URL"):
            addresses["DATABASE_URL"] = stack.enter_context(database(home, name, durable=durable))
        if not os.environ.get("REDIS_URL"):
            addresses["REDIS_URL"] = stack.enter_context(redis(home, name))
        yield addresses


def claim(home: Home, purpose: str, stack: contextlib.ExitStack) -> str:
    """A name that is ours until the stack closes: the purpose, or with a number if that is taken."""
    number = 1
    while True:
        name = purpose if number == 1 else f"{purpose}-{number}"
        held = home.lock(f"servers-{name}")
        if held is not None:
            stack.enter_context(held)
            return name
        number += 1


@contextlib.contextmanager
def database(home: Home, name: str, *, durable: bool) -> Iterator[str]:
    """A PostgreSQL with an empty or known database answers at the address."""
    cluster = postgres.Cluster(home, postgres.provide(home), name, durable)
    cluster.prepare()
    port = ports.choose()
    with console.step("Starting PostgreSQL"):
        process = cluster.launch(port)
        try:
            cluster.wait(process, port)
            cluster.create_database(port, postgres.cluster.ROLE)
        except BaseException:
            processes.stop(process, signal.SIGINT)
            raise
    try:
        yield cluster.url(port)
    finally:
        processes.stop(process, signal.SIGINT)


@contextlib.contextmanager
def redis(home: Home, name: str) -> Iterator[str]:
    """A Redis answers at the address."""
    server = Redis(home, name)
    port = ports.choose()
    process = server.launch(port)
    try:
        server.wait(process, port)
        yield server.url(port)
    finally:
        processes.stop(process)
