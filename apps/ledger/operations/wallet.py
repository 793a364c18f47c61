from datetime import datetime
from uuid import UUID

from apps.core.errors import Invalid
from apps.ledger import addresses, functions
from apps.ledger.operations.post import post_transfer
from apps.ledger.operations.types import Leg, Posted
from apps.ledger.states import TransferKind


@functions.in_transaction
def credit_wallet(
    *,
    customer_id: UUID,
    currency: str,
    amount_minor: int,
    source: str,
    idempotency_key: str,
    at: datetime,
    cause_type: str = "",
    cause_id: UUID | None = None,
    reason: str = "",
) -> Posted:
    """The customer can spend the money, which came from the account at the address ``source``.

    Raises: IdempotencyKeyReused, InsufficientFunds (of the source), Invalid.
    """
    if amount_minor <= 0:
        raise Invalid("A wallet is credited with more than nothing.")
    return post_transfer(
        kind=TransferKind.WALLET_CREDIT,
        legs=[
            Leg(address=source, amount_minor=-amount_minor),
            Leg(address=addresses.wallet(customer_id, currency), amount_minor=amount_minor),
        ],
        idempotency_key=idempotency_key,
        cause_type=cause_type,
        cause_id=cause_id,
        metadata={"reason": reason} if reason else {},
        at=at,
    )
