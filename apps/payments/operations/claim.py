"""Which money a chargeback is about: kept back while the bank decides, taken when it is lost, let go when it is won.

The claims are refunds to the customer's bank. APPROVED, they count as given back, so that the database itself refuses to
give the same money back twice.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.core.money import money_words
from apps.core.outbox import after_commit
from apps.credits import operations as purse
from apps.ledger import addresses
from apps.ledger import operations as ledger
from apps.ledger.models import EscrowHold
from apps.ledger.states import OPEN_HOLD_STATES
from apps.payments.models import Chargeback, Payment, PaymentAllocation, Refund
from apps.payments.operations.alerts import alert_ops
from apps.payments.operations.bounced import give_parked, take_bounced
from apps.payments.operations.complete_refund import complete_refund
from apps.payments.operations.parked import take_parked_for_bank
from apps.payments.operations.parts import left_with_gateway, lock_bought, there_of
from apps.payments.operations.refund import CARRY_OUT
from apps.payments.operations.take_back import take_back
from apps.payments.rules import fewest_that_cover
from apps.payments.states import (
    CLAIMING_CHARGEBACKS,
    DECIDED_FOR_US,
    AllocationState,
    Destination,
    RefundDestination,
    RefundStatus,
)

_CREDITS, _IN_ESCROW, _RELEASED, _TIP = range(4)


def claim(chargeback: Chargeback, *, at: datetime) -> None:
    """What the bank claims, and is not kept back for it yet, is: unspent credits first, then what is in escrow, then of
    what was released, then of tips.

    The customer's own credits hurt nobody else. Of the holds in escrow those are frozen, each whole, that cover the claim
    with the least money. A bank claims what came through the gateway, not what credits or the wallet paid. The payment is
    locked, and so is the purse of whoever bought credits with it.
    """
    shares = list(chargeback.payment.allocations.filter(state=AllocationState.FUNDED).order_by("pk"))
    there = {share.pk: there_of(share) for share in shares}
    holds = _locked(share.hold_id for share in shares)
    ranked: list[list[PaymentAllocation]] = [[], [], [], []]
    for share in shares:
        if there[share.pk] > 0:
            ranked[_rank(share, holds)].append(share)
    kept = sum(part.amount_minor for part in chargeback.refunds.claims())
    left = min(chargeback.amount_minor - kept, max(left_with_gateway(chargeback.payment), 0))
    number = chargeback.refunds.count()
    for rank, group in enumerate(ranked):
        for index in fewest_that_cover(left, [there[share.pk] for share in group]):
            share, amount = group[index], min(left, there[group[index].pk])
            part = claim_of(chargeback, share, amount, number, at=at)
            if rank == _CREDITS:
                purse.claim_bought(purchase_id=share.item_id, refund_id=part.pk, amount_minor=amount, at=at)
            elif rank == _IN_ESCROW and share.hold_id:
                ledger.claim_hold(hold_id=share.hold_id, amount_minor=amount, reason=_words(chargeback), by=None, at=at)
            left, number = left - amount, number + 1


def _rank(share: PaymentAllocation, holds: Mapping[UUID, EscrowHold]) -> int:
    if share.destination == Destination.CREDITS:
        return _CREDITS
    if share.hold_id and holds[share.hold_id].state in OPEN_HOLD_STATES:
        return _IN_ESCROW
    return _TIP if share.destination == Destination.PERFORMER else _RELEASED


def claim_of(chargeback: Chargeback, share: PaymentAllocation, amount: int, number: int, *, at: datetime) -> Refund:
    """So much of the share is the bank's part; from now on nobody else can have it."""
    made: Refund = Refund.objects.create(
        payment=chargeback.payment,
        allocation=share,
        reference=f"chargeback:{chargeback.pk}/{number}",
        amount_minor=amount,
        currency=chargeback.currency,
        destination=RefundDestination.CHARGEBACK,
        reason=_words(chargeback),
        status=RefundStatus.APPROVED,
        decided_at=at,
        gateway=chargeback.gateway,
        is_ours=False,
        chargeback=chargeback,
        created_at=at,
    )
    return made


def _words(chargeback: Chargeback) -> str:
    return f"Disputed at the customer's bank: {chargeback.reason or 'no reason given'}"


def drop_claims(chargeback: Chargeback, *, at: datetime) -> None:
    """The bank has decided for us: what was frozen goes on, and refunds that waited are carried out."""
    _give_up(chargeback, DECIDED_FOR_US, at=at)
    give_parked(chargeback, at=at)
    _wake_waiting(chargeback, at=at)


