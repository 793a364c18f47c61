"""The database of an instance has its tables, its schedules and, if wanted, its demo data."""

from __future__ import annotations

import hashlib
import os
import subprocess
from typing import TYPE_CHECKING

from launcher import console
from launcher.home import REPOSITORY

if TYPE_CHECKING:
    from launcher.home import Home

STAMP = "prepared"
RESET_HINT = "`./guild logs` shows more; `./guild reset` begins with an empty database."


def database(home: Home, environment: dict[str, str], *, with_demo: bool) -> None:
    """All migrations are applied, ops' schedules are there, and the demo people with their past."""
    done = {"state": fingerprint(environment), "demo": with_demo or bool(home.read(STAMP).get("demo"))}
    if home.read(STAMP) == done and not os.environ.get("DATABASE_URL"):
        return
    forget(home)
    known = commands()
    lines = ["migrate --no-input"]
    lines += [name for name in ("sync_schedules", "sync_templates") if name in known]
    lines += ["ensure_first_admin"] if environment.get("FIRST_ADMIN_EMAIL") and "ensure_first_admin" in known else []
    with console.step("Migrating the database, storing schedules and letters"):
        manage(home, environment, "several", *lines)
    if with_demo and "seed_demo" in known:
        with console.step("Seeding the demo data", draws_itself=True):
            manage(home, environment, "seed_demo", draws_itself=True)
    home.write(STAMP, done)


def tables(home: Home, environment: dict[str, str]) -> None:
    """All migrations are applied."""
    with console.step("Migrating the database"):
        manage(home, environment, "migrate", "--no-input")


def fingerprint(environment: dict[str, str]) -> str:
    """Changes when the code that prepares a database, or the database it was done for, is another."""
    digest = hashlib.sha256(environment["DATABASE_URL"].rsplit("@", 1)[-1].encode())
    for path in sorted(path for folder in ("apps", "config") for path in (REPOSITORY / folder).rglob("*.py")):
        if "tests" not in path.parts:
            digest.update(str(path).encode() + path.read_bytes())
    return digest.hexdigest()


def forget(home: Home) -> None:
    """The next start prepares the database again."""
    (home.path / f"{STAMP}.json").unlink(missing_ok=True)


def commands() -> set[str]:
    """The names of the management commands that there are, read from their files."""
    return {path.stem for path in REPOSITORY.glob("apps/*/management/commands/*.py")}


def manage(home: Home, environment: dict[str, str], *arguments: str, draws_itself: bool = False) -> None:
    """The management command ended well."""
    log = home.logs / "prepare.log"
    command = [home.python, REPOSITORY / "manage.py", *arguments]
    doing = f"manage.py {' '.join(arguments)}"
    console.run(
        command, doing=doing, log=log, hint=RESET_HINT, env=environment, draws_itself=draws_itself, cwd=REPOSITORY
    )


def output(home: Home, environment: dict[str, str], *arguments: str) -> str:
    """What the management command printed, empty when it failed."""
    command = [str(home.python), str(REPOSITORY / "manage.py"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=REPOSITORY)
    return done.stdout if done.returncode == 0 else ""
