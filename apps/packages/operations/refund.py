"""Money of uses goes back: unused ones on request, by rule, and what operations or a cancellation give back."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.core import audit
from apps.packages.errors import NoSuchPurchase, NothingToRefund, PurchaseNotYours, PurchaseReasonMissing
from apps.packages.models import Purchase, Use
from apps.packages.queries import USE, looker_of, visible_to
from apps.packages.states import Buyer, UseState
from apps.payments import operations as payments
from apps.payments.models import Refund
from apps.payments.operations import ItemToPay
from apps.payments.queries import payment_that_paid

_ASKED = "Unused uses were given back."


@transaction.atomic
def refund_uses(
    *, purchase_id: UUID, by: Any, at: datetime, use_ids: Collection[UUID] | None = None, reason: str = ""
) -> list[Use]:
    """What was paid for the unused, unexpired uses, all or those named, goes to the customer's wallet after the commit.

    Nobody has to approve it. Raises: NoSuchPurchase, PurchaseNotYours, PurchaseReasonMissing of operations;
    NothingToRefund where none of them is left.
    """
    purchase = visible_to(by).filter(pk=purchase_id).first()
    if purchase is None:
        raise NoSuchPurchase
    party = looker_of(by).party(purchase)
    if party is None:
        raise PurchaseNotYours
    if party == Buyer.OPS and not reason:
        raise PurchaseReasonMissing(errors={"reason": ["Operations say why they act on a purchase."]})
    unused = Use.objects.open_at(at).filter(purchase=purchase)
    uses = list((unused if use_ids is None else unused.filter(pk__in=use_ids)).locked())
    if not uses or (use_ids is not None and len(uses) < len(set(use_ids))):
        raise NothingToRefund
    for use in uses:
        _send_back(use, purchase, reason=reason or _ASKED, at=at)
    if party != Buyer.CUSTOMER:
        audit.record(
            "package.refunded", target=purchase, by=by, at=at, reason=reason,
            after={"uses": [use.number for use in uses], "as": str(party)},
        )  # fmt: skip
    return uses


def refund_returned(*, use_id: UUID, reason: str, at: datetime) -> None:
    """A use that came back when its time had run out cannot be used: its money goes back. None else is touched."""
    use = Use.objects.due(at).filter(pk=use_id).locked().first()
    if use is not None:
        _send_back(use, Purchase.objects.get(pk=use.purchase_id), reason=reason, at=at)


def refund_share(*, use_id: UUID, amount_minor: int, reason: str, at: datetime) -> None:
    """So much of the use's money goes to the customer's wallet after the commit; the use stays spent."""
    use = Use.objects.select_related("purchase").get(pk=use_id)
    _request(use, use.purchase, amount_minor=amount_minor, reason=reason, at=at)


def note_use_refunded(*, use_id: UUID, at: datetime) -> None:
    """All of the use's money has gone back: it cannot be used any more. The hold is locked by the caller."""
    Use.objects.filter(pk=use_id).exclude(state__in=[UseState.REFUNDED, UseState.AWAITED]).update(
        state=UseState.REFUNDED, booking_id=None, closed_at=at, updated_at=at
    )


def note_refund_failed(*, refund_id: UUID, at: datetime) -> None:
    """Where nothing went back, the use can be used again."""
    unit = Refund.objects.filter(pk=refund_id, allocation__unit_type=USE, has_left_escrow=False).values_list(
        "allocation__unit_id", flat=True
    )
    Use.objects.filter(pk__in=list(unit), state=UseState.RETURNING).update(state=UseState.OPEN, updated_at=at)


def _send_back(use: Use, purchase: Purchase, *, reason: str, at: datetime) -> None:
    use.state = UseState.RETURNING
    use.save(update_fields=["state"])
    _request(use, purchase, amount_minor=None, reason=reason, at=at)


def _request(use: Use, purchase: Purchase, *, amount_minor: int | None, reason: str, at: datetime) -> None:
    payment = payment_that_paid(item_type=purchase.kind, item_id=purchase.pk, unit_id=use.pk)
    if payment is None:
        raise RuntimeError(f"use {use.pk} holds money that no payment brought")
    item = ItemToPay(item_type=USE, item_id=use.pk)
    payments.request_refund(payment_id=payment.pk, item=item, amount_minor=amount_minor, reason=reason, at=at)
