"""`./guild reset`: the instance is as new."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from launcher import console
from launcher.commands.down import down
from launcher.errors import LauncherError

if TYPE_CHECKING:
    import argparse

    from launcher.home import Home

DATA = ("postgresql", "redis", "mail", "sms", "media", "static", "logs")
RECORDS = ("clusters", "people", "ports", "state", "secrets", "prepared")
MADE_ONCE = ("venv", "apt-postgresql", "apt-python", "uv-requirement.txt", "locks")


def reset(home: Home, given: argparse.Namespace) -> int:
    """All data of this instance is gone; the installed environment stays unless --all is given."""
    if not given.yes and not confirmed(home):
        raise LauncherError("Nothing was changed", hint="./guild reset --yes")
    down(home, given)
    for folder in home.read("clusters").values():
        remove(Path(folder))
        if home.path not in Path(folder).parents:
            remove_if_empty(Path(folder).parent)
    for name in (*DATA, *(f"{record}.json" for record in RECORDS), *(MADE_ONCE if given.all else ())):
        remove(home.path / name)
    console.say(f"{home.path} is as new.")
    return 0


def confirmed(home: Home) -> bool:
    """Whether the person at the terminal said yes."""
    if not sys.stdin.isatty():
        return False
    return input(f"Forget the database, files and secrets below {home.path}? [y/N] ").strip().lower() in {"y", "yes"}


def remove(path: Path) -> None:
    """The file or folder is gone."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def remove_if_empty(folder: Path) -> None:
    """The folder is gone if nothing lies in it."""
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
