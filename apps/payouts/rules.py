"""Who may see and ask what, and how much is paid out at the least."""

from typing import Any

from apps.accounts.states import Role
from apps.core import conf
from apps.payouts.states import PayoutKind

# Employees run the desk and see no bank details; the marketplace's people look on in the back office.
PAID_ROLES = frozenset({Role.CUSTOMER, Role.STAFF, Role.CEO})
PRACTITIONER_ROLES = frozenset({Role.STAFF, Role.CEO})
_SETTINGS = {
    PayoutKind.BUSINESS: "PAYOUT_MINIMUM",
    PayoutKind.TIPS: "PAYOUT_MINIMUM_TIPS",
    PayoutKind.WALLET: "PAYOUT_MINIMUM_WALLET",
}


def may_be_paid(user: Any) -> bool:
    """Whether the person has money of their own to be paid out."""
    return bool(user.is_authenticated and user.role in PAID_ROLES)


def is_practitioner(user: Any) -> bool:
    """Whether the person performs jobs, or owns a business."""
    return bool(user.is_authenticated and user.role in PRACTITIONER_ROLES)


def minimum_minor(kind: str, currency: str) -> int:
    """The least amount that is paid out, in minor units of the currency."""
    table: dict[str, int] = conf.setting(_SETTINGS[PayoutKind(kind)])
    return table.get(currency, table["*"])
