from datetime import datetime
from uuid import UUID

from apps.core.errors import Invalid
from apps.ledger import addresses, functions
from apps.ledger.operations.post import post_transfer
from apps.ledger.operations.types import Leg, Posted
from apps.ledger.states import TransferKind


@functions.in_transaction
def record_gateway_fee(*, payment_id: UUID, gateway: str, currency: str, fee_minor: int, at: datetime) -> Posted | None:
    """What the gateway kept of the payment is the platform's cost, once; None where it kept nothing.

    Raises: IdempotencyKeyReused when another fee is in the books for the payment.
    """
    if fee_minor < 0:
        raise Invalid("A fee is not negative.")
    if fee_minor == 0:
        return None
    ((transfer_id, replayed),) = functions.call("ledger_record_fee", payment_id, gateway, currency, fee_minor, at)
    return Posted(transfer_id=transfer_id, replayed=replayed)


@functions.in_transaction
def park_in_suspense(
    *, payment_id: UUID, gateway: str, currency: str, amount_minor: int, reason: str, idempotency_key: str, at: datetime
) -> Posted:
    """The money is in the books and belongs to nobody yet; somebody has to look at it.

    Raises: IdempotencyKeyReused, Invalid.
    """
    if amount_minor <= 0:
        raise Invalid("Nothing came, so nothing is parked.")
    return post_transfer(
        kind=TransferKind.SUSPENSE,
        legs=[
            Leg(address=addresses.gateway_clearing(gateway, currency), amount_minor=-amount_minor),
            Leg(address=addresses.suspense(currency), amount_minor=amount_minor),
        ],
        idempotency_key=idempotency_key,
        cause_type="PAYMENT",
        cause_id=payment_id,
        metadata={"reason": reason},
        at=at,
    )
