"""What subscriptions add to a person's export."""

from typing import Any

from apps.core.api.fields import money_out
from apps.subscriptions.queries import memberships_of


def export(user: Any) -> list[dict[str, Any]]:
    """Whom the person follows or has followed by paid plans, the latest first."""
    return [
        {
            "plan": membership.plan_name,
            "practitioner": str(membership.practitioner),
            "price": money_out(membership.price_minor, membership.currency),
            "state": membership.state,
            "since": membership.anchor_at,
            "until": membership.period_ends_at,
            "ended_at": membership.ended_at,
        }
        for membership in memberships_of(user)
    ]
