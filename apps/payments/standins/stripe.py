"""A stand-in for Stripe: intents, refunds, Connect, disputes; idempotency keys honoured, refunds never above the charge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from apps.payments.standins.server import Call, route
from apps.payments.standins.stripe_rows import Row, amount_of, error
from apps.payments.standins.stripe_subscriptions import StripeSubscriptions

CLAIMED = {"needs_response", "under_review", "lost"}
CARD = {"brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2034}


@dataclass
class StripeStandIn(StripeSubscriptions):
    """Stripe as far as we use it."""

    controls: ClassVar[tuple[str, ...]] = (
        "pay", "decline", "process", "dispute", "escalate_dispute", "close_dispute", "settle_refund", "reverse_transfer",
        "onboard", "refund_by_hand", "fail_payout", "fill", "settle", "renew", "fail_renewal", "end_renewals",
    )  # fmt: skip

    # Intents

    @route("POST", "/v1/payment_intents")
    def create_intent(self, call: Call) -> Row:
        amount = amount_of(call.body)
        intent = self._add("pi", "payment_intent", call.body, {
            "amount": amount,
            "amount_received": 0,
            "currency": call.body["currency"],
            "status": "requires_payment_method",
            "customer": call.body.get("customer"),
            "payment_method": call.body.get("payment_method"),
            "setup_future_usage": call.body.get("setup_future_usage"),
            "last_payment_error": None,
            "latest_charge": None,
        })  # fmt: skip
        intent["client_secret"] = f"{intent['id']}_secret_{len(self.rows)}"
        if call.body.get("confirm") == "true":
            if str(call.body.get("payment_method", "")).startswith("pm_declined"):
                self.decline(intent["id"])
                raise error(402, "card_declined", "Your card was declined.", "card_error")
            self.pay(intent["id"])
        return self._expanded(intent)

    @route("GET", "/v1/payment_intents/search")
    def search_intents(self, call: Call) -> Row:
        wanted = call.query["query"].partition(":'")[2].removesuffix("'")
        found = [row for row in self._of("payment_intent") if row["metadata"].get("reference") == wanted]
        return {"object": "search_result", "data": found[:1], "has_more": False, "url": call.path}

    @route("GET", "/v1/payment_intents/(?P<intent_id>pi_[^/]+)")
    def retrieve_intent(self, call: Call, intent_id: str) -> Row:
        return self._expanded(self._get(intent_id))

    @route("POST", "/v1/payment_intents/(?P<intent_id>pi_[^/]+)/cancel")
    def cancel_intent(self, call: Call, intent_id: str) -> Row:
        intent = self._get(intent_id)
        if intent["status"] in {"succeeded", "canceled", "processing"}:
            raise error(400, "payment_intent_unexpected_state", "This intent can no longer be canceled.")
        intent["status"] = "canceled"
        self._tell("payment_intent.canceled", intent)
        return intent

    @route("POST", "/v1/customers")
    def create_customer(self, call: Call) -> Row:
        return self._add("cus", "customer", call.body, {"email": call.body.get("email")})

    @route("GET", "/v1/charges")
    def list_charges(self, call: Call) -> Row:
        rows = [self._with_fee(row) for row in self._of("charge")]
        return self._page(rows, call)

    # Refunds

    @route("POST", "/v1/refunds")
    def create_refund(self, call: Call) -> Row:
        intent = self._get(call.body["payment_intent"])
        if intent["status"] != "succeeded":
            raise error(400, "charge_not_captured", "This payment has not succeeded.")
        charge = self._get(intent["latest_charge"])
        if any(row["charge"] == charge["id"] and row["status"] in CLAIMED for row in self._of("dispute")):
            raise error(400, "charge_disputed", "This charge has been charged back.")
        amount = amount_of(call.body)
        if charge["amount_refunded"] + amount > charge["amount"]:
            raise error(400, "charge_already_refunded", "Refund amount is greater than the charge.")
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        refund = self._add("re", "refund", call.body, {
            "amount": amount, "currency": charge["currency"], "status": "succeeded",
            "payment_intent": intent["id"], "charge": charge["id"],
        })  # fmt: skip
        self._tell("charge.refunded", charge)
        self._tell("refund.created", refund)
        return refund

    @route("GET", "/v1/refunds")
    def list_refunds(self, call: Call) -> Row:
        wanted = call.query.get("payment_intent")
        return self._page([row for row in self._of("refund") if wanted in {None, row["payment_intent"]}], call)

    # Disputes

    @route("GET", "/v1/disputes/(?P<dispute_id>dp_[^/]+)")
    def retrieve_dispute(self, call: Call, dispute_id: str) -> Row:
        return self._get(dispute_id)

    @route("GET", "/v1/disputes")
    def list_disputes(self, call: Call) -> Row:
        return self._page(self._of("dispute"), call)

    @route("POST", "/v1/disputes/(?P<dispute_id>dp_[^/]+)")
    def update_dispute(self, call: Call, dispute_id: str) -> Row:
        dispute = self._get(dispute_id)
        if dispute["status"] not in {"needs_response", "warning_needs_response"}:
            raise error(400, "dispute_already_submitted", "Evidence has been submitted.")
        dispute["evidence"] = dict(call.body.get("evidence") or {})
        if call.body.get("submit") == "true":
            dispute["status"] = {"needs_response": "under_review"}.get(dispute["status"], "warning_under_review")
            self._tell("charge.dispute.updated", dispute)
        return dispute

    # Connect

    @route("POST", "/v1/accounts")
    def create_account(self, call: Call) -> Row:
        return self._add("acct", "account", call.body, {"payouts_enabled": False, "email": call.body.get("email")})

    @route("GET", "/v1/accounts/(?P<account_id>acct_[^/]+)")
    def retrieve_account(self, call: Call, account_id: str) -> Row:
        return self._get(account_id)

    @route("POST", "/v1/account_links")
    def create_account_link(self, call: Call) -> Row:
        return {"object": "account_link", "url": f"{self.url}/onboarding/{call.body['account']}"}

    @route("POST", "/v1/transfers")
    def create_transfer(self, call: Call) -> Row:
        account = self._get(call.body["destination"])
        if not account["payouts_enabled"]:
            raise error(400, "insufficient_capabilities_for_transfer", "The account cannot receive transfers yet.")
        if amount_of(call.body) > self.balance:
            raise error(400, "balance_insufficient", "You have insufficient available funds in your Stripe account.")
        self.balance -= amount_of(call.body)
        transfer = self._add("tr", "transfer", call.body, {
            "amount": amount_of(call.body), "currency": call.body["currency"], "reversed": False,
            "destination": call.body["destination"], "transfer_group": call.body.get("transfer_group"),
        })  # fmt: skip
        self._tell("transfer.created", transfer)
        return transfer

    @route("GET", "/v1/transfers")
    def list_transfers(self, call: Call) -> Row:
        wanted = call.query.get("transfer_group")
        return self._page([row for row in self._of("transfer") if wanted in {None, row["transfer_group"]}], call)

    # What customers and banks do

    def pay(self, intent_id: str, amount: int | None = None, currency: str | None = None) -> Row:
        """The customer has paid; Stripe says so three times, in two kinds of event."""
        intent = self._get(intent_id)
        if intent["status"] in {"succeeded", "canceled"}:
            raise error(400, "payment_intent_unexpected_state", "This intent has ended.")
        paid = intent["amount"] if amount is None else amount
        charge = self._add("ch", "charge", {"metadata": intent["metadata"]}, {
            "amount": paid, "amount_captured": paid, "amount_refunded": 0, "refunded": False,
            "currency": currency or intent["currency"], "status": "succeeded", "payment_intent": intent["id"],
            "payment_method_details": {"type": "card", "card": CARD},
        })  # fmt: skip
        intent.update(
            status="succeeded",
            amount_received=paid,
            currency=charge["currency"],
            latest_charge=charge["id"],
            payment_method=intent["payment_method"] or f"pm_{charge['id']}",
        )
        self._tell("charge.succeeded", charge)
        self._tell("payment_intent.succeeded", intent)
        return intent

    def decline(self, intent_id: str) -> Row:
        """The customer's card was refused; they may try another."""
        intent = self._get(intent_id)
        intent["last_payment_error"] = {"code": "card_declined", "message": "Your card was declined."}
        self._tell("payment_intent.payment_failed", intent)
        return intent

    def process(self, intent_id: str) -> Row:
        """The money is on its way."""
        intent = self._get(intent_id)
        intent["status"] = "processing"
        self._tell("payment_intent.processing", intent)
        return intent

    def dispute(self, intent_id: str, amount: int | None = None, fee: int = 1500, *, is_inquiry: bool = False) -> Row:
        """The customer's bank asks for its money back, and has it at once; or it merely asks."""
        charge = self._get(self._get(intent_id)["latest_charge"])
        dispute = self._add("dp", "dispute", {}, {
            "amount": charge["amount"] if amount is None else amount, "currency": charge["currency"],
            "charge": charge["id"], "payment_intent": intent_id, "reason": "fraudulent", "fee_asked": fee,
            "status": "warning_needs_response" if is_inquiry else "needs_response", "evidence": {},
            "balance_transactions": [], "evidence_details": {"due_by": int(self.clock()) + 7 * 86400},
        })  # fmt: skip
        if not is_inquiry:
            self._withdraw(dispute)
        self._tell("charge.dispute.created", dispute)
        return dispute

    def escalate_dispute(self, dispute_id: str) -> Row:
        """An inquiry becomes a claim."""
        dispute = self._get(dispute_id)
        dispute["status"] = "needs_response"
        self._withdraw(dispute)
        self._tell("charge.dispute.funds_withdrawn", dispute)
        return dispute

    def close_dispute(self, dispute_id: str, won: bool) -> Row:
        """The bank has decided; or asks no more."""
        dispute = self._get(dispute_id)
        if dispute["status"].startswith("warning"):
            dispute["status"] = "warning_closed"
        else:
            dispute["status"] = "won" if won else "lost"
            if won:
                dispute["balance_transactions"].append({"amount": dispute["amount"], "fee": 0})
                self._tell("charge.dispute.funds_reinstated", dispute)
        self._tell("charge.dispute.closed", dispute)
        return dispute

    def _withdraw(self, dispute: Row) -> None:
        dispute["balance_transactions"].append({"amount": -dispute["amount"], "fee": dispute["fee_asked"]})

    def refund_by_hand(self, intent_id: str, amount: int) -> Row:
        """Somebody sends money back from Stripe's own dashboard."""
        body = {"payment_intent": intent_id, "amount": str(amount)}
        return self.create_refund(Call(method="POST", path="/v1/refunds", query={}, body=body, headers={}))

    def settle_refund(self, refund_id: str, succeeded: bool) -> Row:
        """A refund turns out well, or fails days later and its money is back with us."""
        refund = self._get(refund_id)
        if not succeeded and refund["status"] != "failed":
            self._get(refund["charge"])["amount_refunded"] -= refund["amount"]
        refund["status"] = "succeeded" if succeeded else "failed"
        self._tell("refund.updated" if succeeded else "refund.failed", refund)
        return refund

    def reverse_transfer(self, transfer_id: str) -> Row:
        """Money that we sent out has come back."""
        transfer = self._get(transfer_id)
        transfer["reversed"] = True
        self.balance += transfer["amount"]
        self._tell("transfer.reversed", transfer)
        return transfer

    def onboard(self, account_id: str, holder: str = "", *, enabled: bool = True) -> Row:
        """The owner of a connected account has finished Stripe's onboarding, or Stripe pays them out no more."""
        account = self._get(account_id)
        first, _, last = holder.partition(" ")
        account.update(payouts_enabled=enabled, individual={"first_name": first, "last_name": last} if holder else None)
        self._tell("account.updated", account, account_id)
        return account

    def fail_payout(self, account_id: str, message: str = "The bank account has been closed.") -> Row:
        """The bank of a connected account refuses what Stripe pays out."""
        payout = self._add("po", "payout", {}, {"status": "failed", "failure_message": message})
        self._tell("payout.failed", payout, account_id)
        return payout

    def fill(self, balance: int) -> Row:
        """So much lies in the platform's balance, from which transfers are paid."""
        self.balance = balance
        return {"balance": balance}
