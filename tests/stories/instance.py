"""A marketplace of its own for a story that kills: real processes under the real supervisor, below a folder of its own."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import redis

from launcher import instance, ports, postgres, processes
from launcher.home import REPOSITORY, Home

# What the calls inherit; everything else in the environment of the tests speaks of the servers of the tests.
INHERITED = (
    "PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "GDAL_LIBRARY_PATH", "GEOS_LIBRARY_PATH", "PROJ_LIB", "PROJ_DATA", "GDAL_DATA",
)  # fmt: skip
PATIENCE_S = 90.0
# How often a client asks again while a server is away depends on the machine; limits are counted, and never reached.
LIMITS = {f"THROTTLE_{scope}": "100000/h" for scope in ("ANONYMOUS", "USER", "BUSINESS", "LOGIN", "PAYMENT")}
# Nobody here waits for what is only there to spare a machine: who died often starts again at once, and what a lost wake
# has left behind is looked for every other second.
SWEEPS = ("CORE_OUTBOX", "PAYMENTS_INBOX", "NOTIFICATIONS_ANNOUNCE", "NOTIFICATIONS_SEND_DUE")
BRISK = {"GUILD_LONGEST_RESTART_PAUSE_S": "0.3"} | {f"GUILD_SWEEP_{name}": "2" for name in SWEEPS}
# Who dies together when one of these is struck.
VICTIMS = {
    "web": ("web", "front"),
    "worker": ("worker", "worker-bulk", "beat"),
    "postgresql": ("postgresql",),
    "redis": ("redis",),
}


def wait_until(condition, what, seconds=PATIENCE_S):
    """What the condition answered as soon as it was true."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {seconds:.0f} s")
        threading.Event().wait(0.05)
    return found


class Instance:
    """``./guild up`` below a folder, and the means to kill what it runs."""

    def __init__(self, folder, **settings):
        self.home = Home(folder)
        self.port = ports.choose()
        self.killed = {}
        self.environment = (
            LIMITS | BRISK | settings | {name: os.environ[name] for name in INHERITED if name in os.environ}
        )
        self.environment["GUILD_HOME"] = str(folder)
        (folder / "venv").symlink_to(sys.prefix)
        unpacked = Path(os.environ.get("GUILD_HOME", folder)) / "apt-postgresql"
        if unpacked.exists():
            (folder / unpacked.name).symlink_to(unpacked)

    @property
    def base_url(self):
        return f"http://{ports.LOOPBACK}:{self.port}"

    @property
    def mail(self):
        return self.home.path / "mail"

    def guild(self, *arguments):
        """The call has ended well; answers what it said."""
        done = subprocess.run(
            [sys.executable, str(REPOSITORY / "guild"), *arguments],
            env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"./guild {' '.join(arguments)}: {done.stdout}"
        return done.stdout

    def up(self):
        """Everything runs, with the demo's people and its first business."""
        self.take_tables()
        self.guild("up", "--port", str(self.port), "--detach", "--no-demo")
        self.guild("manage", "seed_demo", "--businesses", "1")

    def take_tables(self):
        """The migrated database that tests are copied from is this one's too, where there is one: migrating takes a minute."""
        if (template := os.environ.get("TEST_DATABASE_TEMPLATE")) is None:
            return
        source = urlsplit(os.environ["DATABASE_URL"])._replace(scheme="postgresql")
        cluster = postgres.Cluster(self.home, postgres.provide(self.home))
        cluster.prepare()
        port = ports.choose()
        target = urlsplit(cluster.url(port))._replace(scheme="postgresql")
        server = cluster.launch(port)
        try:
            cluster.wait(server, port)
            cluster.create_database(port, postgres.cluster.ROLE)
            with psycopg.connect(target.geturl(), autocommit=True) as connection:
                connection.execute("CREATE ROLE guild_app NOLOGIN; GRANT guild_app TO CURRENT_USER")
            dump, restore = (cluster.installation.program(name) for name in ("pg_dump", "psql"))
            told = subprocess.run(
                [dump, "-d", source._replace(path=f"/{template}").geturl()], check=True, capture_output=True
            )
            subprocess.run(
                [restore, "-Xq", "-v", "ON_ERROR_STOP=1", "-d", target.geturl()],
                input=told.stdout,
                check=True,
                capture_output=True,
            )
        finally:
            processes.stop(server, signal.SIGINT)

    def down(self):
        """Nothing of it runs, and its data is gone but for the logs. Raises: AssertionError when something was left running."""
        self.guild("down")
        left = processes.marked(instance.mark(self.home))
        shutil.copytree(self.home.logs, self.home.path.with_name("logs"), dirs_exist_ok=True)
        self.guild("reset", "--yes")
        assert left == []

    # --- Killing ------------------------------------------------------------------------------------------------
    def strike(self, victim):
        """kill -9 without asking; ``flush`` empties Redis under everybody's feet."""
        if victim == "flush":
            with suppress(redis.RedisError), redis.Redis.from_url(self.state["redis_url"]) as client:
                client.flushall()
            return
        for name in VICTIMS[victim]:
            pid = self.pid(name)
            self.killed[name] = pid
            for each in [pid, *children(pid)]:
                with suppress(ProcessLookupError):
                    os.kill(each, signal.SIGKILL)

    def restarts(self, victim):
        """How often each of those who die together has been started again."""
        return [self.state["children"][name]["restarts"] for name in VICTIMS.get(victim, ())]

    def signal(self, name, sign):
        """The process and its own have had the signal."""
        os.killpg(self.pid(name), sign)

    @property
    def state(self):
        return self.home.read(instance.STATE)

    def pid(self, name):
        """The process that plays the part now, as soon as there is one."""

        def current():
            found = self.state["children"][name]["pid"]
            return found if found != self.killed.get(name) else None

        return wait_until(current, f"{name} runs again")

    # --- Looking ------------------------------------------------------------------------------------------------
    def connect(self):
        """A connection of the database's owner, as soon as the server takes one."""

        def connected():
            with suppress(psycopg.OperationalError):
                url = self.state["database_url"].replace("postgis:", "postgresql:")
                return psycopg.connect(url, autocommit=True, connect_timeout=3)
            return None

        return wait_until(connected, "PostgreSQL answers")

    def rows(self, query, *parameters):
        """All rows of one query."""
        with self.connect() as connection:
            return connection.execute(query, parameters).fetchall()

    @contextmanager
    def table_held(self, table):
        """Nobody can write to the table inside the block; gives a check whether somebody has tried."""
        waiting = "SELECT 1 FROM pg_locks WHERE relation = %s::regclass AND NOT granted"
        holder = self.connect()
        holder.autocommit = False
        holder.execute(f"LOCK TABLE {table} IN SHARE MODE")
        try:
            yield lambda: self.rows(waiting, table)
        finally:
            with suppress(psycopg.OperationalError):
                holder.rollback()
            holder.close()


def children(pid):
    """The processes below that one, those of PostgreSQL too, which have left its group."""
    try:
        below = [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []
    return below + [each for child in below for each in children(child)]
