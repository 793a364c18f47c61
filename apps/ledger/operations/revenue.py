"""What the platform sells on its own account: a business pays out of what it can withdraw; what was paid may go back."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from apps.core.errors import Invalid
from apps.ledger import addresses, functions
from apps.ledger.operations.payouts import lock_withdrawable
from apps.ledger.operations.post import post_transfer
from apps.ledger.operations.recover import place_of
from apps.ledger.operations.types import Leg, Posted
from apps.ledger.states import RefundDestination, TransferKind


@functions.in_transaction
def charge_business(
    *, business_id: UUID, currency: str, amount_minor: int, cause_type: str, cause_id: UUID, at: datetime
) -> Posted | None:
    """The platform has the amount out of what the business can withdraw, once per cause; None where that is less.

    What payouts have taken is not there, and nothing is below zero, whatever runs at once.
    """
    if amount_minor <= 0:
        raise Invalid("A charge is more than nothing.")
    source = addresses.business_available(business_id, currency)
    if lock_withdrawable(address=source) < amount_minor:
        return None
    return post_transfer(
        kind=TransferKind.SUBSCRIPTION,
        legs=[
            Leg(address=source, amount_minor=-amount_minor),
            Leg(address=addresses.platform_revenue(currency), amount_minor=amount_minor),
        ],
        idempotency_key=f"charge:{cause_type}:{cause_id}",
        cause_type=cause_type,
        cause_id=cause_id,
        at=at,
    )


@functions.in_transaction
def return_charge(
    *, business_id: UUID, currency: str, amount_minor: int, cause_type: str, cause_id: UUID, reason: str, at: datetime
) -> Posted:
    """The business can withdraw again what the platform had charged it, once per cause.

    Whoever calls answers for it that no more goes back than was charged.
    """
    if amount_minor <= 0:
        raise Invalid("What goes back is more than nothing.")
    return post_transfer(
        kind=TransferKind.SUBSCRIPTION,
        legs=[
            Leg(address=addresses.platform_revenue(currency), amount_minor=-amount_minor),
            Leg(address=addresses.business_available(business_id, currency), amount_minor=amount_minor),
        ],
        idempotency_key=f"return:{cause_type}:{cause_id}",
        cause_type=cause_type,
        cause_id=cause_id,
        metadata={"reason": reason},
        at=at,
    )


@functions.in_transaction
def return_revenue(
    *,
    customer_id: UUID,
    payment_id: UUID,
    gateway: str,
    currency: str,
    amount_minor: int,
    destination: RefundDestination,
    reason: str,
    at: datetime,
    idempotency_key: str,
    elsewhere: Sequence[Leg] = (),
) -> Posted:
    """``amount_minor`` of what a payment brought the platform went back, ``elsewhere`` what did not come from its destination.

    Whoever calls answers for it that no more goes back than came. The same key brings the first one back.
    """
    if amount_minor <= 0:
        raise Invalid("What goes back is more than nothing.")
    rest = amount_minor - sum(leg.amount_minor for leg in elsewhere)
    where = place_of(destination, customer_id=customer_id, gateway=gateway, currency=currency)
    return post_transfer(
        kind=TransferKind.RECOVERY,
        legs=[
            Leg(address=addresses.platform_revenue(currency), amount_minor=-amount_minor),
            *elsewhere,
            Leg(address=where, amount_minor=rest),
        ],
        idempotency_key=idempotency_key,
        cause_type="REFUND",
        cause_id=payment_id,
        metadata={"reason": reason, "destination": destination},
        at=at,
    )
