"""What payouts add to a person's export, and why an account cannot be erased yet."""

from typing import Any

from apps.catalog import queries as catalog
from apps.core.api.fields import money_out
from apps.payouts.models import Payout, PayoutAccount


def export(user: Any) -> dict[str, Any]:
    """Where the person's money was sent, and what of it."""
    accounts = PayoutAccount.objects.filter(user_id=user.pk).defer("account_number").order_by("-pk")
    payouts = Payout.objects.filter(user_id=user.pk).order_by("-pk")
    return {
        "accounts": [
            {"account": each.label, "name": each.account_name, "state": each.state, "added_at": each.created_at}
            for each in accounts
        ],
        "payouts": [
            {
                "reference": each.reference,
                "of": each.kind,
                "amount": money_out(each.amount_minor, each.currency),
                "account": each.account_label,
                "state": each.state,
                "requested_at": each.requested_at,
                "paid_at": each.paid_at,
            }
            for each in payouts
        ],
    }


def objection_to_erasure(user: Any) -> str | None:
    """What is on its way to the person's bank, or their businesses', arrives first: it may come back."""
    if Payout.objects.open().seen_by(user.pk, catalog.owned_business_ids(user)).exists():
        return "A payout to you is still on its way."
    return None
