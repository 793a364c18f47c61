"""Free times: one person and day against a view with one query, and fifty or five hundred people over thirty days.

Everybody has four jobs on each of the days.
"""

from collections.abc import Callable
from datetime import timedelta

from rich.table import Table

from apps.catalog.models import StaffMember
from bench.harness import compare, console, percentile, report, run_for
from bench.server import Client, running_server
from bench.world import World, make_world

DAYS = 30
GOALS_MS = {50: 150.0, 500: 500.0}


def main() -> int:
    """Prints both comparisons; 0 when the goals hold."""
    fifty, many = make_world(50), make_world(500)
    with running_server() as port:
        rows = [
            compare(
                "one person, one day / a view with one query",
                floor=asking(port, fifty.token, "/floor/one-query/"),
                subject=asking(port, fifty.token, path(fifty, 1, fifty.staff[0])),
                concurrency=concurrency,
                goal=0.6,
            )
            for concurrency in (1, 8)
        ]
        failed = report("Free times", rows)
        table = Table(title="Free times of many")
        for heading in ("people", "days", "p50 ms", "p95 ms", "goal"):
            table.add_column(heading, justify="right")
        for people, place in ((50, fifty), (500, many)):
            ask = asking(port, place.token, path(place, DAYS))
            run_for(ask, concurrency=1, seconds=1)
            _, latencies = run_for(ask, concurrency=1, seconds=6)
            p95 = percentile(latencies, 95) * 1000
            goal = GOALS_MS[people]
            failed |= p95 > goal
            mark = " ✗" if p95 > goal else ""
            table.add_row(
                str(people), str(DAYS), f"{percentile(latencies, 50) * 1000:.0f}", f"{p95:.0f}{mark}", f"< {goal:.0f}"
            )
        console.print(table)
    return int(failed)


def path(world: World, days: int, staff: StaffMember | None = None) -> str:
    """The question for so many days."""
    until = world.first_on + timedelta(days=days - 1)
    only = f"&staff={staff.pk}" if staff else ""
    return f"/api/v1/services/{world.service.pk}/availability/?from={world.first_on}&to={until}{only}"


def asking(port: int, token: str, path: str) -> Callable[[], Callable[[], None]]:
    """A worker with a connection of its own that asks for ``path`` again and again."""

    def make() -> Callable[[], None]:
        client = Client(port, token)

        def ask() -> None:
            client.call("GET", path)

        return ask

    return make
