"""What people do about a break: one proposes, another, who is an administrator, resolves it or sends it back."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.core import audit
from apps.core.errors import DomainError
from apps.ledger import operations as ledger
from apps.ledger.models import Account, Transfer
from apps.ledger.states import AccountState, OwnerType, TransferKind
from apps.reconciliation import rules
from apps.reconciliation.errors import LegsDoNotFit, NoSuchBreak, NotReversible
from apps.reconciliation.models import Break
from apps.reconciliation.operations.types import CorrectionLeg, Proposal
from apps.reconciliation.states import BreakState, Resolution

CAUSE = "BREAK"
_TWO = 2


@transaction.atomic
def propose_break(*, break_id: UUID, proposal: Proposal, by: Any, at: datetime) -> Break:
    """The proposal waits for a second person; whoever repeats their own changes nothing.

    Raises: NoSuchBreak, BreakInWrongState, LegsDoNotFit, NotReversible.
    """
    each = _locked(break_id)
    legs = _legs(each, proposal)
    if _is_repeated(each, proposal, legs, by):
        return each
    _refuse(rules.why_not_propose(by, each))
    each.propose(
        resolution=proposal.resolution,
        reason=proposal.reason,
        legs=legs,
        reverses_id=proposal.reverses_id,
        by=by,
        at=at,
    )
    each.save()
    audit.record(
        "reconciliation.break_proposed", target=each, by=by, at=at, reason=proposal.reason,
        after={"resolution": proposal.resolution, "legs": legs},
    )  # fmt: skip
    return each


@transaction.atomic
def send_back_break(*, break_id: UUID, reason: str, by: Any, at: datetime) -> Break:
    """Nothing is proposed any more; the reason says what was wrong with it. Raises: NoSuchBreak, BreakInWrongState."""
    each = _locked(break_id)
    _refuse(rules.why_not_send_back(by, each))
    before = {"resolution": each.resolution, "legs": each.legs, "proposed_by": str(each.proposed_by_id)}
    each.send_back(reason=reason)
    each.save()
    audit.record("reconciliation.break_sent_back", target=each, by=by, at=at, reason=reason, before=before)
    return each


@transaction.atomic
def resolve_break(*, break_id: UUID, by: Any, at: datetime) -> Break:
    """It is resolved as proposed, with its transfer in the books where there is one; repeating changes nothing.

    Raises: NoSuchBreak, BreakInWrongState, ResolvedByAnother; and as the ledger refuses, in which case nothing is
    resolved.
    """
    each = _locked(break_id)
    if each.state == BreakState.RESOLVED and each.decided_by_id == by.pk:
        return each
    _refuse(rules.why_not_resolve(by, each))
    transfer_id = _post(each, at=at) if each.legs else None
    each.resolve(transfer_id=transfer_id, by=by, at=at)
    each.save()
    audit.record(
        "reconciliation.break_resolved", target=each, by=by, at=at, reason=each.reason,
        after={"resolution": each.resolution, "legs": each.legs, "transfer": str(transfer_id or "")},
    )  # fmt: skip
    return each


def _locked(break_id: UUID) -> Break:
    each: Break | None = Break.objects.with_people().locked().filter(pk=break_id).first()
    if each is None:
        raise NoSuchBreak
    return each


def _refuse(refusal: DomainError | None) -> None:
    if refusal is not None:
        raise refusal


def _is_repeated(each: Break, proposal: Proposal, legs: list[list[Any]], by: Any) -> bool:
    same = (each.resolution, each.reason, each.legs) == (proposal.resolution, proposal.reason, legs)
    return bool(each.state == BreakState.PROPOSED and each.proposed_by_id == by.pk and same)


def _legs(each: Break, proposal: Proposal) -> list[list[Any]]:
    """The legs as they are kept, checked now and posted when the proposal is resolved."""
    if proposal.resolution == Resolution.REVERSED:
        return _opposite(proposal.reverses_id)
    if proposal.resolution == Resolution.EXPLAINED:
        if proposal.legs:
            raise LegsDoNotFit("Nothing is posted for a break that is explained.")
        return []
    _check(each, proposal.legs)
    return [[leg.address, leg.amount_minor] for leg in proposal.legs]


def _check(each: Break, legs: Sequence[CorrectionLeg]) -> None:
    sums: Counter[str] = Counter()
    for leg in legs:
        if not rules.may_be_corrected(leg.address, gateway=each.gateway):
            raise LegsDoNotFit(f"A correction may not touch {leg.address}.")
        if not leg.address.startswith(OwnerType.SYSTEM) and not _is_open(leg.address):
            raise LegsDoNotFit(f"There is no open account {leg.address}.")
        sums[leg.address.rpartition(":")[2]] += leg.amount_minor
    if len(legs) < _TWO or any(sums.values()) or not all(leg.amount_minor for leg in legs):
        raise LegsDoNotFit


def _is_open(address: str) -> bool:
    return Account.objects.filter(address=address, state=AccountState.ACTIVE).exists()


def _opposite(transfer_id: UUID | None) -> list[list[Any]]:
    original = Transfer.objects.filter(pk=transfer_id).first() if transfer_id else None
    entries = list(original.entries.select_related("account").order_by("pk")) if original else []
    if not entries or any(entry.hold_id for entry in entries) or original is None:
        raise NotReversible
    return [[entry.account.address, -entry.amount] for entry in entries]


def _post(each: Break, *, at: datetime) -> UUID:
    is_reversal = each.resolution == Resolution.REVERSED
    posted = ledger.post_transfer(
        kind=TransferKind.REVERSAL if is_reversal else TransferKind.ADJUSTMENT,
        legs=[ledger.Leg(address=address, amount_minor=amount) for address, amount in each.legs],
        idempotency_key=f"break:{each.pk}",
        business_key=f"reversal:{each.reverses_id}" if is_reversal else None,
        cause_type=CAUSE,
        cause_id=each.pk,
        reverses_id=each.reverses_id,
        metadata={"reason": each.reason},
        at=at,
    )
    return posted.transfer_id
