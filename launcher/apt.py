"""Packages of Debian and Ubuntu: installed by root, or unpacked into a folder of our own by everyone else."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from launcher import console
from launcher.errors import LauncherError

if TYPE_CHECKING:
    from collections.abc import Sequence

QUIET = {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
KEEP_SETTINGS = ("-o", "Dpkg::Options::=--force-confold", "-o", "DPkg::Lock::Timeout=300")
OFFLINE = "Is this machine on the network? `apt-get update` shows what is wrong."
SYSTEM_STATUS = Path("/var/lib/dpkg/status")


def is_there() -> bool:
    """Whether this is a system with apt."""
    return shutil.which("apt-get") is not None and shutil.which("dpkg-deb") is not None


def may_install() -> bool:
    """Whether packages can be installed for the whole machine."""
    return is_there() and os.geteuid() == 0


def offered(pattern: str, options: Sequence[str] = ()) -> list[str]:
    """The names of packages that apt knows and that match the whole pattern."""
    if not is_there():
        return []
    names = subprocess.run(["apt-cache", *options, "pkgnames"], capture_output=True, text=True, check=False)
    return sorted(name for name in names.stdout.split() if re.fullmatch(pattern, name))


def update(log: Path) -> None:
    """Apt's lists are fresh."""
    console.run(["apt-get", "update"], doing="apt-get update", log=log, hint=OFFLINE, env=os.environ | QUIET)


def install(packages: Sequence[str], log: Path) -> None:
    """The packages are installed for the whole machine; settings that are there are kept."""
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *KEEP_SETTINGS, *packages]
    console.run(command, doing=f"Installing {' '.join(packages)}", log=log, hint=OFFLINE, env=os.environ | QUIET)


class PrivateApt:
    """apt with its lists, its cache and the unpacked files in a folder of ours; touches nothing else."""

    def __init__(self, folder: Path, status: Path = SYSTEM_STATUS) -> None:
        self.folder = folder
        self.root = folder / "root"
        for part in ("lists/partial", "archives/partial", "root", "state"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        self.options = [
            f"-oDir::State={folder}/state",
            f"-oDir::State::lists={folder}/lists",
            f"-oDir::State::status={status}",
            f"-oDir::Cache={folder}",
            f"-oDir::Cache::archives={folder}/archives",
            "-oDebug::NoLocking=1",
            "-oAPT::Sandbox::User=",
        ]

    def update(self, log: Path) -> None:
        """Our lists are fresh."""
        console.run(["apt-get", *self.options, "update"], doing="apt-get update (private)", log=log, hint=OFFLINE)

    def unpack(self, packages: Sequence[str], log: Path) -> None:
        """The packages, and what the machine lacks of what they need, are unpacked below `root`."""
        command = [
            "apt-get",
            *self.options,
            "install",
            "--yes",
            "--download-only",
            "--no-install-recommends",
            *packages,
        ]
        console.run(command, doing=f"Downloading {' '.join(packages)}", log=log, hint=OFFLINE, env=os.environ | QUIET)
        archives = sorted((self.folder / "archives").glob("*.deb"))
        if not archives:
            raise LauncherError(f"apt downloaded nothing for {' '.join(packages)}", hint=f"The log is {log}")
        for archive in archives:
            console.run(["dpkg-deb", "-x", archive, self.root], doing=f"Unpacking {archive.name}", log=log)
            archive.unlink()


def library_folders(root: Path) -> list[Path]:
    """The folders below an unpacked root that hold shared libraries.

    Some lie a level deeper, where the system reaches them through links that only an installed package makes.
    """
    patterns = ("usr/lib/", "usr/lib/*/", "usr/lib/*/*/", "lib/", "lib/*/")
    found = {library.parent for pattern in patterns for library in root.glob(f"{pattern}lib*.so.*")}
    return sorted(found, key=lambda folder: (len(folder.parts), str(folder)))
