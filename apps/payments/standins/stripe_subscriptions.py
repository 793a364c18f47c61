"""How the stand-in for Stripe renews by itself: subscriptions, and the invoices that it tells of."""

from __future__ import annotations

from dataclasses import dataclass

from apps.payments.standins.server import Call, route
from apps.payments.standins.stripe_rows import Row, error
from apps.payments.standins.stripe_settlements import StripeSettlements


@dataclass
class StripeSubscriptions(StripeSettlements):
    """Subscriptions whose months begin when we say so; what each costs is said when it is renewed."""

    def pay(self, intent_id: str, amount: int | None = None, currency: str | None = None) -> Row:
        """The intent is paid."""
        raise NotImplementedError

    @route("POST", "/v1/subscriptions")
    def create_subscription(self, call: Call) -> Row:
        if self._get(str(call.body.get("customer")))["object"] != "customer":
            raise error(400, "resource_missing", "No such customer")
        starts_at = int(call.body["trial_end"])
        if starts_at <= self.clock():
            raise error(400, "parameter_invalid", "trial_end must be in the future.")
        subscription = self._add("sub", "subscription", call.body, {
            "status": "trialing", "customer": call.body["customer"], "trial_end": starts_at,
            "default_payment_method": call.body["default_payment_method"],
            "items": {"object": "list", "data": [{"price": {"id": call.body["items"]["0"]["price"]}}]},
        })  # fmt: skip
        self._tell("customer.subscription.created", subscription)
        self._tell("invoice.paid", self._invoice(subscription, 0, "usd"))
        return subscription

    @route("DELETE", "/v1/subscriptions/(?P<subscription_id>sub_[^/]+)")
    def cancel_subscription(self, call: Call, subscription_id: str) -> Row:
        if self._get(subscription_id)["status"] == "canceled":
            raise error(404, "resource_missing", f"No such subscription: {subscription_id}")
        return self.end_renewals(subscription_id)

    @route("GET", "/v1/invoice_payments")
    def list_invoice_payments(self, call: Call) -> Row:
        intent_id = self._get(call.query["invoice"])["paid_by"]
        payment = {"type": "payment_intent", "payment_intent": intent_id}
        rows = [{"id": f"inpay_{intent_id}", "object": "invoice_payment", "created": 0, "payment": payment}]
        return self._page(rows if intent_id else [], call)

    def renew(self, subscription_id: str, amount: int, currency: str) -> Row:
        """A month has begun: it is charged, and its invoice is paid. The charge bears nothing of ours."""
        subscription = self._get(subscription_id)
        intent = self._add("pi", "payment_intent", {}, {
            "amount": amount, "amount_received": 0, "currency": currency.lower(), "status": "requires_payment_method",
            "customer": subscription["customer"], "payment_method": subscription["default_payment_method"],
            "setup_future_usage": None, "last_payment_error": None, "latest_charge": None,
        })  # fmt: skip
        self.pay(intent["id"])
        subscription["status"] = "active"
        invoice = self._invoice(subscription, amount, currency)
        self.rows[invoice["id"]]["paid_by"] = intent["id"]
        self._tell("invoice.paid", invoice)
        return intent

    def fail_renewal(self, subscription_id: str, amount: int, currency: str) -> Row:
        """The card was declined; Stripe tries again some days later."""
        subscription = self._get(subscription_id)
        subscription["status"] = "past_due"
        invoice = self._invoice(subscription, amount, currency, status="open")
        self._tell("invoice.payment_failed", invoice)
        return invoice

    def end_renewals(self, subscription_id: str) -> Row:
        """Called off by whoever, or given up after the last try."""
        subscription = self._get(subscription_id)
        subscription["status"] = "canceled"
        self._tell("customer.subscription.deleted", subscription)
        return subscription

    def _invoice(self, subscription: Row, amount: int, currency: str, *, status: str = "paid") -> Row:
        """An invoice as its events show it, which is without its payments."""
        invoice = self._add("in", "invoice", {}, {
            "amount_due": amount, "amount_paid": amount if status == "paid" else 0, "currency": currency.lower(),
            "status": status, "customer": subscription["customer"], "last_finalization_error": None,
            "parent": {
                "type": "subscription_details",
                "subscription_details": {"subscription": subscription["id"], "metadata": subscription["metadata"]},
            },
        })  # fmt: skip
        told = dict(invoice)
        invoice["paid_by"] = None
        return told
