"""The migrated database that every database of the tests is copied from: migrations run once, not once per worker."""

from __future__ import annotations

import hashlib
import os
import subprocess
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from launcher import console, postgres
from launcher.errors import LauncherError
from launcher.home import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from launcher.home import Home

PREFIX = "migrated_"
UNFINISHED = "migrating"


def provide(home: Home, environment: Mapping[str, str]) -> dict[str, str]:
    """A database with all of today's migrations is on the server, known to Django's test settings by its name.

    It is made anew when a migration, the installed packages or the settings change; those of other days are dropped.
    On a server that the caller named nothing is left behind: there each worker migrates a database of its own.
    """
    if os.environ.get("DATABASE_URL"):
        return {}
    name = PREFIX + fingerprint()
    server = Server(home, environment)
    known = [database for database in server.databases() if database.startswith((PREFIX, UNFINISHED))]
    if name not in known:
        for stale in known:
            server.run(f'DROP DATABASE "{stale}" WITH (FORCE)')
        with console.step("Migrating the database that tests copy"):
            server.run(f'CREATE DATABASE "{UNFINISHED}"')
            console.run(
                [home.python, "manage.py", "migrate", "--no-input"],
                doing="manage.py migrate",
                log=home.logs / "manage.log",
                env={**environment, "DATABASE_URL": server.url_of(UNFINISHED)},
                cwd=REPOSITORY,
            )
            server.run(f'ALTER DATABASE "{UNFINISHED}" RENAME TO "{name}"')
    return {"TEST_DATABASE_TEMPLATE": name}


def fingerprint() -> str:
    """Stands for everything that decides what a migrated database looks like."""
    digest = hashlib.sha256()
    for path in sources():
        digest.update(str(path.relative_to(REPOSITORY)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def sources() -> Iterator[Path]:
    """Migrations with the SQL that they run, pinned packages, settings."""
    apps = REPOSITORY / "apps"
    for pattern in ("*/migrations/**/*.py", "*/**/*.sql"):
        yield from sorted(apps.glob(pattern))
    yield from sorted((REPOSITORY / "requirements").glob("*.txt"))
    yield from sorted((REPOSITORY / "config/settings").glob("*.py"))


class Server:
    """The PostgreSQL server of the tests, spoken to by its own client."""

    def __init__(self, home: Home, environment: Mapping[str, str]) -> None:
        self.home = home
        self.address = urlsplit(environment["DATABASE_URL"])
        self.installation = postgres.provide(home)

    def url_of(self, database: str) -> str:
        """How Django reaches another database of the server."""
        return urlunsplit(self.address._replace(path=f"/{database}"))

    def databases(self) -> list[str]:
        """The names of all databases."""
        return self.run("SELECT datname FROM pg_database").split()

    def run(self, statement: str) -> str:
        """The statement's answer, as bare lines. Raises: LauncherError with the server's words."""
        address = urlunsplit(self.address._replace(scheme="postgresql", path="/postgres"))
        done = subprocess.run(
            [self.installation.program("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", address, "-c", statement],
            env={"PATH": "/usr/bin:/bin", **self.installation.environment},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise LauncherError(f"PostgreSQL refused: {statement}", log_tail=done.stderr)
        return done.stdout
