"""What bought packages add to a person's export, and why an account cannot be erased yet."""

from typing import Any

from apps.core.api.fields import money_out
from apps.packages.models import Purchase, Use
from apps.packages.notices import words_of
from apps.packages.states import UseState

_WAITING = (UseState.OPEN, UseState.RETURNING)


def export(user: Any) -> list[dict[str, Any]]:
    """Everything that the person bought ahead, the latest first, with how each use stands."""
    return [_purchase(purchase) for purchase in Purchase.objects.of_customer(user.pk).with_parts()]


def objection_to_erasure(user: Any) -> str | None:
    """Whoever has unused uses spends them or gives them back first: their money is the person's."""
    waiting = Use.objects.filter(purchase__customer_id=user.pk, state__in=_WAITING)
    return "You have unused packages. Use them or give them back first." if waiting.exists() else None


def _purchase(purchase: Purchase) -> dict[str, Any]:
    uses = list(purchase.uses.all())
    return {
        "title": purchase.title,
        "kind": purchase.kind,
        "business": purchase.business.name,
        "price": money_out(purchase.price_minor, purchase.currency),
        "services": words_of(uses),
        "uses": [str(use.state) for use in uses],
        "created_at": purchase.created_at,
        "paid_at": purchase.paid_at,
        "expires_at": purchase.expires_at,
    }
