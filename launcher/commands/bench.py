"""`./guild bench [name]`: the benchmarks, each with its floor in the same run."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from launcher import console, ports, processes, services, workspace
from launcher.commands import prepare
from launcher.errors import LauncherError
from launcher.home import REPOSITORY

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from launcher.home import Home

FOLDER = REPOSITORY / "bench"


def bench(home: Home, given: argparse.Namespace) -> int:
    """The chosen benchmarks have run against a database and a web server of their own; the worst status is ours."""
    names = [path.stem for path in sorted(FOLDER.glob("[a-z]*.py")) if path.stem != "conftest"]
    chosen = [name for name in names if not given.rest or name == given.rest[0]]
    if not chosen:
        raise LauncherError("No such benchmark", hint=f"There are: {', '.join(names) or 'none yet'}")
    worst = 0
    with workspace.of_purpose(home, "bench", durable=True) as environment:
        environment |= {"THROTTLING": "0", "LOG_LEVEL": "ERROR"}
        prepare.database(home, environment, with_demo=False)
        with web(home, environment) as address:
            for name in chosen:
                console.say(f"\n== {name}")
                command = [str(home.python), "-m", f"bench.{name}", *given.rest[1:]]
                status = processes.foreground(command, environment | {"GUILD_WEB_URL": address}, cwd=REPOSITORY)
                worst = max(worst, status)
    return worst


@contextlib.contextmanager
def web(home: Home, environment: dict[str, str]) -> Iterator[str]:
    """A web server like that of `up` answers at the address."""
    port = ports.choose()
    server = services.child(home, "bench-web", services.web(port), environment, (ports.LOOPBACK, port))
    with console.step("Starting the web server"):
        server.start()
    try:
        if server.process is not None:
            server.ready(server.process)
        yield f"http://{ports.LOOPBACK}:{port}"
    finally:
        if server.process is not None:
            processes.stop(server.process)
