"""Raw SQL as an attacker would write it: as the owner of the tables, or under the application's role."""

import threading
from contextlib import contextmanager

from django.db import connection, transaction


def run(statement, *values):
    """The statement's rows, if it answers any; a refusal leaves the surrounding transaction whole."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else cursor.rowcount


@contextmanager
def as_application():
    """Inside, statements run with the rights that run time has."""
    run("SET LOCAL ROLE guild_app")
    yield
    run("RESET ROLE")


@contextmanager
def without_triggers():
    """Inside, no trigger fires: what a superuser with bad intent can do."""
    run("SET session_replication_role = replica")
    yield
    run("SET session_replication_role = origin")


def raw_transfer(transfer_id, **columns):
    """A transfer row, written past the posting function."""
    row = {
        "id": transfer_id,
        "kind": "ADJUSTMENT",
        "idempotency_key": f"raw:{transfer_id}",
        "body_hash": "-",
        "cause_type": "",
        "metadata": "{}",
        "created_at": "2026-11-18T09:00:00Z",
        **columns,
    }
    names, marks = ", ".join(row), ", ".join(["%s"] * len(row))
    run(f"INSERT INTO ledger_transfer ({names}) VALUES ({marks})", *row.values())


def raw_entries(*legs):
    """Entries (transfer, account, amount, currency, hold or None) in one statement, past the posting function."""
    marks = ", ".join(["(%s, %s, %s, %s, %s, '2026-11-18T09:00:00Z')"] * len(legs))
    run(
        f"INSERT INTO ledger_entry (transfer_id, account_id, amount, currency, hold_id, created_at) VALUES {marks}",
        *[value for leg in legs for value in leg],
    )


def until_settled():
    """Every transaction that began before this has ended: snapshots and seals then see all that was written.

    Other databases of the server count too, so this waits for tests that run beside.
    """
    ((mine,),) = run("SELECT pg_current_xact_id()::text::bigint")
    pause = threading.Event()
    while run("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint") <= [(mine,)]:
        pause.wait(0.01)
