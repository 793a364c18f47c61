"""`./guild demo`: the main job is played over HTTP against the running instance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launcher import instance, processes
from launcher.commands import summary
from launcher.errors import LauncherError
from launcher.home import REPOSITORY

if TYPE_CHECKING:
    import argparse

    from launcher.home import Home


def demo(home: Home, given: argparse.Namespace) -> int:
    """Each step has been printed; the status says whether all held."""
    state = instance.state(home)
    if state.get("phase") != "ready":
        raise LauncherError("The instance is not running", hint="./guild up --detach && ./guild demo")
    held = home.lock("demo")
    if held is None:
        raise LauncherError("Another ./guild demo is moving this instance's clock", hint="Wait for it to end.")
    environment = summary.environment(home, state)
    address = str(state["public_base_url"])
    command = [str(home.python), str(REPOSITORY / "manage.py"), "play_demo", "--base-url", address, *given.rest]
    with held:
        return processes.foreground(command, environment, cwd=REPOSITORY)
