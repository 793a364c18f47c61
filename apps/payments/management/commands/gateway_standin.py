"""Runs a stand-in for Stripe or Paystack on loopback until it is stopped."""

import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.payments.standins.paystack import PaystackStandIn
from apps.payments.standins.server import StandIn
from apps.payments.standins.stripe import StripeStandIn

STAND_INS: dict[str, type[StandIn]] = {"stripe": StripeStandIn, "paystack": PaystackStandIn}


class Command(BaseCommand):
    help = "Runs a stateful stand-in for a payment gateway. Point STRIPE_BASE_URL or PAYSTACK_BASE_URL at it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("gateway", choices=sorted(STAND_INS))
        parser.add_argument("--port", type=int, default=0)
        parser.add_argument("--webhook-url", default="", help="Where its signed web hooks go.")
        parser.add_argument("--seconds", type=float, default=None, help="Stop by itself after that long.")

    def handle(self, *args: Any, **options: Any) -> None:
        """The stand-in answers until the process is stopped."""
        if not settings.SANDBOX:
            raise CommandError("Stand-ins run only where the sandbox is on.")
        name = options["gateway"]
        secrets = {
            "stripe": (settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET),
            "paystack": (settings.PAYSTACK_SECRET_KEY, settings.PAYSTACK_WEBHOOK_SECRET),
        }[name]
        chosen: dict[str, Any] = {
            key: value for key, value in zip(("secret_key", "webhook_secret"), secrets, strict=True) if value
        }
        hook_url = options["webhook_url"] or f"{settings.PUBLIC_BASE_URL}/api/v1/payments/webhooks/{name}/"
        stand_in = STAND_INS[name](webhook_url=hook_url, **chosen).start(options["port"])
        self.stdout.write(f"{name} stands in at {stand_in.url}, web hooks to {hook_url}")
        try:
            threading.Event().wait(options["seconds"])
        except KeyboardInterrupt:
            self.stdout.write("stopped")
        finally:
            stand_in.stop()
