"""Parked money that several people, a gateway and a bank move at once: it leaves suspense once."""

from __future__ import annotations

from functools import partial

import pytest

from apps.core import clock
from apps.ledger import addresses
from apps.ledger import queries as ledger
from apps.ledger.models import Transfer
from apps.ledger.testing import assert_ledger_sound
from apps.payments import operations
from apps.payments.errors import NothingParked, ParkedDecided, RefundDecided
from apps.payments.gateways.values import DisputeStatus
from apps.payments.models import Payment, Refund
from apps.payments.states import PaymentStatus, RefundStatus
from apps.payments.tests.conftest import make_user, refund_by_hand, signed, wallet_of
from apps.payments.tests.operations.test_chargeback_races import say
from apps.payments.tests.operations.test_parked import CARD, ITEM, WALLET, park, propose
from apps.payments.tests.operations.test_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
ROUNDS = 8


@pytest.fixture(autouse=True)
def _books_end_sound():
    yield
    assert_ledger_sound()


def decide(refund, by):
    operations.approve_refund(refund_id=refund.pk, by=by, at=clock.now())
    operations.carry_out_refund(refund_id=refund.pk, at=clock.now())


def test_eight_proposals_at_once_are_one(desk, ada, ops):
    payment = park(desk, ada)

    answers = at_once(*[partial(propose, payment, ops, way) for way in (CARD, WALLET) * 4])

    assert [type(each) for each in answers].count(Refund) == 1
    assert {type(each) for each in answers} == {Refund, ParkedDecided}


@pytest.mark.parametrize("way", [CARD, WALLET, ITEM])
def test_approved_by_four_denied_by_two_and_carried_out_by_all_at_once_it_is_decided_once(desk, ada, ops, admin, way):
    other = make_user("another", "ADMIN")
    for _ in range(ROUNDS):
        item = desk.trade.sell(ada)
        payment = park(desk, ada, item)
        desk.trade.sell_for(item, 400_000)
        refund = propose(payment, ops, way)
        deny = partial(operations.deny_refund, refund_id=refund.pk, by=admin, at=clock.now(), reason="No")
        carry = partial(operations.carry_out_refund, refund_id=refund.pk, at=clock.now())

        answers = at_once(
            *[partial(decide, refund, person) for person in (admin, other, admin, other)], deny, deny, carry, carry
        )

        refund.refresh_from_db()
        payment.refresh_from_db()
        assert {type(each) for each in answers if isinstance(each, Exception)} <= {RefundDecided}
        given = int(refund.status == RefundStatus.SUCCEEDED)
        assert refund.status in {RefundStatus.SUCCEEDED, RefundStatus.DENIED}
        assert Transfer.objects.filter(idempotency_key=f"refund:{refund.pk}").count() == given
        assert payment.status == (PaymentStatus.RESOLVED if given else PaymentStatus.NEEDS_REVIEW)


@pytest.mark.parametrize("way", [CARD, WALLET])
def test_case_61_given_on_refunded_by_hand_and_lost_to_the_bank_at_once_only_what_came_is_the_payers(
    desk, ada, ops, admin, way
):
    for number in range(ROUNDS):
        payment = park(desk, ada)
        before = wallet_of(ada)
        refund = propose(payment, ops, way)
        by_hand = refund_by_hand(payment, 499_999)
        told = {"id": by_hand.gateway_id, "charge": payment.reference}
        desk.receive(signed({"id": f"evt_h{number}", "type": "refund.succeeded", "data": {"refund": told}}))

        at_once(
            partial(decide, refund, admin),
            desk.work,
            partial(say, payment, DisputeStatus.LOST, 499_999),
            partial(propose, payment, ops),
        )

        refund.refresh_from_db()
        payment.refresh_from_db()
        left = Refund.objects.filter(payment=payment, is_parked=True, has_left_escrow=True)
        assert sum(each.amount_minor for each in left) == 499_999
        assert payment.status == PaymentStatus.RESOLVED
        assert wallet_of(ada) - before in {0, 499_999}
        with pytest.raises(NothingParked):
            propose(payment, ops)
    assert Payment.objects.filter(status=PaymentStatus.NEEDS_REVIEW).count() == 0
    assert ledger.balance(addresses.suspense("NGN")) < 0  # what went out twice is nobody's
