"""How the stand-in for Stripe speaks and what it remembers: forms in, JSON out, idempotency keys, pages, events."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from apps.payments.gateways.signatures import timestamped_signature
from apps.payments.standins.server import Call, Refusal, Route, StandIn

Row = dict[str, Any]
FEE_BASIS_POINTS = 290
FIXED_FEE_MINOR = 30


def error(status: int, code: str, message: str, kind: str = "invalid_request_error") -> Refusal:
    """What Stripe says when it says no."""
    return Refusal(status, {"error": {"type": kind, "code": code, "message": message}})


def amount_of(body: Row) -> int:
    """The positive amount that the request names."""
    if not str(body.get("amount", "")).isdecimal() or int(body["amount"]) < 1:
        raise error(400, "parameter_invalid_integer", "Invalid positive integer: amount")
    return int(body["amount"])


@dataclass
class StripeRows(StandIn):
    """The rows of the stand-in and the manners of its API."""

    secret_key: str = "sk_test_stand_in"  # noqa: S105 a stand-in's key
    webhook_secret: str = "whsec_stand_in"  # noqa: S105 a stand-in's key
    livemode: bool = False
    rows: dict[str, Row] = field(default_factory=dict)
    answered: dict[str, tuple[str, int, Row]] = field(default_factory=dict)
    events_made: int = 0
    balance: int = 10**15

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
        return error(404, "url_invalid", "Unrecognized request URL.")

    def perform(self, call: Call, function: Route, arguments: dict[str, str]) -> Row:
        if call.headers.get("authorization") != f"Bearer {self.secret_key}":
            raise error(401, "api_key_invalid", "Invalid API Key provided.")
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
            raise error(400, "idempotency_key_reused", "Keys can only be used once.", "idempotency_error")
        if status != 200:
            raise Refusal(status, body)
        return body

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
            raise error(404, "resource_missing", f"No such object: {row_id}")
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
        told = self.faults.in_list(call.path, rows[:limit])
        return {"object": "list", "data": told, "has_more": len(rows) > limit, "url": call.path}

    def _tell(self, event_type: str, thing: Row, account_id: str = "") -> None:
        self.events_made += 1
        event = {
            "id": f"evt_{self.events_made:08d}",
            "object": "event",
            "api_version": "2026-10-28",
            "created": int(self.clock()),
            "livemode": self.livemode,
            "type": event_type,
            "data": {"object": thing},
        } | ({"account": account_id} if account_id else {})
        self.tell(event_type, json.dumps(event).encode())
