from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from apps.demo.operations.fill_scale import fill_scale


class Command(BaseCommand):
    help = "Fills a database for the benchmarks: businesses and bookings by the million. Never on a database in use."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--businesses", type=int, default=1_000_000)
        parser.add_argument("--bookings", type=int, default=5_000_000)

    def handle(self, *args: Any, **options: Any) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns) as progress:
            tasks: dict[str, TaskID] = {}

            def told(name: str, done: int, total: int) -> None:
                if name not in tasks:
                    tasks[name] = progress.add_task(name, total=total)
                progress.update(tasks[name], completed=done, total=total)

            fill_scale(businesses=options["businesses"], bookings=options["bookings"], told=told)
        self.stdout.write(self.style.SUCCESS("The database is filled."))
