"""What the books add to a customer's profile and export, and why an account cannot be erased yet."""

from typing import Any

from rest_framework import serializers

from apps.core.api.fields import MoneyField, money_out
from apps.core.money import Money
from apps.ledger import ports, queries, scope
from apps.ledger.states import AccountKind, OwnerType


def fields() -> dict[str, Any]:
    """The shape of ``read``."""
    return {
        "wallet_balance": serializers.ListField(child=MoneyField(), help_text="Cash, by currency."),
        "credit_balance": serializers.ListField(child=MoneyField(), help_text="Credits, by currency."),
    }


def read(user: Any) -> dict[str, Any]:
    """What the person could pay with without a card."""
    return {
        "wallet_balance": _by_currency(queries.wallet_for(user.pk)),
        "credit_balance": _by_currency(ports.spendable_credits(user.pk)),
    }


def export(user: Any) -> list[dict[str, Any]]:
    """Every line of the person's own accounts, newest first."""
    lines = queries.entries_of_user(user.pk, []).order_by("-created_at", "-pk")
    return [
        {
            "at": line.created_at,
            "account": line.account.kind,
            "kind": line.transfer.kind,
            "amount": money_out(line.amount, line.currency),
        }
        for line in lines
    ]


def objection_to_erasure(user: Any) -> str | None:
    """Money that is the person's own is taken out first, for nobody could claim it afterwards."""
    owned = (
        (OwnerType.CUSTOMER, AccountKind.WALLET),
        (OwnerType.CUSTOMER, AccountKind.RESERVED),
        (OwnerType.STAFF, AccountKind.TIPS),
    )
    if any(any(queries.balances_of(owner, [user.pk], kind).values()) for owner, kind in owned):
        return "There is money in your wallet. Spend it or withdraw it to your bank first."
    businesses = scope.owned_businesses(user)
    owed = {
        **queries.owed_by(OwnerType.STAFF, [user.pk]),
        **queries.owed_by(OwnerType.BUSINESS, businesses),
    }
    if owed:
        return "Money is owed to the marketplace. It is paid off from what comes in; ask us to settle it otherwise."
    available = queries.balances_of(OwnerType.BUSINESS, businesses, AccountKind.AVAILABLE)
    if any(available.values()) or any(queries.pending_escrow(businesses).values()):
        return "Your businesses have money that is not paid out yet."
    return None


def _by_currency(amounts: dict[str, int]) -> list[Money]:
    return [Money(amount_minor, currency) for currency, amount_minor in sorted(amounts.items()) if amount_minor]
