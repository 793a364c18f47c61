"""Reads what the caller wants and hands it to the module that does it."""

from __future__ import annotations

import argparse
import errno
import importlib
import os
import signal
import sys
from pathlib import Path

from launcher import console, environment
from launcher.errors import LauncherError
from launcher.home import REPOSITORY, Home

DEFAULT_PORT = 8000
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
# These work without the environment, so that an instance can always be looked at and stopped.
WITHOUT_ENVIRONMENT = {"down", "status", "logs", "reset"}
# Everything after these belongs to the tool they call.
PASSES_ON = {"test", "manage", "lock", "demo", "bench"}


def main(arguments: list[str]) -> int:
    """The call is done; the exit status says how it went."""
    given = parse(arguments)
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGHUP, _end)
    try:
        home = Home.from_environment()
        if given.call not in WITHOUT_ENVIRONMENT:
            environment.ensure(home)
        continue_inside(home, arguments)
        module = importlib.import_module(f"launcher.commands.{given.call}")
        return int(getattr(module, given.call)(home, given))
    except LauncherError as error:
        console.explain(error)
        return 1
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        console.explain(
            LauncherError(f"The disk takes no more: {error}", hint="Make room below GUILD_HOME, or move it.")
        )
        return 1
    except KeyboardInterrupt:
        console.say("\nInterrupted; nothing is left running.")
        return 130


def _end(*_: object) -> None:
    """SIGTERM unwinds the stack as Ctrl-C does, so that every `finally` runs."""
    raise KeyboardInterrupt


def continue_inside(home: Home, arguments: list[str]) -> None:
    """From here on it is the environment's Python that runs, if there is an environment."""
    if Path(sys.prefix).resolve() == home.venv.resolve() or not home.python.exists():
        return
    os.environ["GUILD_HOME"] = str(home.path)
    os.execv(home.python, [str(home.python), str(REPOSITORY / "guild"), *arguments])  # noqa: S606 - we ourselves, under another Python


def parse(arguments: list[str]) -> argparse.Namespace:
    """The call and its options; what a tool behind it is to get stands in `rest`."""
    parser = build_parser()
    if arguments and arguments[0] in PASSES_ON and "--help-guild" not in arguments:
        return argparse.Namespace(call=arguments[0], rest=arguments[1:])
    return parser.parse_args(arguments)


def build_parser() -> argparse.ArgumentParser:
    """All calls with their options."""
    parser = argparse.ArgumentParser(
        prog="./guild",
        description="Runs, tests and checks the marketplace. Everything it makes lies below GUILD_HOME (default .guild/).",
        epilog="DATABASE_URL and REDIS_URL are used where they are set; otherwise private servers are started.",
    )
    calls = parser.add_subparsers(dest="call", required=True, metavar="call")
    up = calls.add_parser("up", help="run everything; Ctrl-C stops it")
    up.add_argument("--port", type=int, default=DEFAULT_PORT)
    up.add_argument("--host", default="127.0.0.1", help="the address that is listened on")
    up.add_argument("--detach", action="store_true", help="run in the background")
    up.add_argument("--no-demo", dest="demo", action="store_false", help="leave the demo data out")
    calls.add_parser("down", help="stop what runs")
    calls.add_parser("status", help="what runs, where, and who the demo people are")
    logs = calls.add_parser("logs", help="the ends of the logs")
    logs.add_argument("name", nargs="?", default="", help="web, live, worker, beat, postgresql-main …")
    logs.add_argument("-f", "--follow", action="store_true")
    logs.add_argument("-n", "--lines", type=int, default=20)
    reset = calls.add_parser("reset", help="stop, and forget all data of this instance")
    reset.add_argument("--yes", action="store_true", help="do not ask")
    reset.add_argument("--all", action="store_true", help="the environment and unpacked packages too")
    calls.add_parser("demo", help="play the main job over HTTP against the running instance")
    calls.add_parser(
        "test", help="run the tests; arguments go to pytest; --coverage holds the thresholds; --browser gets Chromium"
    )
    calls.add_parser("check", help="all static checks")
    calls.add_parser("bench", help="the benchmarks, or the named one")
    calls.add_parser("fmt", help="format the code")
    calls.add_parser("manage", help="a management command in this instance's environment")
    calls.add_parser("lock", help="compile the pinned requirements anew; --upgrade takes newer versions")
    return parser
