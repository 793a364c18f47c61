"""What gateways tell about one payment, in every order, repeated, while somebody asks in between: it ends in the same rows."""

from __future__ import annotations

import os
from collections import Counter
from datetime import timedelta
from math import factorial, prod

import pytest

from apps.core import clock
from apps.ledger import operations as ledger
from apps.ledger.models import EscrowHold
from apps.ledger.states import ReleaseReason
from apps.payments import operations
from apps.payments.gateways.resilience import RetryPolicy
from apps.payments.standins.paystack import PaystackStandIn
from apps.payments.standins.stripe import StripeStandIn
from apps.payments.states import RefundDestination
from apps.payments.tests.walks import Step, Walk

pytestmark = pytest.mark.django_db
DUE = 10_000


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr(RetryPolicy, "_pause_after", lambda *_: 0.0)


class Bank:
    """A gateway's stand-in with one open payment, and what a customer and their bank do there."""

    by_hand = ours = disputed = None

    def __init__(self, name, stand_in, desk, payer):
        self.name, self.stand_in, self.payer = name, stand_in, payer
        self.walk = Walk(name, stand_in)
        currency = "USD" if name == "stripe" else "NGN"
        self.payment = desk.open(payer, desk.trade.sell(payer, DUE, currency))
        self.named = (
            {"intent_id": self.payment.gateway_id} if name == "stripe" else {"reference": self.payment.reference}
        )

    def is_new(self):
        """Nothing was paid."""

    def act(self, what):
        """What happens at the gateway, and is told."""
        if what in ("pay", "decline", "process"):
            self.stand_in.control(what, **self.named)
        elif what == "refund":
            self.by_hand = self.stand_in.control("refund_by_hand", amount=3_000, **self.named)["id"]
        elif what == "refund comes back":
            self.stand_in.control("settle_refund", refund_id=self.by_hand, succeeded=False)
        elif what in ("ours arrives", "ours comes back"):
            self.stand_in.control("settle_refund", refund_id=self.ours, succeeded=what == "ours arrives")
        elif what in ("dispute", "dispute a part"):
            amount = None if what == "dispute" else 6_000
            self.disputed = self.stand_in.control("dispute", amount=amount, **self.named)["id"]
        else:
            control = "close_dispute" if self.name == "stripe" else "resolve_dispute"
            self.stand_in.control(control, dispute_id=self.disputed, won={"won": True, "lost": False}[what])

    def is_paid(self):
        self.act("pay")
        for step in self.told():
            step.happen()

    def has_released(self):
        self.is_paid()
        hold = EscrowHold.objects.get()
        ledger.start_clearance(unit_type=hold.unit_type, unit_id=hold.unit_id, at=clock.now())
        ledger.release_hold(hold_id=hold.pk, reason=ReleaseReason.CUSTOMER_CONFIRMED, by=None, at=clock.now())

    def has_sent_ours(self):
        self.is_paid()
        (refund,) = operations.request_refund(
            payment_id=self.payment.pk, amount_minor=3_000, destination=RefundDestination.GATEWAY, reason="x",
            at=clock.now(),
        )  # fmt: skip
        operations.carry_out_refund(refund_id=refund.pk, at=clock.now())
        refund.refresh_from_db()
        self.ours = int(refund.gateway_id) if self.name == "paystack" else refund.gateway_id
        self.stand_in.hooks.sent = []

    def told(self):
        """A step for each web hook since the last call."""
        sent, self.stand_in.hooks.sent = self.stand_in.hooks.sent, []
        return [self.walk.hook(hook) for hook in sent]

    def five(self):
        """What was told, the last five things; where less was told some of it is told again, and somebody asks."""
        told = self.told()[-5:]
        more = [self.verify(), self.poll(), told[-1], told[0], self.poll()]
        return [*told, *more[: 5 - len(told)]]

    def as_it_happens(self, acts):
        """The next act: it makes what is told about it possible, at any time later, and the act that comes after it."""

        def happen():
            self.act(acts[0])
            return [*self.told(), *([self.as_it_happens(acts[1:])] if acts[1:] else [])]

        return Step(acts[0], happen)

    def verify(self):
        def ask():
            operations.verify_payment(reference=self.payment.reference, by=self.payer, at=clock.now())

        return Step("verify", ask)

    def poll(self):
        def ask():
            at = clock.now() + timedelta(minutes=3)
            operations.check_due_payments(at, 10)
            operations.check_due_chargebacks(at + timedelta(hours=7), 10)
            operations.discover_chargebacks(clock.now())

        return Step("poll", ask)


