from datetime import datetime
from typing import Any
from uuid import UUID

from apps.core import audit, events
from apps.ledger import functions
from apps.ledger.errors import HoldClaimed, HoldInWrongState
from apps.ledger.events import EscrowFrozen, EscrowUnfrozen
from apps.ledger.models import EscrowHold
from apps.ledger.operations.find import locked_hold, refusal
from apps.ledger.operations.types import Unit
from apps.ledger.states import HoldState


@functions.in_transaction
def freeze_hold(
    *, unit: Unit | None = None, hold_id: UUID | None = None, reason: str, by: Any, at: datetime
) -> EscrowHold:
    """Nothing of the hold moves until operations decide; freezing a frozen hold changes nothing.

    Raises: HoldNotFound, HoldAlreadyReleased, HoldAlreadyRefunded.
    """
    hold = locked_hold(unit=unit, hold_id=hold_id)
    if hold.state == HoldState.FROZEN:
        return hold
    if hold.state not in {HoldState.HELD, HoldState.PENDING_CLEARANCE}:
        raise refusal(hold)
    hold.freeze(at=at, reason=reason)
    hold.save(update_fields=["state", "frozen_from", "frozen_at", "frozen_reason"])
    audit.record("escrow.frozen", target=hold, by=by, at=at, reason=reason)
    events.publish(
        EscrowFrozen(hold_id=hold.pk, unit_type=hold.unit_type, unit_id=hold.unit_id, reason=reason, frozen_at=at)
    )
    return hold


@functions.in_transaction
def unfreeze_hold(
    *,
    unit: Unit | None = None,
    hold_id: UUID | None = None,
    reason: str,
    by: Any,
    at: datetime,
    due_at: datetime | None = None,
) -> EscrowHold:
    """The hold is where it was frozen from; a clearance timer that ran then counts again, without a pause.

    With ``due_at`` the clearance runs out then instead.

    Raises: HoldNotFound, HoldInWrongState, HoldClaimed.
    """
    hold = locked_hold(unit=unit, hold_id=hold_id)
    if hold.state != HoldState.FROZEN:
        raise HoldInWrongState("This money is not frozen.")
    if hold.is_claimed:
        raise HoldClaimed
    if hold.frozen_from == HoldState.HELD:
        hold.unfreeze_to_held()
    else:
        hold.unfreeze_to_clearance(due_at=due_at)
    hold.save(update_fields=["state", "release_due_at"])
    audit.record("escrow.unfrozen", target=hold, by=by, at=at, reason=reason)
    events.publish(EscrowUnfrozen(hold_id=hold.pk, unit_type=hold.unit_type, unit_id=hold.unit_id, unfrozen_at=at))
    return hold
