"""What credits add to a person's export, and why an account cannot be erased yet."""

from typing import Any

from apps.core import clock
from apps.core.api.fields import money_out
from apps.credits.models import Grant
from apps.credits.queries import history_of


def export(user: Any) -> list[dict[str, Any]]:
    """Every change of what the person could spend, the latest first."""
    return [
        {
            "at": line.at,
            "kind": line.kind,
            "source": line.grant.source,
            "amount": money_out(line.amount_minor, line.grant.currency),
            "expires_at": line.grant.expires_at,
        }
        for line in history_of(user.pk)
    ]


def objection_to_erasure(user: Any) -> str | None:
    """Credits that are the person's own money are spent or given away first; promised ones go with the account."""
    own = Grant.objects.spendable(clock.now()).real().filter(customer_id=user.pk)
    return "You have credits that you paid for. Spend them or give them away first." if own.exists() else None
