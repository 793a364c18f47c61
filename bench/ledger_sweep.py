"""The sweep that releases 100,000 due holds among 1,000,000: rows a second, and calls of the database per row."""

import os
import time
from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core import clock
from apps.ledger import soundness
from apps.ledger.models import EscrowHold
from apps.ledger.sweeps import release_due
from bench.harness import console
from bench.ledger_world import fill, own_database, raw_connection

HOLDS = int(os.environ.get("BENCH_HOLDS", "1000000"))
DUE = int(os.environ.get("BENCH_DUE", "100000"))
BATCH = 2_000


def floor(rows: int) -> float:
    """Rows a second when each hold is updated by a statement of its own, and nothing is posted."""
    raw = raw_connection()
    keys = list(EscrowHold.objects.values_list("pk", flat=True)[:rows])
    begun = time.perf_counter()
    for key in keys:
        raw.execute("UPDATE ledger_hold SET clearance_started_at = clearance_started_at WHERE id = %s", [key])
    return rows / (time.perf_counter() - begun)


def main() -> int:
    """Prints the rate; 0 when fewer than one call of the database went to ten rows and the books are sound."""
    with own_database():
        fill(HOLDS - DUE, businesses=5_000, moment="now() + interval '30 days'")
        fill(DUE, businesses=5_000)
        row_by_row = floor(2_000)
        at, released, calls = clock.now() + timedelta(hours=25), 0, 0
        begun = time.perf_counter()
        while True:
            with CaptureQueriesContext(connection) as counted:
                done = release_due(at, BATCH)
            released, calls = released + done, calls + len(counted)
            if done < BATCH:
                break
        rate = released / (time.perf_counter() - begun)
        faults = [fault for rule in ("S2", "S3", "S4", "S5") for fault in soundness.faults_of(rule)]
    console.print(
        f"{released:,} of {HOLDS:,} holds released at {rate:,.0f}/s with {calls / max(released, 1):.5f} calls a row;"
        f" one bare UPDATE a row: {row_by_row:,.0f}/s, ratio {rate / row_by_row:.2f}; {len(faults)} faults"
    )
    return int(released != DUE or calls > released / 10 or bool(faults))
