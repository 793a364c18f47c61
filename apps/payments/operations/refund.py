"""Giving money back: asked for by a rule of a trade, or proposed by one person and approved by another."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from apps.core import audit
from apps.core.errors import Invalid
from apps.core.ids import new_reference
from apps.core.outbox import after_commit
from apps.payments.errors import (
    NotRefundable,
    PaymentNotFound,
    RefundDecided,
    RefundNotFound,
    RefundTooLarge,
    SecondPersonNeeded,
)
from apps.payments.models import Payment, PaymentAllocation, Refund
from apps.payments.operations.parked import take_parked
from apps.payments.operations.types import ItemToPay
from apps.payments.rules import needs_two
from apps.payments.states import REFUNDABLE, AllocationState, RefundDestination, RefundStatus

CARRY_OUT = "apps.payments.tasks.carry_out_refund"


@transaction.atomic
def request_refund(
    *,
    payment_id: UUID,
    item: ItemToPay | None = None,
    amount_minor: int | None = None,
    destination: RefundDestination = RefundDestination.WALLET,
    reason: str,
    at: datetime,
) -> list[Refund]:
    """A rule of the trade gives money back, and nobody has to approve it: it is carried out after the commit.

    All that is left of ``item``, or of everything the payment was for; or ``amount_minor`` of one item. A part that has
    a hold of its own, such as a use of a package, may be named as an item. No row is locked, so that a trade may call it while it holds its own. What a
    customer's bank claims waits for the bank's word. Answers no refund where nothing is left.
    Raises: PaymentNotFound, NotRefundable, RefundTooLarge.
    """
    payment, shares = _refundable(payment_id, item, amount_minor)
    claimed = claimed_minor(shares)
    refunds = []
    for share, amount in _amounts(shares, amount_minor, claimed):
        if amount > 0:
            refund = _create(payment, share, amount, destination, reason, by=None, at=at)
            refunds.append(refund)
            if amount > share.left_minor:  # the bank claims it: carried out once the bank has decided for us
                refund.next_attempt_at = None
                refund.save(update_fields=["next_attempt_at"])
            else:
                after_commit(CARRY_OUT, refund_id=str(refund.pk))
    return refunds


@transaction.atomic
def propose_refund(
    *,
    payment_id: UUID,
    item: ItemToPay | None = None,
    amount_minor: int | None = None,
    destination: RefundDestination,
    reason: str,
    by: Any,
    at: datetime,
) -> list[Refund]:
    """A refund waits for somebody to approve it; one for each share it touches, tips too where they are named.

    Approved, it is taken from escrow, or after its release from what the business or the performer has or owes.

    Raises: PaymentNotFound, NotRefundable, RefundTooLarge.
    """
    payment, shares = _refundable(payment_id, item, amount_minor, with_tips=item is not None)
    amounts = [(share, amount) for share, amount in _amounts(shares, amount_minor) if amount > 0]
    if not amounts:
        raise NotRefundable
    refunds = [_create(payment, share, amount, destination, reason, by=by, at=at) for share, amount in amounts]
    for refund in refunds:
        audit.record(
            "payments.refund_proposed",
            target=refund,
            by=by,
            at=at,
            after={"amount_minor": refund.amount_minor, "currency": refund.currency, "destination": refund.destination},
            reason=reason,
        )
    return refunds


def claimed_minor(shares: list[PaymentAllocation]) -> dict[UUID, int]:
    """What customers' banks claim of each share, which they may still lose."""
    touched = [share.pk for share in shares if share.refunded_minor]
    if not touched:
        return {}
    rows = (
        Refund.objects.claims()
        .filter(allocation__in=touched)
        .order_by()
        .values_list("allocation")
        .annotate(total=Sum("amount_minor"))
    )
    return {share_id: int(total) for share_id, total in rows}


