"""Who takes part in a dispute as what, and what each may do: the API's ``available_actions`` ask the same."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.core.conf import timer
from apps.core.errors import DomainError
from apps.disputes.errors import DecidedByAnother, DisputeEnded, NotYourPart, PartyCannotDecide
from apps.disputes.models import Dispute
from apps.disputes.states import Decision, DisputeState, Side


@dataclass(frozen=True, kw_only=True, slots=True)
class Viewer:
    """A person with the businesses whose desk they run and those they work for at all, read once per request."""

    user_id: UUID
    role: str
    is_ops: bool
    acts_for_ops: bool
    desk_ids: frozenset[UUID]
    business_ids: frozenset[UUID]

    def side(self, dispute: Dispute) -> Side | None:
        """As whom the person takes part; a party before operations, None for whoever only looks on."""
        if dispute.customer_id == self.user_id:
            return Side.CUSTOMER
        if dispute.business_id in self.desk_ids:
            return Side.BUSINESS
        return Side.OPS if self.acts_for_ops else None

    def is_party(self, dispute: Dispute) -> bool:
        """Whether the person has something to win or lose by the decision."""
        return dispute.customer_id == self.user_id or dispute.business_id in self.business_ids


def why_not_write(viewer: Viewer, dispute: Dispute) -> DomainError | None:
    """Why the person cannot add a message now, or None when they can."""
    if viewer.side(dispute) is None:
        return NotYourPart()
    return None if dispute.state == DisputeState.OPEN else DisputeEnded()


def why_not_withdraw(viewer: Viewer, dispute: Dispute) -> DomainError | None:
    """Why the person cannot take the dispute back now, or None when they can."""
    if viewer.side(dispute) != Side.CUSTOMER:
        return NotYourPart()
    return None if dispute.state == DisputeState.OPEN else DisputeEnded()


def why_not_decide(viewer: Viewer, dispute: Dispute) -> DomainError | None:
    """Why the person cannot decide now, or None when they can."""
    if not viewer.acts_for_ops:
        return NotYourPart()
    if viewer.is_party(dispute):
        return PartyCannotDecide()
    return None if dispute.state == DisputeState.OPEN else DisputeEnded()


def why_not_agree(viewer: Viewer, dispute: Dispute) -> DomainError | None:
    """Why the person cannot make the decision that is proposed, or None when they can."""
    if dispute.proposed_by_id == viewer.user_id or viewer.role != "ADMIN":
        return DecidedByAnother()
    return None


def is_proposed(dispute: Dispute, decision: Decision, refund_minor: int) -> bool:
    """Whether exactly this waits for a second person."""
    return (dispute.proposed_decision, dispute.proposed_refund_minor) == (decision, refund_minor)


def clears_at(*, due_at: datetime, frozen_at: datetime, at: datetime) -> datetime:
    """When money clears that a withdrawn dispute lets go: what was left of its time, and never less than a while."""
    return at + max(due_at - frozen_at, timer("DISPUTE_WITHDRAWN_CLEARANCE"))


def refund_under(decision: Decision, *, left_minor: int, asked_minor: int | None) -> int | None:
    """What goes back of ``left_minor`` under a decision; None where the amount given does not fit it."""
    if decision == Decision.SPLIT:
        return asked_minor if asked_minor is not None and 0 < asked_minor < left_minor else None
    whole = left_minor if decision == Decision.REFUND else 0
    return whole if asked_minor is None or asked_minor == whole else None


def sides_to_tell(side: Side) -> Collection[Side]:
    """Who hears what this side says: the other one; both hear operations."""
    return {
        Side.CUSTOMER: (Side.BUSINESS,), Side.BUSINESS: (Side.CUSTOMER,), Side.OPS: (Side.CUSTOMER, Side.BUSINESS),
    }[side]  # fmt: skip
