"""What can go wrong on the way, in words for the person at the terminal."""

from __future__ import annotations


class LauncherError(Exception):
    """A step could not be done; says why, shows the end of the log, and what to do next."""

    def __init__(self, message: str, *, hint: str = "", log_tail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.log_tail = log_tail
