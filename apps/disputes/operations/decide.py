"""Somebody of operations decides where the frozen money goes; above the limit for refunds, two people do."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.core import audit
from apps.core.events import publish
from apps.core.money import Money, split_by_weights
from apps.disputes import notices, rules
from apps.disputes.errors import DisputeEnded, RefundDoesNotFit
from apps.disputes.events import DisputeDecided
from apps.disputes.models import Dispute
from apps.disputes.operations.lock import fact, find, lock_dispute, lock_money
from apps.disputes.states import Decision, DisputeState
from apps.ledger import operations as ledger
from apps.ledger.models import EscrowHold
from apps.ledger.states import HoldState, ReleaseReason
from apps.payments import operations as payments
from apps.payments.rules import needs_two
from apps.payments.states import RefundDestination

_PROPOSAL = ("proposed_decision", "proposed_refund_minor", "proposed_reason", "proposed_by", "proposed_at")
_DECISION = ("state", "decision", "refund_minor", "released_minor", "decided_reason", "decided_by", "ended_at")


@transaction.atomic
def decide_dispute(
    *,
    dispute_id: UUID,
    decision: Decision,
    reason: str,
    by: Any,
    at: datetime,
    refund: Money | None = None,
    destination: RefundDestination = RefundDestination.WALLET,
) -> Dispute:
    """The money has gone where the decision says, and nothing of it is frozen any more; both sides know why.

    ``refund`` is what goes back in a split; the rest is released with commission on it alone. A refund above the limit
    is proposed first: the dispute stays open until an administrator who is another person decides the same. Whoever
    repeats their own decision or proposal changes nothing.
    Raises: NoSuchDispute, NotYourPart, PartyCannotDecide, DisputeEnded, RefundDoesNotFit, DecidedByAnother; and as the
    payment desk and the ledger refuse, in which case nothing is decided.
    """
    viewer = find(dispute_id, by)
    holds = [hold for hold in lock_money(dispute_id) if hold.state == HoldState.FROZEN and not hold.is_claimed]
    dispute = lock_dispute(dispute_id)
    if _is_repeated(dispute, decision, refund, by):
        return dispute
    refusal = rules.why_not_decide(viewer, dispute)
    if refusal is not None:
        raise refusal
    refund_minor = _refund(dispute, decision, refund, left_minor=sum(hold.left_minor for hold in holds))
    if needs_two(refund_minor, dispute.currency):
        if not rules.is_proposed(dispute, decision, refund_minor):
            return _propose(dispute, decision, refund_minor, reason, by=by, at=at)
        if dispute.proposed_by_id == by.pk:
            return dispute
        if (refusal := rules.why_not_agree(viewer, dispute)) is not None:
            raise refusal
    else:
        dispute.drop_proposal()
    _decide(dispute, decision, holds, refund_minor, reason, destination=destination, by=by, at=at)
    return dispute


def _is_repeated(dispute: Dispute, decision: Decision, refund: Money | None, by: Any) -> bool:
    if dispute.state != DisputeState.DECIDED or dispute.decided_by_id != by.pk:
        return False
    is_same = refund is None or refund == Money(dispute.refund_minor, dispute.currency)
    if dispute.decision != decision or not is_same:
        raise DisputeEnded
    return True


def _refund(dispute: Dispute, decision: Decision, refund: Money | None, *, left_minor: int) -> int:
    if refund is not None and refund.currency != dispute.currency:
        raise RefundDoesNotFit(errors={"refund": [f"The money is in {dispute.currency}."]})
    asked_minor = None if refund is None else refund.amount_minor
    fitting = rules.refund_under(decision, left_minor=left_minor, asked_minor=asked_minor)
    if fitting is None:
        held = Money(left_minor, dispute.currency)
        raise RefundDoesNotFit(
            errors={"refund": [f"A split gives back a part of {held}, a refund all of it, a release nothing."]}
        )
    return fitting


def _propose(dispute: Dispute, decision: Decision, refund_minor: int, reason: str, *, by: Any, at: datetime) -> Dispute:
    dispute.propose(decision=decision, refund_minor=refund_minor, reason=reason, by=by, at=at)
    dispute.save(update_fields=_PROPOSAL)
    audit.record(
        "dispute.decision_proposed", target=dispute, by=by, at=at, reason=reason,
        after={"decision": decision, "refund_minor": refund_minor, "currency": dispute.currency},
    )  # fmt: skip
    return dispute


def _decide(
    dispute: Dispute,
    decision: Decision,
    holds: Sequence[EscrowHold],
    refund_minor: int,
    reason: str,
    *,
    destination: RefundDestination,
    by: Any,
    at: datetime,
) -> None:
    released_minor = sum(hold.left_minor for hold in holds) - refund_minor
    dispute.decide(
        decision=decision, refund_minor=refund_minor, released_minor=released_minor, reason=reason, by=by, at=at
    )
    # Before the money moves: what moves now is this decision, and overtakes nothing.
    dispute.save(update_fields=[*_DECISION, *_PROPOSAL])
    parts = split_by_weights(refund_minor, [hold.left_minor for hold in holds])
    for hold, part in zip(holds, parts, strict=True):
        _settle(hold, part, f"Dispute decided: {reason}", destination=destination, by=by, at=at)
    audit.record(
        "dispute.decided", target=dispute, by=by, at=at, reason=reason,
        after={
            "decision": decision, "refund_minor": refund_minor, "released_minor": released_minor,
            "currency": dispute.currency, "destination": destination,
        },
    )  # fmt: skip
    publish(
        fact(
            DisputeDecided, dispute, at=at, decision=decision, currency=dispute.currency, refund_minor=refund_minor,
            released_minor=released_minor,
        )
    )  # fmt: skip
    notices.tell_decided(dispute, at=at)


def _settle(
    hold: EscrowHold, part_minor: int, reason: str, *, destination: RefundDestination, by: Any, at: datetime
) -> None:
    """So much of the hold goes back, and the rest to the business."""
    rest_minor = hold.left_minor - part_minor
    if part_minor:
        payments.refund_decided(
            hold_id=hold.pk, amount_minor=part_minor, destination=destination, reason=reason, by=by, at=at
        )
    if rest_minor:
        ledger.release_hold(hold_id=hold.pk, reason=ReleaseReason.OPS_DECISION, by=by, at=at, note=reason)