def _refundable(
    payment_id: UUID, item: ItemToPay | None, amount_minor: int | None, *, with_tips: bool = False
) -> tuple[Payment, list[PaymentAllocation]]:
    payment: Payment | None = Payment.objects.filter(pk=payment_id).first()
    if payment is None:
        raise PaymentNotFound
    shares = [
        share
        for share in payment.allocations.order_by("pk")
        if item is None
        or (item.item_type, item.item_id) in {(share.item_type, share.item_id), (share.unit_type, share.unit_id)}
    ]
    shares = [
        share
        for share in shares
        if (with_tips or share.destination in REFUNDABLE)
        and share.state in {AllocationState.FUNDED, AllocationState.RETURNED}
    ]
    if not payment.is_paid or not shares:
        raise NotRefundable
    if amount_minor is not None and len(shares) > 1:
        raise Invalid("Say which item the amount is for: the payment was for several.", errors={"item": ["Required."]})
    return payment, shares


def _amounts(
    shares: list[PaymentAllocation], amount_minor: int | None, claimed: Mapping[UUID, int] = MappingProxyType({})
) -> list[tuple[PaymentAllocation, int]]:
    if amount_minor is None:
        return [(share, share.left_minor + claimed.get(share.pk, 0)) for share in shares]
    if amount_minor > shares[0].left_minor + claimed.get(shares[0].pk, 0):
        raise RefundTooLarge
    return [(shares[0], amount_minor)]


def _create(
    payment: Payment,
    share: PaymentAllocation,
    amount: int,
    destination: RefundDestination,
    reason: str,
    *,
    by: Any,
    at: datetime,
) -> Refund:
    made: Refund = Refund.objects.create(
        payment=payment,
        allocation=share,
        reference=f"GR-{new_reference(16)}",
        amount_minor=amount,
        currency=payment.currency,
        destination=destination,
        reason=reason[:300],
        proposed_by=by,
        is_by_policy=by is None,
        next_attempt_at=at if by is None else None,
        gateway=payment.gateway,
        created_at=at,
    )
    return made


@transaction.atomic
def approve_refund(*, refund_id: UUID, by: Any, at: datetime) -> Refund:
    """The refund is carried out after the commit. Parked money has left suspense before it.

    Raises: RefundNotFound, RefundDecided, SecondPersonNeeded, RefundTooLarge; as ``take_parked``.
    """
    refund = _locked_proposal(refund_id)
    _check_second_person(refund, by)
    if refund.amount_minor > (refund.payment.parked_minor if refund.is_parked else refund.allocation.left_minor):
        raise RefundTooLarge
    refund.approve(by=by, at=at)
    refund.save()
    audit.record("payments.refund_approved", target=refund, by=by, at=at, reason=refund.reason)
    if refund.is_parked:
        take_parked(refund, at=at)
        refund.save()
    after_commit(CARRY_OUT, refund_id=str(refund.pk))
    return refund


def _check_second_person(refund: Refund, by: Any) -> None:
    """Of parked money, of which no rule says whose it is, any amount needs two."""
    if refund.proposed_by_id != by.pk:
        return
    if refund.is_parked:
        raise SecondPersonNeeded("Where parked money goes is approved by somebody other than who proposed it.")
    if needs_two(refund.amount_minor, refund.currency):
        raise SecondPersonNeeded


@transaction.atomic
def deny_refund(*, refund_id: UUID, by: Any, at: datetime, reason: str) -> Refund:
    """The refund will not be carried out. Raises: RefundNotFound, RefundDecided."""
    refund = _locked_proposal(refund_id)
    refund.deny(by=by, at=at, reason=reason)
    refund.save()
    audit.record("payments.refund_denied", target=refund, by=by, at=at, reason=reason)
    return refund


def _locked_proposal(refund_id: UUID) -> Refund:
    found: Refund | None = Refund.objects.filter(pk=refund_id).first()
    if found is None:
        raise RefundNotFound
    Payment.objects.locked().get(pk=found.payment_id)  # the payment first: everybody locks in this order
    refund: Refund = Refund.objects.locked().select_related("allocation", "payment").get(pk=refund_id)
    if refund.status != RefundStatus.PROPOSED or refund.is_by_policy:
        raise RefundDecided
    return refund
