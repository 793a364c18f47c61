from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser

from apps.core import audit
from apps.core.errors import Invalid
from apps.ledger import functions
from apps.ledger.models import Transfer
from apps.ledger.operations.types import Leg, Posted
from apps.ledger.states import TransferKind


@functions.in_transaction
def post_transfer(
    *,
    kind: TransferKind,
    legs: Sequence[Leg],
    idempotency_key: str,
    at: datetime,
    business_key: str | None = None,
    cause_type: str = "",
    cause_id: UUID | None = None,
    reverses_id: UUID | None = None,
    metadata: dict[str, Any] | None = None,
) -> Posted:
    """The legs are in the books as one transfer; legs of nothing are left out. Escrow moves only with its holds.

    The key is unique for ever; the same body under it brings the first transfer back. ``business_key`` names what the
    transfer is for, where one thing can be told by several events.
    Raises: IdempotencyKeyReused, UnbalancedTransfer, InsufficientFunds, AccountClosed.
    """
    body = {
        "kind": kind,
        "legs": [[leg.address, leg.amount_minor] for leg in legs if leg.amount_minor],
        "cause_type": cause_type,
        "cause": cause_id,
        "reverses": reverses_id,
        "metadata": metadata or {},
    }
    ((transfer_id, replayed),) = functions.call(
        "ledger_post",
        functions.json_text({"key": idempotency_key, "business_key": business_key, "at": at, "body": body}),
    )
    return Posted(transfer_id=transfer_id, replayed=replayed)


@functions.in_transaction
def reverse_transfer(*, transfer_id: UUID, reason: str, by: AbstractBaseUser | None, at: datetime) -> Posted:
    """The opposite of the transfer is in the books and names it; nothing is changed or deleted, and it happens once.

    Raises: Invalid for transfers that moved escrow, which go back through their holds; InsufficientFunds.
    """
    original = Transfer.objects.get(pk=transfer_id)
    entries = list(original.entries.select_related("account").order_by("pk"))
    if any(entry.hold_id for entry in entries):
        raise Invalid("Money in escrow goes back through its hold.")
    posted = post_transfer(
        kind=TransferKind.REVERSAL,
        legs=[Leg(address=entry.account.address, amount_minor=-entry.amount) for entry in entries],
        idempotency_key=f"reverse:{transfer_id}",
        cause_type=original.cause_type,
        cause_id=original.cause_id,
        reverses_id=transfer_id,
        metadata={"reason": reason},
        at=at,
    )
    if not posted.replayed:
        audit.record("ledger.transfer_reversed", target=original, by=by, at=at, reason=reason)
    return posted
