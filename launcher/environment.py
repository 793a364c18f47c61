"""The virtual environment of this instance, holding exactly what `requirements/dev.txt` pins."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import sys
from typing import TYPE_CHECKING

from launcher import apt, console
from launcher.errors import LauncherError
from launcher.home import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

    from launcher.home import Home

REQUIREMENTS = REPOSITORY / "requirements"
PINNED = REQUIREMENTS / "dev.txt"
NETWORK_HINT = (
    "Is the package index reachable? pip's and uv's own settings (mirror, proxy) are honoured; then call again."
)


def ensure(home: Home) -> None:
    """The environment exists and matches the pinned requirements; a second call finds that out from a stamp."""
    with home.locked("environment"):
        stamp = home.venv / ".requirements"
        wanted = fingerprint(PINNED)
        if stamp.exists() and stamp.read_text() == wanted and home.python.exists():
            return
        log = home.logs / "environment.log"
        if not (home.venv / "bin" / "uv").exists():
            with console.step("Creating the Python environment"):
                create(home, log)
        with console.step("Installing the pinned dependencies"):
            sync(home, log)
        stamp.write_text(wanted)


def fingerprint(pinned: Path) -> str:
    """Changes when the requirements change."""
    return hashlib.sha256(pinned.read_bytes()).hexdigest()


def create(home: Home, log: Path) -> None:
    """There is an environment with the pinned uv in it."""
    pin = home.path / "uv-requirement.txt"
    pin.write_text(pinned_block(PINNED.read_text(), "uv"))
    install = ["install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", pin]
    if importlib.util.find_spec("ensurepip") is None and apt.may_install():
        version = f"python3.{sys.version_info.minor}-venv"
        apt.update(log)
        apt.install([version if apt.offered(re.escape(version)) else "python3-venv"], log)
        importlib.invalidate_caches()
    if importlib.util.find_spec("ensurepip") is not None:
        console.run([sys.executable, "-m", "venv", "--clear", home.venv], doing="Creating the environment", log=log)
        console.run([home.python, "-m", "pip", *install], doing="Installing uv", log=log, hint=NETWORK_HINT)
        return
    wheel = pip_wheel(home, log)
    bare = [sys.executable, "-m", "venv", "--clear", "--without-pip", home.venv]
    console.run(bare, doing="Creating the environment", log=log)
    console.run([home.python, wheel / "pip", *install], doing="Installing uv", log=log, hint=NETWORK_HINT)


def pip_wheel(home: Home, log: Path) -> Path:
    """Debian's own pip, unpacked privately, for a Python that came without it."""
    if not apt.is_there():
        raise LauncherError(
            "This Python has no ensurepip, so no virtual environment can be made",
            hint="Install the venv module of your Python (on Debian: apt install python3-venv) and call again.",
        )
    private = apt.PrivateApt(home.folder("apt-python"))
    private.update(log)
    private.unpack(["python3-pip-whl"], log)
    return next(private.root.glob("usr/share/python-wheels/pip-*.whl"))


def sync(home: Home, log: Path) -> None:
    """Exactly the pinned packages are installed, each with a known hash."""
    command = [home.venv / "bin" / "uv", "pip", "sync", "--require-hashes", "--python", home.python, PINNED]
    environment = os.environ | {"VIRTUAL_ENV": str(home.venv)}
    console.run(command, doing="Installing dependencies", log=log, hint=NETWORK_HINT, env=environment)


def pinned_block(requirements: str, name: str) -> str:
    """The lines that pin one package with its hashes."""
    found = re.search(rf"^{re.escape(name)}==.*(?:\n {{4}}--hash=.*)*", requirements, flags=re.MULTILINE)
    if found is None:
        raise LauncherError(f"requirements/dev.txt does not pin {name}", hint="Run ./guild lock")
    return found.group(0).rstrip("\\ ") + "\n"
