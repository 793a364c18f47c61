import logging
import sys
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from rich.console import Console
from rich.table import Table

from apps.demo.main_job import DidNotHold, MainJob, NoAnswer, Refused

INTERRUPTED = 130


class Command(BaseCommand):
    help = "Plays the main job over HTTP against a running sandbox, then proves the books. Exit status 0: all held."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--base-url", default="http://127.0.0.1:8000")

    def handle(self, *args: Any, **options: Any) -> None:
        logging.getLogger("httpx").setLevel(logging.WARNING)
        console = Console()
        job = MainJob(base_url=options["base_url"].rstrip("/"))
        try:
            for number, step in enumerate(job.steps(), start=1):
                console.print(f"[dim]{number:>2}[/] [bold]{step.who}[/] {step.did} → {step.changed}")
        except KeyboardInterrupt:
            console.print("Interrupted; the next run ends what this one has begun.")
            sys.exit(INTERRUPTED)
        except (DidNotHold, NoAnswer, Refused) as problem:
            console.print(f"[bold red]This did not hold:[/] {problem}")
            console.print("`./guild logs` shows what the server made of it.")
            sys.exit(1)
        table = Table(title="Wallets at the end")
        table.add_column("who")
        table.add_column("what")
        for who, balance in job.wallets.items():
            table.add_row(who, ", ".join(f"{name} {amount}" for name, amount in balance.items()))
        console.print(table)
        call_command("ledger", "verify")
        console.print("[bold green]All held.[/]")
