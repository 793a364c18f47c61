"""Which user of the system runs a server: PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Runner:
    """The user a server runs as; no name means whoever calls."""

    name: str = ""

    @property
    def options(self) -> dict[str, Any]:
        """What subprocess needs to start something as this user."""
        if not self.name:
            return {}
        entry = pwd.getpwnam(self.name)
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}

    def can_reach(self, folder: Path) -> bool:
        """Whether this user can walk to the folder."""
        probe = subprocess.run(["test", "-x", str(folder)], check=False, **self.options, cwd="/")
        return probe.returncode == 0

    def owns(self, folder: Path) -> None:
        """The folder is this user's own and closed to others."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.name:
            entry = pwd.getpwnam(self.name)
            os.chown(folder, entry.pw_uid, entry.pw_gid)
        folder.chmod(0o700)


def database_runner() -> Runner:
    """For root an unprivileged user of the system, for everyone else themselves."""
    if os.geteuid() != 0:
        return Runner()
    known = {entry.pw_name for entry in pwd.getpwall()}
    return Runner("postgres" if "postgres" in known else "nobody")
