"""Bought credits that can be spent again while a bank claims what bought them, or once it has that."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.core import audit
from apps.ledger import addresses
from apps.ledger import operations as ledger
from apps.payments import notices
from apps.payments.models import Chargeback, Payment, PaymentAllocation
from apps.payments.operations.claim import claim, claim_of
from apps.payments.operations.complete_refund import complete_refund
from apps.payments.operations.parts import left_with_gateway, lock_bought, there_of
from apps.payments.operations.take_back import take_back
from apps.payments.states import AllocationState, Destination


@transaction.atomic
def claim_more(*, payment_id: UUID, at: datetime) -> None:
    """Banks that claim what bought them have their part of them, and suspense has back what it bore for a lost claim."""
    payment = Payment.objects.locked().get(pk=payment_id)
    lock_bought(payment)
    for chargeback in payment.chargebacks.wanting_credits().order_by("pk").locked():
        if chargeback.claims:
            claim(chargeback, at=at)
            notices.tell_credits_claimed(chargeback, at=at)
        else:
            _make_good(chargeback, at=at)


def _make_good(chargeback: Chargeback, *, at: datetime) -> None:
    bore = chargeback.unmatched_minor
    shares = chargeback.payment.allocations.filter(destination=Destination.CREDITS, state=AllocationState.FUNDED)
    for share in shares.order_by("pk"):
        _take(chargeback, share, at=at)
    if chargeback.unmatched_minor == bore:
        return
    chargeback.save(update_fields=["unmatched_minor"])
    audit.record(
        "payments.chargeback_made_good", target=chargeback, by=None, at=at, before={"unmatched_minor": bore},
        after={"unmatched_minor": chargeback.unmatched_minor, "currency": chargeback.currency},
    )  # fmt: skip
    notices.tell_credits_taken(chargeback, at=at)


def _take(chargeback: Chargeback, share: PaymentAllocation, *, at: datetime) -> None:
    payment = Payment.objects.get(pk=chargeback.payment_id)
    amount = min(chargeback.unmatched_minor, there_of(share), left_with_gateway(payment))
    if amount <= 0:
        return
    part = claim_of(chargeback, share, amount, chargeback.refunds.count(), at=at)
    take_back(part, after_release=True, at=at)
    complete_refund(part, at=at)
    ledger.park_in_suspense(
        source=addresses.chargebacks(chargeback.currency),
        currency=chargeback.currency,
        amount_minor=amount,
        reason="What had been spent came back.",
        idempotency_key=f"made-good:{part.pk}",
        cause_type="REFUND",
        cause_id=part.pk,
        at=at,
    )
    chargeback.unmatched_minor -= amount
