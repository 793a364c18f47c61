"""What is known about a running instance: who runs it, where it listens, what its children are."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from launcher import processes

if TYPE_CHECKING:
    from launcher.home import Home
    from launcher.supervisor import Child

STATE = "state"
# Whoever holds it has the main cluster to itself: the supervisor, or a command that started the servers for itself.
LOCK = "servers-main"


def is_running(home: Home) -> bool:
    """Whether a supervisor of this home is alive: it holds a lock that no death can leave behind."""
    return home.is_locked(LOCK)


def state(home: Home) -> dict[str, Any]:
    """What the supervisor last wrote, empty when none is alive."""
    return home.read(STATE) if is_running(home) else {}


def mark(home: Home) -> str:
    """What the children of this home's supervisor carry in their environment."""
    return f"up-{home.key}"


def describe(children: list[Child]) -> dict[str, dict[str, Any]]:
    """The children as the state file holds them."""
    now = time.monotonic()
    return {
        child.name: {
            "pid": child.process.pid if child.process else None,
            "restarts": child.restarts,
            "started_at": time.time() - (now - child.started_at),
        }
        for child in children
    }


def clean_up(home: Home) -> None:
    """Nothing is left of a supervisor that was killed."""
    processes.sweep(mark(home))
    forget(home)


def forget(home: Home) -> None:
    """Nothing is known of a supervisor."""
    (home.path / f"{STATE}.json").unlink(missing_ok=True)
