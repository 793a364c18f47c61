"""`./guild down`: the instance is stopped."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from typing import TYPE_CHECKING

from launcher import console, instance, postgres
from launcher.errors import LauncherError

if TYPE_CHECKING:
    import argparse

    from launcher.home import Home

PATIENCE_SECONDS = 60.0


def down(home: Home, given: argparse.Namespace) -> int:
    """Nothing of the instance runs, not even what a killed supervisor left behind."""
    del given
    state = instance.state(home)
    if state.get("pid"):
        with console.step("Stopping"):
            end(home, int(state["pid"]))
    elif instance.is_running(home):
        raise LauncherError("Another ./guild command is using this instance's servers", hint="Wait for it, or stop it.")
    instance.clean_up(home)
    stop_stale_cluster(home)
    console.say("Nothing is running.")
    return 0


def end(home: Home, supervisor: int) -> None:
    """The supervisor has stopped its children and itself."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    with contextlib.suppress(ProcessLookupError):
        os.kill(supervisor, signal.SIGTERM)
    while instance.is_running(home):
        if time.monotonic() > deadline:
            raise LauncherError(
                f"The supervisor (pid {supervisor}) does not stop", hint=f"kill -9 {supervisor}; ./guild down"
            )
        time.sleep(0.1)


def stop_stale_cluster(home: Home) -> None:
    """No database server of this home's main cluster runs."""
    installation = postgres.known(home)
    if installation is None:
        return
    cluster = postgres.Cluster(home, installation)
    if (cluster.folder / "data" / "postmaster.pid").exists():
        cluster.stop_stale()
