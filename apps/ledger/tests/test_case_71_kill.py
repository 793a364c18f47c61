"""Case 71: the database server is killed at random moments under load; nothing acknowledged is lost, nothing is twice.

A server of its own, below a folder of its own, so that nobody else's dies.
"""

import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

import psycopg
import pytest

from apps.ledger import functions

ROUNDS = 3
CLIENTS = 6


def binary(name):
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = next((folder / name for folder in folders if (folder / name).exists()), None) or shutil.which(name)
    return str(found) if found else None


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A private PostgreSQL that can be killed without asking."""

    def __init__(self, folder, user):
        self.folder, self.port = folder, free_port()
        self.identity = {"cwd": folder, **({"user": user, "group": user, "extra_groups": []} if user else {})}
        self.process = None
        self._run(
            binary("initdb"), "-D", str(folder / "data"), "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8"
        )

    def _run(self, *command):
        done = subprocess.run(command, check=False, capture_output=True, text=True, **self.identity)
        assert done.returncode == 0, done.stderr

    def _spawn(self):
        self.process = subprocess.Popen(
            [binary("postgres"), "-D", str(self.folder / "data"), "-p", str(self.port), "-k", str(self.folder),
             "-c", "listen_addresses=127.0.0.1", "-c", "synchronous_commit=on"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **self.identity,
        )  # fmt: skip

    def start(self):
        self._spawn()
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                return self.connect().close()
            except psycopg.OperationalError:
                if self.process.poll() is not None:  # the dead one's memory was still in use
                    self._spawn()
                threading.Event().wait(0.05)
        raise RuntimeError("the private server did not come up")

    def connect(self, dbname="postgres"):
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user="postgres", dbname=dbname, autocommit=True, connect_timeout=3
        )

    def kill(self):
        """kill -9 of the server and of each of its own processes, as when the machine loses power."""
        tasks = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        children = [int(pid) for pid in tasks.read_text().split()] if tasks.exists() else []
        for pid in (self.process.pid, *children):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.kill()


@pytest.fixture
def server():
    if not binary("initdb"):
        pytest.skip("PostgreSQL's own programs are not installed here")
    with TemporaryDirectory(prefix="guild-ledger-") as name:
        folder, user = Path(name), None
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            user = "postgres"
            shutil.chown(folder, user)
        made = Server(folder, user)
        made.start()
        try:
            yield made
        finally:
            made.stop()


def body(payment, clearing_key):
    unit = {
        "unit_type": "BOOKING", "unit_id": payment, "business_id": payment, "customer_id": payment, "amount_minor": 100,
    }  # fmt: skip
    return functions.json_text(
        {
            "key": clearing_key, "business_key": f"fund:x:{payment}", "at": "2026-11-18T09:00:00Z",
            "standard_bp": 500, "thresholds": [], "rates_bp": [],
            "body": {
                "payment": payment, "gateway": "x", "currency": "NGN", "amount": 100, "fee": 0, "wallet": "",
                "wallet_amount": 0, "excess": "SYSTEM::SUSPENSE:NGN", "allocations": [unit], "tips": [],
            },
        }
    )  # fmt: skip


def install(server, source):
    """The ledger's own tables, functions and triggers, copied from the database of the tests."""
    settings = source.settings_dict
    dump = subprocess.run(
        [binary("pg_dump"), "-h", settings["HOST"], "-p", str(settings["PORT"]), "-U", settings["USER"], "--schema-only",
         "--no-privileges", "--no-owner", "-t", "ledger_*", settings["NAME"]],
        check=True, capture_output=True, text=True, env={**os.environ, "PGPASSWORD": settings["PASSWORD"] or ""},
    ).stdout  # fmt: skip
    with source.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
            " WHERE n.nspname = 'public' AND (p.proname LIKE 'ledger%%' OR p.proname LIKE 'pgtrigger_ledger%%')"
        )
        written = [text for (text,) in cursor.fetchall()]
    tables, _, triggers = dump.partition("CREATE TRIGGER")
    with server.connect() as connection:
        connection.execute("SET check_function_bodies = off")
        lines = [
            line for line in tables.splitlines() if "set_config('search_path'" not in line and not line.startswith("\\")
        ]
        connection.execute("\n".join(lines))
        for text in written:
            connection.execute(text)
        rest = [line for line in ("CREATE TRIGGER" + triggers).splitlines() if not line.startswith("\\")]
        connection.execute("\n".join(rest))


def load(server, stop, acknowledged, attempted):
    """Pays until stopped or cut off; a payment is acknowledged once its commit has returned."""
    try:
        with server.connect() as connection:
            while not stop.is_set():
                payment = str(uuid4())
                attempted.append(payment)
                connection.execute("SELECT * FROM ledger_fund_payment(%s)", [body(payment, payment)])
                acknowledged.append(payment)
    except psycopg.Error:
        return


@pytest.mark.django_db(transaction=True)
def test_case_71_kill_9_of_the_server_under_load_loses_and_doubles_nothing(server):
    from django.db import connection as source

    install(server, source)
    acknowledged, attempted = [], []
    for turn in range(ROUNDS):
        stop = threading.Event()
        threads = [threading.Thread(target=load, args=(server, stop, acknowledged, attempted)) for _ in range(CLIENTS)]
        before = len(acknowledged)
        for thread in threads:
            thread.start()
        while len(acknowledged) < before + 100 * (turn + 1):
            stop.wait(0.01)
        server.kill()
        for thread in threads:
            thread.join()
        server.start()

    with server.connect() as connection:
        for payment in attempted:  # every client asks again under its key, not knowing what became of it
            connection.execute("SELECT * FROM ledger_fund_payment(%s)", [body(payment, payment)])
        funded = connection.execute("SELECT cause_id FROM ledger_transfer WHERE kind = 'PAYMENT'").fetchall()
        faults = [
            row
            for rule in ("transfers", "currencies", "escrow", "balances", "overdrafts", "resolutions")
            for row in connection.execute(f"SELECT * FROM ledger_unsound_{rule}()").fetchall()
        ]

    assert len(acknowledged) >= 100 * ROUNDS
    assert sorted(key for (key,) in funded) == sorted(UUID(payment) for payment in attempted)
    assert faults == []
