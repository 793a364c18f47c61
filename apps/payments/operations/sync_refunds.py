"""Booking what a gateway says about the refunds of one charge: ours, and those that somebody made there by hand."""

from collections.abc import Sequence
from datetime import datetime

from apps.core.events import publish
from apps.core.money import money_words
from apps.ledger import addresses
from apps.ledger import operations as ledger
from apps.payments import notices
from apps.payments.events import RefundFailed
from apps.payments.gateways.values import MoveStatus, RefundResult
from apps.payments.models import Payment, PaymentAllocation, Refund
from apps.payments.operations.alerts import alert_ops
from apps.payments.operations.bounced import give_instead
from apps.payments.operations.claim import claimed_anew
from apps.payments.operations.complete_refund import complete_refund
from apps.payments.operations.parked import take_parked
from apps.payments.operations.parts import left_with_gateway, lock_bought, there_of
from apps.payments.operations.take_back import take_back
from apps.payments.states import RefundDestination, RefundStatus

OPEN = (RefundStatus.APPROVED, RefundStatus.SENT)
NEEDS_A_PERSON = "The gateway needs the customer's bank details before it can go on."


def book_refunds(payment: Payment, known: Sequence[RefundResult], *, at: datetime) -> None:
    """Every refund that the gateway knows is where it says it is. The payment's row is locked by the caller."""
    ours = {refund.reference: refund for refund in payment.refunds.locked()}
    by_gateway_id = {refund.gateway_id: refund for refund in ours.values() if refund.gateway_id}
    for result in known:
        refund = ours.get(result.reference) or by_gateway_id.get(result.gateway_id)
        by_hand = [] if refund else _made_by_hand(payment, result)
        if refund is not None:
            book_refund_result(refund, result, at=at)
        elif by_hand:
            for part in by_hand:
                book_refund_result(part, result, at=at)
        else:
            _book_foreign(payment, result, at=at)


def book_refund_result(refund: Refund, result: RefundResult, *, at: datetime) -> None:
    """One refund is where the gateway says it is; a bounced one is in the customer's wallet instead."""
    if result.needs_a_person and refund.status in OPEN and refund.problem != NEEDS_A_PERSON:
        refund.problem = NEEDS_A_PERSON
        refund.save()
        alert_ops("refund_needs_attention", target=refund, at=at, reason=NEEDS_A_PERSON)
    if result.status in {MoveStatus.FAILED, MoveStatus.REVERSED}:
        _bounce(refund, result, at=at)
    elif refund.status == RefundStatus.APPROVED and result.status == MoveStatus.PENDING:
        refund.note_sent(gateway_id=result.gateway_id, next_attempt_at=refund.next_attempt_at)
        refund.save()
    elif refund.status in {RefundStatus.APPROVED, RefundStatus.SENT} and result.status == MoveStatus.SUCCEEDED:
        refund.gateway_id = result.gateway_id or refund.gateway_id
        complete_refund(refund, at=at)


def _bounce(refund: Refund, result: RefundResult, *, at: datetime) -> None:
    if refund.has_bounced or not refund.has_left_escrow:
        return
    is_in_wallet = give_instead(refund, at=at)
    refund.has_bounced = True
    refund.gateway_id = refund.gateway_id or result.gateway_id
    problem = (result.message or "The bank could not take the refund.")[:300]
    if refund.status == RefundStatus.SUCCEEDED:
        refund.problem = problem
        refund.save()
    else:
        complete_refund(refund, at=at)
        refund.problem = problem
        refund.save()
    publish(
        RefundFailed(
            refund_id=refund.pk,
            payment_id=refund.payment_id,
            payer_id=refund.payment.payer_id,
            currency=refund.currency,
            amount_minor=refund.gateway_minor,
            message=problem,
            is_in_wallet=is_in_wallet,
            failed_at=at,
        )
    )
    if is_in_wallet:
        notices.tell_refund_failed(refund, at=at)


def _foreign_key(payment: Payment, result: RefundResult) -> str:
    return f"{payment.gateway}:{result.gateway_id or result.reference}"[:150]


def _made_by_hand(payment: Payment, result: RefundResult) -> list[Refund]:
    return list(payment.refunds.locked().filter(reference__startswith=_foreign_key(payment, result) + "/"))


def _book_foreign(payment: Payment, result: RefundResult, *, at: datetime) -> None:
    """The money has left the gateway without our asking: it comes out of what the payment still holds.

    One that has come back to the gateway since is booked all the same, and bounces: it ends as if both had been heard of.
    """
    if result.amount_minor <= 0:
        return
    with claimed_anew(payment, at=at):  # what has gone back comes before what a bank claims
        made = _take_by_hand(payment, result, at=at)
    amount = money_words(result.amount_minor, payment.came_currency)
    alert_ops("refund_by_hand", target=payment, at=at, reason=f"{amount} was refunded at the gateway.")
    for refund in made:
        book_refund_result(refund, result, at=at)


def _take_by_hand(payment: Payment, result: RefundResult, *, at: datetime) -> list[Refund]:
    left, key, made = result.amount_minor, _foreign_key(payment, result), []
    if parked := min(left, payment.parked_minor):
        refund = _by_hand(
            payment, payment.allocations.order_by("pk")[0], parked, f"{key}/parked", is_parked=True, at=at
        )
        take_parked(refund, at=at)
        complete_refund(refund, at=at)
        left -= parked
        made.append(refund)
    lock_bought(payment)
    of_gateway = left_with_gateway(payment)  # a gateway gives back no more than it was paid
    shares = list(payment.allocations.locked().order_by("destination", "pk"))  # credits, then the trades', then tips
    for number, share in enumerate(shares):
        amount = min(left, of_gateway, there_of(share))
        if amount > 0:
            refund = _by_hand(payment, share, amount, f"{key}/{number}", at=at)
            take_back(refund, after_release=True, at=at)
            complete_refund(refund, at=at)
            left, of_gateway = left - amount, of_gateway - amount
            made.append(refund)
    if left:
        beyond = _by_hand(payment, shares[0], left, f"{key}/beyond", is_beyond=True, at=at)
        _bear(beyond, at=at)
        made.append(beyond)
    return made


def _by_hand(
    payment: Payment, share: PaymentAllocation, amount: int, reference: str, *, at: datetime, **kind: bool
) -> Refund:
    made: Refund = Refund.objects.create(
        payment=payment,
        allocation=share,
        reference=reference,
        amount_minor=amount,
        currency=payment.came_currency,
        destination=RefundDestination.GATEWAY,
        reason="Refunded at the gateway.",
        status=RefundStatus.APPROVED,
        decided_at=at,
        gateway=payment.gateway,
        is_ours=False,
        created_at=at,
        **kind,
    )
    return made


def _bear(refund: Refund, *, at: datetime) -> None:
    """More went back at the gateway than was left of the payment: suspense bears it until a person has looked."""
    ledger.bear_in_suspense(
        target=addresses.gateway_clearing(refund.gateway, refund.currency),
        currency=refund.currency,
        amount_minor=refund.amount_minor,
        reason=refund.reason,
        idempotency_key=f"refund:{refund.pk}",
        cause_type="REFUND",
        cause_id=refund.pk,
        at=at,
    )
    refund.has_left_escrow = True
    refund.gateway_minor = refund.amount_minor
    complete_refund(refund, at=at)
    amount = money_words(refund.amount_minor, refund.currency)
    alert_ops("refunded_twice", target=refund, at=at, reason=f"{amount} more went back than was left of it.")
