"""`./guild lock`: the pinned requirements are compiled anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launcher import console, environment
from launcher.home import REPOSITORY

if TYPE_CHECKING:
    import argparse

    from launcher.home import Home

# One set of pins for every Python from the oldest on: what only some of them need carries a marker.
EVERYWHERE = ("--universal", "--python-version", "3.11.0")


def lock(home: Home, given: argparse.Namespace) -> int:
    """Each `requirements/*.txt` names one version with hashes for everything its `.in` asks for."""
    uv = home.venv / "bin" / "uv"
    for name in ("base", "prod", "dev"):
        with console.step(f"Compiling requirements/{name}.txt"):
            options = [
                "--quiet",
                "--generate-hashes",
                "--no-emit-index-url",
                "--no-emit-find-links",
                *EVERYWHERE,
                *given.rest,
            ]
            files = [f"requirements/{name}.in", "-o", f"requirements/{name}.txt"]
            log = home.logs / "lock.log"
            command = [uv, "pip", "compile", *options, *files]
            console.run(command, doing="Compiling", log=log, hint=environment.NETWORK_HINT, cwd=REPOSITORY)
    return 0
