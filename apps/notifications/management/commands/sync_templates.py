from typing import Any

from django.core.management.base import BaseCommand

from apps.core import clock
from apps.notifications.operations import sync_templates


class Command(BaseCommand):
    help = "Stores the words of the project's files; words that ops have written stay in force. Run after migrating."

    def handle(self, *args: Any, **options: Any) -> None:
        report = sync_templates(at=clock.now())
        self.stdout.write(
            f"{report.added} templates added, {report.unchanged} unchanged, {report.kept} kept as operations wrote them."
        )
