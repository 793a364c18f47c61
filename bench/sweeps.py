"""The sweeps of reminders and of expiry over a small table of bookings and a large one, with the same number due in each.

What a sweep costs is to follow what is due, not the table: ``./guild bench sweeps --rows 5000000`` fills the large one.
"""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from rich.table import Table

from apps.availability.models import BusyBlock
from apps.bookings.models import Booking
from apps.core import clock
from apps.core.sweeps import run_sweep
from apps.demo.operations.fill_scale import fill, fill_scale
from bench.harness import console
from bench.ledger_world import own_database

SMALL = 100_000
LARGE = int(os.environ.get("BENCH_ROWS", "1000000"))
DUE = int(os.environ.get("BENCH_DUE", "10000"))
BUSINESSES = 2_000
ROUNDS = 3
GOAL = 1.5
CALLS_A_ROW = 0.1
REMINDERS, EXPIRY = "bookings.send_reminders", "bookings.expire_unpaid"
_CLAIMS: dict[str, tuple[Callable[[datetime], Any], str]] = {
    REMINDERS: (lambda at: Booking.objects.with_people().to_remind(at), "booking_to_remind"),
    EXPIRY: (Booking.objects.overdue_unpaid, "booking_to_expire"),
}


@dataclass(frozen=True, kw_only=True)
class Swept:
    """The median of some runs over as many due rows."""

    seconds: float
    calls_a_row: float
    uses_index: bool


def main() -> int:
    """Prints both sweeps over both tables; 0 when neither grows with the table."""
    with own_database():
        small = _measure(SMALL, rounds=range(ROUNDS))
        large = _measure(LARGE, rounds=range(ROUNDS, 2 * ROUNDS))
    table = Table(title=f"{DUE:,} due among {SMALL:,} and among {LARGE:,} bookings")
    for heading in ("sweep", "small s", "large s", "ratio", "goal", "calls a row", "by index"):
        table.add_column(heading, justify="left" if heading == "sweep" else "right")
    failed = False
    for name, swept in large.items():
        ratio = swept.seconds / small[name].seconds
        holds = ratio <= GOAL and swept.calls_a_row <= CALLS_A_ROW and swept.uses_index
        failed |= not holds
        table.add_row(
            name, f"{small[name].seconds:.2f}", f"{swept.seconds:.2f}", f"{ratio:.2f}{'' if holds else ' ✗'}",
            f"≤ {GOAL}", f"{swept.calls_a_row:.4f}", "yes" if swept.uses_index else "no",
        )  # fmt: skip
    console.print(table)
    return int(failed)


def _measure(rows: int, *, rounds: range) -> dict[str, Swept]:
    fill_scale(businesses=BUSINESSES, bookings=rows, told=lambda *_: None)
    runs: dict[str, list[tuple[float, int, bool]]] = {REMINDERS: [], EXPIRY: []}
    for number in rounds:
        at = clock.now()
        _fall_due(number, at)
        for name, found in runs.items():
            found.append(_run(name, at))
    return {
        name: Swept(
            seconds=statistics.median(seconds for seconds, _calls, _index in found),
            calls_a_row=max(calls for _seconds, calls, _index in found) / DUE,
            uses_index=all(index for _seconds, _calls, index in found),
        )
        for name, found in runs.items()
    }


def _run(name: str, at: datetime) -> tuple[float, int, bool]:
    """Seconds and calls of the database for all that is due, and whether it is found by its index."""
    due, index = _CLAIMS[name]
    with transaction.atomic():
        uses_index = index in due(at).claimed(200).explain()
    with _counted() as calls:
        begun = time.perf_counter()
        swept = run_sweep(name, at=at)
        seconds = time.perf_counter() - begun
    if swept != DUE:
        raise RuntimeError(f"{name} acted on {swept} rows where {DUE} were due.")
    return seconds, len(calls), uses_index


@contextmanager
def _counted() -> Iterator[list[int]]:
    calls: list[int] = []

    def count(execute: Any, *asked: Any) -> Any:
        calls.append(1)
        return execute(*asked)

    with connection.execute_wrapper(count):
        yield calls


def _fall_due(key: int, at: datetime) -> None:
    """As many bookings as are due of each sweep, with their people's time: a reminder a day ahead, and unpaid."""
    now, person = f"'{at.isoformat()}'::timestamptz", f"(1 + n % {BUSINESSES})"
    # Nobody is in two places at once, over all rounds: each has hours of its own.
    hour = f"{now} + interval '25 hours' + (n / {BUSINESSES}) * interval '2 hours'"
    for kind, told in {
        "remind": {
            "status": "'CONFIRMED'", "payment_status": "'HELD'", "confirmed_at": now, "change": "'confirm'",
            "starts_at": f"{now} + interval '23 hours'", "ends_at": f"{now} + interval '24 hours'",
            "remind_at": f"{now} - interval '1 minute' * (n % 60)",
        },
        "expire": {
            "status": "'PENDING'", "payment_status": "'PENDING_PAYMENT'", "change": "'create'",
            "starts_at": hour, "ends_at": f"{hour} + interval '1 hour'",
            "expires_at": f"{now} - interval '1 second' * (n % 60)",
        },
    }.items():  # fmt: skip
        fill(
            Booking, DUE, lambda *_: None,
            id=f"md5('bench-{kind}-{key}' || n)::uuid", reference=f"'{kind[0].upper()}X' || lpad(({key} * {DUE} + n)::text, 6, '0')",
            customer_id=f"md5('scale-performer' || (1 + (n * 31) % {BUSINESSES}))::uuid",
            business_id=f"md5('scale-business' || {person})::uuid",
            service_id=f"md5('scale-service' || {person})::uuid",
            staff_member_id=f"md5('scale-staff' || {person})::uuid",
            time_zone="'Africa/Lagos'", currency="'NGN'", base_minor="500000", total_minor="500000",
            change_number="2", changed_as="'SYSTEM'", changed_at=now, created_at=now, updated_at=now, **told,
        )  # fmt: skip
    BusyBlock.objects.filter(is_active=True).update(is_active=False)
    fill(
        BusyBlock, DUE, lambda *_: None,
        id=f"md5('bench-block-{key}' || n)::uuid", booking_id=f"md5('bench-expire-{key}' || n)::uuid",
        staff_member_id=f"md5('scale-staff' || {person})::uuid", person_id=f"md5('scale-performer' || {person})::uuid",
        service_id=f"md5('scale-service' || {person})::uuid", starts_at=hour, ends_at=f"{hour} + interval '1 hour'",
        during=f"tstzrange({hour}, {hour} + interval '1 hour')", created_at=now, updated_at=now,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE bookings_booking, availability_busyblock")