def _give_up(chargeback: Chargeback, problem: str, *, at: datetime) -> list[Refund]:
    parts = _claims(chargeback)
    for part in parts:
        part.fail(problem=problem, at=at)
        part.save()
        _thaw(part, at=at)
    return parts


@contextmanager
def claimed_anew(payment: Payment, *, at: datetime) -> Iterator[None]:
    """Inside, banks claim nothing of the payment; afterwards they claim what is left. The payment is locked."""
    lock_bought(payment)
    open_ones = payment.chargebacks.filter(status__in=CLAIMING_CHARGEBACKS).order_by("pk").locked()
    aside = [each for each in open_ones if _give_up(each, "Money went back meanwhile.", at=at)]
    yield
    for chargeback in aside:
        claim(chargeback, at=at)


def take_claimed(chargeback: Chargeback, *, at: datetime) -> None:
    """The bank has the money: out of escrow, or of what the business and the performer have or owe.

    What nobody can be charged with, such as what was refunded before, is in suspense, with an alert.
    """
    claim(chargeback, at=at)  # what has come back since, such as credits that an unpaid attempt had set aside
    left = chargeback.taken_minor
    for number, part in enumerate(_claims(chargeback), start=1):
        amount = min(left, part.amount_minor)
        left -= amount
        _thaw(part, at=at)
        if amount < part.amount_minor:
            part.fail(problem="The bank has taken less.", at=at)
            part.save()
            if not amount:
                continue
            part = claim_of(chargeback, part.allocation, amount, 1_000 + number, at=at)  # noqa: PLW2901  # instead
        take_back(part, after_release=True, at=at)
        complete_refund(part, at=at)
    if left:
        left -= take_parked_for_bank(chargeback, left, at=at)
    if left:
        left -= take_bounced(chargeback, left, at=at)
    if left:
        _bear(chargeback, left, at=at)
    _wake_waiting(chargeback, at=at)


def _claims(chargeback: Chargeback) -> list[Refund]:
    claims = chargeback.refunds.filter(status=RefundStatus.APPROVED).select_related("allocation", "payment")
    return list(claims.order_by("pk").locked())


def _thaw(part: Refund, *, at: datetime) -> None:
    hold_id = part.allocation.hold_id
    if part.allocation.destination == Destination.CREDITS:
        purse.drop_claim(refund_id=part.pk, customer_id=part.payment.payer_id, at=at)
    if hold_id is not None and _locked([hold_id])[hold_id].is_claimed:
        reason = "The customer's bank has decided."
        ledger.drop_claim(hold_id=hold_id, amount_minor=part.amount_minor, reason=reason, by=None, at=at)


def _locked(hold_ids: Iterable[Any]) -> dict[UUID, EscrowHold]:
    wanted = [each for each in hold_ids if each is not None]
    return {hold.pk: hold for hold in EscrowHold.objects.filter(pk__in=wanted).locked()} if wanted else {}


def _bear(chargeback: Chargeback, amount: int, *, at: datetime) -> None:
    reason = f"The bank took {money_words(amount, chargeback.currency)} more than was left of the payment."
    for share in chargeback.payment.allocations.filter(destination=Destination.CREDITS, state=AllocationState.FUNDED):
        if spent := share.left_minor - there_of(share):
            whose = f"that {chargeback.payment.payer_id} bought with it (purchase {share.item_id})"
            reason += f" Of the credits {whose}, {money_words(spent, chargeback.currency)} had been spent or given away before."
    ledger.bear_in_suspense(
        target=addresses.chargebacks(chargeback.currency),
        currency=chargeback.currency,
        amount_minor=amount,
        reason="It had gone back before.",
        idempotency_key=f"chargeback:{chargeback.pk}:unmatched",
        cause_type="CHARGEBACK",
        cause_id=chargeback.pk,
        at=at,
    )
    chargeback.unmatched_minor = amount
    alert_ops("refunded_twice", target=chargeback, at=at, reason=reason)


def _wake_waiting(chargeback: Chargeback, *, at: datetime) -> None:
    """Refunds that a trade asked for while the bank decided are carried out, or end where nothing is left for them."""
    waiting = chargeback.payment.refunds.filter(
        status=RefundStatus.PROPOSED, is_by_policy=True, next_attempt_at__isnull=True
    )
    for refund in waiting.order_by("pk").locked():
        refund.next_attempt_at = at
        refund.save(update_fields=["next_attempt_at"])
        after_commit(CARRY_OUT, refund_id=str(refund.pk))
