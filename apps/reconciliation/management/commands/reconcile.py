from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from apps.core import clock
from apps.core.errors import DomainError
from apps.payments.gateways.registry import configured
from apps.reconciliation import operations
from apps.reconciliation.books.balance import BalanceCheck
from apps.reconciliation.models import Break
from apps.reconciliation.states import RunState


class Command(BaseCommand):
    help = "Compares a gateway's own records of one day with ours; exit status 1 if something differs or it is silent."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--gateway", action="append", help="May be repeated; all whose keys are set, unless given.")
        parser.add_argument(
            "--day", type=date.fromisoformat, default=None, help="Such as 2026-11-18; yesterday, if not given."
        )

    def handle(self, *arguments: Any, **options: Any) -> None:
        """Each gateway's run with its figures, and every break that is still open."""
        failed = False
        for gateway in options["gateway"] or configured():
            failed = self._reconcile(gateway, options["day"]) or failed
        if failed:
            raise CommandError("Not everything agrees.", returncode=1)

    def _reconcile(self, gateway: str, day: date | None) -> bool:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task(gateway, total=None)

            def show(done: int, of: int, what: str) -> None:
                progress.update(task, completed=done, total=of, description=f"{gateway}: {what}")

            try:
                run = operations.reconcile(gateway=gateway, day=day, by=None, at=clock.now(), on_step=show)
            except DomainError as refusal:
                raise CommandError(refusal.message) from refusal
        if run.state != RunState.DONE:
            self.stdout.write(f"{run}: {run.get_state_display()}. {run.problem}")
            return True
        self.stdout.write(
            f"{run}: {run.lines} lines, {run.in_flight} too fresh; {run.found} differ ({run.fresh} new), "
            f"{run.healed} made good, {run.closed} gone."
        )
        for balance in run.balances:
            self.stdout.write(f"  {BalanceCheck(**balance).words}")
        for each in Break.objects.live().filter(gateway=gateway).order_by("pk"):
            self.stdout.write(f"  {each}: {each.here} here, {each.there} there ({each.account or 'no account'})")
        return bool(run.found)
