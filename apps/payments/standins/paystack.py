"""A stand-in for Paystack: transactions, refunds, recipients, transfers, disputes, and web hooks without ids."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import ClassVar

from apps.payments.standins.paystack_rows import Row, amount_of, answered, refused
from apps.payments.standins.paystack_subscriptions import PaystackSubscriptions
from apps.payments.standins.server import Call, route

CARD = {
    "authorization_code": "AUTH_standin",
    "brand": "verve",
    "last4": "4081",
    "exp_month": "12",
    "exp_year": "2034",
    "channel": "card",
    "reusable": True,
}
FEE_BASIS_POINTS = 150
SETTLED = {"success", "reversed"}


@dataclass
class PaystackStandIn(PaystackSubscriptions):
    """Paystack as far as we use it."""

    controls: ClassVar[tuple[str, ...]] = (
        "pay", "close_card", "decline", "process", "settle_refund", "attend_refund", "settle_transfer", "name_account", "fill", "dispute",
        "resolve_dispute", "refund_by_hand", "settle", "renew", "fail_renewal", "end_renewals",
    )  # fmt: skip
    closed_cards: set[str] = field(default_factory=set)

    # Transactions

    @route("POST", "/transaction/initialize")
    def initialize(self, call: Call) -> Row:
        charge = self._open(call.body)
        return answered({
            "authorization_url": f"{self.url}/checkout/{charge['reference']}",
            "access_code": f"ac_{charge['id']}",
            "reference": charge["reference"],
        })  # fmt: skip

    @route("POST", "/charge")
    def start_charge(self, call: Call) -> Row:
        charge = self._open(call.body)
        if "ussd" in call.body:
            charge["channel"] = "ussd"
            code = f"*737*000*{charge['id'] % 10000}#"
            return answered({"reference": charge["reference"], "status": "pay_offline", "ussd_code": code})
        charge["channel"] = "bank_transfer"
        return answered({
            "reference": charge["reference"],
            "status": "pending_bank_transfer",
            "account_name": "THE GUILD / CHECKOUT",
            "account_number": f"99{charge['id']:08d}",
            "bank": {"slug": "test-bank", "name": "Test Bank"},
            "account_expires_at": (call.body.get("bank_transfer") or {}).get("account_expires_at"),
        })  # fmt: skip

    @route("POST", "/transaction/charge_authorization")
    def charge_authorization(self, call: Call) -> Row:
        charge = self._open(call.body)
        code = str(call.body.get("authorization_code", ""))
        if code.startswith("AUTH_declined") or code in self.closed_cards:
            self.decline(charge["reference"])
        else:
            self.pay(charge["reference"])
        return answered(charge)

    @route("GET", "/transaction/verify/(?P<reference>[^/]+)")
    def verify(self, call: Call, reference: str) -> Row:
        return answered(self._charge(reference))

    @route("GET", "/transaction")
    def list_transactions(self, call: Call) -> Row:
        return self._page(list(self.transactions.values()), call)

    # Refunds

    @route("POST", "/refund")
    def create_refund(self, call: Call) -> Row:
        charge = self._charge(str(call.body.get("transaction", "")))
        amount = amount_of(call.body, charge["amount"])
        if charge["status"] not in SETTLED:
            raise refused(400, "Transaction has not been paid", "invalid_transaction")
        if charge["refunded"] + amount > charge["amount"]:
            raise refused(400, "Refund amount cannot be more than the amount left", "refund_too_large")
        charge["refunded"] += amount
        refund = self._stamped({
            "transaction": charge["id"], "transaction_reference": charge["reference"], "amount": amount,
            "currency": charge["currency"], "status": "pending", "customer_note": call.body.get("customer_note", ""),
            "merchant_note": call.body.get("merchant_note", ""),
        })  # fmt: skip
        self.refunds.append(refund)
        self._tell_refund(refund)
        return answered(refund, "Refund has been queued for processing")

    @route("GET", "/refund")
    def list_refunds(self, call: Call) -> Row:
        wanted = call.query.get("transaction")
        return self._page(
            [row for row in self.refunds if wanted in {None, str(row["transaction"]), row["transaction_reference"]}],
            call,
        )

    # Disputes

    @route("GET", "/dispute/(?P<dispute_id>[0-9]+)")
    def retrieve_dispute(self, call: Call, dispute_id: str) -> Row:
        return answered(self._dispute(int(dispute_id)))

    @route("GET", "/dispute")
    def list_disputes(self, call: Call) -> Row:
        return self._page(self.disputes, call)

    @route("POST", "/dispute/(?P<dispute_id>[0-9]+)/evidence")
    def add_evidence(self, call: Call, dispute_id: str) -> Row:
        if not call.body.get("service_details") or "@" not in str(call.body.get("customer_email", "")):
            raise refused(400, "Evidence is not complete", "invalid_params")
        dispute = self._dispute(int(dispute_id))
        dispute["evidence"] = self._stamped(dict(call.body))
        return answered(dispute["evidence"])

    @route("PUT", "/dispute/(?P<dispute_id>[0-9]+)/resolve")
    def answer_dispute(self, call: Call, dispute_id: str) -> Row:
        dispute = self._dispute(int(dispute_id))
        if dispute["status"] != "awaiting-merchant-feedback":
            raise refused(400, "Dispute has been resolved", "dispute_closed")
        dispute["status"] = "awaiting-bank-feedback"
        return answered(dispute)

    def _dispute(self, dispute_id: int) -> Row:
        for dispute in self.disputes:
            if dispute["id"] == dispute_id:
                return dispute
        raise refused(404, "Dispute not found", "dispute_not_found")

    # Money out

    @route("GET", "/bank/resolve")
    def resolve(self, call: Call) -> Row:
        number = call.query.get("account_number", "")
        if len(number) != 10 or not number.isdecimal():
            raise refused(422, "Could not resolve account name. Check parameters or try again.", "invalid_bank_code")
        return answered({"account_number": number, "account_name": self._holder(number), "bank_id": 9})

    @route("POST", "/transferrecipient")
    def create_recipient(self, call: Call) -> Row:
        number, code = str(call.body.get("account_number", "")), f"RCP_{len(self.recipients) + 1:08d}"
        known = [row for row in self.recipients.values() if row["details"]["account_number"] == number]
        recipient = known[0] if known else {
            "recipient_code": code, "active": True, "name": call.body.get("name"), "currency": call.body["currency"],
            "details": {"account_number": number, "account_name": self._holder(number)},
        }  # fmt: skip
        self.recipients[recipient["recipient_code"]] = recipient
        return answered(recipient)

    @route("GET", "/transferrecipient/(?P<code>[^/]+)")
    def fetch_recipient(self, call: Call, code: str) -> Row:
        if code not in self.recipients:
            raise refused(404, "Recipient not found", "recipient_not_found")
        return answered(self.recipients[code])

    @route("POST", "/transfer")
    def initiate_transfer(self, call: Call) -> Row:
        reference, amount = str(call.body.get("reference", "")), amount_of(call.body)
        if reference in self.transfers:
            raise refused(400, "Please provide a unique reference. Reference already exists.", "duplicate_reference")
        if call.body.get("recipient") not in self.recipients:
            raise refused(404, "Recipient specified is invalid", "invalid_recipient")
        if amount + self.transfer_fee > self.balance:
            raise refused(400, "Your balance is not enough to fulfil this request", "insufficient_balance")
        self.balance -= amount + self.transfer_fee
        self.transfers[reference] = self._stamped({
            "reference": reference, "amount": amount, "currency": call.body["currency"], "status": "pending",
            "recipient": call.body["recipient"], "reason": call.body.get("reason", ""),
            "fee_charged": self.transfer_fee,
        })  # fmt: skip
        self.transfers[reference]["transfer_code"] = f"TRF_{self.transfers[reference]['id']:08d}"
        return answered(self.transfers[reference])

    @route("GET", "/transfer/verify/(?P<reference>[^/]+)")
    def verify_transfer(self, call: Call, reference: str) -> Row:
        if reference not in self.transfers:
            raise refused(404, "Transfer not found", "transfer_not_found")
        return answered(self.transfers[reference])

    @route("GET", "/transfer")
    def list_transfers(self, call: Call) -> Row:
        return self._page(list(self.transfers.values()), call)

    # What customers and banks do

    def pay(self, reference: str, amount: int | None = None, currency: str | None = None) -> Row:
        """The customer has paid, perhaps another amount or in another currency."""
        charge = self._charge(reference)
        paid = charge["amount"] if amount is None else amount
        charge.update(
            status="success", amount=paid, currency=currency or charge["currency"], paid_at=self._now(),
            fees=paid * FEE_BASIS_POINTS // 10_000, gateway_response="Successful",
            authorization={**CARD, "channel": charge["channel"]},
        )  # fmt: skip
        self._tell("charge.success", charge)
        return charge

    def close_card(self, reference: str) -> Row:
        """The card that paid this has been closed: what is charged to it from now on is declined."""
        charge = self._charge(reference)
        self.closed_cards.add(charge["authorization"]["authorization_code"])
        return charge

    def decline(self, reference: str) -> Row:
        """The customer's card was refused."""
        charge = self._charge(reference)
        charge.update(status="failed", gateway_response="Declined")
        self._tell("charge.failed", charge)
        return charge

    def process(self, reference: str) -> Row:
        """The money is on its way."""
        charge = self._charge(reference)
        charge["status"] = "ongoing"
        return charge

    def settle_refund(self, refund_id: int, succeeded: bool) -> Row:
        """A refund turns out well, or fails days later and its money is back with us."""
        refund = next(row for row in self.refunds if row["id"] == refund_id)
        if not succeeded and refund["status"] != "failed":
            self._charge(refund["transaction_reference"])["refunded"] -= refund["amount"]
        refund["status"] = "processed" if succeeded else "failed"
        self._tell_refund(refund)
        return refund

    def refund_by_hand(self, reference: str, amount: int) -> Row:
        """Somebody sends money back from Paystack's own dashboard."""
        body = {"transaction": reference, "amount": amount, "merchant_note": "by hand"}
        call = Call(method="POST", path="/refund", query={}, body=body, headers={})
        refund: Row = self.create_refund(call)["data"]
        return self.settle_refund(refund["id"], succeeded=True)

    def settle_transfer(self, reference: str, status: str) -> Row:
        """A transfer succeeds, fails, or comes back."""
        transfer = self.transfers[reference]
        if status in {"failed", "reversed"} and transfer["status"] not in {"failed", "reversed"}:
            self.balance += transfer["amount"]
        if status == "failed":  # for what never went there is no fee
            self.balance += transfer["fee_charged"]
            transfer["fee_charged"] = 0
        transfer["status"] = status
        self._tell(f"transfer.{status}", transfer)
        return transfer

    def name_account(self, number: str, holder: str) -> Row:
        """The bank knows the account by this name."""
        self.holders[number] = holder
        return {"account_number": number, "account_name": holder}

    def fill(self, balance: int) -> Row:
        """So much lies in the platform's balance, from which transfers are paid."""
        self.balance = balance
        return {"balance": balance}

    def dispute(self, reference: str, amount: int | None = None) -> Row:
        """The customer's bank asks for its money back; it has not got it yet."""
        charge = self._charge(reference)
        due_at = datetime.fromtimestamp(self.clock() + 2 * 86400, tz=UTC).isoformat()
        dispute = self._stamped({
            "refund_amount": charge["amount"] if amount is None else amount, "currency": charge["currency"],
            "status": "awaiting-merchant-feedback", "resolution": None, "category": "fraud", "dueAt": due_at,
            "transaction": {"id": charge["id"], "reference": reference, "amount": charge["amount"]},
        })  # fmt: skip
        self.disputes.append(dispute)
        self._tell("charge.dispute.create", dispute)
        return dispute

    def resolve_dispute(self, dispute_id: int, won: bool) -> Row:
        """The bank has decided; what it gets is a refund of the dispute's."""
        dispute = self._dispute(dispute_id)
        dispute.update(status="resolved", resolution="declined" if won else "merchant-accepted")
        if not won:
            charge = dispute["transaction"]
            self.refunds.append(self._stamped({
                "transaction": charge["id"], "transaction_reference": charge["reference"], "dispute": dispute["id"],
                "amount": dispute["refund_amount"], "currency": dispute["currency"], "status": "processed",
                "customer_note": "", "merchant_note": "Dispute",
            }))  # fmt: skip
        self._tell("charge.dispute.resolve", dispute)
        return dispute

    def attend_refund(self, refund_id: int) -> Row:
        """Paystack asks for the customer's bank details before it goes on."""
        refund = next(row for row in self.refunds if row["id"] == refund_id)
        refund["status"] = "needs-attention"
        self._tell_refund(refund)
        return refund
