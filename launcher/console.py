"""What the person at the terminal sees: steps with their time, failures with their cause."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from launcher.errors import LauncherError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

TAIL_LINES = 25
# In a file or a pipe nothing is cut to the width of a terminal that is not there.
WIDE = 160

try:
    from rich.console import Console
    from rich.table import Table
except ImportError:  # before the environment exists
    RICH: Any = None
else:
    RICH = Console(highlight=False)
    if not RICH.is_terminal:
        RICH = Console(highlight=False, width=WIDE)


def say(text: str = "") -> None:
    """The line is on the terminal."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def is_terminal() -> bool:
    """Whether somebody looks at a terminal that can draw."""
    return RICH is not None and bool(RICH.is_terminal)


@contextlib.contextmanager
def step(title: str, *, draws_itself: bool = False) -> Iterator[None]:
    """While the block runs the title is shown as under way; afterwards with how long it took."""
    started = time.monotonic()
    alive = is_terminal() and not draws_itself
    if not alive:
        say(f"… {title}")
    try:
        with RICH.status(title) if alive else contextlib.nullcontext():
            yield
    except BaseException:
        say(f"✗ {title}")
        raise
    say(f"✓ {title}  {time.monotonic() - started:.1f} s")


def run(
    command: Sequence[object],
    *,
    doing: str,
    log: Path,
    hint: str = "",
    env: Mapping[str, str] | None = None,
    draws_itself: bool = False,
    **options: Any,
) -> None:
    """The command ended well, its output is in the log; a progress bar of its own is on the terminal.

    Raises: LauncherError with the end of the log when it did not.
    """
    with log.open("ab") as stream:
        start = stream.tell()
        try:
            done = subprocess.run(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=None if draws_itself and is_terminal() else stream,
                stderr=stream,
                env=dict(env) if env is not None else None,
                check=False,
                **options,
            )
        except FileNotFoundError as missing:
            raise LauncherError(f"{doing} failed: {missing}", hint=hint) from missing
    if done.returncode != 0:
        advice = "\n".join(line for line in (hint, f"The whole log is {log}") if line)
        raise LauncherError(f"{doing} failed (status {done.returncode})", hint=advice, log_tail=tail(log, start))


def copy(stream: BinaryIO) -> None:
    """What has been added to the stream is on the terminal."""
    sys.stdout.write(stream.read().decode(errors="replace"))
    sys.stdout.flush()


def tail(log: Path, start: int = 0, lines: int = TAIL_LINES) -> str:
    """The last lines of a log, from the given offset on."""
    try:
        with log.open("rb") as stream:
            stream.seek(max(start, log.stat().st_size - 64 * 1024))
            text = stream.read().decode(errors="replace")
    except FileNotFoundError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def explain(error: LauncherError) -> None:
    """The failure, the end of its log and the way on are on the terminal."""
    stream = sys.stderr
    stream.write(f"\n✗ {error.message}\n")
    if error.log_tail:
        stream.write("\n" + "\n".join(f"    {line}" for line in error.log_tail.splitlines()) + "\n")
    if error.hint:
        stream.write(f"\n→ {error.hint}\n")
    stream.flush()


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """The rows are shown as a table, drawn by rich where it is there."""
    if RICH is None:
        say(title)
        for row in (columns, *rows):
            say("  " + "  ".join(str(cell).ljust(18) for cell in row))
        return
    drawn = Table(*columns, title=title, title_justify="left")
    for row in rows:
        drawn.add_row(*(str(cell) for cell in row))
    RICH.print(drawn)
