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
from apps.core.ids import new_id, new_reference
from apps.core.money import Money
from apps.credits.operations import lock_purse
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
from apps.payments.gateways.values import ChargeStatus, Initialized, InitializeRequest, Method, VerifyResult
from apps.payments.models import Payment, PaymentAllocation, SavedMethod
from apps.payments.operations.calling import answering_the_customer, gateway_named
from apps.payments.operations.parts import free_other_attempts, set_aside, set_free, wish_of
from apps.payments.operations.settle import settle_payment
from apps.payments.operations.types import ItemToPay, PayWith
from apps.payments.payables import PayablePart, PayableQuote, quote_payable
from apps.payments.states import AllocationState, PaymentStatus

INTERRUPTED_AFTER = timedelta(seconds=90)
FIRST_CHECK_AFTER = timedelta(minutes=2)
Quoted = list[tuple[ItemToPay, PayableQuote]]
NOTHING_SAID = PayWith()


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
    pay_with: PayWith = NOTHING_SAID,
) -> Payment:
    """The gateway waits for the customer to pay for the items, all of them in one payment.

    What ``pay_with`` says of credits and wallet is set aside for it; where that pays for all, it is paid at once.
    The same ``client_key`` with the same wish gives the same payment. Must be called outside a transaction.
    Raises: what quoting raises, SameItemTwice, MixedCurrencies, NothingToPay, NotPayable, PartNotPayable, AlreadyPaid, GatewayNotOffered,
    MethodNotOffered, GatewayNotAnswering, GatewaySaidNo, KeyReused, StillRunning; NotEnoughCredits, NotEnoughInWallet,
    CodeUnknown, CodeUsedUp, CodeNotForThis, CodeOfAnotherKind.
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
            pay_with=pay_with,
        )
    except IntegrityError as error:
        if "payment_client_key_once" not in str(error):
            raise
        raise StillRunning from error
    if not is_new or payment.is_paid:
        return payment
    try:
        with answering_the_customer():
            answer = send_initialization(payment)
    except GatewayNotSupported as error:
        record_not_initialized(payment_id=payment.pk, problem=str(error), at=at)
        raise MethodNotOffered from error
    except Exception as error:
        # An unknown outcome leaves a charge that nobody can reach: a new attempt gets a new reference.
        record_not_initialized(payment_id=payment.pk, problem=str(error), at=at)
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
    pay_with: PayWith = NOTHING_SAID,
) -> tuple[Payment, bool]:
    """The payment and its shares are rows, priced as of now; or the one that ``client_key`` made before."""
    fingerprint = _fingerprint(items, gateway, method, save_method, pay_with)
    known = _known_payment(payer, client_key, fingerprint, at)
    if known is not None:
        return known, False
    payment = open_payment(
        items=items, payer=payer, at=at, gateway=gateway, method=method, save_method=save_method, client_key=client_key,
        metadata=metadata, pay_with=pay_with, fingerprint=fingerprint,
    )  # fmt: skip
    return payment, True


class _NotCovered(Exception):
    """A gateway would have to receive something."""


def price_now(items: Sequence[ItemToPay], payer: Any, at: datetime) -> Money:
    """What the things cost the payer now. Raises: as ``initialize_payment``, the gateway's and the purse's refusals apart."""
    quotes = [quote for _, quote in _quote(items, payer, at)]
    return Money(sum(quote.amount_minor for quote in quotes), quotes[0].currency)


def pay_if_covered(
    *,
    items: Sequence[ItemToPay],
    payer: Any,
    pay_with: PayWith,
    at: datetime,
    metadata: dict[str, str] | None = None,
) -> Payment | None:
    """The things are paid where credits and wallet pay for all of them; else nothing is written, and None.

    Runs in the caller's transaction. Raises: as ``initialize_payment``, the gateway's own refusals apart.
    """
    try:
        with transaction.atomic():
            payment = open_payment(
                items=items, payer=payer, at=at, gateway="", method=Method.CARD, save_method=False, client_key="",
                metadata=metadata, pay_with=pay_with, fingerprint="",
            )  # fmt: skip
            if not payment.is_paid:
                raise _NotCovered
    except _NotCovered:
        return None
    return payment


def open_payment(
    *,
    items: Sequence[ItemToPay],
    payer: Any,
    at: datetime,
    gateway: str,
    method: Method,
    save_method: bool,
    client_key: str,
    metadata: dict[str, str] | None,
    pay_with: PayWith,
    fingerprint: str,
) -> Payment:
    """The payment and its shares are rows, priced as of now; paid where nothing is left for a gateway."""
    if not pay_with.is_none:
        free_other_attempts(payer, items, at=at)
        lock_purse(payer.pk)
    quoted = _quote(items, payer, at)
    quotes = [quote for _, quote in quoted]
    currency, payment_id = quotes[0].currency, new_id()
    due = sum(quote.amount_minor for quote in quotes)
    parts = set_aside(payment_id, payer, quotes, wish_of(pay_with, quotes), at=at)
    is_covered = parts.total_minor == due
    try:
        chosen = "" if is_covered else gateway_for(currency, gateway).name
    except NoSuchGateway as error:
        raise GatewayNotOffered from error
    ends = [quote.expires_at for _, quote in quoted if quote.expires_at is not None]
    payment: Payment = Payment.objects.create(
        pk=payment_id,
        payer=payer,
        currency=currency,
        amount_minor=due,
        gateway_minor=due - parts.total_minor,
        **vars(parts),
        has_reserved=bool(parts.total_minor),
        reservations=int(bool(parts.total_minor)),
        gateway=chosen,
        method=method,
        reference=f"GP-{new_reference(16)}",
        expires_at=min([at + timer("PAYMENT_ATTEMPT_LIFE"), *ends]),
        next_check_at=None if is_covered else at + FIRST_CHECK_AFTER,
        attempts=1,
        save_method=save_method or any(quote.keeps_method for quote in quotes),
        client_key=client_key,
        fingerprint=fingerprint,
        metadata=metadata or {},
        created_at=at,
    )
    PaymentAllocation.objects.bulk_create(share for item, quote in quoted for share in shares_of(payment, item, quote))
    if is_covered:
        settle_payment(payment, _nothing_left(payment), at=at)
    return payment


def _nothing_left(payment: Payment) -> VerifyResult:
    """What a gateway would say of a payment of which nothing is left for it."""
    return VerifyResult(
        status=ChargeStatus.SUCCEEDED, reference=payment.reference, currency=payment.currency,
        method="wallet" if payment.wallet_minor else "credits",
    )  # fmt: skip


def _fingerprint(items: Sequence[ItemToPay], gateway: str, method: Method, save_method: bool, pay_with: PayWith) -> str:
    named = sorted([item.item_type, str(item.item_id)] for item in items)
    wish = [str(pay_with.credits), str(pay_with.wallet), pay_with.promo]
    return hashlib.sha256(json.dumps([named, gateway, method, save_method, wish]).encode()).hexdigest()


def _known_payment(payer: Any, client_key: str, fingerprint: str, at: datetime) -> Payment | None:
    if not client_key:
        return None
    known: Payment | None = Payment.objects.locked().filter(payer=payer, client_key=client_key).first()
    if known is None:
        return None
    if known.fingerprint != fingerprint:
        raise KeyReused
    if known.sent_at is not None or known.is_paid:
        return known
    if at < known.created_at + INTERRUPTED_AFTER:
        raise StillRunning
    _give_up(known, "The attempt was interrupted.", at=at)
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


def shares_of(payment: Payment, item: ItemToPay, quote: PayableQuote) -> list[PaymentAllocation]:
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
    saved = (
        SavedMethod.objects.filter(owner_id=payer.pk, gateway=payment.gateway).first() if payment.save_method else None
    )
    return gateway_named(payment.gateway).initialize(
        InitializeRequest(
            reference=payment.reference,
            amount_minor=payment.gateway_minor,
            currency=payment.currency,
            customer_email=email_for_gateway(payer),
            description=description_of(payment),
            return_url=f"{settings.PUBLIC_BASE_URL}/payments/{payment.reference}/",
            method=Method(payment.method),
            expires_at=payment.expires_at,
            customer_gateway_id=saved.customer_gateway_id if saved else "",
            save_method=payment.save_method,
            metadata={"environment": settings.ENVIRONMENT},
        )
    )


def email_for_gateway(payer: Any) -> str:
    """The payer's address, or one of ours where a gateway wants one and they have none."""
    host = urlsplit(settings.PUBLIC_BASE_URL).hostname or "localhost"
    return payer.email or f"customer-{payer.pk.hex}@{host}"


def description_of(payment: Payment) -> str:
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
def record_not_initialized(*, payment_id: Any, problem: str, at: datetime) -> None:
    """The attempt is over before it began, and its key is free for another."""
    _give_up(Payment.objects.locked().get(pk=payment_id), problem, at=at)


def _give_up(payment: Payment, problem: str, *, at: datetime) -> None:
    payment.client_key = ""
    set_free(payment, at=at)
    if payment.status == PaymentStatus.INITIALIZED:
        payment.fail(problem=problem)
    payment.save()
