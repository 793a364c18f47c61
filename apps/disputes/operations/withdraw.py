from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.core import audit
from apps.core.events import publish
from apps.disputes import notices, rules
from apps.disputes.events import DisputeClosed
from apps.disputes.models import Dispute
from apps.disputes.operations.lock import fact, find, lock_dispute, lock_holds
from apps.ledger import operations as ledger
from apps.ledger.models import EscrowHold
from apps.ledger.states import HoldState


@transaction.atomic
def withdraw_dispute(*, dispute_id: UUID, by: Any, at: datetime) -> Dispute:
    """The customer objects no more: the money clears for what was left of its time, and for an hour at the least.

    Raises: NoSuchDispute, NotYourPart, DisputeEnded.
    """
    viewer = find(dispute_id, by)
    holds = lock_holds(dispute_id)
    dispute = lock_dispute(dispute_id)
    refusal = rules.why_not_withdraw(viewer, dispute)
    if refusal is not None:
        raise refusal
    dispute.withdraw(at=at)
    dispute.save(update_fields=["state", "ended_at"])
    for hold in holds:
        if hold.state == HoldState.FROZEN and not hold.is_claimed:
            ledger.unfreeze_hold(
                hold_id=hold.pk, reason="The customer has withdrawn the dispute.", by=by, at=at, due_at=_due(hold, at)
            )
    audit.record("dispute.withdrawn", target=dispute, by=by, at=at)
    publish(fact(DisputeClosed, dispute, at=at, state=dispute.state))
    notices.tell_closed(dispute, at=at)
    return dispute


def _due(hold: EscrowHold, at: datetime) -> datetime | None:
    if hold.release_due_at is None or hold.frozen_at is None:
        return None
    return rules.clears_at(due_at=hold.release_due_at, frozen_at=hold.frozen_at, at=at)
