"""How the stand-in for Paystack renews by itself: subscriptions, their charges and what it tells of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from apps.payments.standins.paystack_rows import Row, answered, refused
from apps.payments.standins.paystack_settlements import PaystackSettlements
from apps.payments.standins.server import Call, route

RUNNING = {"active", "attention"}


@dataclass
class PaystackSubscriptions(PaystackSettlements):
    """Subscriptions whose months begin when we say so; what each costs is said when it is renewed."""

    subscriptions: dict[str, Row] = field(default_factory=dict)

    def pay(self, reference: str, amount: int | None = None, currency: str | None = None) -> Row:
        """The transaction is paid."""
        raise NotImplementedError

    @route("GET", "/customer/(?P<code>[^/]+)")
    def fetch_customer(self, call: Call, code: str) -> Row:
        return answered(self._customer(code))

    @route("POST", "/subscription")
    def create_subscription(self, call: Call) -> Row:
        customer, plan = self._customer(str(call.body.get("customer"))), {"plan_code": call.body["plan"]}
        if any(row["status"] in RUNNING and row["customer"] == customer and row["plan"] == plan for row in self._known):
            raise refused(400, "This subscription is already in place.", "duplicate_subscription")
        subscription = self._stamped({
            "status": "active", "customer": customer, "plan": plan, "authorization": call.body["authorization"],
            "start_date": call.body["start_date"],
        })  # fmt: skip
        code = f"SUB_{subscription['id']:08d}"
        subscription.update(subscription_code=code, email_token=f"token_{code}")
        self.subscriptions[code] = subscription
        self._tell("subscription.create", subscription)
        return answered(subscription, "Subscription successfully created")

    @route("GET", "/subscription")
    def list_subscriptions(self, call: Call) -> Row:
        wanted = call.query.get("customer", "")
        if not wanted.isdecimal():
            raise refused(400, "Customer must be an id", "invalid_params")
        return self._page([row for row in self._known if row["customer"]["id"] == int(wanted)], call)

    @route("GET", "/subscription/(?P<code>[^/]+)")
    def fetch_subscription(self, call: Call, code: str) -> Row:
        return answered(self._subscription(code))

    @route("POST", "/subscription/disable")
    def disable_subscription(self, call: Call) -> Row:
        subscription = self._subscription(str(call.body.get("code")))
        if subscription["status"] not in RUNNING or call.body.get("token") != subscription["email_token"]:
            raise refused(404, "Subscription with code not found or already inactive", "not_found")
        subscription["status"] = "non-renewing"
        self._tell("subscription.not_renew", self._shown(subscription))
        return {"status": True, "message": "Subscription disabled successfully"}

    def renew(self, subscription_id: str, amount: int, currency: str) -> Row:
        """A month has begun: it is charged under a reference of Paystack's own, and its invoice is paid."""
        subscription = self._subscription(subscription_id)
        charge = self._stamped({
            "amount": amount, "currency": currency, "status": "abandoned", "channel": "card", "fees": None, "paid_at": None,
            "refunded": 0, "metadata": None, "gateway_response": "", "customer": subscription["customer"],
            "plan": subscription["plan"],
        })  # fmt: skip
        charge["reference"] = f"standin-{charge['id']:08d}"
        self.transactions[charge["reference"]] = charge
        self.pay(charge["reference"])
        subscription["status"] = "active"
        paid = {key: charge[key] for key in ("reference", "status", "amount", "currency")}
        self._tell("invoice.update", self._invoice(subscription, status="success", transaction=paid))
        return charge

    def fail_renewal(self, subscription_id: str, amount: int, currency: str) -> Row:
        """The card was declined."""
        subscription = self._subscription(subscription_id)
        subscription["status"] = "attention"
        invoice = self._invoice(subscription, status="failed", transaction={}, amount=amount, currency=currency)
        self._tell("invoice.payment_failed", invoice)
        return invoice

    def end_renewals(self, subscription_id: str) -> Row:
        """Called off by whoever, or given up."""
        subscription = self._subscription(subscription_id)
        subscription["status"] = "cancelled"
        self._tell("subscription.disable", self._shown(subscription))
        return subscription

    @property
    def _known(self) -> list[Row]:
        return list(self.subscriptions.values())

    def _subscription(self, code: str) -> Row:
        if code not in self.subscriptions:
            raise refused(404, "Subscription not found", "subscription_not_found")
        return self.subscriptions[code]

    def _customer(self, code: str) -> Row:
        for charge in self.transactions.values():
            if charge["customer"]["customer_code"] == code:
                return {**charge["customer"], "id": charge["customer"].get("id", charge["id"])}
        raise refused(404, "Customer not found", "customer_not_found")

    def _invoice(self, subscription: Row, **values: object) -> Row:
        """An invoice, which bears a code and no id, and names the plan nowhere."""
        self.rows_made += 1
        named = {key: subscription[key] for key in ("status", "subscription_code", "email_token")}
        return {
            "domain": self.domain, "invoice_code": f"INV_{self.rows_made:08d}", "description": None,
            "subscription": named, "customer": subscription["customer"], **values,
        }  # fmt: skip

    @staticmethod
    def _shown(subscription: Row) -> Row:
        return {key: value for key, value in subscription.items() if key not in {"id", "createdAt"}}
