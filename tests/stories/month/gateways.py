"""Both gateways of the month: stand-ins over HTTP by the month's own clock, their web hooks, and their own books."""

from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from django.test import override_settings
from rest_framework.test import APIClient

from apps.core import clock, sandbox_clock
from apps.payments.gateways.registry import gateway
from apps.payments.gateways.resilience import RetryPolicy
from apps.payments.standins.faults import Fault, FaultKind
from apps.payments.standins.paystack import PaystackStandIn
from apps.payments.standins.stripe import StripeStandIn

# What Paystack takes for sending money to a bank.
TRANSFER_FEE = 5_000


class Hour:
    """What time it is in the month, also for the threads of the stand-ins, whose clocks go with the sandbox's."""

    def __init__(self, start):
        self.start, self.ahead_s = start, 0.0

    def follow(self, patch):
        """From now on it hears of every move of the sandbox's clock."""
        move = sandbox_clock._move

        def moved(offset_of):
            offset = move(offset_of)
            self.ahead_s = offset.total_seconds()
            return offset

        patch.setattr(sandbox_clock, "_move", moved)
        patch.setattr(clock, "wall", lambda: self.start)

    def __call__(self):
        return self.start.timestamp() + self.ahead_s


class Gateways:
    """The stand-ins, and the road that their web hooks take to the product's end point."""

    def __init__(self, hour):
        self.paystack = PaystackStandIn(
            clock=hour, secret_key="sk_test_p", webhook_secret="sk_test_p", transfer_fee=TRANSFER_FEE
        )
        self.stripe = StripeStandIn(clock=hour, secret_key="sk_test_s", webhook_secret="whsec_s")
        self.delivered = Counter()

    # --- Web hooks ----------------------------------------------------------------------------------------------
    def deliver(self):
        """The web hooks that have been sent since arrive; answers how many."""
        return sum(self._deliver(name) for name in ("paystack", "stripe"))

    def _deliver(self, name):
        sent = getattr(self, name).hooks.sent
        fresh = sent[self.delivered[name] :]
        self.delivered[name] = len(sent)
        for hook in fresh:
            self.knock(name, hook)
        return len(fresh)

    def knock(self, name, hook, *, forged=False, answer=200):
        """One web hook as it goes over the wire, signed as it is sent."""
        headers = getattr(self, name).signed_headers(hook.body, not forged)
        path = f"/api/v1/payments/webhooks/{name}/"
        told = APIClient().post(path, hook.body, content_type="application/json", headers=headers)
        assert told.status_code == answer, told.content

    def repeat(self):
        """Everything that was ever sent comes once more, in another order."""
        for name in ("paystack", "stripe"):
            hooks = list(getattr(self, name).hooks.sent)
            self.paystack.faults.shuffler.shuffle(hooks)
            for hook in hooks:
                self.knock(name, hook)

    def goes_wrong(self, name, kind, *, matching="", times=1):
        """The next calls of that kind go wrong, or web hooks."""
        getattr(self, name).faults.add(Fault(kind=FaultKind(kind), times=times, matching=matching))

    def breaker(self, name):
        """The circuit breaker of the product's adapter."""
        return gateway(name).breaker

    # --- Their own books ----------------------------------------------------------------------------------------
    def own_books(self):
        """What moved by each gateway's own records alone: what came, fees, refunds, what banks took, payouts and their fees."""
        return {("paystack", "NGN"): paystacks(self.paystack), ("stripe", "USD"): stripes(self.stripe)}


def paystacks(paystack):
    """Paystack takes what a bank has won as a refund."""
    paid = [row for row in paystack.transactions.values() if row["paid_at"]]
    back = [row for row in paystack.refunds if row["status"] != "failed"]
    out = list(paystack.transfers.values())
    return [
        sum(row["amount"] for row in paid),
        -sum(row["fees"] for row in paid),
        -sum(row["amount"] for row in back if "dispute" not in row),
        -sum(row["amount"] for row in back if "dispute" in row),
        -sum(row["amount"] for row in out if row["status"] not in {"failed", "reversed"})
        - sum(row["fee_charged"] for row in out),
    ]


def stripes(stripe):
    """Stripe takes what a bank claims at once, with a fee, and gives it back where the bank has lost."""
    paid = stripe._of("charge")
    claimed = [line for row in stripe._of("dispute") for line in row["balance_transactions"]]
    return [
        sum(row["amount"] for row in paid),
        -sum(stripe._with_fee(row)["balance_transaction"]["fee"] for row in paid),
        -sum(row["amount"] for row in stripe._of("refund") if row["status"] != "failed"),
        sum(line["amount"] - line["fee"] for line in claimed),
        -sum(row["amount"] for row in stripe._of("transfer") if not row["reversed"]),
    ]


def late(stand_in):
    """The web hooks that were held back come after all, in another order."""
    stand_in.hooks.held = [replace(hook, headers={}) for hook in stand_in.hooks.held]
    assert stand_in.hooks.release_held()


@contextmanager
def both(hour, patch):
    """Both stand-ins answer, and the product knows where."""
    made = Gateways(hour)
    with ExitStack() as left:
        for stand_in in (made.paystack, made.stripe):
            stand_in.start()
            left.callback(stand_in.stop)
        left.enter_context(
            override_settings(
                PAYSTACK_SECRET_KEY="sk_test_p", PAYSTACK_WEBHOOK_SECRET="sk_test_p",
                PAYSTACK_BASE_URL=made.paystack.url, STRIPE_SECRET_KEY="sk_test_s", STRIPE_WEBHOOK_SECRET="whsec_s",
                STRIPE_BASE_URL=made.stripe.url, GATEWAY_TIMEOUT_S=5,
            )
        )  # fmt: skip
        patch.setattr(RetryPolicy, "_pause_after", lambda *_: 0.0)
        gateway.cache_clear()
        for name in ("paystack", "stripe"):
            made.breaker(name).monotonic = hour
        yield made
    gateway.cache_clear()
