"""What ``/wallet/balance/`` shows to whom, by role."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.accounts.states import Role
from apps.ledger import ports, queries, scope
from apps.ledger.states import AccountKind, OwnerType

_FALLBACK_CURRENCY = "NGN"


@dataclass(frozen=True, kw_only=True)
class WalletView:
    """Named amounts, each by currency; a name is there for those who may see it, even at nothing."""

    amounts: dict[str, dict[str, int]]

    def currencies(self) -> list[str]:
        """Every currency that anything is in; the one with most in it first, and one even when there is nothing."""
        totals: dict[str, int] = {}
        for by_currency in self.amounts.values():
            for currency, amount_minor in by_currency.items():
                totals[currency] = totals.get(currency, 0) + abs(amount_minor)
        return sorted(totals, key=lambda currency: (-totals[currency], currency)) or [_FALLBACK_CURRENCY]

    def in_currency(self, currency: str) -> dict[str, int]:
        """The named amounts in one currency."""
        return {name: by_currency.get(currency, 0) for name, by_currency in self.amounts.items()}


def wallet_view(user: Any) -> WalletView:
    """What the person's role shows them of their money and their businesses'."""
    build = _BY_ROLE.get(user.role, _customer)
    return WalletView(amounts=build(user))


def _customer(user: Any) -> dict[str, dict[str, int]]:
    return {
        "wallet": queries.wallet_for(user.pk),
        "credits": ports.spendable_credits(user.pk),
        **_tips_of_performer(user),
    }


def _staff(user: Any) -> dict[str, dict[str, int]]:
    tips = _tips(user)
    return {"tips_only": tips, "tips": tips, **_owed(OwnerType.STAFF, [user.pk])}


def _employee(user: Any) -> dict[str, dict[str, int]]:
    return {"pending_escrow": queries.pending_escrow(scope.employing_businesses(user))}


def _ceo(user: Any) -> dict[str, dict[str, int]]:
    businesses = scope.owned_businesses(user)
    return {
        "total_revenue": queries.total_revenue(businesses),
        "pending_escrow": queries.pending_escrow(businesses),
        "available_payout": queries.balances_of(OwnerType.BUSINESS, businesses, AccountKind.AVAILABLE),
        **_owed(OwnerType.BUSINESS, businesses),
        **_tips_of_performer(user),
    }


def _tips(user: Any) -> dict[str, int]:
    return queries.balances_of(OwnerType.STAFF, [user.pk], AccountKind.TIPS)


def _tips_of_performer(user: Any) -> dict[str, dict[str, int]]:
    tips = _tips(user)
    return {"tips": tips} if tips or scope.performs_jobs(user) else {}


def _owed(owner_type: OwnerType, owner_ids: list[UUID]) -> dict[str, dict[str, int]]:
    owed = queries.owed_by(owner_type, owner_ids)
    return {"owed": owed} if owed else {}


_BY_ROLE = {Role.STAFF: _staff, Role.EMPLOYEE: _employee, Role.CEO: _ceo}
