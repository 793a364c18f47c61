"""Children that cannot outlive us, and the sweep for those that did."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

MARK = "GUILD_INSTANCE"
PR_SET_PDEATHSIG = 1
STOP_SECONDS = 15.0


def dies_with_parent(sign: signal.Signals) -> Callable[[], None]:
    """A function for the child, between fork and exec: the kernel sends it the signal when its parent dies."""
    try:
        library = ctypes.CDLL(None)
        prctl = library.prctl
    except (OSError, AttributeError):  # not Linux: the sweep by mark has to do
        return lambda: None
    parent = os.getpid()

    def arrange() -> None:
        prctl(PR_SET_PDEATHSIG, int(sign))
        if os.getppid() != parent:
            os.kill(os.getpid(), sign)

    return arrange


def start(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    log: Path,
    stop_signal: signal.Signals = signal.SIGTERM,
    cwd: Path | str | None = None,
    **options: Any,
) -> subprocess.Popen[bytes]:
    """The command runs in a process group of its own, writes to the log and ends when we end."""
    with log.open("ab") as stream:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            env=dict(env),
            cwd=cwd,
            start_new_session=True,
            preexec_fn=dies_with_parent(stop_signal),  # noqa: PLW1509 - one system call, no lock
            **options,
        )


def ask_to_stop(process: subprocess.Popen[bytes], sign: signal.Signals) -> None:
    """The process knows that it should end."""
    if process.poll() is None:
        process.send_signal(sign)


def stop(
    process: subprocess.Popen[bytes], sign: signal.Signals | None = signal.SIGTERM, seconds: float = STOP_SECONDS
) -> None:
    """The process and its group are gone, politely first; no signal means that it was asked already."""
    if sign is not None:
        ask_to_stop(process, sign)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    kill_group(process.pid)
    process.wait()


def kill_group(group: int) -> None:
    """Nothing of that process group is left."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def marked(mark: str) -> list[int]:
    """The processes that carry our mark in their environment, we ourselves left out."""
    wanted = f"{MARK}={mark}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        if int(entry.name) == os.getpid():
            continue
        with contextlib.suppress(OSError):
            if wanted in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
    return found


def sweep(mark: str, seconds: float = 10.0) -> int:
    """No process with our mark is left; says how many there were."""
    first = left = marked(mark)
    deadline = time.monotonic() + seconds
    sign = signal.SIGTERM
    while left:
        for pid in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, sign)
        time.sleep(0.2)
        if time.monotonic() > deadline:
            if sign == signal.SIGKILL:
                break
            sign, deadline = signal.SIGKILL, time.monotonic() + 3
        left = marked(mark)
    return len(first)


def foreground(command: Sequence[str], env: Mapping[str, str], *, cwd: Path) -> int:
    """The command has had the terminal until it ended; its exit status. Ctrl-C is its own to handle."""
    arrange = dies_with_parent(signal.SIGTERM)
    process = subprocess.Popen(command, env=dict(env), cwd=cwd, preexec_fn=arrange)  # noqa: PLW1509 - as above
    try:
        return process.wait()
    except KeyboardInterrupt:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS / 3)
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
        process.kill()
        process.wait()
        raise
