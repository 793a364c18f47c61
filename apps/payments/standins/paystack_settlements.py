"""How the stand-in for Paystack pays to our bank what it has taken."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from apps.payments.standins.paystack_rows import PaystackRows, Row, answered, refused
from apps.payments.standins.server import Call, route


@dataclass
class PaystackSettlements(PaystackRows):
    """Settlements and the transactions in each."""

    settlements: list[Row] = field(default_factory=list)
    settled: dict[int, list[str]] = field(default_factory=dict)

    @route("GET", "/settlement")
    def list_settlements(self, call: Call) -> Row:
        return self._page(self.settlements, call)

    @route("GET", "/settlement/(?P<settlement_id>[0-9]+)/transactions")
    def list_settled(self, call: Call, settlement_id: str) -> Row:
        if int(settlement_id) not in self.settled:
            raise refused(404, "Settlement not found", "settlement_not_found")
        return self._page([self.transactions[name] for name in self.settled[int(settlement_id)]], call)

    @route("GET", "/balance")
    def read_balance(self, call: Call) -> Row:
        return answered([{"currency": currency, "balance": amount} for currency, amount in sorted(self.held().items())])

    def held(self) -> Counter[str]:
        """What Paystack has of ours by its own rows; what ``fill`` lends to transfers is no part of it."""
        held: Counter[str] = Counter()
        for row in self.transactions.values():
            if row["status"] in {"success", "reversed"}:
                held[row["currency"]] += row["amount"] - (row["fees"] or 0)
        for row in self.refunds:
            if row["status"] != "failed":
                held[row["currency"]] -= row["amount"]
        for row in self.transfers.values():
            is_back = row["status"] in {"failed", "reversed"}
            held[row["currency"]] -= (0 if is_back else row["amount"]) + row["fee_charged"]
        for row in self.settlements:
            held[row["currency"]] -= row["total_amount"]
        return held

    def settle(self, currency: str = "NGN") -> Row:
        """All that was paid and not settled yet is on its way to our bank, less the fees."""
        before = {name for names in self.settled.values() for name in names}
        charges = [
            row
            for name, row in self.transactions.items()
            if name not in before and row["currency"] == currency and row["status"] in {"success", "reversed"}
        ]
        gross, fees = sum(row["amount"] for row in charges), sum(row["fees"] or 0 for row in charges)
        settlement = self._stamped({
            "status": "success", "currency": currency, "total_processed": gross, "total_fees": fees,
            "total_amount": gross - fees, "effective_amount": gross - fees, "settlement_date": self._now(),
        })  # fmt: skip
        self.settlements.append(settlement)
        self.settled[settlement["id"]] = [row["reference"] for row in charges]
        return settlement
