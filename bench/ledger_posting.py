"""Posting a payment from Django against raw psycopg, all paying into one escrow account.

Floor: one transaction of three statements, one transfer row and two entry rows, into bare tables (primary keys, a
unique key, the account's index) over psycopg. Subject: ``fund_payment`` inside ``atomic()``: transfer, entries, hold,
commission by the last 30 days, keys, hash, balance and rights checked. Both in the same run, in turns, each client with
a connection of its own. Run: ``python bench/ledger_posting.py`` with DATABASE_URL set; it works in a database of its own.
"""

import argparse
import os
import statistics
import sys
import threading
import time
from pathlib import Path
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

import django

django.setup()

import psycopg
from django.db import connection, transaction

from apps.core import clock
from apps.core.ids import new_id
from apps.ledger import operations
from apps.ledger.operations import FundAllocation

GOAL = 0.7
BUSINESSES = [new_id() for _ in range(200)]
_FLOOR_TABLES = """
CREATE TABLE IF NOT EXISTS floor_transfer (
    id uuid PRIMARY KEY, kind text NOT NULL, key text NOT NULL UNIQUE, created_at timestamptz NOT NULL);
CREATE TABLE IF NOT EXISTS floor_entry (
    id bigserial PRIMARY KEY, transfer_id uuid NOT NULL, account_id uuid NOT NULL, amount bigint NOT NULL,
    currency char(3) NOT NULL, created_at timestamptz NOT NULL);
CREATE INDEX IF NOT EXISTS floor_entry_account ON floor_entry (account_id, id);
"""
_INSERT_ENTRY = (
    "INSERT INTO floor_entry (transfer_id, account_id, amount, currency, created_at) VALUES (%s, %s, %s, %s, %s)"
)
_ESCROW, _CLEARING = uuid4(), uuid4()


def floor(raw: psycopg.Connection) -> None:
    """One transfer and two entries, three statements, one transaction."""
    at, transfer = clock.now(), new_id()
    with raw.transaction():
        raw.execute("INSERT INTO floor_transfer VALUES (%s, 'PAYMENT', %s, %s)", (transfer, str(transfer), at))
        raw.execute(_INSERT_ENTRY, (transfer, _CLEARING, -10_000, "NGN", at))
        raw.execute(_INSERT_ENTRY, (transfer, _ESCROW, 10_000, "NGN", at))


def subject() -> None:
    """One payment with one hold, as the payment desk posts it."""
    payment, at = new_id(), clock.now()
    with transaction.atomic():
        operations.fund_payment(
            payment_id=payment,
            gateway="paystack",
            currency="NGN",
            amount_minor=10_000,
            payer_id=payment,
            allocations=[
                FundAllocation(
                    unit_type="BOOKING",
                    unit_id=payment,
                    business_id=BUSINESSES[payment.int % len(BUSINESSES)],
                    customer_id=payment,
                    amount_minor=10_000,
                )
            ],
            idempotency_key=f"bench:{payment}",
            at=at,
        )


def _raw() -> psycopg.Connection:
    return psycopg.connect(
        **{k: v for k, v in connection.get_connection_params().items() if k in _RAW}, autocommit=True
    )


_RAW = ("dbname", "user", "password", "host", "port", "options")


def rate(work: str, clients: int, seconds: float) -> float:
    """How often a second all ``clients`` together have done the work."""
    done, gate, stop = [0] * clients, threading.Barrier(clients + 1), threading.Event()

    def run(client: int) -> None:
        raw = _raw() if work == "floor" else None
        act = (lambda: floor(raw)) if raw else subject
        act()
        gate.wait()
        while not stop.is_set():
            act()
            done[client] += 1
        raw.close() if raw else connection.close()

    threads = [threading.Thread(target=run, args=(client,)) for client in range(clients)]
    for thread in threads:
        thread.start()
    gate.wait()
    began = time.perf_counter()
    time.sleep(seconds)
    stop.set()
    took = time.perf_counter() - began
    for thread in threads:
        thread.join()
    return sum(done) / took


def main() -> int:
    """Prints the absolute rates and their ratio for 1 and 8 clients; the exit status says whether the goal was met."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=3.0)
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    met = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(_FLOOR_TABLES)
        for clients in (1, 8):
            pairs = [
                (rate("floor", clients, chosen.seconds), rate("subject", clients, chosen.seconds))
                for _ in range(chosen.rounds)
            ]
            floor_rate, subject_rate = (statistics.median(side) for side in zip(*pairs, strict=True))
            ratio = statistics.median(subject / base for base, subject in pairs)
            print(
                f"{clients} clients: floor {floor_rate:,.0f}/s, fund_payment {subject_rate:,.0f}/s, ratio {ratio:.2f}"
            )
            met = met and (clients == 1 or ratio >= GOAL)
    finally:
        connection.close()
        connection.creation.destroy_test_db(connection.settings_dict["NAME"].removeprefix("test_"), verbosity=0)
    print(f"goal at 8 clients: {GOAL:.2f}: {'met' if met else 'MISSED'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
