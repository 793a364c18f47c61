"""Shapes of requests about disputes."""

from typing import Any

from rest_framework import serializers

from apps.core.api.fields import MoneyField
from apps.core.api.serializers import InputSerializer, StrictInputSerializer
from apps.disputes.operations import Exhibit, Objection
from apps.disputes.states import Decision, DisputeReason, DisputeState
from apps.payments.states import REFUND_WAYS, RefundDestination

MOST_FILES = 20
MOST_WORDS = 5_000


class ExhibitIn(StrictInputSerializer):
    """A file that shows something."""

    title = serializers.CharField(max_length=160)
    file_name = serializers.CharField(max_length=300, help_text="The key under which the file was uploaded.")


class ObjectionIn(StrictInputSerializer):
    """What the customer objects to."""

    reason = serializers.ChoiceField(choices=DisputeReason.choices)
    note = serializers.CharField(max_length=MOST_WORDS)
    amount = MoneyField(required=False, minimum_minor=1, help_text="What should go back; open, where it is not said.")
    evidence = ExhibitIn(many=True, required=False, max_length=MOST_FILES)


class MessageIn(StrictInputSerializer):
    """Something to say in a dispute."""

    words = serializers.CharField(max_length=MOST_WORDS)
    evidence = ExhibitIn(many=True, required=False, max_length=MOST_FILES)
    internal = serializers.BooleanField(required=False, default=False, help_text="A note for operations alone.")


class DecideIn(StrictInputSerializer):
    """Where the money goes, and why."""

    decision = serializers.ChoiceField(choices=Decision.choices)
    refund = MoneyField(required=False, minimum_minor=1, help_text="What goes back; needed for a split alone.")
    destination = serializers.ChoiceField(choices=REFUND_WAYS, required=False, default=RefundDestination.WALLET)
    reason = serializers.CharField(max_length=1000)


class ListQuery(InputSerializer):
    """Which disputes."""

    state = serializers.ChoiceField(choices=DisputeState.choices, required=False)
    business = serializers.UUIDField(required=False)
    about = serializers.UUIDField(required=False)


def exhibits(given: dict[str, Any]) -> list[Exhibit]:
    """The files that came with a request."""
    return [Exhibit(title=each["title"], file_name=each["file_name"]) for each in given.get("evidence", ())]


def objection(given: dict[str, Any]) -> Objection:
    """What the customer said."""
    return Objection(
        reason=DisputeReason(given["reason"]), note=given["note"], asked=given.get("amount"), evidence=exhibits(given)
    )
