"""Who may do what with a break, and which accounts a correction may touch."""

from typing import Any

from apps.core.errors import DomainError
from apps.ledger.states import AccountKind, OwnerType
from apps.reconciliation.errors import BreakInWrongState, ResolvedByAnother
from apps.reconciliation.models import Break
from apps.reconciliation.states import BreakState

ACTING_ROLES = frozenset({"OPS", "ADMIN"})
# Never escrow, which moves with its holds, nor what was earned: that is a matter of refunds and payouts.
SYSTEM_KINDS = frozenset({
    AccountKind.GATEWAY_CLEARING, AccountKind.GATEWAY_FEES, AccountKind.SUSPENSE, AccountKind.PLATFORM_REVENUE,
    AccountKind.PAYOUTS_IN_TRANSIT,
})  # fmt: skip
# Of people and businesses: what a customer is owed after all, and what a business owes.
OWNED_KINDS = frozenset({(OwnerType.CUSTOMER, AccountKind.WALLET), (OwnerType.BUSINESS, AccountKind.RECEIVABLE)})


def why_not_propose(user: Any, each: Break) -> DomainError | None:
    """Why the person cannot propose a resolution now, or None when they can."""
    return None if user.role in ACTING_ROLES and each.state == BreakState.OPEN else BreakInWrongState()


def why_not_resolve(user: Any, each: Break) -> DomainError | None:
    """Why the person cannot resolve it as proposed now, or None when they can."""
    if each.state != BreakState.PROPOSED:
        return BreakInWrongState()
    return ResolvedByAnother() if user.role != "ADMIN" or each.proposed_by_id == user.pk else None


def why_not_send_back(user: Any, each: Break) -> DomainError | None:
    """Why the person cannot send the proposal back now, or None when they can; one may take back one's own."""
    return None if user.role in ACTING_ROLES and each.state == BreakState.PROPOSED else BreakInWrongState()


def may_be_corrected(address: str, *, gateway: str) -> bool:
    """Whether a correction for a break of this gateway may touch the account."""
    owner, _, rest = address.partition(":")
    _, _, rest = rest.partition(":")
    kind, _, of_gateway = rest.rpartition(":")[0].partition("/")
    if owner == OwnerType.SYSTEM:
        return kind in SYSTEM_KINDS and of_gateway in {"", gateway}
    return (owner, kind) in OWNED_KINDS


def available_actions(user: Any, each: Break) -> list[str]:
    """What the person can do with the break now."""
    checks = {"propose": why_not_propose, "resolve": why_not_resolve, "send_back": why_not_send_back}
    return [name for name, why_not in checks.items() if why_not(user, each) is None]
