"""Disputes as the API shows them."""

from typing import Any

from rest_framework import serializers

from apps.core import clock
from apps.core.api.actions import AvailableActionOut
from apps.core.api.fields import MoneyField, money_out
from apps.core.api.serializers import OutputSerializer
from apps.disputes.models import Dispute
from apps.disputes.queries import available_actions
from apps.disputes.rules import Viewer
from apps.disputes.states import Decision, DisputeReason, DisputeState, Side


class DisputePartyOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    name: Any = serializers.CharField()


class DisputedUnitOut(OutputSerializer):
    """What the dispute is about."""

    type: Any = serializers.CharField(help_text="Such as BOOKING.")
    id: Any = serializers.UUIDField()
    reference: Any = serializers.CharField()
    title: Any = serializers.CharField()


class DisputeRowOut(OutputSerializer):
    """A dispute as a list shows it."""

    id: Any = serializers.UUIDField()
    about: Any = DisputedUnitOut()
    business: Any = DisputePartyOut()
    customer: Any = DisputePartyOut()
    reason: Any = serializers.ChoiceField(choices=DisputeReason.choices)
    note: Any = serializers.CharField()
    state: Any = serializers.ChoiceField(choices=DisputeState.choices)
    frozen: Any = MoneyField(help_text="What was frozen for it.")
    asked: Any = MoneyField(allow_null=True, help_text="What the customer asks back, where they say so.")
    decision: Any = serializers.ChoiceField(choices=Decision.choices, allow_null=True)
    refund: Any = MoneyField(allow_null=True, help_text="What went back, once it is decided.")
    released: Any = MoneyField(allow_null=True, help_text="What the business got, commission and all.")
    decided_reason: Any = serializers.CharField()
    opened_at: Any = serializers.DateTimeField()
    due_at: Any = serializers.DateTimeField(help_text="Until when it should be decided.")
    ended_at: Any = serializers.DateTimeField(allow_null=True)
    available_actions: Any = serializers.ListField(child=serializers.CharField())


class DisputedHoldOut(OutputSerializer):
    """One of the holds that were frozen together."""

    id: Any = serializers.UUIDField()
    unit_type: Any = serializers.CharField()
    frozen: Any = MoneyField()
    state: Any = serializers.CharField()


class ExhibitOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    message: Any = serializers.UUIDField(allow_null=True, help_text="What it came with; null where with the opening.")
    side: Any = serializers.ChoiceField(choices=Side.choices)
    title: Any = serializers.CharField()
    file_name: Any = serializers.CharField()
    internal: Any = serializers.BooleanField()
    at: Any = serializers.DateTimeField()


class DisputeMessageOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    side: Any = serializers.ChoiceField(choices=Side.choices)
    words: Any = serializers.CharField()
    internal: Any = serializers.BooleanField()
    at: Any = serializers.DateTimeField()


class ProposalOut(OutputSerializer):
    """A decision that waits for a second person."""

    decision: Any = serializers.ChoiceField(choices=Decision.choices)
    refund: Any = MoneyField()
    reason: Any = serializers.CharField()
    by: Any = DisputePartyOut()
    at: Any = serializers.DateTimeField()


class DisputeOut(DisputeRowOut):
    """A dispute with all that was said in it."""

    holds: Any = DisputedHoldOut(many=True)
    messages: Any = DisputeMessageOut(many=True)
    evidence: Any = ExhibitOut(many=True)
    proposal: Any = ProposalOut(allow_null=True, help_text="For operations alone.")
    decided_by: Any = DisputePartyOut(allow_null=True, help_text="For operations alone.")
    available_actions: Any = AvailableActionOut(many=True)


def row(dispute: Dispute, viewer: Viewer) -> dict[str, Any]:
    """As a list shows it. Its holds are at hand."""
    actions = available_actions(dispute, viewer)
    return {**_summary(dispute), "available_actions": [action.name for action in actions if action.enabled]}


def detail(dispute: Dispute, viewer: Viewer) -> dict[str, Any]:
    """As the detail view shows it to this viewer, who was given what they may read of what was said."""
    return {
        **_summary(dispute),
        "holds": [
            {
                "id": str(each.hold_id),
                "unit_type": each.hold.unit_type,
                "frozen": money_out(each.frozen_minor, dispute.currency),
                "state": each.hold.state,
            }
            for each in dispute.holds.all()
        ],
        "messages": [
            {
                "id": str(each.pk),
                "side": str(each.side),
                "words": each.words,
                "internal": each.is_internal,
                "at": clock.iso(each.at),
            }
            for each in dispute.messages.all()
        ],
        "evidence": [
            {
                "id": str(each.pk),
                "message": None if each.message_id is None else str(each.message_id),
                "side": str(each.side),
                "title": each.title,
                "file_name": each.file_name,
                "internal": each.is_internal,
                "at": clock.iso(each.at),
            }
            for each in dispute.evidence.all()
        ],
        "proposal": _proposal(dispute) if viewer.is_ops else None,
        "decided_by": _named(dispute.decided_by) if viewer.is_ops else None,
        "available_actions": AvailableActionOut(available_actions(dispute, viewer), many=True).data,
    }


def _summary(dispute: Dispute) -> dict[str, Any]:
    is_decided = dispute.state == DisputeState.DECIDED
    return {
        "id": str(dispute.pk),
        "about": {
            "type": dispute.unit_type,
            "id": str(dispute.unit_id),
            "reference": dispute.reference,
            "title": dispute.title,
        },
        "business": _named(dispute.business),
        "customer": _named(dispute.customer),
        "reason": str(dispute.reason),
        "note": dispute.note,
        "state": str(dispute.state),
        "frozen": money_out(dispute.frozen_minor, dispute.currency),
        "asked": money_out(dispute.asked_minor, dispute.currency),
        "decision": dispute.decision or None,
        "refund": money_out(dispute.refund_minor, dispute.currency) if is_decided else None,
        "released": money_out(dispute.released_minor, dispute.currency) if is_decided else None,
        "decided_reason": dispute.decided_reason,
        "opened_at": clock.iso(dispute.opened_at),
        "due_at": clock.iso(dispute.due_at),
        "ended_at": clock.iso(dispute.ended_at),
    }


def _proposal(dispute: Dispute) -> dict[str, Any] | None:
    if dispute.proposed_by is None:
        return None
    return {
        "decision": dispute.proposed_decision,
        "refund": money_out(dispute.proposed_refund_minor, dispute.currency),
        "reason": dispute.proposed_reason,
        "by": _named(dispute.proposed_by),
        "at": clock.iso(dispute.proposed_at),
    }


def _named(thing: Any) -> dict[str, str] | None:
    return None if thing is None else {"id": str(thing.pk), "name": thing.name}
