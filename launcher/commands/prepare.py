"""The database of an instance has its tables, its schedules and, if wanted, its demo data."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from launcher import console
from launcher.home import REPOSITORY

if TYPE_CHECKING:
    from launcher.home import Home

RESET_HINT = "`./guild logs` shows more; `./guild reset` begins with an empty database."


def database(home: Home, environment: dict[str, str], *, with_demo: bool) -> None:
    """All migrations are applied, ops' schedules are there, and the demo people with their past."""
    known = commands()
    with console.step("Migrating the database"):
        manage(home, environment, "migrate", "--no-input")
    if "sync_schedules" in known:
        with console.step("Seeding the schedules"):
            manage(home, environment, "sync_schedules")
    if with_demo and "seed_demo" in known:
        with console.step("Seeding the demo data"):
            manage(home, environment, "seed_demo")


def commands() -> set[str]:
    """The names of the management commands that there are, read from their files."""
    return {path.stem for path in REPOSITORY.glob("apps/*/management/commands/*.py")}


def manage(home: Home, environment: dict[str, str], *arguments: str) -> None:
    """The management command ended well."""
    log = home.logs / "prepare.log"
    command = [home.python, REPOSITORY / "manage.py", *arguments]
    doing = f"manage.py {' '.join(arguments)}"
    console.run(command, doing=doing, log=log, hint=RESET_HINT, env=environment, cwd=REPOSITORY)


def output(home: Home, environment: dict[str, str], *arguments: str) -> str:
    """What the management command printed, empty when it failed."""
    command = [str(home.python), str(REPOSITORY / "manage.py"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=REPOSITORY)
    return done.stdout if done.returncode == 0 else ""
