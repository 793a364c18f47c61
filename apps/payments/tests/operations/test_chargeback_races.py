"""Release, sweep, refund, chargeback and their ends on one hold at once: one outcome, and never more out than came in."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction

from apps.core import clock
from apps.ledger import operations as ledger
from apps.ledger import queries
from apps.ledger.models import EscrowHold, Transfer
from apps.ledger.states import ReleaseReason
from apps.ledger.testing import assert_ledger_sound
from apps.payments import operations
from apps.payments.gateways.values import DisputeInfo, DisputeStatus
from apps.payments.models import Chargeback, Payment, Refund
from apps.payments.operations.book_chargeback import book_chargeback
from apps.payments.states import RefundDestination
from apps.payments.tests.conftest import hold_of, wallet_of
from apps.payments.tests.operations.test_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
ROUNDS = 12


def say(payment, status, taken_minor=0):
    """The gateway says where the dispute stands."""
    info = DisputeInfo(
        gateway_id=f"dp_{payment.pk}", payment_reference=payment.reference, payment_gateway_id="",
        amount_minor=payment.amount_minor, currency=payment.currency, fee_minor=0, reason="fraudulent", status=status,
        respond_by=None, taken_minor=taken_minor,
    )  # fmt: skip
    with transaction.atomic():
        book_chargeback(Payment.objects.locked().get(pk=payment.pk), info, at=clock.now())


def refund(payment):
    for each in operations.request_refund(payment_id=payment.pk, reason="x", at=clock.now()):
        operations.carry_out_refund(refund_id=each.pk, at=clock.now())


def approved(payment, ops, admin):
    (proposed,) = operations.propose_refund(
        payment_id=payment.pk, destination=RefundDestination.WALLET, reason="x", by=ops, at=clock.now()
    )
    return partial(_approve, proposed, admin)


def _approve(proposed, admin):
    operations.approve_refund(refund_id=proposed.pk, by=admin, at=clock.now())
    operations.carry_out_refund(refund_id=proposed.pk, at=clock.now())


@pytest.mark.parametrize("won", [True, False])
def test_case_61_release_sweep_refunds_and_a_chargeback_on_one_hold_have_one_outcome(desk, ada, ops, admin, won):
    for _ in range(ROUNDS):
        payment = desk.pay(ada)
        hold = hold_of(payment)
        ledger.start_clearance(unit_type=hold.unit_type, unit_id=hold.unit_id, at=clock.now() - timedelta(days=2))
        end = DisputeStatus.WON if won else DisputeStatus.LOST
        taken = 0 if won else payment.amount_minor

        at_once(
            partial(
                ledger.release_hold, hold_id=hold.pk, reason=ReleaseReason.CUSTOMER_CONFIRMED, by=None, at=clock.now()
            ),
            partial(ledger.release_due_holds, at=clock.now(), limit=10),
            partial(refund, payment),
            approved(payment, ops, admin),
            partial(say, payment, DisputeStatus.NEEDS_RESPONSE),
            partial(say, payment, DisputeStatus.UNDER_REVIEW),
            partial(say, payment, end, taken),
        )
        say(payment, end, taken)

        settled = EscrowHold.objects.get(pk=hold.pk)
        chargeback = Chargeback.objects.get(payment=payment)
        payment.refresh_from_db()
        out = payment.refunded_minor
        assert (chargeback.status, settled.disputed_minor) == (end, 0)
        assert out <= payment.captured_minor
        assert settled.refunded_minor + settled.recovered_minor == out
        if not won:
            paid = sum(
                Refund.objects.filter(payment=payment, status="SUCCEEDED").values_list("amount_minor", flat=True)
            )
            assert paid == payment.amount_minor
    assert_ledger_sound()


def test_the_same_dispute_told_from_sixteen_sides_is_booked_once(desk, ada):
    payment = desk.pay(ada)

    at_once(*[partial(say, payment, DisputeStatus.LOST, payment.amount_minor)] * 16)

    assert Chargeback.objects.count() == 1
    assert Transfer.objects.filter(kind="CHARGEBACK").count() == 1
    assert (hold_of(payment).state, wallet_of(ada)) == ("REFUNDED", 0)
    assert queries.balance("SYSTEM::CHARGEBACKS:NGN") == 0
    assert_ledger_sound()


@pytest.mark.parametrize("unmatched", [False, True])
def test_what_is_moved_against_the_decision_lies_in_suspense_and_is_booked_once(desk, ada, unmatched):
    payment = desk.pay(ada)
    if unmatched:
        refund(payment)
        say(payment, DisputeStatus.LOST, payment.amount_minor)
        back, left = DisputeStatus.WON, 0
    else:
        say(payment, DisputeStatus.WON)
        back, left = DisputeStatus.LOST, payment.amount_minor

    for _ in range(2):
        say(payment, back, left)

    chargeback = Chargeback.objects.get()
    assert (chargeback.status, chargeback.taken_minor) == ("LOST" if unmatched else "WON", left)
    assert chargeback.taken_at_end_minor == (payment.amount_minor if unmatched else 0)
    # With nobody's refund to match it, suspense had borne the loss: what comes back makes it good.
    assert queries.balance("SYSTEM::SUSPENSE:NGN") == (0 if unmatched else -payment.amount_minor)
    assert_ledger_sound()
