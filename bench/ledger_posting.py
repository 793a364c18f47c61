"""Posting a payment from Django against raw psycopg, all paying into one escrow account.

Floor: one transaction of three statements, one transfer row and two entry rows, into bare tables (primary keys, a
unique key, the account's index) over psycopg. Subject: ``fund_payment`` inside ``atomic()``: transfer, entries, hold,
commission by the last 30 days, keys, hash, balance and rights checked. Each client has a connection of its own.
"""

from collections.abc import Callable
from uuid import uuid4

from django.db import connection, transaction

from apps.core import clock
from apps.core.ids import new_id
from apps.ledger import operations
from apps.ledger.operations import FundAllocation
from bench.harness import compare, report
from bench.ledger_world import own_database, raw_connection

GOAL = 0.7
BUSINESSES = [new_id() for _ in range(200)]
_FLOOR_TABLES = """
CREATE TABLE floor_transfer (
    id uuid PRIMARY KEY, kind text NOT NULL, key text NOT NULL UNIQUE, created_at timestamptz NOT NULL);
CREATE TABLE floor_entry (
    id bigserial PRIMARY KEY, transfer_id uuid NOT NULL, account_id uuid NOT NULL, amount bigint NOT NULL,
    currency char(3) NOT NULL, created_at timestamptz NOT NULL);
CREATE INDEX floor_entry_account ON floor_entry (account_id, id);
"""
_INSERT_ENTRY = (
    "INSERT INTO floor_entry (transfer_id, account_id, amount, currency, created_at) VALUES (%s, %s, %s, %s, %s)"
)
_ESCROW, _CLEARING = uuid4(), uuid4()


def floor() -> Callable[[], None]:
    """One transfer and two entries, three statements, one transaction."""
    raw = raw_connection()

    def act() -> None:
        at, transfer = clock.now(), new_id()
        with raw.transaction():
            raw.execute("INSERT INTO floor_transfer VALUES (%s, 'PAYMENT', %s, %s)", (transfer, str(transfer), at))
            raw.execute(_INSERT_ENTRY, (transfer, _CLEARING, -10_000, "NGN", at))
            raw.execute(_INSERT_ENTRY, (transfer, _ESCROW, 10_000, "NGN", at))

    return act


def subject() -> Callable[[], None]:
    """One payment with one hold, as the payment desk posts it."""

    def act() -> None:
        payment = new_id()
        allocation = FundAllocation(
            unit_type="BOOKING",
            unit_id=payment,
            business_id=BUSINESSES[payment.int % len(BUSINESSES)],
            customer_id=payment,
            amount_minor=10_000,
        )
        with transaction.atomic():
            operations.fund_payment(
                payment_id=payment,
                gateway="paystack",
                currency="NGN",
                amount_minor=10_000,
                payer_id=payment,
                allocations=[allocation],
                idempotency_key=f"bench:{payment}",
                at=clock.now(),
            )

    return act


def main() -> int:
    """Prints rates and ratios for 1 and 8 clients; 0 when the goal at 8 clients was met."""
    with own_database():
        with connection.cursor() as cursor:
            cursor.execute(_FLOOR_TABLES)
        rows = [
            compare(
                "post a payment", floor=floor, subject=subject, concurrency=clients, goal=GOAL if clients > 1 else None
            )
            for clients in (1, 8)
        ]
    return report("Posting: raw transfer + 2 entries against fund_payment", rows)
