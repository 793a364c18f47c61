"""Questions about payments that other apps and the API ask."""

from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from apps.payments.models import Payment, PaymentAllocation, Refund
from apps.payments.states import AllocationState, PaymentStatus


def payments_with_shares(user: Any) -> QuerySet[Payment]:
    """What the person may see, newest first, with shares and refunds at the same few queries for any number."""
    visible: QuerySet[Payment] = Payment.objects.visible_to(user).order_by("-created_at", "-pk")
    return visible.prefetch_related(
        Prefetch("allocations", PaymentAllocation.objects.order_by("pk")),
        Prefetch("refunds", Refund.objects.select_related("allocation").order_by("pk")),
    )


def payment_that_paid(*, item_type: str, item_id: UUID) -> Payment | None:
    """The payment by which the item was paid and still is, or None."""
    share = (
        PaymentAllocation.objects.select_related("payment")
        .filter(item_type=item_type, item_id=item_id, state=AllocationState.FUNDED)
        .order_by("pk")
        .first()
    )
    return share.payment if share else None


def is_money_on_its_way(*, item_type: str, item_id: UUID) -> bool:
    """Whether a gateway calls a payment for the item pending, such as a bank transfer."""
    return bool(Payment.objects.for_item(item_type, item_id).filter(status=PaymentStatus.PENDING).exists())
