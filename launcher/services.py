"""The processes of a running marketplace, in the order in which they start."""

from __future__ import annotations

import shutil
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING

from launcher import console, ports, processes
from launcher.errors import LauncherError
from launcher.home import REPOSITORY
from launcher.supervisor import Child

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from launcher.home import Home
    from launcher.postgres import Cluster
    from launcher.redis import Redis

# A machine that does much else may take minutes to import the application.
READY_SECONDS = 300.0
WEB_WORKERS = 2
WEB_THREADS = 8


@dataclass(frozen=True)
class Ports:
    """Where one instance listens: the front for everyone, the rest on loopback for the front and for measurements."""

    front: int
    web: int
    live: int
    host: str = ports.LOOPBACK


def database(cluster: Cluster, port: int) -> Child:
    """PostgreSQL, stopped so that it closes its clients' connections and writes a checkpoint."""
    return Child(
        "postgresql",
        lambda: cluster.launch(port),
        lambda process: cluster.wait(process, port),
        stop_signal=signal.SIGINT,
    )


def redis(server: Redis, port: int) -> Child:
    """Redis."""
    return Child("redis", lambda: server.launch(port), lambda process: server.wait(process, port))


def application(home: Home, environment: dict[str, str], at: Ports) -> list[Child]:
    """Web, live, workers, Beat, and the front that makes them one origin."""
    celery = ["celery", "--app", "config.celery:app", "--quiet"]
    worker = [*celery, "worker", "--loglevel", "INFO", "--without-mingle", "--without-gossip"]
    commands: dict[str, tuple[list[str], tuple[str, int] | None]] = {
        "web": (web(at.web), (ports.LOOPBACK, at.web)),
        "live": (live(at.live), (ports.LOOPBACK, at.live)),
        "worker": (
            [*worker, "--queues", "critical,default", "--concurrency", "2", "--hostname", f"main-{home.key}@%h"],
            None,
        ),
        "worker-bulk": ([*worker, "--queues", "bulk", "--concurrency", "1", "--hostname", f"bulk-{home.key}@%h"], None),
        "beat": ([*celery, "beat", "--loglevel", "INFO", "--pidfile", ""], None),
        "front": (front(at), (at.host, at.front)),
    }
    # The web processes' figures of the last run are not those of this one.
    figures = home.path / "figures"
    shutil.rmtree(figures, ignore_errors=True)
    own = {"web": {"PROMETHEUS_MULTIPROC_DIR": str(figures)}}
    return [
        child(home, name, command, environment | own.get(name, {}), address)
        for name, (command, address) in commands.items()
    ]


def web(port: int) -> list[str]:
    """HTTP on WSGI: several times the requests of an ASGI server."""
    return [
        *("granian", "--interface", "wsgi", "--http", "1", "--no-ws", "--host", ports.LOOPBACK, "--port", str(port)),
        *("--workers", str(WEB_WORKERS), "--blocking-threads", str(WEB_THREADS)),
        *("--respawn-failed-workers", "--respawn-interval", "0.5", "--workers-kill-timeout", "10"),
        "config.wsgi:application",
    ]


def live(port: int) -> list[str]:
    """WebSockets on ASGI."""
    return [
        *("uvicorn", "config.asgi:application", "--host", ports.LOOPBACK, "--port", str(port), "--no-access-log"),
        *("--proxy-headers", "--forwarded-allow-ips", ports.LOOPBACK, "--timeout-graceful-shutdown", "5"),
    ]


def front(at: Ports) -> list[str]:
    """HTTP and WebSocket on one origin."""
    behind = ["--web", str(at.web), "--live", str(at.live)]
    return ["python", "-m", "launcher.front", "--host", at.host, "--port", str(at.front), *behind]


def child(
    home: Home, name: str, command: Sequence[str], environment: dict[str, str], address: tuple[str, int] | None
) -> Child:
    """A process of the application, started in the repository and logging to its own file."""
    log = home.logs / f"{name}.log"
    program = str(home.venv / "bin" / command[0])

    def launch() -> subprocess.Popen[bytes]:
        return processes.start([program, *command[1:]], env=environment, log=log, cwd=REPOSITORY)

    return Child(name, launch, answering(name, address, log) if address else lambda _: None, log=log)


def answering(name: str, address: tuple[str, int], log: Path) -> Callable[[subprocess.Popen[bytes]], None]:
    """A check that the process accepts connections at that port."""
    host, port = address
    reach = ports.LOOPBACK if host == "0.0.0.0" else host  # noqa: S104 - compared, not bound

    def ready(process: subprocess.Popen[bytes]) -> None:
        for _ in range(int(READY_SECONDS * 10)):
            if process.poll() is not None:
                break
            if ports.wait_until_answers(port, seconds=0.1, host=reach):
                return
        raise LauncherError(f"{name} did not start", hint=f"The log is {log}", log_tail=console.tail(log))

    return ready