@pytest.fixture
def bank(request, settings, now, desk, ada):
    settings.GATEWAY_TIMEOUT_S = 2
    if request.param == "stripe":
        made = StripeStandIn(clock=now.timestamp, secret_key="sk_test_s", webhook_secret="whsec_new")
        made.start()
        settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = "sk_test_s", "whsec_new"
        settings.STRIPE_BASE_URL = made.url
    else:
        made = PaystackStandIn(clock=now.timestamp, secret_key="sk_test_p", webhook_secret="sk_test_p")
        made.start()
        settings.PAYSTACK_SECRET_KEY = settings.PAYSTACK_WEBHOOK_SECRET = "sk_test_p"
        settings.PAYSTACK_BASE_URL = made.url
    yield Bank(request.param, made, desk, ada)
    made.stop()


def the_end(bank, steps):
    """The one end of every order of the steps, and how many those are."""
    ends = bank.walk.ends(tuple(steps))

    assert len(ends) == 1, "\n".join(f"{count} as {path}: {end}" for end, (count, path) in ends.items())
    ((end, (orders, _)),) = ends.items()
    return end, orders


UNPAID, PAID, RELEASED, REFUNDING = "is_new", "is_paid", "has_released", "has_sent_ours"
# What was before, what happens at the gateway, and how the payment ends.
STORIES = {
    "fails": (UNPAID, ["decline"], "FAILED"),
    "late": (UNPAID, ["process", "pay"], "SUCCEEDED"),
    "in the end": (UNPAID, ["decline", "pay"], "SUCCEEDED"),
    "by hand": (UNPAID, ["pay", "refund"], "PARTIALLY_REFUNDED"),
    "won": (UNPAID, ["pay", "dispute", "won"], "SUCCEEDED"),
    "lost": (UNPAID, ["pay", "dispute", "lost"], "REFUNDED"),
    "by hand in vain": (PAID, ["refund", "refund comes back"], "PARTIALLY_REFUNDED"),
    "by hand and won": (PAID, ["refund", "dispute", "won"], "PARTIALLY_REFUNDED"),
    "by hand and lost": (PAID, ["refund", "dispute", "lost"], "REFUNDED"),
    "by hand and lost in part": (PAID, ["refund", "dispute a part", "lost"], "PARTIALLY_REFUNDED"),
    "released and won": (RELEASED, ["refund", "dispute", "won"], "PARTIALLY_REFUNDED"),
    "released and lost": (RELEASED, ["refund", "dispute", "lost"], "REFUNDED"),
    "ours and won": (REFUNDING, ["ours arrives", "dispute", "won"], "PARTIALLY_REFUNDED"),
    "ours and lost": (REFUNDING, ["ours arrives", "dispute", "lost"], "REFUNDED"),
    "ours in vain and won": (REFUNDING, ["ours comes back", "dispute", "won"], "PARTIALLY_REFUNDED"),
    "ours in vain and lost": (REFUNDING, ["ours comes back", "dispute", "lost"], "REFUNDED"),
}
TOLD = [
    ("paystack", "by hand and lost"), ("paystack", "ours in vain and lost"), ("stripe", "in the end"),
    ("stripe", "ours in vain and lost"),
]  # fmt: skip
HAPPENING = [
    ("paystack", "by hand in vain"), ("paystack", "by hand and won"), ("paystack", "released and lost"),
    ("stripe", "ours in vain and won"), ("stripe", "ours in vain and lost"),
]  # fmt: skip


def cases(chosen):
    """The chosen ones, which take seconds; with ``EVERY_ORDER`` in the environment all stories at both gateways."""
    every = [(gateway, story) for story in STORIES for gateway in ("paystack", "stripe")]
    return pytest.mark.parametrize(
        ("bank", "story"), every if os.environ.get("EVERY_ORDER") else chosen, indirect=["bank"]
    )


@cases(TOLD)
def test_every_order_of_five_things_told_ends_alike(bank, story):
    """The gateway is through with it; what it tells is shuffled, repeated, and asked for in between."""
    before, acts, status = STORIES[story]
    getattr(bank, before)()
    for what in acts:
        bank.act(what)
    steps = bank.five()

    end, orders = the_end(bank, steps)

    names = Counter(step.name for step in steps)
    assert (len(steps), orders) == (5, factorial(5) // prod(map(factorial, names.values())))
    assert (end.payment[0], end.untold) == (status, ())


@cases(HAPPENING)
def test_every_order_of_hearing_what_happens_ends_alike(bank, story):
    """Between any two things that happen at the gateway each thing told so far has come, or comes later."""
    before, acts, status = STORIES[story]
    getattr(bank, before)()

    end, orders = the_end(bank, [bank.as_it_happens(acts), bank.verify()])

    assert (end.payment[0], end.untold) == (status, ())
    assert orders > len(acts)
