"""A stand-in for Stripe: intents, refunds, Connect, disputes; idempotency keys honoured, refunds never above the charge."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from apps.payments.gateways.signatures import timestamped_signature
from apps.payments.standins.server import Call, Refusal, Route, StandIn, route

Row = dict[str, Any]
CARD = {"brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2034}
FEE_BASIS_POINTS = 290
FIXED_FEE_MINOR = 30


def _error(status: int, code: str, message: str, kind: str = "invalid_request_error") -> Refusal:
    return Refusal(status, {"error": {"type": kind, "code": code, "message": message}})


@dataclass
class StripeStandIn(StandIn):
    """Stripe as far as we use it."""

    secret_key: str = "sk_test_stand_in"  # noqa: S105 a stand-in's key
    webhook_secret: str = "whsec_stand_in"  # noqa: S105 a stand-in's key
    livemode: bool = False
    rows: dict[str, Row] = field(default_factory=dict)
    answered: dict[str, tuple[str, int, Row]] = field(default_factory=dict)
    events_made: int = 0
    controls: ClassVar[tuple[str, ...]] = (
        "pay", "decline", "process", "dispute", "close_dispute", "settle_refund", "reverse_transfer", "onboard",
    )  # fmt: skip

    # How Stripe speaks

    def signed_headers(self, body: bytes, is_genuine: bool) -> dict[str, str]:
        secret = self.webhook_secret if is_genuine else "whsec_somebody_else"
        at = datetime.fromtimestamp(self.clock(), tz=UTC)
        return {"Stripe-Signature": timestamped_signature(body, secret, at=at)}

    def parsed_body(self, raw: bytes, content_type: str) -> Row:
        body: Row = {}
        for key, value in parse_qsl(raw.decode(), keep_blank_values=True):
            parts = key.replace("]", "").split("[")
            place = body
            for part in parts[:-1]:
                place = place.setdefault(part, {})
            place[parts[-1]] = value
        return body

    def unknown_address(self) -> Refusal:
        return _error(404, "url_invalid", "Unrecognized request URL.")

    def perform(self, call: Call, function: Route, arguments: dict[str, str]) -> Row:
        if call.headers.get("authorization") != f"Bearer {self.secret_key}":
            raise _error(401, "api_key_invalid", "Invalid API Key provided.")
        key = call.headers.get("idempotency-key") if call.method == "POST" else None
        if key is None:
            return function(call, **arguments)
        fingerprint = f"{call.path} {call.raw.decode()}"
        if key not in self.answered:
            try:
                status, body = 200, function(call, **arguments)
            except Refusal as refusal:
                status, body = refusal.status, refusal.body
            self.answered[key] = (fingerprint, status, json.loads(json.dumps(body)))
        known, status, body = self.answered[key]
        if known != fingerprint:
            raise _error(400, "idempotency_key_reused", "Keys can only be used once.", "idempotency_error")
        if status != 200:
            raise Refusal(status, body)
        return body

    # Intents

    @route("POST", "/v1/payment_intents")
    def create_intent(self, call: Call) -> Row:
        amount = _amount(call.body)
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
                raise _error(402, "card_declined", "Your card was declined.", "card_error")
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
            raise _error(400, "payment_intent_unexpected_state", "This intent can no longer be canceled.")
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
            raise _error(400, "charge_not_captured", "This payment has not succeeded.")
        charge = self._get(intent["latest_charge"])
        amount = _amount(call.body)
        if charge["amount_refunded"] + amount > charge["amount"]:
            raise _error(400, "charge_already_refunded", "Refund amount is greater than the charge.")
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

    # Connect

    @route("POST", "/v1/accounts")
    def create_account(self, call: Call) -> Row:
        return self._add("acct", "account", call.body, {"payouts_enabled": False, "email": call.body.get("email")})

    @route("POST", "/v1/account_links")
    def create_account_link(self, call: Call) -> Row:
        return {"object": "account_link", "url": f"{self.url}/onboarding/{call.body['account']}"}

    @route("POST", "/v1/transfers")
    def create_transfer(self, call: Call) -> Row:
        self._get(call.body["destination"])
        transfer = self._add("tr", "transfer", call.body, {
            "amount": _amount(call.body), "currency": call.body["currency"], "reversed": False,
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
            raise _error(400, "payment_intent_unexpected_state", "This intent has ended.")
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

    def dispute(self, intent_id: str, amount: int | None = None, fee: int = 1500) -> Row:
        """The customer's bank asks for its money back."""
        charge = self._get(self._get(intent_id)["latest_charge"])
        dispute = self._add("dp", "dispute", {}, {
            "amount": charge["amount"] if amount is None else amount, "currency": charge["currency"],
            "charge": charge["id"], "payment_intent": intent_id, "reason": "fraudulent", "status": "needs_response",
            "balance_transactions": [{"fee": fee}], "evidence_details": {"due_by": int(self.clock()) + 7 * 86400},
        })  # fmt: skip
        self._tell("charge.dispute.created", dispute)
        return dispute

    def close_dispute(self, dispute_id: str, won: bool) -> Row:
        """The bank has decided."""
        dispute = self._get(dispute_id)
        dispute["status"] = "won" if won else "lost"
        self._tell("charge.dispute.closed", dispute)
        return dispute

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
        self._tell("transfer.reversed", transfer)
        return transfer

    def onboard(self, account_id: str) -> Row:
        """The owner of a connected account has finished Stripe's onboarding."""
        account = self._get(account_id)
        account["payouts_enabled"] = True
        self._tell("account.updated", account)
        return account

    # Rows

    def _add(self, prefix: str, kind: str, body: Row, values: Row) -> Row:
        row = {
            "id": f"{prefix}_{len(self.rows) + 1:08d}",
            "object": kind,
            "created": int(self.clock()),
            "livemode": self.livemode,
            "metadata": dict(body.get("metadata") or {}),
            **values,
        }
        self.rows[row["id"]] = row
        return row

    def _get(self, row_id: str) -> Row:
        if row_id not in self.rows:
            raise _error(404, "resource_missing", f"No such object: {row_id}")
        return self.rows[row_id]

    def _of(self, kind: str) -> list[Row]:
        return [row for row in reversed(self.rows.values()) if row["object"] == kind]

    def _with_fee(self, charge: Row) -> Row:
        fee = charge["amount"] * FEE_BASIS_POINTS // 10_000 + FIXED_FEE_MINOR
        return {**charge, "balance_transaction": {"id": f"txn_{charge['id']}", "fee": fee}}

    def _expanded(self, intent: Row) -> Row:
        charge_id = intent["latest_charge"]
        return {**intent, "latest_charge": self._with_fee(self.rows[charge_id]) if charge_id else None}

    def _page(self, rows: list[Row], call: Call) -> Row:
        first, end = call.query.get("created[gte]"), call.query.get("created[lt]")
        rows = [
            row
            for row in rows
            if (not first or row["created"] >= int(first)) and (not end or row["created"] < int(end))
        ]
        after = call.query.get("starting_after")
        if after:
            rows = rows[[row["id"] for row in rows].index(after) + 1 :]
        limit = int(call.query.get("limit", "10"))
        return {"object": "list", "data": rows[:limit], "has_more": len(rows) > limit, "url": call.path}

    def _tell(self, event_type: str, thing: Row) -> None:
        self.events_made += 1
        event = {
            "id": f"evt_{self.events_made:08d}",
            "object": "event",
            "api_version": "2026-10-28",
            "created": int(self.clock()),
            "livemode": self.livemode,
            "type": event_type,
            "data": {"object": thing},
        }
        self.tell(event_type, json.dumps(event).encode())


def _amount(body: Row) -> int:
    if not str(body.get("amount", "")).isdecimal() or int(body["amount"]) < 1:
        raise _error(400, "parameter_invalid_integer", "Invalid positive integer: amount")
    return int(body["amount"])
