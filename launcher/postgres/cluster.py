"""One private cluster: made once, started on a port of its own, stopped with its owner."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from launcher import console, people, ports, processes
from launcher.errors import LauncherError

if TYPE_CHECKING:
    from launcher.home import Home
    from launcher.postgres.install import Installation

ROLE = "guild"
START_SECONDS = 60.0
SOCKET_PATH_LIMIT = 90
# Only root has servers of another user, and only root writes here, so nobody can lay a trap.
FOR_UNREACHABLE_HOMES = Path("/var/lib")
COMMON_SETTINGS = {
    "listen_addresses": ports.LOOPBACK,
    "max_connections": "300",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "max_wal_size": "2GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_locks_per_transaction": "256",
}
# Tests may lose everything with the machine; nobody would miss it.
FORGETFUL_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
DURABLE_SETTINGS = {"fsync": "on", "synchronous_commit": "on"}


@dataclass(frozen=True)
class Cluster:
    """A data folder, and the server over it. Names of clusters: main, test, bench."""

    home: Home
    installation: Installation
    name: str = "main"
    durable: bool = True

    @property
    def runner(self) -> people.Runner:
        return people.database_runner()

    @property
    def folder(self) -> Path:
        """Where the cluster lies: below the home, or, where its user cannot walk there, in a private folder that is remembered."""
        remembered = self.home.read("clusters").get(self.name)
        return Path(remembered) if remembered else self.home.path / "postgresql" / self.name

    @property
    def log(self) -> Path:
        return self.home.logs / f"postgresql-{self.name}.log"

    def place(self) -> Path:
        """The folder exists, belongs to the cluster's user, and is remembered."""
        folder = self.home.path / "postgresql" / self.name
        if not self.runner.can_reach(self.home.path):
            folder = FOR_UNREACHABLE_HOMES / f"guild-{self.home.key}" / self.name
        self.runner.owns(folder)
        with self.home.locked("clusters"):
            self.home.write("clusters", self.home.read("clusters") | {self.name: str(folder)})
        return folder

    def prepare(self) -> bool:
        """The cluster exists and no server of an earlier life is running over it; says whether it is new."""
        folder = self.folder
        is_new = not (folder / "data" / "PG_VERSION").exists()
        if is_new:
            folder = self.place()

            with console.step(f"Creating the {self.name} database cluster"):
                self._initialise(folder)
        if (folder / "data" / "postmaster.pid").exists():
            self.stop_stale()
        return is_new

    def _initialise(self, folder: Path) -> None:
        """An empty cluster with one role, whose password the home keeps."""
        password = self.home.secret("database_password", lambda: secrets.token_urlsafe(24))
        handed = folder / f"password-{secrets.token_hex(4)}"
        try:
            handed.touch(mode=0o600)
            handed.write_text(password)
            self._give(handed)
            console.run(
                [
                    self.installation.program("initdb"),
                    *("-D", folder / "data", "-U", ROLE, "--auth=scram-sha-256", f"--pwfile={handed}"),
                    *("-E", "UTF8", "--locale=C.UTF-8", *(() if self.durable else ("--no-sync",))),
                ],
                doing="initdb",
                log=self.log,
                env=self._environment(),
                cwd=folder,
                **self.runner.options,
            )
        finally:
            handed.unlink(missing_ok=True)

    def _give(self, path: Path) -> None:
        """The file belongs to the cluster's user."""
        options = self.runner.options
        if options:
            os.chown(path, options["user"], options["group"])

    def _environment(self) -> dict[str, str]:
        """What the server's programs see; nothing of ours that it does not need."""
        return {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **self.installation.environment}

    def command(self, port: int) -> list[str]:
        """The server in the foreground."""
        settings = COMMON_SETTINGS | (DURABLE_SETTINGS if self.durable else FORGETFUL_SETTINGS)
        socket_folder = self.folder if len(str(self.folder)) < SOCKET_PATH_LIMIT else ""
        settings |= {"port": str(port), "unix_socket_directories": str(socket_folder)}
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        return [self.installation.program("postgres"), "-D", str(self.folder / "data"), *options]

    def launch(self, port: int) -> subprocess.Popen[bytes]:
        """The server has been started; it may not answer yet."""
        return processes.start(
            self.command(port),
            env=self._environment(),
            log=self.log,
            stop_signal=signal.SIGINT,
            cwd=self.folder,
            **self.runner.options,
        )

    def wait(self, process: subprocess.Popen[bytes], port: int) -> None:
        """The server answers queries.

        Raises: LauncherError when it ended or stayed silent.
        """
        check = [self.installation.program("pg_isready"), "-q", "-h", ports.LOOPBACK, "-p", str(port)]
        environment = self._environment()
        for _ in range(int(START_SECONDS / 0.1)):
            if process.poll() is not None:
                break
            if subprocess.run(check, check=False, env=environment).returncode == 0:
                return
            with_timeout_wait(process, 0.1)
        raise LauncherError(
            "PostgreSQL did not start",
            hint=f"The log is {self.log}. `./guild reset` makes a new, empty cluster.",
            log_tail=console.tail(self.log),
        )

    def stop_stale(self) -> None:
        """No server left over from a killed call runs over this folder."""
        command = [
            self.installation.program("pg_ctl"),
            "stop",
            "-D",
            str(self.folder / "data"),
            "-m",
            "fast",
            "-w",
            "-s",
        ]
        subprocess.run(
            command,
            check=False,
            env=self._environment(),
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **self.runner.options,
        )

    def url(self, port: int, database: str = ROLE) -> str:
        """How Django reaches the database."""
        password = self.home.secret("database_password", lambda: secrets.token_urlsafe(24))
        return f"postgis://{ROLE}:{password}@{ports.LOOPBACK}:{port}/{database}"

    def create_database(self, port: int, database: str) -> None:
        """The database exists."""
        password = self.home.secret("database_password", lambda: secrets.token_urlsafe(24))
        environment = self._environment() | {"PGPASSWORD": password}
        reach = ["-h", ports.LOOPBACK, "-p", str(port), "-U", ROLE]
        query = [self.installation.program("psql"), *reach, "-d", "postgres", "-Atc"]
        known = subprocess.run(
            [*query, "SELECT datname FROM pg_database"], capture_output=True, text=True, check=False, env=environment
        )
        if database not in known.stdout.split():
            create = [self.installation.program("createdb"), *reach, database]
            console.run(create, doing=f"Creating the database {database}", log=self.log, env=environment)


def with_timeout_wait(process: subprocess.Popen[bytes], seconds: float) -> None:
    """That time has passed, or the process has ended."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return
