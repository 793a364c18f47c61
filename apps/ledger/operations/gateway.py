from datetime import datetime
from uuid import UUID

from apps.core.errors import Invalid
from apps.ledger import functions
from apps.ledger.operations.types import Posted


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
