"""The environment in which one command of the project runs: that of the running instance, or servers of its own."""

from __future__ import annotations

import contextlib
import os
import time
from typing import TYPE_CHECKING

from launcher import instance, servers, variables
from launcher.commands import summary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launcher.home import Home


@contextlib.contextmanager
def of_instance(home: Home) -> Iterator[dict[str, str]]:
    """The instance's own database and Redis, started for the duration if it does not run; two never start them at once."""
    held = None
    while not (state := instance.state(home)).get("database_url"):
        held = home.lock(instance.LOCK)
        if held is not None:
            break
        time.sleep(0.2)
    if held is None:
        # A database that the caller names wins, also while the instance runs on another.
        named = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)}
        yield summary.environment(home, state) | named
        return
    with held, servers.started(home, "main", durable=True) as addresses:
        yield variables.for_django(home) | addresses


@contextlib.contextmanager
def of_purpose(
    home: Home, purpose: str, *, durable: bool = False, settings: str = "config.settings.dev"
) -> Iterator[dict[str, str]]:
    """Servers that serve this purpose alone and end with the block."""
    environment = variables.for_django(home, settings=settings)
    with servers.running(home, purpose, durable=durable) as addresses:
        yield environment | addresses
