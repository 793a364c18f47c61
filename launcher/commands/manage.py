"""`./guild manage …`: a management command in the instance's environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launcher import processes, workspace
from launcher.commands import prepare
from launcher.home import REPOSITORY

if TYPE_CHECKING:
    import argparse

    from launcher.home import Home


def manage(home: Home, given: argparse.Namespace) -> int:
    """The command has run; its exit status is ours."""
    prepare.forget(home)  # the command may undo what was prepared
    with workspace.of_instance(home) as environment:
        command = [str(home.python), str(REPOSITORY / "manage.py"), *given.rest]
        return processes.foreground(command, environment, cwd=REPOSITORY)
