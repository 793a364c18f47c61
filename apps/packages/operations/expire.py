"""Uses run out: their customers are warned before, and what is unused then clears to the business."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.ledger import operations as ledger
from apps.ledger.models import EscrowHold
from apps.ledger.states import HoldState
from apps.packages import notices
from apps.packages.models import Purchase, Use
from apps.packages.queries import USE
from apps.packages.states import UseState


@transaction.atomic
def warn_of_expiry(*, at: datetime, limit: int) -> int:
    """Up to ``limit`` purchases run out before long: their customers hear it, once, where they have unused uses."""
    due = list(Purchase.objects.to_warn(at).select_related("business", "customer").claimed(limit))
    left = _open_uses([purchase.pk for purchase in due], at)
    for purchase in due:
        if uses := left.get(purchase.pk):
            notices.tell_expiring(purchase, uses, at=at)
    Purchase.objects.filter(pk__in=[purchase.pk for purchase in due]).update(warned_at=at, updated_at=at)
    return len(due)


@transaction.atomic
def expire_uses(*, at: datetime, limit: int) -> int:
    """Up to ``limit`` unused uses whose time has run out are gone; their money clears to the business, 24 hours later.

    Money that a dispute has frozen stays so until it is decided.
    """
    wanted = list(Use.objects.due(at).values_list("pk", flat=True)[:limit])
    # The holds before the uses, as everywhere
    holds = list(EscrowHold.objects.filter(unit_type=USE, unit_id__in=wanted, state__in=_HELD).locked())
    uses = list(Use.objects.due(at).filter(pk__in=wanted).select_related("service").order_by().locked())
    Use.objects.filter(pk__in=[use.pk for use in uses]).update(state=UseState.EXPIRED, closed_at=at, updated_at=at)
    gone = {use.pk for use in uses}
    for hold in holds:
        if hold.unit_id in gone and hold.state == HoldState.HELD:
            ledger.start_clearance(unit_type=USE, unit_id=hold.unit_id, at=at)
    _tell_expired(uses, at=at)
    return len(wanted)


def clear_unfrozen(*, use_id: UUID, at: datetime) -> None:
    """A dispute that had frozen the money of a use that ran out is over: it clears. The hold is locked by the caller."""
    is_held = EscrowHold.objects.of_unit(USE, use_id).filter(state=HoldState.HELD).exists()
    if is_held and Use.objects.filter(pk=use_id, state=UseState.EXPIRED).exists():
        ledger.start_clearance(unit_type=USE, unit_id=use_id, at=at)


_HELD = (HoldState.HELD, HoldState.FROZEN)


def _tell_expired(uses: Sequence[Use], *, at: datetime) -> None:
    by_purchase: dict[UUID, list[Use]] = {}
    for use in uses:
        by_purchase.setdefault(use.purchase_id, []).append(use)
    for purchase in Purchase.objects.select_related("business", "customer").filter(pk__in=by_purchase).order_by("pk"):
        notices.tell_expired(purchase, by_purchase[purchase.pk], at=at)


def _open_uses(purchase_ids: Sequence[UUID], at: datetime) -> dict[UUID, list[Use]]:
    found: dict[UUID, list[Use]] = {}
    for use in (
        Use.objects.open_at(at).filter(purchase_id__in=purchase_ids).select_related("service").order_by("number")
    ):
        found.setdefault(use.purchase_id, []).append(use)
    return found
