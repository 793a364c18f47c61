"""Credits are paid for: what they cost is what they are worth, and the whole of it is the payer's own."""

from datetime import datetime
from typing import Any
from uuid import UUID

from apps.credits.operations import locked_purchase
from apps.credits.states import ITEM_TYPE, PurchaseStatus
from apps.payments.errors import AlreadyPaid, ItemNotFound, NotPayable
from apps.payments.payables import PayableQuote
from apps.payments.states import Destination


def quote_credits(*, item_type: str, item_id: UUID, payer: Any, at: datetime) -> PayableQuote:
    """What the customer has to pay for credits. Raises: ItemNotFound, AlreadyPaid, NotPayable."""
    purchase = locked_purchase(item_id)
    if purchase is None or purchase.customer_id != payer.pk:
        raise ItemNotFound
    if purchase.status == PurchaseStatus.PAID:
        raise AlreadyPaid
    if purchase.pay_until <= at:
        raise NotPayable
    return PayableQuote(
        amount_minor=purchase.amount_minor, currency=purchase.currency, kind=ITEM_TYPE, description="Credits",
        business_id=None, expires_at=purchase.pay_until, destination=Destination.CREDITS,
    )  # fmt: skip
