"""Opening a payment: prepare (one transaction), send (the gateway), record (one transaction)."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction

from apps.core.conf import timer
from apps.core.idempotency import KeyReused, StillRunning
from apps.core.ids import new_reference
from apps.payments.errors import (
    AlreadyPaid,
    GatewayNotOffered,
    MethodNotOffered,
    MixedCurrencies,
    NothingToPay,
    NotPayable,
    PartNotPayable,
    SameItemTwice,
)
from apps.payments.gateways.errors import GatewayNotSupported
from apps.payments.gateways.registry import NoSuchGateway, gateway_for
from apps.payments.gateways.values import Initialized, InitializeRequest, Method
from apps.payments.models import Payment, PaymentAllocation, SavedMethod
from apps.payments.operations.calling import answering_the_customer, gateway_named
from apps.payments.operations.types import ItemToPay
from apps.payments.payables import PayablePart, PayableQuote, quote_payable
from apps.payments.states import AllocationState, PaymentStatus

INTERRUPTED_AFTER = timedelta(seconds=90)
FIRST_CHECK_AFTER = timedelta(minutes=2)
Quoted = list[tuple[ItemToPay, PayableQuote]]


def initialize_payment(
    *,
    items: Sequence[ItemToPay],
    payer: Any,
    at: datetime,
    gateway: str = "",
    method: Method = Method.CARD,
    save_method: bool = False,
    client_key: str = "",
    metadata: dict[str, str] | None = None,
) -> Payment:
    """The gateway waits for the customer to pay for the items, all of them in one payment.

    The same ``client_key`` with the same wish gives the same payment. Must be called outside a transaction.
    Raises: what quoting raises, SameItemTwice, MixedCurrencies, NothingToPay, NotPayable, PartNotPayable, AlreadyPaid, GatewayNotOffered,
    MethodNotOffered, GatewayNotAnswering, GatewaySaidNo, KeyReused, StillRunning.
    """
    try:
        payment, is_new = prepare_payment(
            items=items,
            payer=payer,
            at=at,
            gateway=gateway,
            method=method,
            save_method=save_method,
            client_key=client_key,
            metadata=metadata,
        )
    except IntegrityError as error:
        if "payment_client_key_once" not in str(error):
            raise
        raise StillRunning from error
    if not is_new:
        return payment
    try:
        with answering_the_customer():
            answer = send_initialization(payment)
    except GatewayNotSupported as error:
        record_not_initialized(payment_id=payment.pk, problem=str(error))
        raise MethodNotOffered from error
    except Exception as error:
        # An unknown outcome leaves a charge that nobody can reach: a new attempt gets a new reference.
        record_not_initialized(payment_id=payment.pk, problem=str(error))
        raise
    return record_initialized(payment_id=payment.pk, answer=answer, at=at)


@transaction.atomic(durable=True)
def prepare_payment(
    *,
    items: Sequence[ItemToPay],
    payer: Any,
    at: datetime,
    gateway: str,
    method: Method,
    save_method: bool,
    client_key: str,
    metadata: dict[str, str] | None,
) -> tuple[Payment, bool]:
    """The payment and its shares are rows, priced as of now; or the one that ``client_key`` made before."""
    fingerprint = _fingerprint(items, gateway, method, save_method)
    known = _known_payment(payer, client_key, fingerprint, at)
    if known is not None:
        return known, False
    quoted = _quote(items, payer, at)
    currency = quoted[0][1].currency
    try:
        chosen = gateway_for(currency, gateway)
    except NoSuchGateway as error:
        raise GatewayNotOffered from error
    ends = [quote.expires_at for _, quote in quoted if quote.expires_at is not None]
    payment = Payment.objects.create(
        payer=payer,
        currency=currency,
        amount_minor=sum(quote.amount_minor for _, quote in quoted),
        gateway=chosen.name,
        method=method,
        reference=f"GP-{new_reference(16)}",
        expires_at=min([at + timer("PAYMENT_ATTEMPT_LIFE"), *ends]),
        next_check_at=at + FIRST_CHECK_AFTER,
        attempts=1,
        save_method=save_method,
        client_key=client_key,
        fingerprint=fingerprint,
        metadata=metadata or {},
        created_at=at,
    )
    PaymentAllocation.objects.bulk_create(share for item, quote in quoted for share in _shares(payment, item, quote))
    return payment, True


def _fingerprint(items: Sequence[ItemToPay], gateway: str, method: Method, save_method: bool) -> str:
    named = sorted([item.item_type, str(item.item_id)] for item in items)
    return hashlib.sha256(json.dumps([named, gateway, method, save_method]).encode()).hexdigest()


def _known_payment(payer: Any, client_key: str, fingerprint: str, at: datetime) -> Payment | None:
    if not client_key:
        return None
    known: Payment | None = Payment.objects.locked().filter(payer=payer, client_key=client_key).first()
    if known is None:
        return None
    if known.fingerprint != fingerprint:
        raise KeyReused
    if known.sent_at is not None:
        return known
    if at < known.created_at + INTERRUPTED_AFTER:
        raise StillRunning
    _give_up(known, "The attempt was interrupted.")
    return None


def _quote(items: Sequence[ItemToPay], payer: Any, at: datetime) -> Quoted:
    if len(set(items)) != len(items):
        raise SameItemTwice
    # One order for everybody: a trade may lock the rows that it quotes.
    ordered = sorted(items, key=lambda item: (item.item_type, item.item_id))
    quoted = [
        (item, quote_payable(item_type=item.item_type, item_id=item.item_id, payer=payer, at=at)) for item in ordered
    ]
    if len({quote.currency for _, quote in quoted}) > 1:
        raise MixedCurrencies
    if any(quote.amount_minor <= 0 for _, quote in quoted):
        raise NothingToPay
    if any(quote.expires_at is not None and quote.expires_at <= at for _, quote in quoted):
        raise NotPayable
    _ensure_together(quoted)
    for item, quote in quoted:
        if PaymentAllocation.objects.filter(
            item_type=item.item_type, item_id=item.item_id, kind=quote.kind, state=AllocationState.FUNDED
        ).exists():
            raise AlreadyPaid
    return quoted


def _ensure_together(quoted: Quoted) -> None:
    """Raises: PartNotPayable, which names what is missing, where a thing is paid for with others only."""
    given = {(item.item_type, item.item_id) for item, _ in quoted}
    wanted = {(item.item_type, key) for item, quote in quoted for key in quote.only_with}
    if missing := sorted(wanted - given):
        raise PartNotPayable(data={"missing": [{"type": kind, "id": str(key)} for kind, key in missing]})


def _shares(payment: Payment, item: ItemToPay, quote: PayableQuote) -> list[PaymentAllocation]:
    """One share for the thing, or one for each part of it that has a hold of its own."""
    whole = PayablePart(
        unit_type=quote.unit_type or item.item_type,
        unit_id=quote.unit_id or item.item_id,
        amount_minor=quote.amount_minor,
    )
    return [_share(payment, item, quote, part) for part in quote.parts or (whole,)]


def _share(payment: Payment, item: ItemToPay, quote: PayableQuote, part: PayablePart) -> PaymentAllocation:
    return PaymentAllocation(
        payment=payment,
        item_type=item.item_type,
        item_id=item.item_id,
        kind=quote.kind,
        description=quote.description[:200],
        amount_minor=part.amount_minor,
        destination=quote.destination,
        business_id=quote.business_id,
        unit_type=part.unit_type,
        unit_id=part.unit_id,
        commission_rate_bp=quote.commission_rate_bp,
        plan_rate_bp=quote.plan_rate_bp,
        performer_id=quote.performer_id,
        performer_has_left=quote.performer_has_left,
    )


def send_initialization(payment: Payment) -> Initialized:
    """The gateway has opened the payment; no database is touched."""
    payer = payment.payer
    host = urlsplit(settings.PUBLIC_BASE_URL).hostname or "localhost"
    saved = (
        SavedMethod.objects.filter(owner_id=payer.pk, gateway=payment.gateway).first() if payment.save_method else None
    )
    return gateway_named(payment.gateway).initialize(
        InitializeRequest(
            reference=payment.reference,
            amount_minor=payment.amount_minor,
            currency=payment.currency,
            customer_email=payer.email or f"customer-{payer.pk.hex}@{host}",
            description=_description(payment),
            return_url=f"{settings.PUBLIC_BASE_URL}/payments/{payment.reference}/",
            method=Method(payment.method),
            expires_at=payment.expires_at,
            customer_gateway_id=saved.customer_gateway_id if saved else "",
            save_method=payment.save_method,
            metadata={"environment": settings.ENVIRONMENT},
        )
    )


def _description(payment: Payment) -> str:
    """What the payment is for, each thing once."""
    told = payment.allocations.order_by("pk").values_list("description", flat=True)
    return ", ".join(dict.fromkeys(told))[:200]


@transaction.atomic
def record_initialized(*, payment_id: Any, answer: Initialized, at: datetime) -> Payment:
    """The payment knows what the customer's client needs in order to pay."""
    payment: Payment = Payment.objects.locked().get(pk=payment_id)
    payment.sent_at = at
    payment.gateway_id = answer.gateway_id or payment.gateway_id
    payment.access_code, payment.checkout_url = answer.access_code, answer.checkout_url
    payment.client_secret = answer.client_secret
    payment.instructions = _instructions(answer)
    payment.save()
    return payment


def _instructions(answer: Initialized) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if answer.bank_transfer is not None:
        transfer = answer.bank_transfer
        found["bank_transfer"] = {
            "bank_name": transfer.bank_name,
            "account_number": transfer.account_number,
            "account_name": transfer.account_name,
            "expires_at": transfer.expires_at.isoformat() if transfer.expires_at else None,
        }
    if answer.ussd_code:
        found["ussd_code"] = answer.ussd_code
    return found


@transaction.atomic
def record_not_initialized(*, payment_id: Any, problem: str) -> None:
    """The attempt is over before it began, and its key is free for another."""
    _give_up(Payment.objects.locked().get(pk=payment_id), problem)


def _give_up(payment: Payment, problem: str) -> None:
    payment.client_key = ""
    if payment.status == PaymentStatus.INITIALIZED:
        payment.fail(problem=problem)
    payment.save()
