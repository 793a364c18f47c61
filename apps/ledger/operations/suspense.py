"""Money that is in the books and belongs to nobody yet: a person has to look at it."""

from datetime import datetime
from uuid import UUID

from apps.core.errors import Invalid
from apps.ledger import addresses, functions
from apps.ledger.operations.post import post_transfer
from apps.ledger.operations.types import Leg, Posted
from apps.ledger.states import TransferKind


@functions.in_transaction
def park_in_suspense(
    *,
    source: str,
    currency: str,
    amount_minor: int,
    reason: str,
    idempotency_key: str,
    cause_type: str,
    cause_id: UUID | None,
    at: datetime,
) -> Posted:
    """What came from the account at the address ``source`` lies in suspense.

    Raises: IdempotencyKeyReused, InsufficientFunds (of the source), Invalid.
    """
    if amount_minor <= 0:
        raise Invalid("Nothing came, so nothing is parked.")
    legs = [
        Leg(address=source, amount_minor=-amount_minor),
        Leg(address=addresses.suspense(currency), amount_minor=amount_minor),
    ]
    return _post(legs, idempotency_key, cause_type, cause_id, reason, at=at)


@functions.in_transaction
def bear_in_suspense(
    *,
    target: str,
    currency: str,
    amount_minor: int,
    reason: str,
    idempotency_key: str,
    cause_type: str,
    cause_id: UUID | None,
    at: datetime,
) -> Posted:
    """Suspense has made good to the account at the address ``target`` what nobody can be charged with.

    Raises: IdempotencyKeyReused, Invalid.
    """
    if amount_minor <= 0:
        raise Invalid("Nothing is missing, so nothing is borne.")
    legs = [
        Leg(address=target, amount_minor=amount_minor),
        Leg(address=addresses.suspense(currency), amount_minor=-amount_minor),
    ]
    return _post(legs, idempotency_key, cause_type, cause_id, reason, at=at)


def _post(
    legs: list[Leg], idempotency_key: str, cause_type: str, cause_id: UUID | None, reason: str, *, at: datetime
) -> Posted:
    return post_transfer(
        kind=TransferKind.SUSPENSE,
        legs=legs,
        idempotency_key=idempotency_key,
        cause_type=cause_type,
        cause_id=cause_id,
        metadata={"reason": reason},
        at=at,
    )
