"""A customer's bank claims money of which a dispute is open, and the bank's word goes before operations'."""

from __future__ import annotations

import pytest

from apps.core import clock
from apps.disputes import operations
from apps.disputes.errors import DisputeEnded
from apps.disputes.states import Decision, DisputeState
from apps.disputes.tests.conftest import disputed, with_extra
from apps.ledger.models import EscrowHold
from apps.payments.gateways.values import DisputeInfo, DisputeStatus
from apps.payments.models import Payment
from apps.payments.operations.book_chargeback import book_chargeback

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_books_are_sound")]


def claimed(hold, status=DisputeStatus.NEEDS_RESPONSE, taken_minor=0):
    """The gateway says where the bank stands about the hold's payment."""
    payment = Payment.objects.locked().get(pk=hold.payment_id)
    info = DisputeInfo(
        gateway_id=f"dp_{payment.pk}", payment_reference=payment.reference, payment_gateway_id="",
        amount_minor=hold.gross_minor, currency=payment.currency, fee_minor=0, reason="fraudulent", status=status,
        respond_by=None, taken_minor=taken_minor,
    )  # fmt: skip
    return book_chargeback(payment, info, at=clock.now())


def test_a_dispute_whose_money_the_bank_claims_is_overtaken_and_won_it_clears_on(world, dispute):
    hold = EscrowHold.objects.get()

    claimed(hold)

    dispute.refresh_from_db()
    assert dispute.state == DisputeState.OVERTAKEN
    with pytest.raises(DisputeEnded):
        operations.decide_dispute(
            dispute_id=dispute.pk, decision=Decision.RELEASE, reason="x", by=world.ops, at=clock.now()
        )
    claimed(hold, DisputeStatus.WON)
    hold.refresh_from_db()
    assert hold.state == "PENDING_CLEARANCE"


def test_a_dispute_with_other_money_stays_open_and_decides_about_that_alone(world):
    booking, _ = with_extra(world)
    dispute = disputed(world, booking)
    extra, own = EscrowHold.objects.order_by("gross_minor")

    claimed(extra)
    dispute.refresh_from_db()
    assert dispute.state == DisputeState.OPEN
    operations.decide_dispute(
        dispute_id=dispute.pk, decision=Decision.RELEASE, reason="Done", by=world.ops, at=clock.now()
    )

    extra.refresh_from_db()
    own.refresh_from_db()
    assert (extra.state, own.state) == ("FROZEN", "RELEASED")
    claimed(extra, DisputeStatus.LOST, taken_minor=extra.gross_minor)
    extra.refresh_from_db()
    assert extra.state == "REFUNDED"
