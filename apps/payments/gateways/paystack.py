"""Paystack behind our interface. Source: paystack.com/docs/api."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from paystackapi.charge import Charge
from paystackapi.refund import Refund
from paystackapi.transaction import Transaction
from paystackapi.transfer import Transfer
from paystackapi.trecipient import TransferRecipient as Recipient
from paystackapi.verification import Verification

from apps.payments.gateways import disputes
from apps.payments.gateways import paystack_reading as reading
from apps.payments.gateways import paystack_settlements as settling
from apps.payments.gateways.errors import GatewayRefused, SignatureInvalid
from apps.payments.gateways.network import HttpLimits
from apps.payments.gateways.paystack_transport import PayStackRequests, bound
from apps.payments.gateways.reading import header, mapping, moment, signed_json, text
from apps.payments.gateways.resilience import CircuitBreaker, RetryPolicy
from apps.payments.gateways.signatures import check_sha512
from apps.payments.gateways.values import (
    BankAccount,
    ChargeStatus,
    DisputeEvidence,
    DisputeInfo,
    GatewayBalance,
    GatewayEvent,
    GatewayRecord,
    Initialized,
    InitializeRequest,
    Method,
    RecordKind,
    RecurringOrder,
    RefundRequest,
    RefundResult,
    SavedCharge,
    TransferRecipient,
    TransferRequest,
    TransferResult,
    VerifyResult,
)

NOT_FOUND = "404"
RECIPIENT_TYPES = {"NGN": "nuban", "GHS": "ghipss", "ZAR": "basa", "KES": "kepss"}
LISTS = {RecordKind.CHARGE: "transaction", RecordKind.REFUND: "refund", RecordKind.TRANSFER: "transfer"}
SAFE_REFERENCE = re.compile(r"[A-Za-z0-9._=-]{1,100}")


@dataclass(frozen=True, kw_only=True)
class PaystackSettings:
    """Where Paystack is and who we are to it. ``webhook_secrets``: the secret key where none is set."""

    secret_key: str
    webhook_secrets: tuple[str, ...]
    base_url: str = "https://api.paystack.co"
    limits: HttpLimits = field(default_factory=HttpLimits)
    retries: RetryPolicy = field(default_factory=RetryPolicy)
    page_size: int = 100

    @property
    def livemode(self) -> bool:
        return self.secret_key.startswith("sk_live")


class PaystackGateway:
    """Transactions, refunds, transfers, recipients and signed events of Paystack."""

    name = "paystack"
    takes_bank_accounts = True
    onboards = False

    def __init__(self, settings: PaystackSettings, breaker: CircuitBreaker | None = None) -> None:
        self.settings = settings
        self.breaker = breaker or CircuitBreaker(name="Paystack")
        self.livemode = settings.livemode
        self._http = PayStackRequests(
            api_url=settings.base_url,
            secret_key=settings.secret_key,
            limits=settings.limits,
            retries=settings.retries,
            breaker=self.breaker,
        )
        self._transaction = bound(Transaction, self._http)
        self._charge = bound(Charge, self._http)
        self._refund = bound(Refund, self._http)
        self._transfer = bound(Transfer, self._http)
        self._recipient = bound(Recipient, self._http)
        self._verification = bound(Verification, self._http)

    # Charges

    def initialize(self, request: InitializeRequest) -> Initialized:
        """A checkout page is open, or an account number or USSD code waits for the money."""
        order: dict[str, Any] = {
            "reference": request.reference,
            "email": request.customer_email,
            "amount": request.amount_minor,
            "currency": request.currency,
            "metadata": {**request.metadata, "description": request.description},
        }
        if request.method == Method.BANK_TRANSFER:
            expiry = {"account_expires_at": request.expires_at.isoformat()} if request.expires_at else {}
            return reading.initialized(self._charge.start_charge(**order, bank_transfer=expiry))
        if request.method == Method.USSD:
            return reading.initialized(self._charge.start_charge(**order, ussd={"type": "737"}))
        answer = self._transaction.initialize(**order, callback_url=request.return_url, channels=["card"])
        return reading.initialized(answer)

    def verify(self, *, reference: str, gateway_id: str = "") -> VerifyResult:
        """What Paystack says about our reference."""
        if not SAFE_REFERENCE.fullmatch(reference):
            return VerifyResult(status=ChargeStatus.UNKNOWN, reference=reference)
        try:
            answer = self._transaction.verify(reference)
        except GatewayRefused as refusal:
            if refusal.code in {NOT_FOUND, "transaction_not_found"}:
                return VerifyResult(status=ChargeStatus.UNKNOWN, reference=reference, message=str(refusal))
            raise
        return reading.verified(mapping(answer.get("data")))

    def cancel(self, *, reference: str, gateway_id: str = "") -> None:
        """Nothing: Paystack closes an unpaid transaction by itself, and late money is settled like any other."""

    def charge_saved(self, request: SavedCharge) -> VerifyResult:
        """The saved authorisation was charged, or not."""
        answer = self._transaction.charge(
            reference=request.reference,
            authorization_code=request.token,
            email=request.customer_email,
            amount=request.amount_minor,
            currency=request.currency,
            metadata=request.metadata,
        )
        return reading.verified(mapping(answer.get("data")))

    # What it renews by itself

    def start_recurring(self, order: RecurringOrder) -> str:
        """A subscription to the plan, charged first when our month is over. There is no idempotency key: it is looked for first."""
        # The list goes by the customer's number, and takes no code.
        customer = mapping(self._http.get(f"customer/{order.customer_gateway_id}").get("data"))
        for row in self._pages("subscription", {"customer": text(customer.get("id"))}):
            if reading.is_subscription_of(row, order):
                return text(row.get("subscription_code"))
        answer = self._http.post(
            "subscription",
            data={
                "customer": order.customer_gateway_id,
                "plan": order.plan_code,
                "authorization": order.token,
                "start_date": order.starts_at.isoformat(),
            },
        )
        return text(mapping(answer.get("data")).get("subscription_code"))

    def stop_recurring(self, *, gateway_id: str) -> None:
        """The subscription is disabled, unless it was."""
        known = mapping(self._http.get(f"subscription/{gateway_id}").get("data"))
        if text(known.get("status")) in reading.SUBSCRIPTION_ENDS:
            return
        self._http.post("subscription/disable", data={"code": gateway_id, "token": text(known.get("email_token"))})

    # Refunds

    def refund(self, request: RefundRequest) -> RefundResult:
        """The refund is queued. Our reference travels in the note, since Paystack keeps none for refunds."""
        answer = self._refund.create(
            transaction=request.payment_reference,
            amount=request.amount_minor,
            currency=request.currency,
            customer_note=request.reason,
            merchant_note=reading.refund_note(request.reference),
        )
        return reading.refunded(mapping(answer.get("data")), reference=request.reference)

    def refunds_of(self, *, payment_reference: str, payment_gateway_id: str = "") -> list[RefundResult]:
        """Every refund of the transaction; ours are known by their note. What a dispute took is told as the dispute's."""
        query = {"transaction": payment_gateway_id or payment_reference}
        return [reading.refunded(row) for row in self._pages("refund", query) if not row.get("dispute")]

    # Disputes

    def find_dispute(self, *, gateway_id: str) -> DisputeInfo | None:
        """The dispute as Paystack knows it."""
        return reading.disputed(mapping(self._http.get(f"dispute/{gateway_id}").get("data")))

    def list_disputes(self, *, starts_at: datetime, ends_at: datetime) -> Iterator[DisputeInfo]:
        """Every dispute of the period."""
        for row in self._pages("dispute", {"from": starts_at.isoformat(), "to": ends_at.isoformat()}):
            yield reading.disputed(row)

    def submit_evidence(self, evidence: DisputeEvidence) -> None:
        """The bank has our side of it: the evidence first, and then our word that we do not accept the dispute."""
        address = f"dispute/{evidence.dispute_gateway_id}"
        known = self._http.get(address)
        if text(mapping(known.get("data")).get("status")) != "awaiting-merchant-feedback":
            return
        order = {
            "customer_email": evidence.customer_email,
            "customer_name": evidence.customer_name,
            "customer_phone": "",
            "service_details": "\n".join([evidence.words, *(f"File: {each}" for each in evidence.files)]),
        }
        made = self._http.post(f"{address}/evidence", data=order)
        decline = {
            "resolution": "declined",
            "message": evidence.words[:500],
            "refund_amount": 0,
            "uploaded_filename": evidence.files[0] if evidence.files else "",
            "evidence": mapping(made.get("data")).get("id"),
        }
        self._http.put(f"{address}/resolve", data=decline)

    # Money out

    def resolve_account(self, account: BankAccount) -> str:
        """The holder's name as the bank knows it."""
        answer = self._verification.verify_account(account_number=account.account_number, bank_code=account.bank_code)
        return text(mapping(answer.get("data")).get("account_name"))

    def create_recipient(self, account: BankAccount) -> TransferRecipient:
        """Paystack can send money to this account."""
        if account.currency not in RECIPIENT_TYPES:
            raise GatewayRefused(f"Paystack sends no {account.currency} to bank accounts.", code="currency")
        answer = self._recipient.create(
            type=RECIPIENT_TYPES[account.currency],
            name=account.holder_name,
            account_number=account.account_number,
            bank_code=account.bank_code,
            currency=account.currency,
        )
        return reading.recipient(mapping(answer.get("data")))

    def recipient_now(self, *, gateway_id: str, return_url: str = "") -> TransferRecipient:
        """The account as Paystack has it."""
        return reading.recipient(mapping(self._http.get(f"transferrecipient/{gateway_id}").get("data")))

    def transfer(self, request: TransferRequest) -> TransferResult:
        """The transfer is queued under our reference, which Paystack accepts once."""
        answer = self._transfer.initiate(
            source="balance",
            reference=request.reference,
            amount=request.amount_minor,
            currency=request.currency,
            recipient=request.recipient_gateway_id,
            reason=request.reason,
        )
        return reading.transferred(mapping(answer.get("data")))

    def find_transfer(self, *, reference: str) -> TransferResult | None:
        """The transfer with our reference. The packaged call asks a wrong address, so this one is our own."""
        if not SAFE_REFERENCE.fullmatch(reference):
            return None
        try:
            answer = self._http.get(f"transfer/verify/{reference}")
        except GatewayRefused as refusal:
            if refusal.code in {NOT_FOUND, "transfer_not_found"}:
                return None
            raise
        return reading.transferred(mapping(answer.get("data")))

    # Reconciliation

    def list_records(self, kind: RecordKind, *, starts_at: datetime, ends_at: datetime) -> Iterator[GatewayRecord]:
        """Every record of the period, each once: rows that slide to the next page while we read are seen before."""
        seen: set[str] = set()
        if kind in {RecordKind.SETTLEMENT, RecordKind.SETTLED}:
            settle = settling.settlements if kind == RecordKind.SETTLEMENT else settling.settled
            yield from settle(self._pages, starts_at=starts_at, ends_at=ends_at)
            return
        if kind == RecordKind.DISPUTE:
            listed = self.list_disputes(starts_at=starts_at, ends_at=ends_at)
            yield from disputes.records(listed, starts_at=starts_at, ends_at=ends_at)
            return
        period = {"from": starts_at.isoformat(), "to": ends_at.isoformat()}
        for row in self._pages(LISTS[kind], period):
            if kind == RecordKind.REFUND and row.get("dispute"):  # it is in the list of disputes
                continue
            record = reading.record(kind, row)
            created_at = moment(row.get("createdAt") or row.get("created_at"))
            if created_at is None or not starts_at <= created_at < ends_at or record.gateway_id in seen:
                continue
            seen.add(record.gateway_id)
            yield record

    def balances(self) -> list[GatewayBalance]:
        """What lies in Paystack's balances, and what its settlements have taken to our bank."""
        return settling.balances(self._http.get("balance"), self._pages("settlement", {}))

    def _pages(self, address: str, query: dict[str, Any]) -> Iterator[dict[str, Any]]:
        page, page_count = 1, 1
        while page <= page_count:
            answer = self._http.get(address, qs={**query, "perPage": self.settings.page_size, "page": page})
            yield from (mapping(row) for row in answer.get("data") or [])
            page_count = int(mapping(answer.get("meta")).get("pageCount") or 1)
            page += 1

    # Web hooks

    def parse_webhook(self, *, body: bytes, headers: Mapping[str, str], at: datetime) -> GatewayEvent:
        """The event in these bytes. The scheme has no time stamp: repeats are caught by the event id, kept for ever."""
        signature = header(headers, "x-paystack-signature")
        if not signature:
            raise SignatureInvalid("The signature is missing.")
        check_sha512(body, signature, self.settings.webhook_secrets)
        return self.read_event(body)

    def read_event(self, body: bytes) -> GatewayEvent:
        """The event in these bytes."""
        event = reading.event(signed_json(body))
        if not event.event_type:
            raise SignatureInvalid("The body holds no event.")
        return event
