"""What disputes add to a person's export, and why an account cannot be erased yet."""

from typing import Any

from django.db.models import Q

from apps.catalog import queries as catalog
from apps.core.api.fields import money_out
from apps.disputes.models import Dispute, DisputeMessage


def export(user: Any) -> list[dict[str, Any]]:
    """Every dispute that the person opened, the latest first, with what they said in it."""
    mine = Dispute.objects.filter(customer_id=user.pk).order_by("-id")
    said: dict[Any, list[str]] = {}
    for dispute_id, words in DisputeMessage.objects.filter(by=user, dispute__in=mine).values_list(
        "dispute_id", "words"
    ):
        said.setdefault(dispute_id, []).append(words)
    return [
        {
            "reference": dispute.reference,
            "about": dispute.title,
            "reason": dispute.reason,
            "note": dispute.note,
            "messages": said.get(dispute.pk, []),
            "frozen": money_out(dispute.frozen_minor, dispute.currency),
            "state": dispute.state,
            "decision": dispute.decision,
            "refund": money_out(dispute.refund_minor, dispute.currency),
            "opened_at": dispute.opened_at,
            "ended_at": dispute.ended_at,
        }
        for dispute in mine
    ]


def objection_to_erasure(user: Any) -> str | None:
    """Whose money waits for a decision hears it first."""
    theirs = Q(customer_id=user.pk) | Q(business_id__in=catalog.owned_business_ids(user))
    return (
        "A dispute of yours is open. Wait for its decision, or withdraw it."
        if (Dispute.objects.open().filter(theirs).exists())
        else None
    )
