"""A database of its own for benchmarks of the ledger, whose rows can never be deleted again."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection

from apps.core.ids import new_id

# Holds in clearance with their transfers and entries, written in sets past the posting function, in balance.
_FILL = """
WITH numbers AS MATERIALIZED (
    SELECT ledger_new_id() AS hold, ledger_new_id() AS transfer, n FROM generate_series(1, {rows}) AS n
), transfers AS (
    INSERT INTO ledger_transfer (id, kind, idempotency_key, body_hash, cause_type, metadata, created_at)
    SELECT transfer, 'PAYMENT', 'bench:' || transfer, '-', 'PAYMENT', '{{}}', {moment} FROM numbers
), holds AS (
    INSERT INTO ledger_hold (id, payment_id, funding_transfer_id, gateway, unit_type, unit_id, business_id, customer_id,
        currency, gross_minor, commission_rate_bp, commission_rule, commission_minor, net_minor, refunded_minor,
        released_minor, state, funded_at, clearance_started_at, release_due_at, frozen_from, frozen_reason, release_reason)
    SELECT hold, hold, transfer, 'paystack', 'BOOKING', hold, md5((n % {businesses})::text)::uuid, hold, 'NGN', 10000,
           500, 'STANDARD', 500, 9500, 0, 0, 'PENDING_CLEARANCE', {moment}, {moment}, {moment} + interval '24 hours', '', '', ''
    FROM numbers
)
INSERT INTO ledger_entry (transfer_id, account_id, hold_id, amount, currency, created_at)
SELECT transfer, a.id, CASE WHEN a.kind = 'SYSTEM_ESCROW' THEN hold END,
       CASE WHEN a.kind = 'SYSTEM_ESCROW' THEN 10000 ELSE -10000 END, 'NGN', {moment}
FROM numbers JOIN ledger_account a ON a.owner_type = 'SYSTEM' AND a.currency = 'NGN'
"""
_RAW = ("dbname", "user", "password", "host", "port", "options")


@contextmanager
def own_database() -> Iterator[None]:
    """Inside, the default connection speaks to a fresh database with all migrations; afterwards it is gone."""
    name = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = f"bench_ledger_{new_id().hex[-8:]}"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        gc.collect()  # connections of threads that have ended
        connection.close()
        connection.creation.destroy_test_db(name, verbosity=0)


def raw_connection() -> psycopg.Connection:
    """A plain connection to the same database."""
    given = connection.get_connection_params()
    return psycopg.connect(**{key: given[key] for key in _RAW if key in given}, autocommit=True)


def fill(rows: int, *, businesses: int, moment: str = "now()") -> None:
    """``rows`` more holds in clearance, due 24 hours after ``moment``."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ledger_open_accounts(ARRAY['SYSTEM::SYSTEM_ESCROW:NGN', 'SYSTEM::GATEWAY_CLEARING/paystack:NGN'], now())"
        )
        for start in range(0, rows, 50_000):
            cursor.execute(_FILL.format(rows=min(50_000, rows - start), businesses=businesses, moment=moment))
        cursor.execute("ANALYZE ledger_hold, ledger_transfer, ledger_entry, ledger_account, ledger_balance")
