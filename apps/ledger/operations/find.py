"""Finding and locking the hold that an operation is about."""

from uuid import UUID

from apps.core.errors import WrongState
from apps.ledger.errors import HoldAlreadyRefunded, HoldAlreadyReleased, HoldFrozen, HoldInWrongState, HoldNotFound
from apps.ledger.models import EscrowHold
from apps.ledger.operations.types import Unit
from apps.ledger.states import HoldState

_REFUSALS: dict[HoldState, type[WrongState]] = {
    HoldState.FROZEN: HoldFrozen,
    HoldState.RELEASED: HoldAlreadyReleased,
    HoldState.REFUNDED: HoldAlreadyRefunded,
}


def locked_hold(*, unit: Unit | None, hold_id: UUID | None) -> EscrowHold:
    """The hold, locked: by its id, or the one of the unit that is not refunded, or else its last refunded one.

    Raises: HoldNotFound.
    """
    hold = None
    if hold_id is not None:
        hold = EscrowHold.objects.locked().filter(pk=hold_id).first()
    elif unit is not None:
        hold = current_hold(unit_type=unit.unit_type, unit_id=unit.unit_id)
    if hold is None:
        raise HoldNotFound
    return hold


def current_hold(*, unit_type: str, unit_id: UUID) -> EscrowHold | None:
    """The unit's hold, locked; the last one where all were refunded, None where nothing was paid."""
    holds = list(EscrowHold.objects.of_unit(unit_type, unit_id).locked())
    live = [hold for hold in holds if hold.state != HoldState.REFUNDED]
    return (live or sorted(holds, key=lambda hold: hold.funded_at))[-1] if holds else None


def refusal(hold: EscrowHold) -> WrongState:
    """Why the hold, as it stands, cannot be moved."""
    return _REFUSALS.get(HoldState(hold.state), HoldInWrongState)()
