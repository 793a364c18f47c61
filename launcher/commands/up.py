"""`./guild up`: the marketplace runs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from launcher import console, instance, ports, postgres, processes, services, variables
from launcher.commands import prepare, summary
from launcher.errors import LauncherError
from launcher.home import REPOSITORY
from launcher.redis import Redis
from launcher.supervisor import StopRequested, Supervisor

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from launcher.home import Home

# What the migrations make; the processes give up the owner's rights as they do in production.
RUN_TIME_ROLE = "guild_app"
DETACHED_SECONDS = 900.0
# How long an `up` may take to stop everything.
STOP_SECONDS = 60.0
# How long whoever holds the servers may take to say that it is an `up`.
TELLS_SECONDS = 20.0


def up(home: Home, given: argparse.Namespace) -> int:
    """The instance runs, in front of the caller or behind; when it already does, that is said."""
    while (held := home.lock(instance.LOCK)) is None:
        if join(home):
            console.say("Already running.")
            summary.show(home)
            return 0
    instance.forget(home)  # what a killed supervisor said last is no news of the next one
    if given.detach:
        held.close()
        return detach(home, given)
    with held:
        return run(home, given)


def join(home: Home) -> bool:
    """Whether the instance that another call runs, or is just starting, is ready; False once nobody holds its servers.

    Raises: LauncherError when that call is no `up`.
    """
    began, said = time.monotonic(), False
    while instance.is_running(home):
        state = instance.state(home)
        if state.get("phase") == "ready":
            return True
        if not state and time.monotonic() - began > TELLS_SECONDS:
            raise LauncherError("Another ./guild command is using this instance's servers", hint="Wait for it to end.")
        if state and not said:
            console.say("Another ./guild up is starting it; waiting …")
            said = True
        time.sleep(0.1)
    return False


def run(home: Home, given: argparse.Namespace) -> int:
    """Runs until it is told to stop; nothing is left afterwards, whatever happened."""
    instance.clean_up(home)
    if not ports.is_free(given.port, given.host):
        raise LauncherError(
            f"Port {given.port} is taken by another program",
            hint=f"./guild up --port {ports.choose(given.port + 1)}",
        )
    state = {"pid": os.getpid(), "phase": "starting", "port": given.port, "started_at": time.time(), "demo": given.demo}
    supervisor = Supervisor()

    def note(children: list[services.Child]) -> None:
        home.write(instance.STATE, state | {"children": instance.describe(children)})

    supervisor.changed = note
    supervisor.listen()
    try:
        start(home, given, supervisor, state)
        summary.show(home)
        if sys.stdout.isatty():
            console.say("\nCtrl-C stops all of it.")
        state["phase"] = "ready"
        note(supervisor.children)
        supervisor.watch()
    except StopRequested:
        console.say("\nStopping …")
    finally:
        supervisor.stop()
        instance.clean_up(home)
    console.say("Stopped; nothing is left running.")
    return 0


def start(home: Home, given: argparse.Namespace, supervisor: Supervisor, state: dict[str, object]) -> None:
    """Servers, then what the database needs, then the application; each step ready before the next."""
    for log in home.logs.glob("*.log"):
        rotate(log)
    environment = variables.for_django(home)
    remembered = home.read("ports")
    if not os.environ.get("DATABASE_URL"):
        cluster = postgres.Cluster(home, postgres.provide(home))
        if cluster.prepare():
            prepare.forget(home)
        port = remembered["postgresql"] = ports.choose(remembered.get("postgresql"))
        with console.step("Starting PostgreSQL"):
            supervisor.add(services.database(cluster, port))
            cluster.create_database(port, postgres.cluster.ROLE)
        environment["DATABASE_URL"] = cluster.url(port)
    if not os.environ.get("REDIS_URL"):
        redis = Redis(home)
        port = remembered["redis"] = ports.choose(remembered.get("redis"))
        with console.step("Starting Redis"):
            supervisor.add(services.redis(redis, port))
        environment["REDIS_URL"] = redis.url(port)
    at = services.Ports(
        given.port, ports.choose(remembered.get("web")), ports.choose(remembered.get("live")), given.host
    )
    home.write("ports", remembered | {"web": at.web, "live": at.live})
    environment.setdefault("PUBLIC_BASE_URL", f"http://{ports.LOOPBACK}:{given.port}")
    environment[processes.MARK] = instance.mark(home)
    state |= {"host": at.host, "web_port": at.web, "live_port": at.live}
    state |= {name.lower(): environment[name] for name in ("DATABASE_URL", "REDIS_URL", "PUBLIC_BASE_URL")}
    prepare.database(home, environment, with_demo=given.demo)
    if not os.environ.get("DATABASE_URL"):
        environment.setdefault("DATABASE_APP_ROLE", RUN_TIME_ROLE)
    with console.step("Starting web, live, workers, beat and front"):
        supervisor.add(*services.application(home, environment, at))


def rotate(log: Path, limit: int = 10_000_000) -> None:
    """A log that has grown long begins anew; the old one is kept beside it."""
    if log.stat().st_size > limit and log.name != "supervisor.log":
        log.replace(log.with_suffix(".log.1"))


def detach(home: Home, given: argparse.Namespace) -> int:
    """The instance runs in the background and is ready, or why it is not has been said."""
    log = home.logs / "supervisor.log"
    command = [sys.executable, str(REPOSITORY / "guild"), "up", "--port", str(given.port), "--host", given.host]
    command += [] if given.demo else ["--no-demo"]
    with log.open("ab") as stream:
        position = stream.tell()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, start_new_session=True, cwd="/"
        )
    try:
        status = wait_until_ready(home, process, log, position)
    except BaseException:  # a caller who gives up leaves nothing behind
        processes.stop(process, seconds=STOP_SECONDS)
        raise
    if status == 0:
        console.say("\nRunning in the background: ./guild status, ./guild logs, ./guild down")
    return status


def wait_until_ready(home: Home, process: subprocess.Popen[bytes], log: Path, position: int) -> int:
    """0 once the instance is ready, else what the process ended with; what it says meanwhile is on the terminal."""
    deadline = time.monotonic() + DETACHED_SECONDS
    with log.open("rb") as stream:
        stream.seek(position)
        while time.monotonic() < deadline:
            ended = process.poll() is not None
            is_ready = instance.state(home).get("phase") == "ready"  # before copying, so that nothing said is missed
            console.copy(stream)
            if is_ready:
                return 0
            if ended:
                return process.returncode or 1
            time.sleep(0.1)
    raise LauncherError("The instance did not become ready", hint=f"The log is {log}")
