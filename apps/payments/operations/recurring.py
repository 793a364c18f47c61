"""What gateways renew by themselves: ordered and called off there, and booked here as payments like all others."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from apps.core.ids import new_reference
from apps.payments.errors import GatewayNotOffered, NoSavedMethod
from apps.payments.gateways.registry import NoSuchGateway, gateway_for
from apps.payments.gateways.values import Method, RecurringOrder, VerifyResult
from apps.payments.models import Payment, PaymentAllocation, SavedMethod
from apps.payments.operations.calling import gateway_named, no_transaction
from apps.payments.operations.charge_saved import saved_method
from apps.payments.operations.initialize import shares_of
from apps.payments.operations.settle import settle_payment
from apps.payments.operations.types import ItemToPay
from apps.payments.payables import PayableQuote

LONGEST_REFERENCE = 40


def start_recurring(
    *, payer: Any, currency: str, plan_code: str, reference: str, starts_at: datetime
) -> tuple[str, str]:
    """The gateway of the currency charges the payer's saved method each month; answers its name and its own id of that.

    Must be called outside a transaction. Raises: GatewayNotOffered, NoSavedMethod, GatewayError.
    """
    try:
        name = gateway_for(currency).name
    except NoSuchGateway as error:
        raise GatewayNotOffered from error
    method = saved_method(payer, name)
    if method is None:
        raise NoSavedMethod
    order = RecurringOrder(
        reference=reference, plan_code=plan_code, customer_gateway_id=method.customer_gateway_id, token=method.token,
        starts_at=starts_at, metadata={"environment": settings.ENVIRONMENT},
    )  # fmt: skip
    with no_transaction():
        return name, gateway_named(name).start_recurring(order)


def stop_recurring(*, gateway: str, gateway_id: str) -> None:
    """The gateway charges nothing by itself any more. Must be called outside a transaction. Raises: GatewayError."""
    with no_transaction():
        gateway_named(gateway).stop_recurring(gateway_id=gateway_id)


def owners_of_customer(*, gateway: str, customer_gateway_id: str) -> list[UUID]:
    """Whose saved methods the gateway keeps under that customer."""
    if not customer_gateway_id:
        return []
    methods = SavedMethod.all_objects.filter(gateway=gateway, customer_gateway_id=customer_gateway_id)
    return list(methods.order_by().values_list("owner_id", flat=True).distinct())


@transaction.atomic
def receive_renewal(
    *,
    item: ItemToPay,
    quote: PayableQuote,
    payer: Any,
    gateway: str,
    reference: str,
    charge: VerifyResult,
    at: datetime,
) -> Payment:
    """What the gateway has charged by itself for the item is in the books, once; whatever tells of it, and how often.

    ``reference`` is the gateway's own, where it has one. The item's row is locked by the caller, so that two who tell of
    the same charge come one after the other.
    """
    named = Q(gateway_id=charge.gateway_id) | Q(reference=reference or "none")
    known: Payment | None = Payment.objects.filter(named, gateway=gateway).locked().first()
    if known is not None:
        return known
    is_theirs = 0 < len(reference) <= LONGEST_REFERENCE
    payment: Payment = Payment.objects.create(
        payer=payer, currency=quote.currency, amount_minor=quote.amount_minor, gateway_minor=quote.amount_minor,
        gateway=gateway, gateway_id=charge.gateway_id, method=Method.CARD,
        reference=reference if is_theirs else f"GP-{new_reference(16)}", expires_at=at, sent_at=at,
        metadata={"renewed_by": "gateway"}, created_at=at,
    )  # fmt: skip
    PaymentAllocation.objects.bulk_create(shares_of(payment, item, quote))
    settle_payment(payment, charge if is_theirs else replace(charge, reference=""), at=at)
    return payment
