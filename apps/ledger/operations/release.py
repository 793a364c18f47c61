from datetime import datetime
from typing import Any
from uuid import UUID

from apps.core import audit, events
from apps.ledger import functions
from apps.ledger.errors import HoldClaimed, HoldNotDue
from apps.ledger.events import EscrowReleased, ReleasedHold
from apps.ledger.operations.find import locked_hold, refusal
from apps.ledger.operations.types import Release, Unit
from apps.ledger.states import HoldState, ReleaseReason

# Whoever may let go of which holds: a frozen one waits for operations.
_FROM = {
    ReleaseReason.CUSTOMER_CONFIRMED: {HoldState.PENDING_CLEARANCE},
    ReleaseReason.AUTO: {HoldState.PENDING_CLEARANCE},
    ReleaseReason.OPS_DECISION: {HoldState.PENDING_CLEARANCE, HoldState.FROZEN},
}


@functions.in_transaction
def release_hold(
    *,
    unit: Unit | None = None,
    hold_id: UUID | None = None,
    reason: ReleaseReason,
    by: Any,
    at: datetime,
    note: str = "",
) -> Release:
    """The business has its share and the platform its commission, once, however often this is asked.

    ``note`` is what whoever decides has to say, for the audit trail.
    Raises: HoldNotFound, HoldNotDue, HoldFrozen, HoldClaimed, HoldAlreadyRefunded, HoldInWrongState.
    """
    hold = locked_hold(unit=unit, hold_id=hold_id)
    if hold.release_transfer_id is not None:
        return Release(hold=hold, transfer_id=hold.release_transfer_id, replayed=True)
    if hold.is_claimed:
        raise HoldClaimed
    if hold.state not in _FROM[reason]:
        raise refusal(hold)
    if reason == ReleaseReason.AUTO and (hold.release_due_at is None or hold.release_due_at > at):
        raise HoldNotDue
    released = _released(functions.call("ledger_release_holds", [hold.pk], reason, at))
    hold.refresh_from_db()
    audit.record("escrow.released", target=hold, by=by, at=at, reason=note, after={"reason": reason})
    events.publish(EscrowReleased(releases=released, reason=reason, released_at=at))
    return Release(hold=hold, transfer_id=released[0].transfer_id, replayed=False)


@functions.in_transaction
def release_due_holds(*, at: datetime, limit: int) -> int:
    """Up to ``limit`` holds whose clearance time has run out are released; answers how many.

    One call of the database claims and posts them all, skipping what another caller holds; one event speaks of all.
    """
    released = _released(functions.call("ledger_release_due", limit, at))
    if released:
        events.publish(EscrowReleased(releases=released, reason=ReleaseReason.AUTO, released_at=at))
    return len(released)


def _released(rows: list[tuple[Any, ...]]) -> tuple[ReleasedHold, ...]:
    names = (
        "hold_id", "unit_type", "unit_id", "business_id", "customer_id", "currency", "net_minor", "commission_minor",
        "transfer_id",
    )  # fmt: skip
    return tuple(ReleasedHold(**dict(zip(names, row, strict=True))) for row in rows)
