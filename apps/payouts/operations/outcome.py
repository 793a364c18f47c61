"""Booking what became of a payout. Old news changes nothing, in whatever order and however often it comes."""

from datetime import datetime, timedelta
from typing import Any

from apps.core.conf import timer
from apps.core.events import publish
from apps.ledger import operations as ledger
from apps.payments.gateways.values import MoveStatus, TransferResult
from apps.payments.operations.alerts import alert_ops
from apps.payouts import notices
from apps.payouts.events import PayoutFailed, PayoutPaid, PayoutReversed
from apps.payouts.models import Payout
from apps.payouts.owners import Owner
from apps.payouts.states import PayoutState

FIRST_PAUSE = timedelta(minutes=2)
LONGEST_PAUSE = timedelta(hours=6)
WATCH_EVERY = timedelta(days=1)
_BACK = {MoveStatus.FAILED, MoveStatus.REVERSED}
_NO_REASON = "The bank could not take the money."


def pause(times: int) -> timedelta:
    """How long to wait after the gateway was asked or told so often."""
    return min(FIRST_PAUSE * 2 ** min(max(times - 1, 0), 10), LONGEST_PAUSE)


def book_result(payout: Payout, result: TransferResult, *, at: datetime) -> None:
    """The payout, locked by the caller, is where the gateway says it is."""
    if (result.amount_minor, result.currency) != (payout.amount_minor, payout.currency):
        _differs(payout, f"The gateway speaks of {result.amount_minor} {result.currency}.", at=at)
    elif result.status in _BACK:
        _book_back(payout, result, at=at)
    elif payout.state == PayoutState.IN_TRANSIT:
        _book_ahead(payout, result, at=at)
    elif payout.state == PayoutState.PAID:
        watch(payout, at=at)
    elif result.status == MoveStatus.SUCCEEDED:
        _differs(payout, "The gateway says paid, and the money was given back here.", at=at)


def _book_ahead(payout: Payout, result: TransferResult, *, at: datetime) -> None:
    if result.status == MoveStatus.SUCCEEDED:
        _book_paid(payout, result, at=at)
        return
    payout.asked += 1
    payout.note_taken(gateway_id=result.gateway_id, next_attempt_at=at + pause(payout.asked))
    payout.save()


def _book_paid(payout: Payout, result: TransferResult, *, at: datetime) -> None:
    posted = ledger.book_payout(
        payout_id=payout.pk,
        gateway=payout.gateway,
        currency=payout.currency,
        amount_minor=payout.amount_minor,
        fee_minor=result.fee_minor,
        at=at,
    )
    payout.note_paid(
        gateway_id=result.gateway_id, transfer_id=posted.transfer_id, fee_minor=result.fee_minor, at=at,
        ask_at=at + WATCH_EVERY,
    )  # fmt: skip
    payout.save()
    notices.tell_paid(payout, at=at)
    publish(PayoutPaid(**_fact(payout, at)))


def _book_back(payout: Payout, result: TransferResult, *, at: datetime) -> None:
    problem = result.message or _NO_REASON
    if payout.state == PayoutState.PAID:
        _give_back(payout, problem, at=at)
        payout.reverse(problem=problem, at=at)
        payout.save()
        alert_ops("payout_reversed", target=payout, at=at, reason=problem)
        notices.tell_reversed(payout, at=at)
        publish(PayoutReversed(problem=problem, **_fact(payout, at)))
    elif payout.state in {PayoutState.REQUESTED, PayoutState.IN_TRANSIT}:
        payout.gateway_id = payout.gateway_id or result.gateway_id
        give_up(payout, problem, at=at)


def give_up(payout: Payout, problem: str, *, at: datetime) -> None:
    """The money is back with its owner, who hears why. The gateway does not have it, and never will."""
    _give_back(payout, problem, at=at)
    payout.fail(problem=problem, at=at)
    payout.save()
    notices.tell_failed(payout, at=at)
    publish(PayoutFailed(problem=problem, **_fact(payout, at)))


def _give_back(payout: Payout, problem: str, *, at: datetime) -> None:
    is_with_owner = ledger.return_payout(
        request_transfer_id=payout.request_transfer_id, paid_transfer_id=payout.paid_transfer_id, reason=problem, at=at
    )
    if not is_with_owner:
        alert_ops("payout_of_closed_account", target=payout, at=at, reason="The money is in suspense.")


def watch(payout: Payout, *, at: datetime) -> None:
    """A paid payout is asked about once a day, for as long as banks send money back."""
    is_over = payout.paid_at is None or at >= payout.paid_at + timer("PAYOUT_WATCH")
    payout.next_attempt_at = None if is_over else at + WATCH_EVERY
    payout.save()


def put_off(payout: Payout, problem: str, *, at: datetime) -> None:
    """Nothing is known that was not known before; the gateway is asked again, more and more seldom."""
    payout.asked += 1
    payout.problem = problem[:300]
    payout.next_attempt_at = at + pause(payout.asked)
    payout.save()
    if payout.asked == _TOO_OFTEN:
        alert_ops("payout_stuck", target=payout, at=at, reason=problem)


_TOO_OFTEN = 10


def _differs(payout: Payout, problem: str, *, at: datetime) -> None:
    if payout.problem != problem:
        alert_ops("payout_differs", target=payout, at=at, reason=problem)
    payout.problem = problem
    if payout.next_attempt_at is not None:
        payout.next_attempt_at = at + LONGEST_PAUSE
    payout.save()


def _fact(payout: Payout, at: datetime) -> dict[str, Any]:
    return {
        "payout_id": payout.pk,
        "kind": str(payout.kind),
        "owner_id": Owner.of(payout).id,
        "currency": payout.currency,
        "amount_minor": payout.amount_minor,
        "at": at,
    }
