"""Stripe behind our interface, through its official library. Source: docs.stripe.com/api."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from apps.payments.gateways import disputes
from apps.payments.gateways import stripe_reading as reading
from apps.payments.gateways import stripe_settlements as settling
from apps.payments.gateways.errors import GatewayNotSupported, GatewayRefused, SignatureInvalid
from apps.payments.gateways.network import HttpLimits
from apps.payments.gateways.reading import header, mapping, signed_json, text
from apps.payments.gateways.resilience import CircuitBreaker, RetryPolicy
from apps.payments.gateways.signatures import TOLERANCE_S, check_timestamped
from apps.payments.gateways.stripe_transport import StripeCalls
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

if TYPE_CHECKING:
    from stripe import StripeClient

CHARGE_DETAILS = ["latest_charge.balance_transaction"]
MISSING = "resource_missing"
INVOICE = "in_"
TOO_LATE_TO_CANCEL = "payment_intent_unexpected_state"
CARD_DECLINED = {"card_declined", "expired_card", "insufficient_funds", "authentication_required", "incorrect_cvc"}


@dataclass(frozen=True, kw_only=True)
class StripeSettings:
    """Where Stripe is and who we are to it. Several web hook secrets stand side by side while one is replaced."""

    secret_key: str
    webhook_secrets: tuple[str, ...]
    base_url: str = "https://api.stripe.com"
    limits: HttpLimits = field(default_factory=HttpLimits)
    retries: RetryPolicy = field(default_factory=RetryPolicy)
    tolerance_s: int = TOLERANCE_S
    page_size: int = 100

    @property
    def livemode(self) -> bool:
        return self.secret_key.startswith(("sk_live", "rk_live"))


class StripeGateway:
    """Payment intents, refunds, Connect accounts, transfers and signed events of Stripe."""

    name = "stripe"
    takes_bank_accounts = False
    onboards = True

    def __init__(self, settings: StripeSettings, breaker: CircuitBreaker | None = None) -> None:
        self.settings = settings
        self.livemode = settings.livemode
        self.breaker = breaker or CircuitBreaker(name="Stripe")
        self._calls = StripeCalls(
            secret_key=settings.secret_key,
            base_url=settings.base_url,
            limits=settings.limits,
            retries=settings.retries,
            breaker=self.breaker,
        )

    # Charges

    def initialize(self, request: InitializeRequest) -> Initialized:
        """A payment intent waits for the customer; its client secret opens it."""
        if request.method != Method.CARD:
            raise GatewayNotSupported("Stripe", request.method.replace("_", " ").lower())
        order: Any = {
            **_charge_order(request.reference, request.amount_minor, request.currency, request.metadata),
            "description": request.description,
            "automatic_payment_methods": {"enabled": True},
        }
        if request.customer_email:
            order["receipt_email"] = request.customer_email
        if request.save_method:
            order["customer"] = request.customer_gateway_id or self._make_customer(request)
            order["setup_future_usage"] = "off_session"
        intent = self._write(
            lambda client, options: client.v1.payment_intents.create(order, options), request.reference
        )
        return Initialized(
            reference=request.reference,
            gateway_id=text(intent.get("id")),
            client_secret=text(intent.get("client_secret")),
        )

    def _make_customer(self, request: InitializeRequest) -> str:
        key = f"customer:{request.reference}"
        order: Any = {"email": request.customer_email, "metadata": {"reference": request.reference}}
        return text(self._write(lambda client, options: client.v1.customers.create(order, options), key).get("id"))

    def verify(self, *, reference: str, gateway_id: str = "") -> VerifyResult:
        """What Stripe says about the intent with our reference, or that paid the invoice of that id."""
        if gateway_id.startswith(INVOICE):
            gateway_id = self._intent_of_invoice(gateway_id)
        gateway_id = gateway_id or (self._intent_id(reference) if reference else "")
        if not gateway_id:
            return VerifyResult(status=ChargeStatus.UNKNOWN, reference=reference)
        query: Any = {"expand": CHARGE_DETAILS}
        try:
            intent = self._calls.read(lambda client: client.v1.payment_intents.retrieve(gateway_id, query))
        except GatewayRefused as refusal:
            if refusal.code == MISSING:
                return VerifyResult(status=ChargeStatus.UNKNOWN, reference=reference, message=str(refusal))
            raise
        return reading.verified(intent)

    def _intent_of_invoice(self, invoice_id: str) -> str:
        query = {"invoice": invoice_id, "status": "paid"}
        rows = self._pages(lambda client, page: client.v1.invoice_payments.list(page), query)
        return next((text(mapping(row.get("payment")).get("payment_intent")) for row in rows), "")

    def _intent_id(self, reference: str) -> str:
        quoted = reference.replace("\\", "").replace("'", "")
        query: Any = {"query": f"metadata['reference']:'{quoted}'", "limit": 1}
        rows = self._calls.read(lambda client: client.v1.payment_intents.search(query)).get("data") or []
        return text(mapping(rows[0]).get("id")) if rows else ""

    def cancel(self, *, reference: str, gateway_id: str = "") -> None:
        """The intent takes no more money, unless it already ended."""
        gateway_id = gateway_id or self._intent_id(reference)
        if not gateway_id:
            return
        try:
            self._write(
                lambda client, options: client.v1.payment_intents.cancel(gateway_id, {}, options), f"cancel:{reference}"
            )
        except GatewayRefused as refusal:
            if refusal.code not in {TOO_LATE_TO_CANCEL, MISSING}:
                raise

    def charge_saved(self, request: SavedCharge) -> VerifyResult:
        """The saved card was charged, or declined."""
        order: Any = {
            **_charge_order(request.reference, request.amount_minor, request.currency, request.metadata),
            "description": request.description,
            "customer": request.customer_gateway_id,
            "payment_method": request.token,
            "confirm": True,
            "off_session": True,
            "expand": CHARGE_DETAILS,
        }
        try:
            intent = self._write(
                lambda client, options: client.v1.payment_intents.create(order, options), request.reference
            )
        except GatewayRefused as refusal:
            if refusal.code in CARD_DECLINED:
                return VerifyResult(status=ChargeStatus.FAILED, reference=request.reference, message=str(refusal))
            raise
        return reading.verified(intent)

    # What it renews by itself

    def start_recurring(self, order: RecurringOrder) -> str:
        """A subscription whose first invoice is made when the month that we were paid for is over."""
        wanted: Any = {
            "customer": order.customer_gateway_id,
            "items": [{"price": order.plan_code}],
            "default_payment_method": order.token,
            "trial_end": int(order.starts_at.timestamp()),
            "metadata": {**order.metadata, "reference": order.reference},
        }
        key = f"recurring:{order.reference}"
        made = self._write(lambda client, options: client.v1.subscriptions.create(wanted, options), key)
        return text(made.get("id"))

    def stop_recurring(self, *, gateway_id: str) -> None:
        """The subscription is cancelled at once; no invoice follows."""
        try:
            self._write(
                lambda client, options: client.v1.subscriptions.cancel(gateway_id, {}, options), f"stop:{gateway_id}"
            )
        except GatewayRefused as refusal:
            if refusal.code != MISSING:
                raise

    # Refunds

    def refund(self, request: RefundRequest) -> RefundResult:
        """The refund is made, or on its way."""
        order: Any = {
            "payment_intent": request.payment_gateway_id or self._intent_id(request.payment_reference),
            "amount": request.amount_minor,
            "reason": "requested_by_customer",
            "metadata": {"reference": request.reference, "why": request.reason[:500]},
        }
        key = f"refund:{request.reference}"
        return reading.refunded(
            self._write(lambda client, options: client.v1.refunds.create(order, options), key),
            reference=request.reference,
        )

    def refunds_of(self, *, payment_reference: str, payment_gateway_id: str = "") -> list[RefundResult]:
        """Every refund of the intent."""
        intent_id = payment_gateway_id or self._intent_id(payment_reference)
        rows = self._pages(lambda client, page: client.v1.refunds.list(page), {"payment_intent": intent_id})
        return [reading.refunded(row) for row in rows]

    # Disputes

    def find_dispute(self, *, gateway_id: str) -> DisputeInfo | None:
        """The dispute with what Stripe has moved for it."""
        return reading.disputed(self._calls.read(lambda client: client.v1.disputes.retrieve(gateway_id)))

    def list_disputes(self, *, starts_at: datetime, ends_at: datetime) -> Iterator[DisputeInfo]:
        """Every dispute of the period, newest first."""
        query = {"created": {"gte": int(starts_at.timestamp()), "lt": int(ends_at.timestamp())}}
        for row in self._pages(lambda client, page: client.v1.disputes.list(page), query):
            yield reading.disputed(row)

    def submit_evidence(self, evidence: DisputeEvidence) -> None:
        """The bank has our side of it, for good: Stripe takes evidence once."""
        order: Any = {
            "evidence": {
                "uncategorized_text": "\n".join([evidence.words, *(f"File: {each}" for each in evidence.files)]),
                "customer_email_address": evidence.customer_email,
                "customer_name": evidence.customer_name,
                "product_description": evidence.service,
            },
            "submit": True,
            "metadata": {"evidence": evidence.reference},
        }
        self._write(
            lambda client, options: client.v1.disputes.update(evidence.dispute_gateway_id, order, options),
            f"evidence:{evidence.reference}",
        )

    # Money out

    def resolve_account(self, account: BankAccount) -> str:
        """Never: with Connect the holder is checked by Stripe during onboarding."""
        raise GatewayNotSupported("Stripe", "look-up of account names")

    def create_recipient(self, account: BankAccount) -> TransferRecipient:
        """A connected account exists and its owner can be sent through Stripe's onboarding."""
        order: Any = {
            "type": "express",
            "country": account.country,
            "email": account.holder_email,
            "capabilities": {"transfers": {"requested": True}},
            "metadata": {"reference": account.reference},
        }
        made = self._write(lambda client, options: client.v1.accounts.create(order, options), account.reference)
        return self._with_link(reading.recipient(made), account.return_url)

    def recipient_now(self, *, gateway_id: str, return_url: str = "") -> TransferRecipient:
        """The connected account, and while Stripe does not pay it out, a fresh link to its onboarding."""
        found = reading.recipient(self._calls.read(lambda client: client.v1.accounts.retrieve(gateway_id)))
        return found if found.is_ready or not return_url else self._with_link(found, return_url)

    def _with_link(self, recipient: TransferRecipient, return_url: str) -> TransferRecipient:
        order: Any = {
            "account": recipient.gateway_id,
            "type": "account_onboarding",
            "refresh_url": return_url,
            "return_url": return_url,
        }
        link = self._calls.write(lambda client: client.v1.account_links.create(order))
        return replace(recipient, onboarding_url=text(link.get("url")))

    def transfer(self, request: TransferRequest) -> TransferResult:
        """The money is in the connected account."""
        order: Any = {
            "amount": request.amount_minor,
            "currency": request.currency.lower(),
            "destination": request.recipient_gateway_id,
            "description": request.reason,
            "transfer_group": request.reference,
            "metadata": {"reference": request.reference},
        }
        key = f"transfer:{request.reference}"
        return reading.transferred(self._write(lambda client, options: client.v1.transfers.create(order, options), key))

    def find_transfer(self, *, reference: str) -> TransferResult | None:
        """The transfer in the group that our reference names."""
        rows = self._pages(lambda client, page: client.v1.transfers.list(page), {"transfer_group": reference})
        return next((reading.transferred(row) for row in rows), None)

    # Reconciliation

    def list_records(self, kind: RecordKind, *, starts_at: datetime, ends_at: datetime) -> Iterator[GatewayRecord]:
        """Every record of the period, newest first, each once: pages continue after the last row seen."""
        first, end = int(starts_at.timestamp()), int(ends_at.timestamp())
        query: dict[str, Any] = {"created": {"gte": first, "lt": end}}
        if kind in {RecordKind.SETTLEMENT, RecordKind.SETTLED}:
            settle = settling.settlements if kind == RecordKind.SETTLEMENT else settling.settled
            yield from settle(self._named_pages, query["created"])
            return
        if kind == RecordKind.DISPUTE:
            listed = self.list_disputes(starts_at=starts_at, ends_at=ends_at)
            yield from disputes.records(listed, starts_at=starts_at, ends_at=ends_at)
            return
        lists: dict[RecordKind, Callable[[StripeClient, Any], Any]] = {
            RecordKind.CHARGE: lambda client, page: client.v1.charges.list(page),
            RecordKind.REFUND: lambda client, page: client.v1.refunds.list(page),
            RecordKind.TRANSFER: lambda client, page: client.v1.transfers.list(page),
        }
        if kind == RecordKind.CHARGE:
            query["expand"] = ["data.balance_transaction"]
        for row in self._pages(lists[kind], query):
            yield reading.record(kind, row)

    def balances(self) -> list[GatewayBalance]:
        """What lies in Stripe's balance, available or on its way there, and what its payouts have taken to our bank."""
        held = self._calls.read(lambda client: client.v1.balance.retrieve())
        return settling.balances(held, self._named_pages("payouts", {}))

    def _named_pages(self, name: str, query: dict[str, Any]) -> Iterator[dict[str, Any]]:
        return self._pages(lambda client, page: getattr(client.v1, name).list(page), query)

    def _pages(self, fetch: Callable[[StripeClient, Any], Any], query: dict[str, Any]) -> Iterator[dict[str, Any]]:
        page = {**query, "limit": self.settings.page_size}
        while True:
            answer = self._calls.read(lambda client, page=page: fetch(client, page))  # type: ignore[misc]
            rows = [mapping(row) for row in answer.get("data") or []]
            yield from rows
            if not rows or answer.get("has_more") is not True:
                return
            page = {**page, "starting_after": text(rows[-1].get("id"))}

    def _write(self, order: Callable[[StripeClient, Any], Any], idempotency_key: str) -> dict[str, Any]:
        options = {"idempotency_key": idempotency_key}
        return self._calls.write(lambda client: order(client, options))

    # Web hooks

    def parse_webhook(self, *, body: bytes, headers: Mapping[str, str], at: datetime) -> GatewayEvent:
        """The event in these bytes. The library's own check accepts time stamps in the future, ours does not."""
        check_timestamped(
            body,
            header(headers, "Stripe-Signature"),
            self.settings.webhook_secrets,
            at=at,
            tolerance_s=self.settings.tolerance_s,
        )
        return self.read_event(body)

    def read_event(self, body: bytes) -> GatewayEvent:
        """The event in these bytes."""
        event = reading.event(signed_json(body))
        if not event.event_id:
            raise SignatureInvalid("The event has no id.")
        return event


def _charge_order(reference: str, amount_minor: int, currency: str, metadata: dict[str, str]) -> dict[str, Any]:
    return {
        "amount": amount_minor,
        "currency": currency.lower(),
        "metadata": {**metadata, "reference": reference},
    }
