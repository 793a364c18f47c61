"""Money that fitted nothing and lies in suspense: people decide where it goes, the whole at once, by a refund of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.core import audit
from apps.core.ids import new_reference
from apps.core.money import Money
from apps.credits.operations import lock_purse
from apps.ledger import addresses
from apps.ledger import operations as ledger
from apps.payments import notices
from apps.payments.errors import NothingParked, ParkedDecided, ParkedDoesNotFit, ParkedMoneyClaimed, PaymentNotFound
from apps.payments.models import Chargeback, Payment, Refund
from apps.payments.operations.bounced import is_charged_back
from apps.payments.operations.complete_refund import complete_refund
from apps.payments.operations.initialize import pay_if_covered, price_now
from apps.payments.operations.parts import free_other_attempts
from apps.payments.operations.types import ItemToPay, PayWith
from apps.payments.states import RefundDestination, RefundStatus


@transaction.atomic
def propose_for_parked(*, payment_id: UUID, way: RefundDestination, reason: str, by: Any, at: datetime) -> Refund:
    """All that is parked of the payment waits for somebody else to approve that it goes this way.

    Raises: PaymentNotFound, NothingParked, ParkedDecided, ParkedMoneyClaimed; ParkedDoesNotFit, and what quoting raises,
    where what it was meant for cannot be paid with it now.
    """
    payment: Payment | None = Payment.objects.locked().filter(pk=payment_id).first()
    if payment is None:
        raise PaymentNotFound
    if payment.parked_minor <= 0:
        raise NothingParked
    if payment.refunds.filter(is_parked=True, status=RefundStatus.PROPOSED).exists():
        raise ParkedDecided
    if way == RefundDestination.WALLET and payment.payer.is_guest:
        raise ParkedDoesNotFit("Nobody could open a guest's wallet: give it back the way it came.")
    if way == RefundDestination.ITEM:
        _check_fits(payment, at=at)
    refund = _refund_of(
        payment, payment.parked_minor, reference=f"GR-{new_reference(16)}", destination=way, reason=reason[:300],
        proposed_by=by, created_at=at,
    )  # fmt: skip
    if is_charged_back(refund):
        raise ParkedMoneyClaimed
    audit.record(
        "payments.refund_proposed", target=refund, by=by, at=at, reason=reason,
        after={"amount_minor": refund.amount_minor, "currency": refund.currency, "destination": way},
    )  # fmt: skip
    return refund


def take_parked(refund: Refund, *, at: datetime) -> None:
    """What was parked has left suspense for where the refund says. The payment's row is locked by the caller.

    Raises: ParkedMoneyClaimed, ParkedDoesNotFit, AccountClosed, and what quoting raises.
    """
    payment: Payment = Payment.objects.locked().select_related("payer").get(pk=refund.payment_id)
    if refund.is_ours and is_charged_back(refund):
        raise ParkedMoneyClaimed
    if refund.destination == RefundDestination.ITEM:
        _pay_for_items(payment, refund, at=at)
    elif refund.destination == RefundDestination.WALLET:
        _to_wallet(payment, refund, at=at)
    else:
        bank = refund.destination == RefundDestination.CHARGEBACK
        clearing = addresses.gateway_clearing(refund.gateway, refund.currency)
        ledger.bear_in_suspense(
            target=addresses.chargebacks(refund.currency) if bank else clearing, **_about(refund), at=at
        )
    refund.gateway_minor, refund.has_left_escrow = refund.amount_minor, True
    if payment.parked_minor == 0:
        payment.resolve(at=at)
        payment.save()
    audit.record(
        "payments.parked_given_on", target=payment, by=refund.decided_by, at=at, reason=refund.reason,
        after={"amount_minor": refund.amount_minor, "currency": refund.currency, "destination": refund.destination},
    )  # fmt: skip
    if refund.is_ours:
        notices.tell_parked_given_on(refund, at=at)


def take_parked_for_bank(chargeback: Chargeback, wanted_minor: int, *, at: datetime) -> int:
    """The bank has what was parked of the payment, as far as it goes; so much was taken. The payment is locked."""
    payment: Payment = Payment.objects.get(pk=chargeback.payment_id)
    amount = min(wanted_minor, payment.parked_minor)
    if amount > 0:
        part = _refund_of(
            payment, amount, reference=f"chargeback:{chargeback.pk}/parked", destination=RefundDestination.CHARGEBACK,
            reason=f"Disputed at the customer's bank: {chargeback.reason or 'no reason given'}",
            status=RefundStatus.APPROVED, decided_at=at, is_ours=False, chargeback=chargeback, created_at=at,
        )  # fmt: skip
        take_parked(part, at=at)
        complete_refund(part, at=at)
    return max(amount, 0)


def _refund_of(payment: Payment, amount_minor: int, **more: Any) -> Refund:
    made: Refund = Refund.objects.create(
        payment=payment, allocation=payment.allocations.order_by("pk")[0], amount_minor=amount_minor,
        currency=payment.came_currency, gateway=payment.gateway, is_parked=True, **more,
    )  # fmt: skip
    return made


def _about(refund: Refund) -> dict[str, Any]:
    return {
        "currency": refund.currency,
        "amount_minor": refund.amount_minor,
        "reason": refund.reason,
        "idempotency_key": f"refund:{refund.pk}",
        "cause_type": "REFUND",
        "cause_id": refund.pk,
    }


def _to_wallet(payment: Payment, refund: Refund, *, at: datetime) -> None:
    ledger.credit_wallet(
        customer_id=payment.payer_id, source=addresses.suspense(refund.currency), **_about(refund), at=at
    )


def _items(payment: Payment) -> list[ItemToPay]:
    shares = payment.allocations.order_by("pk").values_list("item_type", "item_id")
    return [ItemToPay(item_type=item_type, item_id=item_id) for item_type, item_id in dict.fromkeys(shares)]


def _check_fits(payment: Payment, *, at: datetime) -> None:
    price = price_now(_items(payment), payment.payer, at)
    if price.currency != payment.came_currency or not _covers(payment, payment.parked_minor, price.amount_minor):
        raise ParkedDoesNotFit


def _covers(payment: Payment, parked_minor: int, price_minor: int) -> bool:
    """A guest could not spend what is left over."""
    return parked_minor == price_minor if payment.payer.is_guest else parked_minor >= price_minor


def _pay_for_items(payment: Payment, refund: Refund, *, at: datetime) -> None:
    """A new payment, out of the wallet, at today's price: what is parked has never paid by its own payment's terms."""
    items, payer = _items(payment), payment.payer
    free_other_attempts(payer, items, at=at)  # payments are locked before the purse
    lock_purse(payer.pk)
    _to_wallet(payment, refund, at=at)
    parked = Money(refund.amount_minor, refund.currency)
    paid = pay_if_covered(
        items=items, payer=payer, pay_with=PayWith(credits=False, wallet=parked, promo=""), at=at,
        metadata={"parked_payment": payment.reference},
    )  # fmt: skip
    if paid is None or not _covers(payment, refund.amount_minor, paid.amount_minor):
        raise ParkedDoesNotFit
