"""The bank of a customer as both gateways' stand-ins play it, and what one reads off the books afterwards."""

from __future__ import annotations

from collections.abc import Iterator

from apps.core import clock
from apps.core.models import AuditEntry
from apps.ledger import addresses, queries
from apps.ledger import operations as ledger
from apps.ledger.states import ReleaseReason
from apps.payments import operations
from apps.payments.models import Chargeback, Payment
from apps.payments.standins.paystack import PaystackStandIn
from apps.payments.standins.stripe import StripeStandIn
from apps.payments.tests.conftest import hold_of


class Bank:
    """A gateway's stand-in, as the customer's bank uses it, whichever gateway it is."""

    def __init__(self, name: str, stand_in: PaystackStandIn | StripeStandIn, desk) -> None:
        self.name, self.stand_in, self.desk = name, stand_in, desk
        self.currency = "USD" if name == "stripe" else "NGN"
        self.takes_at_once = name == "stripe"
        self.fee = 1_500 if name == "stripe" else 0

    def paid(self, payer, *items, amount_minor=10_000, **terms) -> Payment:
        wanted = items or (self.desk.trade.sell(payer, amount_minor, self.currency, **terms),)
        payment = self.desk.open(payer, *wanted)
        named = {"intent_id": payment.gateway_id} if self.takes_at_once else {"reference": payment.reference}
        self.stand_in.control("pay", **named)
        self.tell()
        payment.refresh_from_db()
        return payment

    def dispute(self, payment, amount_minor=None):
        named = {"intent_id": payment.gateway_id} if self.takes_at_once else {"reference": payment.reference}
        made = self.stand_in.control("dispute", amount=amount_minor, **named)
        self.tell()
        return made["id"]

    def decide(self, dispute_id, *, won):
        control = "close_dispute" if self.takes_at_once else "resolve_dispute"
        self.stand_in.control(control, dispute_id=dispute_id, won=won)
        self.tell()

    def tell(self):
        """The web hooks that were sent so far arrive, the newest first, and are acted on."""
        for hook in reversed(self.stand_in.hooks.sent):
            operations.receive_webhook(gateway=self.name, body=hook.body, headers=hook.headers, at=clock.now())
        self.desk.work()
        self.stand_in.hooks.sent.clear()


def made(name, settings, now, desk) -> Iterator[Bank]:
    settings.GATEWAY_TIMEOUT_S = 2
    if name == "stripe":
        stand_in = StripeStandIn(clock=now.timestamp, secret_key="sk_test_s", webhook_secret="whsec_new")
        stand_in.start()
        settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = "sk_test_s", "whsec_new"
        settings.STRIPE_BASE_URL = stand_in.url
    else:
        stand_in = PaystackStandIn(clock=now.timestamp, secret_key="sk_test_p", webhook_secret="sk_test_p")
        stand_in.start()
        settings.PAYSTACK_SECRET_KEY = settings.PAYSTACK_WEBHOOK_SECRET = "sk_test_p"
        settings.PAYSTACK_BASE_URL = stand_in.url
    yield Bank(name, stand_in, desk)
    stand_in.stop()


def clear(hold):
    return ledger.start_clearance(unit_type=hold.unit_type, unit_id=hold.unit_id, at=clock.now())


def released(payment):
    hold = clear(hold_of(payment))
    return ledger.release_hold(
        hold_id=hold.pk, reason=ReleaseReason.CUSTOMER_CONFIRMED, by=None, at=clock.now()
    ).hold  # fmt: skip


def balance(bank, kind):
    return queries.balance(f"SYSTEM::{kind}:{bank.currency}")


def clearing(bank):
    return -queries.balance(addresses.gateway_clearing(bank.name, bank.currency))


def status():
    return Chargeback.objects.get().status


def alerts():
    found = AuditEntry.objects.filter(action__startswith="payments.alert.").values_list("action", flat=True)
    return sorted(each.removeprefix("payments.alert.") for each in found)
