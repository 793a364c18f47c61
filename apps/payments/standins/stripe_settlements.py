"""How the stand-in for Stripe pays to our bank what it has taken."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from apps.payments.standins.server import Call, route
from apps.payments.standins.stripe_rows import Row, StripeRows


@dataclass
class StripeSettlements(StripeRows):
    """Payouts to our own bank, and the balance transactions in each."""

    settled: dict[str, str] = field(default_factory=dict)

    @route("GET", "/v1/payouts")
    def list_payouts(self, call: Call) -> Row:
        return self._page(self._of("payout"), call)

    @route("GET", "/v1/balance_transactions")
    def list_balance_transactions(self, call: Call) -> Row:
        payout = call.query.get("payout", "")
        rows = [self._line(row_id) for row_id, name in reversed(self.settled.items()) if name == payout]
        own = {"id": f"txn_{payout}", "object": "balance_transaction", "type": "payout", "fee": 0,
               "amount": -self._get(payout)["amount"], "net": -self._get(payout)["amount"],
               "created": self._get(payout)["created"], "source": payout}  # fmt: skip
        return self._page([own, *rows], call)

    @route("GET", "/v1/balance")
    def retrieve_balance(self, call: Call) -> Row:
        held = self.held()
        return {
            "object": "balance",
            "available": [{"amount": held[currency], "currency": currency} for currency in sorted(held)],
            "pending": [{"amount": 0, "currency": currency} for currency in sorted(held)],
        }

    def held(self) -> Counter[str]:
        """What Stripe has of ours by its own rows; what ``fill`` lends to transfers is no part of it."""
        held: Counter[str] = Counter()
        for row in self.rows.values():
            if row["object"] == "charge" and row["status"] == "succeeded":
                held[row["currency"]] += self._line(row["id"])["net"]
            elif (row["object"] == "refund" and row["status"] != "failed") or (
                row["object"] == "transfer" and not row["reversed"]
            ):
                held[row["currency"]] -= row["amount"]
            elif row["object"] == "dispute":
                held[row["currency"]] += sum(line["amount"] - line["fee"] for line in row["balance_transactions"])
            elif row["object"] == "payout" and row["status"] == "paid":
                held[row["currency"]] -= row["amount"]
        return held

    def settle(self, currency: str = "usd") -> Row:
        """All that was paid and given back and not settled yet is on its way to our bank, less the fees."""
        fresh = [
            row["id"]
            for row in self.rows.values()
            if row["object"] in {"charge", "refund"}
            and row["id"] not in self.settled
            and row["currency"] == currency
            and row["status"] == "succeeded"
        ]
        net = sum(self._line(row_id)["net"] for row_id in fresh)
        payout = self._add("po", "payout", {}, {"amount": net, "currency": currency, "status": "paid"})
        self.settled.update(dict.fromkeys(fresh, payout["id"]))
        return payout

    def _line(self, row_id: str) -> Row:
        row = self.rows[row_id]
        is_charge = row["object"] == "charge"
        amount = row["amount"] if is_charge else -row["amount"]
        fee = self._with_fee(row)["balance_transaction"]["fee"] if is_charge else 0
        return {
            "id": f"txn_{row_id}", "object": "balance_transaction", "type": row["object"], "amount": amount, "fee": fee,
            "net": amount - fee, "currency": row["currency"], "created": row["created"], "source": row,
        }  # fmt: skip
