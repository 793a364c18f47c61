"""The escrow account's derived balance at a million entries: snapshot and tail, against the full sum."""

from collections.abc import Callable

from django.db import connection

from apps.core import clock
from apps.ledger import addresses, operations, queries
from apps.ledger.models import Account
from bench.harness import compare, console, report
from bench.ledger_world import fill, own_database, raw_connection

ENTRIES = 1_000_000
TAIL = 2_000
GOAL_MS = 2.0


def main() -> int:
    """Prints both; 0 when 95 of 100 balances took at most 2 ms."""
    with own_database():
        fill(ENTRIES // 2, businesses=1_000)
        operations.take_snapshot(at=clock.now())
        fill(TAIL, businesses=1_000)
        account = Account.objects.get(address=addresses.escrow("NGN"))
        with connection.cursor() as cursor:
            cursor.execute("SELECT sum(amount) FROM ledger_entry WHERE account_id = %s", [account.pk])
            assert cursor.fetchone()[0] == queries.derived_balance(account.pk)

        def full_sum() -> Callable[[], None]:
            raw = raw_connection()
            return lambda: raw.execute(
                "SELECT sum(amount) FROM ledger_entry WHERE account_id = %s", [account.pk]
            ).fetchone()

        def derived() -> Callable[[], None]:
            return lambda: queries.derived_balance(account.pk)

        row = compare("derived balance", floor=full_sum, subject=derived, concurrency=1, rounds=3)
    console.print(f"p95 {row.p95_ms:.2f} ms (goal ≤ {GOAL_MS:.0f} ms)")
    return max(
        report(f"Balance at {ENTRIES:,} entries: the full sum against snapshot and tail of {TAIL:,}", [row]),
        int(row.p95_ms > GOAL_MS),
    )
