"""What loyalty adds to a profile and to a person's export."""

from typing import Any

from rest_framework import serializers

from apps.core import clock
from apps.loyalty.queries import earned_lately, history_of, points_of
from apps.loyalty.rules import tier_of
from apps.loyalty.states import Tier


def fields() -> dict[str, Any]:
    """The names of the part and their shapes."""
    return {
        "loyalty_points": serializers.IntegerField(help_text="What can be redeemed as credits."),
        "loyalty_tier": serializers.ChoiceField(choices=Tier.choices),
    }


def read(user: Any) -> dict[str, Any]:
    """The person's points and tier."""
    lately = earned_lately([user.pk], clock.now()).get(user.pk, 0)
    return {"loyalty_points": points_of(user.pk), "loyalty_tier": tier_of(lately)}


def export(user: Any) -> list[dict[str, Any]]:
    """Every entry of the person's points, the latest first."""
    return [{"at": entry.created_at, "kind": entry.kind, "points": entry.points} for entry in history_of(user)]
