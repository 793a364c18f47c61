"""`./guild bench [name …]`: the benchmarks, each with its floor in the same run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launcher import processes, workspace
from launcher.commands import prepare
from launcher.home import REPOSITORY

if TYPE_CHECKING:
    import argparse

    from launcher.home import Home

SETTINGS = "bench.settings"


def bench(home: Home, given: argparse.Namespace) -> int:
    """The benchmarks have run on a durable database of their own; 0 when each reached its goal."""
    with workspace.of_purpose(home, "bench", durable=True, settings=SETTINGS) as environment:
        prepare.tables(home, environment)
        return processes.foreground([str(home.python), "-m", "bench", *given.rest], environment, cwd=REPOSITORY)
