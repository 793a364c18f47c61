"""How the stand-in for Paystack speaks and what it remembers: JSON with a status, numbered pages, events without ids."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from apps.payments.gateways.signatures import sha512_signature
from apps.payments.standins.server import Call, Refusal, Route, StandIn

Row = dict[str, Any]


def refused(status: int, message: str, code: str = "") -> Refusal:
    """What Paystack says when it says no."""
    return Refusal(status, {"status": False, "message": message, "code": code})


def answered(data: Any, message: str = "Done", **more: Any) -> Row:
    """What Paystack says when all is well."""
    return {"status": True, "message": message, "data": data, **more}


def _is_within(moment: str, first: str | None, end: str | None) -> bool:
    at = datetime.fromisoformat(moment)
    return (not first or at >= datetime.fromisoformat(first)) and (not end or at <= datetime.fromisoformat(end))


def amount_of(body: Row, default: int | None = None) -> int:
    """The positive amount that the request names."""
    amount = body.get("amount", default)
    if not isinstance(amount, int) or amount < 1:
        raise refused(400, "Invalid amount sent", "invalid_params")
    return amount


@dataclass
class PaystackRows(StandIn):
    """The rows of the stand-in and the manners of its API."""

    secret_key: str = "sk_test_stand_in"  # noqa: S105 a stand-in's key
    webhook_secret: str = "sk_test_stand_in"  # noqa: S105 a stand-in's key
    domain: str = "test"
    transactions: dict[str, Row] = field(default_factory=dict)
    refunds: list[Row] = field(default_factory=list)
    recipients: dict[str, Row] = field(default_factory=dict)
    transfers: dict[str, Row] = field(default_factory=dict)
    disputes: list[Row] = field(default_factory=list)
    balance: int = 10**15
    transfer_fee: int = 0
    holders: dict[str, str] = field(default_factory=dict)
    rows_made: int = 0

    # How Paystack speaks

    def signed_headers(self, body: bytes, is_genuine: bool) -> dict[str, str]:
        secret = self.webhook_secret if is_genuine else "sk_test_somebody_else"
        return {"x-paystack-signature": sha512_signature(body, secret)}

    def parsed_body(self, raw: bytes, content_type: str) -> Row:
        body = json.loads(raw) if raw else {}
        return body if isinstance(body, dict) else {}

    def unknown_address(self) -> Refusal:
        return refused(404, "Not found", "unknown_route")

    def perform(self, call: Call, function: Route, arguments: dict[str, str]) -> Row:
        if call.headers.get("authorization") != f"Bearer {self.secret_key}":
            raise refused(401, "Invalid key", "invalid_Key")
        return function(call, **arguments)

    # Rows

    def _open(self, body: Row) -> Row:
        reference = str(body.get("reference", ""))
        if reference in self.transactions:
            raise refused(400, "Duplicate Transaction Reference", "duplicate_reference")
        if "@" not in str(body.get("email", "")):
            raise refused(400, "Invalid Email Address Passed", "invalid_email")
        self.transactions[reference] = self._stamped({
            "reference": reference, "amount": amount_of(body), "currency": body.get("currency", "NGN"),
            "status": "abandoned", "channel": "card", "fees": None, "paid_at": None, "refunded": 0,
            "metadata": body.get("metadata"), "gateway_response": "The transaction was not completed",
            "customer": {"email": body["email"], "customer_code": f"CUS_{body['email']}"},
        })  # fmt: skip
        return self.transactions[reference]

    def _charge(self, name: str) -> Row:
        if name in self.transactions:
            return self.transactions[name]
        for charge in self.transactions.values():
            if name == str(charge["id"]):
                return charge
        raise refused(404, "Transaction reference not found.", "transaction_not_found")

    def _holder(self, number: str) -> str:
        return self.holders.get(number, f"HOLDER {number[-4:]}")

    def _stamped(self, values: Row) -> Row:
        self.rows_made += 1
        return {"id": self.rows_made, "domain": self.domain, "createdAt": self._now(), **values}

    def _now(self) -> str:
        return datetime.fromtimestamp(self.clock(), tz=UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _page(self, rows: list[Row], call: Call) -> Row:
        first, end = call.query.get("from"), call.query.get("to")
        rows = [row for row in reversed(rows) if _is_within(row["createdAt"], first, end)]
        size, page = int(call.query.get("perPage", "50")), int(call.query.get("page", "1"))
        pages = max(1, -(-len(rows) // size))
        meta = {"total": len(rows), "page": page, "perPage": size, "pageCount": pages}
        return answered(self.faults.in_list(call.path, rows[(page - 1) * size : page * size]), meta=meta)

    def _tell(self, event_type: str, data: Row) -> None:
        self.tell(event_type, json.dumps({"event": event_type, "data": data}).encode())

    def _tell_refund(self, refund: Row) -> None:
        shown = {key: refund[key] for key in ("status", "transaction_reference", "currency", "domain")}
        self._tell(f"refund.{refund['status']}", {**shown, "refund_reference": None, "amount": str(refund["amount"])})
