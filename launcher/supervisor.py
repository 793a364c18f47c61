"""Starts what it is given, in order; starts again what dies; stops all of it in the opposite order."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from launcher import console, processes
from launcher.errors import LauncherError

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

# Who restarts on purpose, over and over, need not be spared: GUILD_LONGEST_RESTART_PAUSE_S.
FIRST_PAUSE, LONGEST_PAUSE = 0.3, float(os.environ.get("GUILD_LONGEST_RESTART_PAUSE_S", "5"))
# Whoever lived this long is well; its next death counts as the first. A program that cannot start is gone sooner.
HEALTHY_SECONDS = 5.0
LOOK_EVERY = 0.2


@dataclass
class Child:
    """One process that should always be there."""

    name: str
    launch: Callable[[], subprocess.Popen[bytes]]
    ready: Callable[[subprocess.Popen[bytes]], None] = lambda _: None
    stop_signal: signal.Signals = signal.SIGTERM
    log: Path | None = None
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    restarts: int = 0
    failures: int = 0
    again_at: float = 0.0

    def start(self) -> None:
        """The process has been started."""
        self.process = self.launch()
        self.started_at = time.monotonic()

    def is_dead(self) -> bool:
        """Whether it ran and has ended."""
        return self.process is not None and self.process.poll() is not None

    def bury(self, now: float) -> int:
        """What is left of it is gone, and it is due to start again after a pause; the status it ended with."""
        process, self.process = self.process, None
        if process is None:
            raise RuntimeError(f"{self.name} is not running")
        processes.kill_group(process.pid)
        self.failures = 1 if now - self.started_at > HEALTHY_SECONDS else self.failures + 1
        self.again_at = now + min(FIRST_PAUSE * 2 ** (self.failures - 1), LONGEST_PAUSE)
        return process.returncode


@dataclass
class Supervisor:
    """Keeps its children alive until it is told to stop."""

    changed: Callable[[list[Child]], None] = lambda _: None
    groups: list[tuple[Child, ...]] = field(default_factory=list)
    is_stopping: bool = False

    @property
    def children(self) -> list[Child]:
        return [child for group in self.groups for child in group]

    def listen(self) -> None:
        """Ctrl-C, SIGTERM and a closed terminal end the watch instead of the process."""
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, self._stop)

    def _stop(self, *_: object) -> None:
        if self.is_stopping:
            return
        self.is_stopping = True
        raise StopRequested

    def add(self, *together: Child) -> None:
        """The children have been started at once, each is ready, and they are watched from now on.

        Raises: LauncherError when one has ended by then.
        """
        self.groups.append(together)
        for child in together:
            child.start()
        self.changed(self.children)
        for child in together:
            if child.process is not None:
                child.ready(child.process)
        for child in together:
            if child.is_dead():
                tail = console.tail(child.log) if child.log else ""
                raise LauncherError(f"{child.name} did not stay up", hint=f"The log is {child.log}", log_tail=tail)

    def watch(self) -> None:
        """Looks after the children until it is told to stop."""
        while not self.is_stopping:
            self.look()
            time.sleep(LOOK_EVERY)

    def look(self) -> None:
        """Who died is noted; whose pause is over runs again."""
        now = time.monotonic()
        for child in self.children:
            if child.is_dead():
                status = child.bury(now)
                pause = child.again_at - now
                console.say(f"! {child.name} ended (status {status}); starting it again in {pause:.1f} s")
                self.changed(self.children)
            elif child.process is None and now >= child.again_at:
                child.restarts += 1
                child.start()
                self.changed(self.children)

    def stop(self) -> None:
        """All children are gone: those that started together are asked together, the last group first."""
        self.is_stopping = True
        for group in reversed(self.groups):
            for child in group:
                if child.process is not None:
                    processes.ask_to_stop(child.process, child.stop_signal)
            for child in group:
                if child.process is None:
                    continue
                processes.stop(child.process, None)
                child.process = None


class StopRequested(BaseException):
    """Somebody asked us to stop."""
