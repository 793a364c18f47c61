"""Posting a payment from Django against raw psycopg, all paying into one escrow account.

Floor: one transaction of three statements, one transfer row and two entry rows, into bare tables (primary keys, a
unique key, the account's index) over psycopg. Subject: ``fund_payment`` inside ``atomic()``: transfer, entries, hold,
commission by the last 30 days, keys, hash, balance and rights checked. Each client has a connection of its own.

Two more rows tell where the rest goes: ``post_transfer`` writes what the floor writes and no hold; and the second floor
writes the rows of a payment, hold included, into the ledger's own tables with their indexes, checks and triggers.
"""

from collections.abc import Callable
from uuid import UUID, uuid4

import psycopg
from django.db import connection, transaction

from apps.core import clock
from apps.core.ids import new_id
from apps.ledger import addresses, operations
from apps.ledger.operations import FundAllocation, Leg
from apps.ledger.states import TransferKind
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
INSERT_TRANSFER = (
    "INSERT INTO ledger_transfer (id, kind, idempotency_key, business_key, body_hash, cause_type, cause_id, metadata,"
    " created_at) VALUES (%s, 'PAYMENT', %s, %s, '-', 'PAYMENT', %s, '{}', %s)"
)
INSERT_HOLD = (
    "INSERT INTO ledger_hold (id, payment_id, funding_transfer_id, gateway, unit_type, unit_id, business_id,"
    " customer_id, currency, gross_minor, commission_rate_bp, commission_rule, commission_minor, net_minor,"
    " refunded_minor, released_minor, state, funded_at, frozen_from, frozen_reason, release_reason) VALUES"
    " (%s, %s, %s, 'paystack', 'BOOKING', %s, %s, %s, 'NGN', 10000, 500, 'STANDARD', 500, 9500, 0, 0, 'HELD', %s,"
    " '', '', '')"
)
INSERT_ENTRIES = (
    "INSERT INTO ledger_entry (transfer_id, account_id, hold_id, amount, currency, created_at) VALUES"
    " (%s, %s, %s, 10000, 'NGN', %s), (%s, %s, NULL, -10000, 'NGN', %s)"
)


def floor_tables() -> None:
    """The bare tables that the floor writes into."""
    with connection.cursor() as cursor:
        cursor.execute(_FLOOR_TABLES)


def write_bare(raw: psycopg.Connection, *, kind: str, source: UUID, target: UUID, amount: int) -> None:
    """One transfer and two entries, three statements, one transaction."""
    at, transfer = clock.now(), new_id()
    with raw.transaction():
        raw.execute("INSERT INTO floor_transfer VALUES (%s, %s, %s, %s)", (transfer, kind, str(transfer), at))
        raw.execute(_INSERT_ENTRY, (transfer, source, -amount, "NGN", at))
        raw.execute(_INSERT_ENTRY, (transfer, target, amount, "NGN", at))


def floor() -> Callable[[], None]:
    """A payment by psycopg."""
    raw = raw_connection()
    return lambda: write_bare(raw, kind="PAYMENT", source=_CLEARING, target=_ESCROW, amount=10_000)


def same_rows() -> Callable[[], None]:
    """The rows of a payment in the ledger's own tables, three statements, one transaction; no rule is asked."""
    raw = raw_connection()
    (escrow,), (clearing,) = (
        raw.execute("SELECT id FROM ledger_account WHERE address = %s", (address,)).fetchone()
        for address in (addresses.escrow("NGN"), addresses.gateway_clearing("paystack", "NGN"))
    )

    def act() -> None:
        at, transfer, hold = clock.now(), new_id(), new_id()
        with raw.transaction():
            raw.execute(INSERT_TRANSFER, (transfer, str(transfer), f"floor:{transfer}", str(hold), at))
            raw.execute(INSERT_HOLD, (hold, hold, transfer, hold, BUSINESSES[hold.int % len(BUSINESSES)], hold, at))
            raw.execute(INSERT_ENTRIES, (transfer, escrow, hold, at, transfer, clearing, at))

    return act


def bare_posting() -> Callable[[], None]:
    """One transfer of two legs, as every part of the product posts it."""

    def act() -> None:
        with transaction.atomic():
            operations.post_transfer(
                kind=TransferKind.ADJUSTMENT,
                legs=[
                    Leg(address=addresses.gateway_clearing("paystack", "NGN"), amount_minor=-10_000),
                    Leg(address=addresses.suspense("NGN"), amount_minor=10_000),
                ],
                idempotency_key=f"bench:{new_id()}",
                at=clock.now(),
            )

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
        floor_tables()
        rows = [
            compare(
                "post a payment", floor=floor, subject=subject, concurrency=clients, goal=GOAL if clients > 1 else None
            )
            for clients in (1, 8)
        ]
        rows += [
            compare("the rows of the floor alone", floor=floor, subject=bare_posting, concurrency=8),
            compare("a payment / its rows by psycopg", floor=same_rows, subject=subject, concurrency=8),
        ]
    return report("Posting: raw transfer + 2 entries against fund_payment", rows)
