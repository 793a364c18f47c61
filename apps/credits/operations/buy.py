"""Credits are bought: paid for like everything else, and there once they are paid."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.core.conf import setting, timer
from apps.core.money import Money
from apps.credits import notices
from apps.credits.errors import AmountNotOffered
from apps.credits.models import CreditPurchase, Grant
from apps.credits.states import PurchaseStatus, Source


def buy(*, amount: Money, by: Any, at: datetime) -> CreditPurchase:
    """There is something to be paid for within half an hour. Raises: AmountNotOffered."""
    limits = setting("CREDIT_PURCHASE_LIMITS").get(amount.currency)
    if limits is None or not limits[0] <= amount.amount_minor <= limits[1]:
        raise AmountNotOffered(errors={"amount": [AmountNotOffered.default_message]})
    made: CreditPurchase = CreditPurchase.objects.create(
        customer=by, currency=amount.currency, amount_minor=amount.amount_minor,
        pay_until=at + timer("CREDIT_PURCHASE_UNPAID"), created_at=at,
    )  # fmt: skip
    return made


def locked_purchase(purchase_id: UUID) -> CreditPurchase | None:
    """The purchase, until the transaction ends."""
    found: CreditPurchase | None = CreditPurchase.objects.locked().filter(pk=purchase_id).first()
    return found


@transaction.atomic
def receive_purchase(*, purchase_id: UUID, payment_id: UUID, at: datetime) -> None:
    """The credits are there; the payment has booked their money. The purchase is not paid yet."""
    purchase: CreditPurchase = CreditPurchase.objects.locked().get(pk=purchase_id)
    grant: Grant = Grant.objects.create(
        customer_id=purchase.customer_id, currency=purchase.currency, source=Source.PURCHASE,
        amount_minor=purchase.amount_minor, created_at=at,
    )  # fmt: skip
    purchase.status, purchase.paid_at, purchase.payment_id = PurchaseStatus.PAID, at, payment_id
    purchase.grant = grant
    purchase.save(update_fields=["status", "paid_at", "payment_id", "grant"])
    notices.tell_received(grant, at=at)
