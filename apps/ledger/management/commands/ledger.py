import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import Progress

from apps.core import clock
from apps.ledger import operations, soundness

_SEALS_A_BATCH = 20_000
_SHOWN = 200


class Command(BaseCommand):
    help = (
        "verify: are the books sound, and if not, where. snapshot: newer balances. seal: newer links of the hash chain."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["verify", "snapshot", "seal"])
        parser.add_argument("--json", action="store_true", dest="as_json", help="Faults as JSON, all of them.")
        parser.add_argument("--rule", action="append", choices=soundness.RULES, help="Only this rule; may be repeated.")

    def handle(self, *arguments: Any, **options: Any) -> None:
        getattr(self, options["action"])(options)

    def verify(self, options: dict[str, Any]) -> None:
        """Prints each broken rule with the row or account it is broken at; exit status 1 if there is one."""
        rules = tuple(options["rule"] or soundness.RULES)
        broken: list[soundness.Fault] = []
        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("Verifying", total=len(rules))
            for rule in rules:
                progress.update(task, description=f"Verifying {rule}")
                broken += soundness.faults_of(rule)
                progress.advance(task)
        if options["as_json"]:
            self._write_json(rules, broken)
        else:
            self._write_words(rules, broken)
        if broken:
            raise CommandError(f"The books are NOT sound: {len(broken)} faults.", returncode=1)

    def _write_words(self, rules: tuple[str, ...], broken: list[soundness.Fault]) -> None:
        for fault in broken[:_SHOWN]:
            self.stdout.write(str(fault))
        if len(broken) > _SHOWN:
            self.stdout.write(f"… and {len(broken) - _SHOWN} more.")
        if not broken:
            self.stdout.write(f"The books are sound ({', '.join(rules)}).")

    def _write_json(self, rules: tuple[str, ...], broken: list[soundness.Fault]) -> None:
        told = {"sound": not broken, "rules": rules, "faults": [asdict(fault) for fault in broken]}
        self.stdout.write(json.dumps(told, indent=2))

    def snapshot(self, options: dict[str, Any]) -> None:
        """Takes a snapshot of every account that has moved."""
        self.stdout.write(f"{operations.take_snapshot(at=clock.now())} accounts.")

    def seal(self, options: dict[str, Any]) -> None:
        """Seals all settled transfers."""
        total = 0
        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("Sealing", total=None)
            while sealed := operations.seal_batch(at=clock.now(), limit=_SEALS_A_BATCH):
                total += sealed
                progress.update(task, completed=total)
        self.stdout.write(f"{total} transfers.")
