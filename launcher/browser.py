"""Chromium for the tests that look at pages; without it they skip and say so."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from launcher import apt, console

if TYPE_CHECKING:
    from launcher.home import Home

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find() -> str | None:
    """The browser of this machine."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def ensure(home: Home) -> None:
    """The browser is there, if root can bring it; otherwise the tests that need it will skip."""
    if find():
        return
    if not apt.may_install():
        console.say("No Chromium here: tests that need a browser will skip. As root: apt-get install chromium")
        return
    log = home.logs / "chromium-install.log"
    with console.step("Installing Chromium (apt)"):
        apt.update(log)
        apt.install(["chromium"], log)
