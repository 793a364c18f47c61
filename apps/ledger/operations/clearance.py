from datetime import datetime
from uuid import UUID

from apps.core import conf, events
from apps.ledger import functions
from apps.ledger.events import ClearanceStarted
from apps.ledger.models import EscrowHold
from apps.ledger.operations.find import current_hold, refusal
from apps.ledger.states import HoldState

_FIELDS = ["state", "clearance_started_at", "release_due_at"]


@functions.in_transaction
def start_clearance(*, unit_type: str, unit_id: UUID, at: datetime) -> EscrowHold | None:
    """The clearance timer runs from ``at``; one that ran before counts no more. None where nothing was paid for.

    Where a customer's bank claims the money, the work is noted and the money stays frozen.
    Raises: HoldFrozen, HoldAlreadyReleased, HoldAlreadyRefunded.
    """
    hold = current_hold(unit_type=unit_type, unit_id=unit_id)
    if hold is None:
        return None
    due_at = at + conf.timer("ESCROW_AUTO_RELEASE")
    if hold.state == HoldState.FROZEN and hold.is_claimed:
        hold.note_work_done(at=at, due_at=due_at)
        hold.save(update_fields=[*_FIELDS, "frozen_from"])
        return hold
    if hold.state not in {HoldState.HELD, HoldState.PENDING_CLEARANCE}:
        raise refusal(hold)
    hold.start_clearance(at=at, due_at=due_at)
    hold.save(update_fields=_FIELDS)
    events.publish(ClearanceStarted(hold_id=hold.pk, unit_type=unit_type, unit_id=unit_id, release_due_at=due_at))
    return hold


@functions.in_transaction
def stop_clearance(*, unit_type: str, unit_id: UUID, at: datetime) -> EscrowHold | None:  # every operation says when
    """The money waits for the work again, and no timer runs. None where nothing was paid for.

    Raises: HoldFrozen, HoldAlreadyReleased, HoldAlreadyRefunded.
    """
    hold = current_hold(unit_type=unit_type, unit_id=unit_id)
    if hold is None or hold.state == HoldState.HELD:
        return hold
    if hold.state == HoldState.FROZEN and hold.is_claimed:
        hold.note_work_reopened()
        hold.save(update_fields=[*_FIELDS, "frozen_from"])
        return hold
    if hold.state != HoldState.PENDING_CLEARANCE:
        raise refusal(hold)
    hold.stop_clearance()
    hold.save(update_fields=_FIELDS)
    return hold
