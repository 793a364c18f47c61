import shlex
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    help = "Runs several commands in turn, each with its options in one argument; Django starts once for all of them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("lines", nargs="+")

    def handle(self, *args: Any, **options: Any) -> None:
        for line in options["lines"]:
            call_command(*shlex.split(line), stdout=self.stdout, stderr=self.stderr)
