"""`./guild manage …`: a management command in the instance's environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launcher import processes, workspace
from launcher.home import REPOSITORY

if TYPE_CHECKING:
    import argparse

    from launcher.home import Home


def manage(home: Home, given: argparse.Namespace) -> int:
    """The command has run; its exit status is ours."""
    with workspace.of_instance(home) as environment:
        command = [str(home.python), str(REPOSITORY / "manage.py"), *given.rest]
        return processes.foreground(command, environment, cwd=REPOSITORY)
