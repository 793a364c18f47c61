"""Carrying a payout out: prepare (it may be sent), send (the gateway, by our reference), record (what it said).

A payout that may have been sent before is asked about first, and is only ever sent again under the same reference, once
the gateway has had time to know of it and says that it does not.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from apps.core.conf import timer
from apps.core.errors import DomainError
from apps.payments.gateways.errors import GatewayError, GatewayRefused, GatewayUnavailable
from apps.payments.gateways.values import TransferRequest, TransferResult
from apps.payments.operations.alerts import alert_ops
from apps.payments.operations.calling import gateway_named, no_transaction
from apps.payouts.models import Payout
from apps.payouts.operations.outcome import book_result, give_up, pause, put_off, watch
from apps.payouts.operations.request import refuse_blocked
from apps.payouts.owners import Owner
from apps.payouts.states import OPEN_STATES, PayoutState

LEASE = timedelta(minutes=2)
# How long the gateway may take to know of an order whose answer we never had.
SETTLES_IN = timedelta(minutes=10)
_NAME = "The Guild payout"


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be done at the gateway. ``asks``: it may have been sent before. ``sends``: it may be sent now."""

    payout: Payout
    asks: bool
    sends: bool
    blocked: str = ""


def carry_out_payout(*, payout_id: UUID, at: datetime) -> None:
    """The payout is one step further, or done. Harmless to repeat; must be called outside a transaction."""
    order = prepare_payout(payout_id=payout_id, at=at)
    if order is None:
        return
    try:
        with no_transaction():
            result = send_payout(order)
    except GatewayRefused as refusal:
        record_refusal(payout_id=payout_id, refusal=refusal, at=at)
    except GatewayError as error:
        record_silence(payout_id=payout_id, order=order, error=error, at=at)
    else:
        record_result(payout_id=payout_id, order=order, result=result, at=at)


def carry_out_due_payouts(at: datetime, limit: int) -> int:
    """Payouts to be sent, or to be asked about, are one step further, whatever a crash or a gateway left behind."""
    with transaction.atomic():
        claimed = [payout.pk for payout in Payout.objects.due(at).claimed(limit)]
        Payout.objects.filter(pk__in=claimed).update(next_attempt_at=at + LEASE)
    for payout_id in claimed:
        carry_out_payout(payout_id=payout_id, at=at)
    return len(claimed)


@transaction.atomic
def prepare_payout(*, payout_id: UUID, at: datetime) -> Order | None:
    """The payout is in transit before it is sent: should we die now, the gateway may have it. None: nothing to do."""
    payout: Payout = Payout.objects.locked().get(pk=payout_id)
    if payout.state not in {*OPEN_STATES, PayoutState.PAID}:
        return None
    if payout.state == PayoutState.PAID or (payout.state == PayoutState.IN_TRANSIT and not payout.outcome_unknown):
        return Order(payout=payout, asks=True, sends=False)
    was_sent = payout.attempts > 0
    blocked = _why_blocked(payout)
    if blocked and not was_sent:
        give_up(payout, blocked, at=at)
        return None
    if payout.state == PayoutState.IN_TRANSIT and payout.sent_at is not None and at < payout.sent_at + SETTLES_IN:
        return Order(payout=payout, asks=True, sends=False)
    if not blocked:
        payout.send(at=at, next_attempt_at=at + LEASE)
        payout.save()
    return Order(payout=payout, asks=was_sent, sends=not blocked, blocked=blocked)


def _why_blocked(payout: Payout) -> str:
    try:
        refuse_blocked(Owner.of(payout))
    except DomainError as refusal:
        return refusal.message
    return ""


def send_payout(order: Order) -> TransferResult | None:
    """What the gateway says of the payout, once it has it; None where it does not, and must not get it now."""
    payout, gateway = order.payout, gateway_named(order.payout.gateway)
    if order.asks:
        known = gateway.find_transfer(reference=payout.reference)
        if known is not None or not order.sends:
            return known
    try:
        return gateway.transfer(
            TransferRequest(
                reference=payout.reference,
                recipient_gateway_id=payout.recipient_id,
                amount_minor=payout.amount_minor,
                currency=payout.currency,
                reason=_NAME,
            )
        )
    except GatewayRefused:
        # A gateway that has the reference already refuses it, too: that is an answer to another question.
        known = gateway.find_transfer(reference=payout.reference)
        if known is None:
            raise
        return known


@transaction.atomic
def record_result(*, payout_id: UUID, order: Order, result: TransferResult | None, at: datetime) -> Payout:
    """What the gateway said about the payout is booked."""
    payout: Payout = Payout.objects.locked().get(pk=payout_id)
    if result is not None:
        book_result(payout, result, at=at)
    elif payout.state in OPEN_STATES and order.blocked:
        give_up(payout, order.blocked, at=at)
    elif payout.state in OPEN_STATES:
        put_off(payout, "The gateway does not know of it yet.", at=at)
    elif payout.state == PayoutState.PAID:
        alert_ops("payout_unknown", target=payout, at=at, reason="The gateway does not know of it any more.")
        watch(payout, at=at)
    return payout


@transaction.atomic
def record_refusal(*, payout_id: UUID, refusal: GatewayRefused, at: datetime) -> Payout:
    """The gateway said no. For lack of money there it is sent again later; else the money is back with its owner."""
    payout: Payout = Payout.objects.locked().get(pk=payout_id)
    if payout.state != PayoutState.IN_TRANSIT:
        return payout
    if refusal.is_in_progress:
        put_off(payout, str(refusal), at=at)
    elif refusal.is_for_lack_of_money and at < payout.requested_at + timer("PAYOUT_GIVE_UP"):
        payout.put_off(problem=str(refusal), next_attempt_at=at + pause(payout.attempts))
        payout.save()
        if payout.attempts == 1:
            alert_ops("gateway_balance_low", target=payout, at=at, reason=str(refusal))
    else:
        give_up(payout, str(refusal), at=at)
    return payout


@transaction.atomic
def record_silence(*, payout_id: UUID, order: Order, error: GatewayError, at: datetime) -> Payout:
    """Without an answer the outcome stays unknown, unless nothing left us at all."""
    payout: Payout = Payout.objects.locked().get(pk=payout_id)
    if payout.state == PayoutState.IN_TRANSIT and not order.asks and isinstance(error, GatewayUnavailable):
        payout.put_off(problem=str(error), next_attempt_at=at + pause(payout.attempts))
        payout.save()
    elif payout.state in OPEN_STATES:
        put_off(payout, str(error), at=at)
    elif payout.state == PayoutState.PAID:
        watch(payout, at=at)
    return payout
