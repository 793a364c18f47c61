"""The readable name of each account: ``OWNER:id:KIND[/gateway]:CURRENCY``.

An address says all that identifies an account, so that money can be sent to one that does not exist yet: the posting
function opens it. The table keeps the same text as a generated column.
"""

from uuid import UUID

from .states import AccountKind, OwnerType


def _system(kind: AccountKind, currency: str, gateway: str = "") -> str:
    suffix = f"/{gateway}" if gateway else ""
    return f"{OwnerType.SYSTEM.value}::{kind.value}{suffix}:{currency}"


def _owned(owner_type: OwnerType, owner_id: UUID, kind: AccountKind, currency: str) -> str:
    return f"{owner_type.value}:{owner_id}:{kind.value}:{currency}"


def escrow(currency: str) -> str:
    """Money of customers that waits for work to be done."""
    return _system(AccountKind.SYSTEM_ESCROW, currency)


def gateway_clearing(gateway: str, currency: str) -> str:
    """Money that a gateway holds for the platform; in debit while it does."""
    return _system(AccountKind.GATEWAY_CLEARING, currency, gateway)


def platform_revenue(currency: str) -> str:
    """Commission and other income."""
    return _system(AccountKind.PLATFORM_REVENUE, currency)


def gateway_fees(currency: str) -> str:
    """What gateways kept; in debit."""
    return _system(AccountKind.GATEWAY_FEES, currency)


def payouts_in_transit(currency: str) -> str:
    """Money on its way to a bank."""
    return _system(AccountKind.PAYOUTS_IN_TRANSIT, currency)


def promotions(currency: str) -> str:
    """What promotional credits cost the platform; in debit."""
    return _system(AccountKind.PROMOTIONS, currency)


def suspense(currency: str) -> str:
    """Money whose owner or purpose is not settled."""
    return _system(AccountKind.SUSPENSE, currency)


def chargebacks(currency: str) -> str:
    """What gateways have taken for disputes that are open; in debit while they are."""
    return _system(AccountKind.CHARGEBACKS, currency)


def losses(currency: str) -> str:
    """What nobody pays back; in debit."""
    return _system(AccountKind.LOSSES, currency)


def business_available(business_id: UUID, currency: str) -> str:
    """What a business can withdraw."""
    return _owned(OwnerType.BUSINESS, business_id, AccountKind.AVAILABLE, currency)


def business_receivable(business_id: UUID, currency: str) -> str:
    """What a business owes; in debit."""
    return _owned(OwnerType.BUSINESS, business_id, AccountKind.RECEIVABLE, currency)


def tips(user_id: UUID, currency: str) -> str:
    """A performer's own tips."""
    return _owned(OwnerType.STAFF, user_id, AccountKind.TIPS, currency)


def tips_payable(user_id: UUID, currency: str) -> str:
    """Tips kept for a performer who left."""
    return _owned(OwnerType.STAFF, user_id, AccountKind.TIPS_PAYABLE, currency)


def staff_receivable(user_id: UUID, currency: str) -> str:
    """What a performer owes; in debit."""
    return _owned(OwnerType.STAFF, user_id, AccountKind.RECEIVABLE, currency)


def receivable(owner_type: OwnerType, owner_id: UUID, currency: str) -> str:
    """What a business or a performer owes; in debit."""
    return _owned(owner_type, owner_id, AccountKind.RECEIVABLE, currency)


def wallet(user_id: UUID, currency: str) -> str:
    """A customer's cash."""
    return _owned(OwnerType.CUSTOMER, user_id, AccountKind.WALLET, currency)


def customer_credits(user_id: UUID, currency: str) -> str:
    """A customer's credits that are real money."""
    return _owned(OwnerType.CUSTOMER, user_id, AccountKind.CREDITS, currency)


def reserved(user_id: UUID, currency: str) -> str:
    """What is set aside of a customer's wallet and credits for payments that are under way."""
    return _owned(OwnerType.CUSTOMER, user_id, AccountKind.RESERVED, currency)
