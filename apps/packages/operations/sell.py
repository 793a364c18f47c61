"""A purchase is paid: what it costs, and what its money does when it comes."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.core.conf import timer
from apps.packages import notices
from apps.packages.models import Purchase
from apps.packages.queries import USE
from apps.packages.states import PurchaseStatus, UseState
from apps.payments import operations as payments
from apps.payments.errors import AlreadyPaid, ItemNotFound, NotPayable
from apps.payments.operations import ItemToPay
from apps.payments.payables import PayablePart, PayableQuote


def quote_purchase(*, item_type: str, item_id: UUID, payer: Any, at: datetime) -> PayableQuote:
    """What the customer has to pay for a package or bundle; the money waits in one hold for each use.

    Raises: ItemNotFound, AlreadyPaid, NotPayable.
    """
    purchase = Purchase.objects.locked().select_related("business").filter(pk=item_id, customer_id=payer.pk).first()
    if purchase is None or purchase.kind != item_type:
        raise ItemNotFound
    if purchase.status != PurchaseStatus.PENDING:
        raise AlreadyPaid
    if purchase.pay_until <= at or not purchase.business.may_be_paid:
        raise NotPayable
    return PayableQuote(
        amount_minor=purchase.price_minor,
        currency=purchase.currency,
        kind=item_type,
        description=f"{purchase.title} at {purchase.business.name}"[:200],
        business_id=purchase.business_id,
        expires_at=purchase.pay_until,
        parts=tuple(
            PayablePart(unit_type=USE, unit_id=use.pk, amount_minor=use.worth_minor) for use in purchase.uses.all()
        ),
        commission_rate_bp=purchase.business.commission_override_bp,
        plan_rate_bp=purchase.business.plan_commission_bp,
    )


@transaction.atomic
def receive_money(*, purchase_id: UUID, payment_id: UUID, use_ids: Collection[UUID], at: datetime) -> None:
    """The purchase is paid, also where its money comes late, and its uses last from now on.

    Where it had been paid before, what came for ``use_ids`` goes back.
    """
    purchase = Purchase.objects.locked().select_related("business", "customer").get(pk=purchase_id)
    if purchase.status != PurchaseStatus.PENDING:
        for use_id in sorted(use_ids):
            item = ItemToPay(item_type=USE, item_id=use_id)
            payments.request_refund(payment_id=payment_id, item=item, reason="It had been paid for before.", at=at)
        return
    purchase.activate(at=at, warning=timer("PACKAGE_EXPIRY_WARNING"))
    purchase.save(update_fields=["status", "paid_at", "expires_at", "warn_at"])
    purchase.uses.filter(state=UseState.AWAITED).update(
        state=UseState.OPEN, expires_at=purchase.expires_at, updated_at=at
    )
    notices.tell_bought(purchase, at=at)
