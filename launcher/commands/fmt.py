"""`./guild fmt`: the code is formatted."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from launcher import processes
from launcher.home import REPOSITORY

if TYPE_CHECKING:
    import argparse

    from launcher.home import Home


def fmt(home: Home, given: argparse.Namespace) -> int:
    """What ruff can mend is mended, and everything has one layout."""
    del given
    ruff = str(home.venv / "bin" / "ruff")
    statuses = [
        processes.foreground([ruff, *arguments], os.environ, cwd=REPOSITORY)
        for arguments in (["check", "--fix", "--quiet", "."], ["format", "."])
    ]
    return max(statuses)
