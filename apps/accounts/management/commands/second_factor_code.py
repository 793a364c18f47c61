from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.accounts import operations
from apps.accounts.models import SecondFactor
from apps.core import clock


class Command(BaseCommand):
    help = "Shows what the authenticator of a sandbox's person would show now; outside a sandbox it refuses."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SANDBOX:
            raise CommandError("This is for sandboxes only.")
        factor = SecondFactor.objects.filter(user__email__iexact=options["email"]).first()
        if factor is None:
            raise CommandError("Nobody of this e-mail has set up a second factor.")
        self.stdout.write(operations.code_at(factor.seed, clock.now()))
