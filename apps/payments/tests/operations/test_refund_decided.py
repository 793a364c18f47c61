"""Refunds that a decision about frozen money gives, within its own transaction."""

from __future__ import annotations

import pytest

from apps.core import clock
from apps.core.ids import new_id
from apps.core.models import AuditEntry
from apps.ledger import operations as ledger
from apps.ledger.errors import HoldAlreadyReleased
from apps.payments import operations
from apps.payments.errors import NotRefundable, RefundTooLarge
from apps.payments.models import Refund
from apps.payments.states import PaymentStatus, RefundDestination, RefundStatus
from apps.payments.tests.conftest import hold_of, wallet_of

pytestmark = pytest.mark.django_db


def decided(payment, by, amount_minor, destination=RefundDestination.WALLET, **wish):
    return operations.refund_decided(**{
        "hold_id": None if payment is None else hold_of(payment).pk, "amount_minor": amount_minor, "destination": destination, "reason": "Half done",
        "by": by, "at": clock.now(), **wish,
    })  # fmt: skip


def test_it_is_in_the_wallet_at_once_and_nobody_approves_it(desk, ada, ops):
    payment = desk.pay(ada)

    refund = decided(payment, ops, 200_000)

    payment.refresh_from_db()
    assert (refund.status, refund.decided_by, wallet_of(ada)) == (RefundStatus.SUCCEEDED, ops, 200_000)
    assert (payment.status, payment.refunded_minor) == (PaymentStatus.PARTIALLY_REFUNDED, 200_000)
    assert hold_of(payment).left_minor == 300_000
    assert AuditEntry.objects.get(action="payments.refund_decided").actor == ops


def test_to_the_card_it_has_left_the_escrow_and_the_gateway_is_called_afterwards(desk, ada, ops, drain_outbox):
    payment = desk.pay(ada)

    refund = decided(payment, ops, 500_000, RefundDestination.GATEWAY)
    assert (refund.status, refund.has_left_escrow, hold_of(payment).state) == (RefundStatus.APPROVED, True, "REFUNDED")
    drain_outbox()

    refund.refresh_from_db()
    assert refund.status in {RefundStatus.SENT, RefundStatus.SUCCEEDED}
    assert wallet_of(ada) == 0


def test_never_more_than_is_left(desk, ada, ops):
    payment = desk.pay(ada)
    decided(payment, ops, 400_000)

    with pytest.raises(RefundTooLarge):
        decided(payment, ops, 100_001)

    assert (wallet_of(ada), Refund.objects.count()) == (400_000, 1)


def test_released_money_is_refused_and_leaves_no_refund(desk, ada, ops):
    payment = desk.pay(ada)
    hold = hold_of(payment)
    ledger.freeze_hold(hold_id=hold.pk, reason="DISPUTE", by=ops, at=clock.now())
    ledger.release_hold(hold_id=hold.pk, reason="OPS_DECISION", by=ops, at=clock.now())

    with pytest.raises(HoldAlreadyReleased):
        decided(payment, ops, 1_000)

    assert (wallet_of(ada), Refund.objects.count()) == (0, 0)


def test_a_hold_that_no_payment_brought_is_refused(db, ops):
    with pytest.raises(NotRefundable):
        decided(None, ops, 1, hold_id=new_id())
