"""What a customer's bank claims of money in escrow: frozen until the bank has decided, whoever else would move it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from apps.core import audit, events
from apps.core.errors import Invalid
from apps.ledger import functions
from apps.ledger.errors import HoldClaimed
from apps.ledger.events import EscrowClaimed, EscrowFrozen
from apps.ledger.models import EscrowHold
from apps.ledger.operations.find import locked_hold, refusal
from apps.ledger.operations.freeze import unfreeze_hold
from apps.ledger.states import OPEN_HOLD_STATES, HoldState

_FROZEN = ["state", "frozen_from", "frozen_at", "frozen_reason", "disputed_minor"]


@functions.in_transaction
def claim_hold(*, hold_id: UUID, amount_minor: int, reason: str, by: Any, at: datetime) -> EscrowHold:
    """So much of the hold is claimed: all of it is frozen, and only the claim's end thaws it.

    Raises: HoldNotFound, HoldAlreadyReleased, HoldAlreadyRefunded; HoldClaimed for more than is left.
    """
    if amount_minor <= 0:
        raise Invalid("A claim is about more than nothing.")
    hold = locked_hold(unit=None, hold_id=hold_id)
    if hold.state not in OPEN_HOLD_STATES:
        raise refusal(hold)
    if amount_minor > hold.left_minor - hold.disputed_minor:
        raise HoldClaimed
    was_frozen = hold.state == HoldState.FROZEN
    if not was_frozen:
        hold.freeze(at=at, reason=reason)
    hold.disputed_minor += amount_minor
    hold.save(update_fields=_FROZEN)
    audit.record("escrow.claimed", target=hold, by=by, at=at, reason=reason, after={"amount_minor": amount_minor})
    about: dict[str, Any] = {
        "hold_id": hold.pk, "unit_type": hold.unit_type, "unit_id": hold.unit_id, "reason": reason,
    }  # fmt: skip
    if not was_frozen:
        events.publish(EscrowFrozen(**about, frozen_at=at))
    events.publish(EscrowClaimed(**about, amount_minor=amount_minor, claimed_at=at))
    return hold


@functions.in_transaction
def drop_claim(*, hold_id: UUID, amount_minor: int, reason: str, by: Any, at: datetime) -> EscrowHold:
    """So much is claimed no more; a hold of which nothing is claimed goes on where it was frozen from.

    Raises: HoldNotFound; Invalid where so much is not claimed.
    """
    hold = locked_hold(unit=None, hold_id=hold_id)
    if amount_minor > hold.disputed_minor:
        raise Invalid("So much is not claimed.")
    hold.disputed_minor -= amount_minor
    hold.save(update_fields=["disputed_minor"])
    audit.record("escrow.claim_dropped", target=hold, by=by, at=at, reason=reason, after={"amount_minor": amount_minor})
    if not hold.is_claimed:
        return unfreeze_hold(hold_id=hold.pk, reason=reason, by=by, at=at)
    return hold
