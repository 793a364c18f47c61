"""The words that disputes send: which message, to whom, with which values."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from apps.accounts.models import User
from apps.catalog.queries import desk_user_ids
from apps.core.money import Money
from apps.disputes import rules
from apps.disputes.models import Dispute, DisputeMessage
from apps.disputes.states import DisputeState, Side
from apps.notifications import kinds
from apps.notifications.operations import Notice, notify_many

_PLATFORM = "The Guild"
_CLOSED = {
    DisputeState.WITHDRAWN: "The customer has withdrawn it; the money clears again.",
    DisputeState.OVERTAKEN: "The money has been moved otherwise, so there is nothing left to decide.",
}


def tell_opened(dispute: Dispute, *, at: datetime) -> None:
    """Both sides know that the money is frozen and why, and operations that they have to decide."""
    told = {"reason": dispute.get_reason_display(), "note": dispute.note, "decide_by": dispute.due_at}
    _send(dispute, kinds.DISPUTE_OPENED, _people(dispute), told, at=at)
    _send(dispute, kinds.DISPUTE_OPENED_OPS, _ops(), told, at=at)


def tell_message(dispute: Dispute, message: DisputeMessage, *, at: datetime) -> None:
    """The other side knows what was said; both do where operations said it."""
    told = {"said_by": _name(dispute, Side(message.side)), "words": message.words}
    people = _people(dispute, rules.sides_to_tell(Side(message.side)))
    _send(dispute, kinds.DISPUTE_MESSAGE, people, told, at=at, key=str(message.pk))


def tell_decided(dispute: Dispute, *, at: datetime) -> None:
    """Both sides know where the money went, and why."""
    told = {
        "decision": dispute.get_decision_display(),
        "reason": dispute.decided_reason,
        "refund": Money(dispute.refund_minor, dispute.currency),
        "released": Money(dispute.released_minor, dispute.currency),
    }
    _send(dispute, kinds.DISPUTE_DECIDED, _people(dispute), told, at=at)


def tell_closed(dispute: Dispute, *, at: datetime) -> None:
    """Both sides know that nobody decides it any more, and why."""
    told = {"reason": _CLOSED[DisputeState(dispute.state)]}
    _send(dispute, kinds.DISPUTE_CLOSED, _people(dispute), told, at=at)


def tell_overdue(dispute: Dispute, *, at: datetime) -> None:
    """Operations know that it should have been decided."""
    _send(dispute, kinds.DISPUTE_OVERDUE, _ops(), {"decide_by": dispute.due_at}, at=at)


def _send(
    dispute: Dispute, kind: Any, people: Iterable[UUID], told: dict[str, Any], *, at: datetime, key: str = ""
) -> None:
    context = {
        "reference": dispute.reference,
        "title": dispute.title,
        "business_name": dispute.business.name,
        "customer_name": dispute.customer.name or "A customer",
        "amount": Money(dispute.frozen_minor, dispute.currency),
        "time_zone": dispute.business.time_zone,
        "manage_url": f"{settings.PUBLIC_BASE_URL}/disputes/{dispute.pk}",
        **told,
    }
    notify_many(
        [
            Notice(
                kind=kind, user=person, context=context, subject=dispute, business_id=dispute.business_id,
                dedupe_key=":".join(part for part in (str(kind), str(dispute.pk), key) if part),
            )
            for person in dict.fromkeys(people)
        ],
        at=at,
    )  # fmt: skip


def _people(dispute: Dispute, sides: Iterable[Side] = (Side.CUSTOMER, Side.BUSINESS)) -> list[UUID]:
    found: list[UUID] = []
    for side in sides:
        found += [dispute.customer_id] if side == Side.CUSTOMER else desk_user_ids(dispute.business_id)
    return found


def _ops() -> list[UUID]:
    return list(User.objects.ops().order_by("pk").values_list("pk", flat=True))


def _name(dispute: Dispute, side: Side) -> str:
    if side == Side.CUSTOMER:
        return dispute.customer.name or "The customer"
    return str(dispute.business.name) if side == Side.BUSINESS else _PLATFORM
