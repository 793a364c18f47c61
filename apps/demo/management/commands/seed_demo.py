import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from rich.progress import Progress

from apps.core import clock
from apps.demo import operations


class Command(BaseCommand):
    help = (
        "Fills an empty marketplace with a believable one; the same seed gives the same. Does nothing when it is there."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=7)
        parser.add_argument("--businesses", type=int, help="only the first so many, for tests")
        parser.add_argument("--show", action="store_true", help="only print, as JSON, who may sign in")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["show"]:
            self.stdout.write(json.dumps(operations.people_to_show()))
            return
        if operations.is_seeded():
            self.stdout.write("The demo's marketplace is there already.")
            return
        with Progress(transient=True) as progress:
            task = progress.add_task("Opening businesses, playing their past", total=None)
            operations.seed(
                seed=options["seed"],
                at=clock.now(),
                most=options["businesses"],
                told=lambda done, total: progress.update(task, completed=done, total=total),
            )
        self.stdout.write(self.style.SUCCESS("The demo's marketplace is open."))
