from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.accounts import operations
from apps.core import clock
from apps.core.errors import DomainError


class Command(BaseCommand):
    help = "Makes the first administrator from FIRST_ADMIN_EMAIL and FIRST_ADMIN_PASSWORD, unless there is one."

    def handle(self, *args: Any, **options: Any) -> None:
        email, password = settings.FIRST_ADMIN_EMAIL, settings.FIRST_ADMIN_PASSWORD
        if not email or not password:
            self.stdout.write("FIRST_ADMIN_EMAIL and FIRST_ADMIN_PASSWORD are not set: nobody was made.")
            return
        try:
            user, made = operations.ensure_first_admin(email=email, password=password, at=clock.now())
        except DomainError as refusal:
            words = [word for each in refusal.errors.values() for word in each] or [refusal.message]
            raise CommandError("The first administrator was refused: " + " ".join(words)) from refusal
        if made:
            self.stdout.write(f"{user.email} is the first administrator, and must change the password on signing in.")
        else:
            self.stdout.write("There is an administrator already.")
