"""Turns: floor and subject run in turn for several rounds, each at a given concurrency; the median ratio is quoted."""

import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

Worker = Callable[[], Callable[[], None]]
console = Console()


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What one comparison gave: operations a second, the ratio, and the 95th percentile of the subject's latency."""

    name: str
    concurrency: int
    floor_per_s: float
    subject_per_s: float
    p95_ms: float
    goal: float | None

    @property
    def ratio(self) -> float:
        return self.subject_per_s / self.floor_per_s if self.floor_per_s else 0.0

    @property
    def holds(self) -> bool:
        return self.goal is None or self.ratio >= self.goal


def run_for(make: Worker, *, concurrency: int, seconds: float) -> tuple[float, list[float]]:
    """Operations a second of ``concurrency`` threads, each with a worker of its own, and every latency in seconds."""
    workers = [make() for _ in range(concurrency)]
    latencies: list[list[float]] = [[] for _ in range(concurrency)]
    errors: list[Exception] = []
    start_line = threading.Barrier(concurrency + 1)
    stop = threading.Event()

    def work(index: int) -> None:
        act, mine = workers[index], latencies[index]
        start_line.wait()
        while not stop.is_set():
            begun = time.perf_counter()
            try:
                act()
            except Exception as error:
                errors.append(error)
                return
            mine.append(time.perf_counter() - begun)

    threads = [threading.Thread(target=work, args=(index,), daemon=True) for index in range(concurrency)]
    for thread in threads:
        thread.start()
    start_line.wait()
    begun = time.perf_counter()
    stop.wait(seconds)
    stop.set()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - begun
    if errors:
        raise errors[0]
    flat = [each for mine in latencies for each in mine]
    return len(flat) / elapsed, flat


def compare(
    name: str,
    *,
    floor: Worker,
    subject: Worker,
    concurrency: int,
    goal: float | None = None,
    rounds: int = 5,
    seconds: float = 2.0,
) -> Measured:
    """Floor and subject, in turn, after one warm-up each; the round with the median ratio is what is told."""
    run_for(floor, concurrency=concurrency, seconds=0.5)
    run_for(subject, concurrency=concurrency, seconds=0.5)
    found = []
    for _ in range(rounds):
        floor_rate, _ = run_for(floor, concurrency=concurrency, seconds=seconds)
        subject_rate, latencies = run_for(subject, concurrency=concurrency, seconds=seconds)
        found.append((subject_rate / floor_rate, floor_rate, subject_rate, percentile(latencies, 95) * 1000))
    found.sort()
    _, floor_rate, subject_rate, p95_ms = found[len(found) // 2]
    return Measured(
        name=name, concurrency=concurrency, floor_per_s=floor_rate, subject_per_s=subject_rate, p95_ms=p95_ms, goal=goal
    )


def percentile(values: list[float], percent: int) -> float:
    """The ``percent``-th percentile of ``values``."""
    return statistics.quantiles(values, n=100)[percent - 1] if len(values) > 1 else (values[0] if values else 0.0)


def report(title: str, rows: list[Measured]) -> int:
    """Prints the table; 0 when every goal holds, else 1."""
    table = Table(title=title)
    for heading in ("what", "clients", "floor /s", "ours /s", "ratio", "goal", "p95 ms"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    for row in rows:
        mark = "" if row.holds else " ✗"
        table.add_row(
            row.name,
            str(row.concurrency),
            f"{row.floor_per_s:,.0f}",
            f"{row.subject_per_s:,.0f}",
            f"{row.ratio:.2f}{mark}",
            f"≥ {row.goal}" if row.goal else "",
            f"{row.p95_ms:.1f}" if row.p95_ms else "",
        )
    console.print(table)
    return 0 if all(row.holds for row in rows) else 1
