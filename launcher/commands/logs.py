"""`./guild logs`: what the processes said."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from launcher import console
from launcher.errors import LauncherError

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from launcher.home import Home


def logs(home: Home, given: argparse.Namespace) -> int:
    """The ends of the logs are on the terminal; with --follow also what is added, until Ctrl-C."""
    chosen = sorted(home.logs.glob(f"{given.name or '*'}*.log"))
    if not chosen:
        names = ", ".join(sorted(path.stem for path in home.logs.glob("*.log"))) or "none yet"
        raise LauncherError(f"No log is called {given.name or 'anything'}", hint=f"There are: {names}")
    width = max(len(path.stem) for path in chosen)
    for path in chosen:
        for line in console.tail(path, lines=given.lines).splitlines():
            console.say(f"{path.stem:<{width}} | {line}")
    if given.follow:
        follow(chosen, width)
    return 0


def follow(chosen: list[Path], width: int) -> None:
    """Each new line is shown with the name of its log."""
    places = {path: path.stat().st_size for path in chosen}
    while True:
        for path, place in places.items():
            if not path.exists() or path.stat().st_size == place:
                continue
            with path.open("rb") as stream:
                stream.seek(place if path.stat().st_size > place else 0)
                fresh = stream.read()
                whole = fresh[: fresh.rfind(b"\n") + 1]
                places[path] = stream.tell() - (len(fresh) - len(whole))
            for line in whole.decode(errors="replace").splitlines():
                console.say(f"{path.stem:<{width}} | {line}")
        time.sleep(0.2)
