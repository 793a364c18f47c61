"""Taking hold of a dispute: payments first, then its holds, then itself; the thing it is about after them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from apps.disputes.errors import NoSuchDispute
from apps.disputes.events import DisputeEvent
from apps.disputes.models import Dispute
from apps.disputes.queries import viewer_of
from apps.disputes.rules import Viewer
from apps.ledger.models import EscrowHold
from apps.payments.models import Payment


def find(dispute_id: UUID, by: Any) -> Viewer:
    """The person, when they may see the dispute. Raises: NoSuchDispute."""
    viewer = viewer_of(by)
    sides = Dispute.objects.filter(pk=dispute_id).only("customer_id", "business_id").first()
    if sides is None or not (viewer.is_ops or viewer.side(sides) is not None):
        raise NoSuchDispute
    return viewer


def lock_money(dispute_id: UUID) -> list[EscrowHold]:
    """The dispute's holds, locked, with the payments that brought their money."""
    mine = EscrowHold.objects.filter(pk__in=_hold_ids(dispute_id))
    list(Payment.objects.filter(pk__in=mine.values("payment_id")).locked())
    return lock_holds(dispute_id)


def lock_holds(dispute_id: UUID) -> list[EscrowHold]:
    """The dispute's holds, locked."""
    return list(EscrowHold.objects.filter(pk__in=_hold_ids(dispute_id)).locked())


def lock_dispute(dispute_id: UUID) -> Dispute:
    """The dispute, locked, with its people."""
    dispute: Dispute = Dispute.objects.with_people().locked().get(pk=dispute_id)
    return dispute


def fact(kind: type[DisputeEvent], dispute: Dispute, *, at: datetime, **more: Any) -> DisputeEvent:
    """A fact about the dispute."""
    return kind(
        dispute_id=dispute.pk, unit_type=dispute.unit_type, unit_id=dispute.unit_id, business_id=dispute.business_id,
        customer_id=dispute.customer_id, at=at, **more,
    )  # fmt: skip


def _hold_ids(dispute_id: UUID) -> Any:
    return Dispute.objects.filter(pk=dispute_id).values("holds__hold_id")
