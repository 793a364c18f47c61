"""Booking what a gateway says about a dispute: its own movements of money, the claim on ours, and the bank's decision."""

from datetime import datetime, timedelta

from apps.core import audit
from apps.core.conf import timer
from apps.core.errors import DomainError
from apps.core.events import publish
from apps.core.money import money_words
from apps.ledger import addresses
from apps.ledger import operations as ledger
from apps.ledger.states import TransferKind
from apps.payments import notices
from apps.payments.events import ChargebackClosed
from apps.payments.gateways.values import DisputeInfo, DisputeStatus
from apps.payments.models import Chargeback, Payment
from apps.payments.operations.alerts import alert_ops
from apps.payments.operations.claim import claim, drop_claims, take_claimed
from apps.payments.operations.parts import lock_bought
from apps.payments.states import ChargebackStatus

CHECK_EVERY = timedelta(hours=6)
S = ChargebackStatus


def book_chargeback(payment: Payment, info: DisputeInfo, *, at: datetime) -> Chargeback:
    """The dispute is where the gateway says it is. The payment's row is locked by the caller; repeating changes nothing.

    Once the bank claims money, it can go nowhere else: holds in escrow are frozen, refunds of the rest refused. Lost, it
    leaves the escrow, or is taken back after its release. Raises: DomainError where it is in another currency.
    """
    if info.currency and info.currency != payment.came_currency:
        raise DomainError(f"A dispute in {info.currency} about a payment in {payment.came_currency}.")
    lock_bought(payment)
    chargeback: Chargeback | None = (
        Chargeback.objects.locked().filter(gateway=payment.gateway, gateway_id=info.gateway_id).first()
    )
    if chargeback is None:
        chargeback = _open(payment, info, at=at)
    _book_movements(chargeback, info, at=at)
    if chargeback.is_open:
        _follow(chargeback, info, at=at)
    chargeback.save()
    return chargeback


def _open(payment: Payment, info: DisputeInfo, *, at: datetime) -> Chargeback:
    is_inquiry = info.status in {DisputeStatus.INQUIRY, DisputeStatus.CLOSED}
    chargeback: Chargeback = Chargeback.objects.create(
        payment=payment,
        gateway=payment.gateway,
        gateway_id=info.gateway_id,
        amount_minor=info.amount_minor,
        currency=payment.came_currency,
        reason=info.reason[:100],
        status=S.INQUIRY if is_inquiry else S.NEEDS_RESPONSE,
        due_by=info.respond_by,
        alert_at=info.respond_by and info.respond_by - timer("CHARGEBACK_EVIDENCE_ALERT"),
        opened_at=info.opened_at or at,
        next_check_at=at + CHECK_EVERY,
        created_at=at,
    )
    audit.record(
        "payments.chargeback_opened", target=chargeback, by=None, at=at, reason=info.reason,
        after={"amount_minor": info.amount_minor, "currency": payment.came_currency, "status": chargeback.status},
    )  # fmt: skip
    alert_ops("gateway_dispute", target=payment, at=at, reason=info.reason or "A dispute was opened.")
    if chargeback.claims:
        claim(chargeback, at=at)
    notices.tell_chargeback(chargeback, at=at)
    return chargeback


def _book_movements(chargeback: Chargeback, info: DisputeInfo, *, at: datetime) -> None:
    """What the gateway has taken or given back since is in the books as it is in the gateway's own."""
    taken, fee = info.taken_minor - chargeback.taken_minor, info.fee_minor - chargeback.fee_minor
    if not (taken or fee):
        return
    currency = chargeback.currency
    clearing = addresses.gateway_clearing(chargeback.gateway, currency)
    chargeback.moves += 1
    # What is moved after the end is nobody's: somebody has to look at it.
    other = addresses.chargebacks(currency) if chargeback.is_open else addresses.suspense(currency)
    for kind, account, amount in (
        (TransferKind.CHARGEBACK, other, taken),
        (TransferKind.GATEWAY_FEE, addresses.gateway_fees(currency), fee),
    ):
        if amount:
            ledger.post_transfer(
                kind=kind,
                legs=[
                    ledger.Leg(address=clearing, amount_minor=amount),
                    ledger.Leg(address=account, amount_minor=-amount),
                ],
                idempotency_key=f"chargeback:{chargeback.pk}:{chargeback.moves}:{kind}",
                cause_type="CHARGEBACK",
                cause_id=chargeback.pk,
                at=at,
            )
    if taken and not chargeback.is_open:
        moved = money_words(taken, chargeback.currency)
        alert_ops("chargeback_moved_late", target=chargeback, at=at, reason=f"{moved} was moved after its end.")
    chargeback.taken_minor, chargeback.fee_minor = info.taken_minor, info.fee_minor


def _follow(chargeback: Chargeback, info: DisputeInfo, *, at: datetime) -> None:
    """The chargeback's state is the gateway's; it never goes back, whatever old news is repeated."""
    chargeback.due_by = info.respond_by or chargeback.due_by
    if chargeback.status == S.INQUIRY and info.status not in {DisputeStatus.INQUIRY, DisputeStatus.CLOSED}:
        chargeback.escalate()
        claim(chargeback, at=at)
        notices.tell_claimed(chargeback, at=at)
    if info.status == DisputeStatus.UNDER_REVIEW and chargeback.status == S.NEEDS_RESPONSE:
        chargeback.be_reviewed()
        chargeback.alert_at = None
    elif info.status == DisputeStatus.LOST:
        take_claimed(chargeback, at=at)
        chargeback.lose(at=at)
    elif info.was_won and info.taken_minor:
        chargeback.next_check_at = at + CHECK_EVERY  # decided for us, and the money is not back yet
    elif info.was_won:
        drop_claims(chargeback, at=at)
        chargeback.close(at=at) if chargeback.status == S.INQUIRY else chargeback.win(at=at)
    if not chargeback.is_open:
        _tell_end(chargeback, at=at)


def _tell_end(chargeback: Chargeback, *, at: datetime) -> None:
    audit.record(
        "payments.chargeback_closed", target=chargeback, by=None, at=at,
        after={
            "status": chargeback.status, "taken_minor": chargeback.taken_minor, "fee_minor": chargeback.fee_minor,
            "unmatched_minor": chargeback.unmatched_minor, "currency": chargeback.currency,
        },
    )  # fmt: skip
    publish(
        ChargebackClosed(
            chargeback_id=chargeback.pk, payment_id=chargeback.payment_id, status=chargeback.status,
            currency=chargeback.currency, taken_minor=chargeback.taken_minor,
            unmatched_minor=chargeback.unmatched_minor, closed_at=at,
        )
    )  # fmt: skip
    notices.tell_closed(chargeback, at=at)
