"""Charging a saved method with nobody at the screen: prepare (one transaction), send (the gateway), record (one transaction)."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from apps.core.database import call_function
from apps.payments.errors import GatewayNotAnswering, NoSavedMethod
from apps.payments.gateways.errors import GatewayRefused, GatewayTimeout, GatewayUnavailable
from apps.payments.gateways.values import ChargeStatus, Method, SavedCharge, VerifyResult
from apps.payments.models import Payment, SavedMethod
from apps.payments.operations.calling import gateway_named, no_transaction
from apps.payments.operations.initialize import (
    description_of,
    email_for_gateway,
    open_payment,
    record_not_initialized,
)
from apps.payments.operations.types import ItemToPay, PayWith
from apps.payments.operations.verify import record_answer

GATEWAY_ALONE = PayWith(credits=False, wallet=False, promo="")


def charge_saved(*, items: Sequence[ItemToPay], payer: Any, client_key: str, at: datetime) -> Payment:
    """The payer's saved method has paid, or was refused; or nothing is known yet, and the gateway is asked until it is.

    The same ``client_key`` never charges twice. Must be called outside a transaction.
    Raises: NoSavedMethod; GatewayNotAnswering where nothing has happened; what quoting raises.
    """
    payment, method = prepare_saved_charge(items=items, payer=payer, client_key=client_key, at=at)
    if method is None:
        return payment
    try:
        with no_transaction():
            answer = send_saved_charge(payment, method)
    except GatewayUnavailable as error:
        record_not_initialized(payment_id=payment.pk, problem=str(error), at=at)
        raise GatewayNotAnswering from error
    except GatewayTimeout:
        return payment  # it may have been charged: the sweep asks about our reference
    except GatewayRefused as refusal:
        if refusal.is_in_progress:
            return payment
        answer = VerifyResult(status=ChargeStatus.FAILED, reference=payment.reference, message=str(refusal))
    return record_answer(payment_id=payment.pk, result=answer, at=at)


@transaction.atomic(durable=True)
def prepare_saved_charge(
    *, items: Sequence[ItemToPay], payer: Any, client_key: str, at: datetime
) -> tuple[Payment, SavedMethod | None]:
    """The payment says that the gateway may have it before it does; or the one of the same key, with nothing to send."""
    # Whoever comes second waits for the first's row here, before anything else is locked.
    call_function("pg_advisory_xact_lock", int(hashlib.sha256(client_key.encode()).hexdigest()[:15], 16))
    known: Payment | None = Payment.objects.filter(payer=payer, client_key=client_key).first()
    if known is not None:
        return known, None
    payment = open_payment(
        items=items, payer=payer, at=at, gateway="", method=Method.CARD, save_method=False, client_key=client_key,
        metadata={"saved": "true"}, pay_with=GATEWAY_ALONE, fingerprint="",
    )  # fmt: skip
    method = saved_method(payer, payment.gateway)
    if method is None:
        raise NoSavedMethod
    payment.sent_at, payment.save_method = at, False
    payment.save(update_fields=["sent_at", "save_method"])
    return payment, method


def saved_method(payer: Any, gateway: str) -> SavedMethod | None:
    """What is charged at the gateway: the payer's default, or else the one saved last."""
    methods = SavedMethod.objects.filter(owner_id=payer.pk, gateway=gateway)
    found: SavedMethod | None = methods.order_by("-is_default", "-created_at", "-pk").first()
    return found


def send_saved_charge(payment: Payment, method: SavedMethod) -> VerifyResult:
    """The gateway has charged the method, or not, under our reference; no database is touched."""
    return gateway_named(payment.gateway).charge_saved(
        SavedCharge(
            reference=payment.reference,
            amount_minor=payment.gateway_minor,
            currency=payment.currency,
            customer_email=email_for_gateway(payment.payer),
            customer_gateway_id=method.customer_gateway_id,
            token=method.token,
            description=description_of(payment),
            metadata={"environment": settings.ENVIRONMENT, "reference": payment.reference},
        )
    )
