"""Giving money back."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from apps.core import clock
from apps.core.errors import Invalid
from apps.core.models import AuditEntry
from apps.core.sweeps import run_sweep
from apps.ledger import addresses
from apps.ledger import operations as ledger
from apps.ledger.models import EscrowHold
from apps.ledger.queries import balance as ledger_balance
from apps.ledger.testing import assert_ledger_sound
from apps.payments import events as facts
from apps.payments import operations
from apps.payments.errors import (
    NotRefundable,
    PaymentNotFound,
    RefundTooLarge,
)
from apps.payments.gateways.errors import GatewayRefused, GatewayTimeout, GatewayUnavailable
from apps.payments.gateways.registry import gateway
from apps.payments.gateways.values import MoveStatus
from apps.payments.models import Refund, SandboxCharge, SandboxMove, WebhookEvent
from apps.payments.operations import ItemToPay
from apps.payments.payables import PayablePart
from apps.payments.states import PaymentStatus, RefundDestination, RefundStatus
from apps.payments.tests.conftest import hold_of, refund_by_hand, signed, wallet_of

pytestmark = pytest.mark.django_db
WALLET, CARD = RefundDestination.WALLET, RefundDestination.GATEWAY


def request(payment, **wish):
    return operations.request_refund(payment_id=payment.pk, reason="CANCELLED", at=clock.now(), **wish)


def make_it_stumble(monkeypatch, error, after_acting=False):
    kind = type(gateway("sandbox"))
    real = kind.refund

    def stumble(self, wish):
        if after_acting:
            real(self, wish)
        raise error

    monkeypatch.setattr(kind, "refund", stumble)


def test_a_part_with_a_hold_of_its_own_is_given_back_by_its_name(desk, ada, drain_outbox):
    first, second = (PayablePart(unit_type="PACKAGE_USE", unit_id=uuid4(), amount_minor=part) for part in (300, 200))
    payment = desk.pay(ada, desk.trade.sell(ada, 500, parts=(first, second)))
    holds = EscrowHold.objects.filter(payment_id=payment.pk)
    assert set(holds.values_list("unit_id", "gross_minor")) == {(first.unit_id, 300), (second.unit_id, 200)}

    request(payment, item=ItemToPay(item_type="PACKAGE_USE", item_id=second.unit_id))
    drain_outbox()

    assert wallet_of(ada) == 200
    assert holds.get(unit_id=second.unit_id).state == "REFUNDED"
    assert holds.get(unit_id=first.unit_id).state == "HELD"


def test_refund_by_policy_goes_to_the_wallet_once(desk, ada, stated, drain_outbox):
    payment = desk.pay(ada)
    (refund,) = request(payment)
    drain_outbox()
    operations.carry_out_refund(refund_id=refund.pk, at=clock.now())

    payment.refresh_from_db()
    refund.refresh_from_db()
    assert (refund.status, payment.status, payment.refunded_minor) == ("SUCCEEDED", "REFUNDED", 500_000)
    assert wallet_of(ada) == 500_000
    assert hold_of(payment).state == "REFUNDED"
    assert [type(fact) for fact in stated] == [facts.PaymentCaptured, facts.RefundCompleted]
    assert request(payment) == []


def test_refund_of_one_of_several_things_leaves_the_rest(desk, ada, drain_outbox):
    kept, ended = desk.trade.sell(ada, 300_000), desk.trade.sell(ada, 200_000)
    payment = desk.pay(ada, kept, ended)
    request(payment, item=ended)
    drain_outbox()

    payment.refresh_from_db()
    assert (payment.status, wallet_of(ada)) == (PaymentStatus.PARTIALLY_REFUNDED, 200_000)
    assert EscrowHold.objects.get(unit_id=kept.item_id).state == "HELD"

    request(payment)
    drain_outbox()
    payment.refresh_from_db()
    assert (payment.status, wallet_of(ada)) == (PaymentStatus.REFUNDED, 500_000)


def test_parts_add_up_to_the_whole_and_no_further(desk, ada, drain_outbox):
    payment = desk.pay(ada)
    for _ in range(2):
        request(payment, amount_minor=200_000)
        drain_outbox()
    with pytest.raises(RefundTooLarge):
        request(payment, amount_minor=100_001)
    request(payment, amount_minor=100_000)
    drain_outbox()

    payment.refresh_from_db()
    assert (payment.status, wallet_of(ada)) == (PaymentStatus.REFUNDED, 500_000)


def test_two_requests_that_together_exceed_the_payment_give_one_refund_and_an_alert(desk, ada, stated, drain_outbox):
    payment = desk.pay(ada)
    request(payment, amount_minor=300_000)
    request(payment, amount_minor=300_000)
    drain_outbox()

    assert sorted(Refund.objects.values_list("status", flat=True)) == ["FAILED", "SUCCEEDED"]
    assert wallet_of(ada) == 300_000
    assert AuditEntry.objects.filter(action="payments.alert.refund_failed").count() == 1
    assert [fact.is_in_wallet for fact in stated if isinstance(fact, facts.RefundFailed)] == [False]


def test_refund_to_the_card_goes_through_the_gateway(desk, ada, drain_outbox):
    payment = desk.pay(ada)
    request(payment, destination=CARD)
    drain_outbox()

    payment.refresh_from_db()
    assert (payment.status, wallet_of(ada)) == (PaymentStatus.REFUNDED, 0)
    assert SandboxMove.objects.get().amount_minor == 500_000


def test_refund_refused_by_the_gateway_lands_in_the_wallet(desk, ada, stated, drain_outbox, monkeypatch):
    payment = desk.pay(ada)
    make_it_stumble(monkeypatch, GatewayRefused("closed card"))
    (refund,) = request(payment, destination=CARD)
    drain_outbox()

    refund.refresh_from_db()
    assert (refund.status, refund.has_bounced, refund.problem) == (RefundStatus.SUCCEEDED, True, "closed card")
    assert wallet_of(ada) == 500_000
    assert [fact.destination for fact in stated if isinstance(fact, facts.RefundCompleted)] == ["WALLET"]


@pytest.mark.parametrize("after_acting", [True, False])
def test_refund_with_an_unknown_outcome_is_looked_for_before_it_is_sent_again(
    desk, ada, drain_outbox, monkeypatch, now, after_acting
):
    payment = desk.pay(ada)
    make_it_stumble(monkeypatch, GatewayTimeout("no answer"), after_acting=after_acting)
    (refund,) = request(payment, destination=CARD)
    drain_outbox()
    monkeypatch.undo()
    refund.refresh_from_db()
    assert (refund.status, refund.attempts) == (RefundStatus.APPROVED, 1)
    with clock.frozen(now + timedelta(hours=1)):
        run_sweep("payments.refunds")

    refund.refresh_from_db()
    assert refund.status == RefundStatus.SUCCEEDED
    assert SandboxCharge.objects.get().refunded_minor == 500_000
    assert SandboxMove.objects.count() == 1


def test_refund_that_cannot_be_sent_for_long_raises_an_alert(desk, ada, drain_outbox, monkeypatch, now):
    payment = desk.pay(ada)
    make_it_stumble(monkeypatch, GatewayUnavailable("down"))
    request(payment, destination=CARD)
    drain_outbox()
    for days in range(1, 25):
        with clock.frozen(now + timedelta(days=days)):
            run_sweep("payments.refunds")

    assert AuditEntry.objects.filter(action="payments.alert.refund_stuck").count() == 1


def test_refund_that_fails_days_later_lands_in_the_wallet_once(desk, ada, drain_outbox):
    payment = desk.pay(ada)
    (refund,) = request(payment, destination=CARD)
    drain_outbox()
    move = SandboxMove.objects.get()
    move.status = MoveStatus.FAILED
    move.save()
    for number in range(2):
        told = {
            "id": f"evt_{number}",
            "type": "refund.failed",
            "data": {"refund": {"id": str(move.pk), "charge": payment.reference}},
        }
        desk.receive(signed(told))
        desk.work()

    refund.refresh_from_db()
    payment.refresh_from_db()
    assert (refund.status, refund.has_bounced) == (RefundStatus.SUCCEEDED, True)
    assert (payment.status, wallet_of(ada)) == (PaymentStatus.REFUNDED, 500_000)


def test_refund_still_under_way_is_followed_until_it_ends(desk, ada, drain_outbox, monkeypatch, now):
    payment = desk.pay(ada)
    kind = type(gateway("sandbox"))
    real = kind.refund

    def slowly(self, wish):
        real(self, wish)
        SandboxMove.objects.update(status=MoveStatus.PENDING)
        return self.refunds_of(payment_reference=wish.payment_reference)[0]

    monkeypatch.setattr(kind, "refund", slowly)
    (refund,) = request(payment, destination=CARD)
    drain_outbox()
    refund.refresh_from_db()
    assert refund.status == RefundStatus.SENT
    SandboxMove.objects.update(status=MoveStatus.SUCCEEDED)
    with clock.frozen(now + timedelta(hours=1)):
        run_sweep("payments.refunds")

    refund.refresh_from_db()
    assert refund.status == RefundStatus.SUCCEEDED


def test_refund_after_the_release_gives_nothing_and_says_so(desk, ada, drain_outbox, now):
    payment = desk.pay(ada)
    hold = hold_of(payment)
    ledger.start_clearance(unit_type=hold.unit_type, unit_id=hold.unit_id, at=now)
    ledger.release_due_holds(at=now + timedelta(hours=25), limit=10)
    (refund,) = request(payment)
    drain_outbox()

    refund.refresh_from_db()
    assert refund.status == RefundStatus.FAILED
    assert wallet_of(ada) == 0


def test_nothing_to_refund_is_refused(desk, ada, performer, ops, now):
    unpaid = desk.open(ada)
    tipped = desk.pay(ada, desk.trade.tip(ada, performer))
    several = desk.pay(ada, desk.trade.sell(ada), desk.trade.sell(ada))

    with pytest.raises(NotRefundable):
        request(unpaid)
    with pytest.raises(NotRefundable):
        request(tipped)
    with pytest.raises(NotRefundable):
        request(several, item=ItemToPay(item_type="BOOKING", item_id=uuid4()))
    with pytest.raises(Invalid):
        request(several, amount_minor=5)
    with pytest.raises(PaymentNotFound):
        operations.request_refund(payment_id=uuid4(), reason="x", at=now)
    assert Refund.objects.count() == 0


def test_case_61_refund_made_by_hand_above_what_is_left_is_in_suspense_with_an_alert(desk, ada, drain_outbox):
    payment = desk.pay(ada)
    request(payment)
    drain_outbox()
    by_hand = refund_by_hand(payment, 100)
    told = {
        "id": "evt_h",
        "type": "refund.succeeded",
        "data": {"refund": {"id": by_hand.gateway_id, "charge": payment.reference}},
    }
    desk.receive(signed(told))
    desk.work()

    beyond = Refund.objects.get(is_beyond=True)
    assert WebhookEvent.objects.get(event_id="evt_h").state == "PROCESSED"
    assert (beyond.amount_minor, beyond.status, ledger_balance(addresses.suspense("NGN"))) == (100, "SUCCEEDED", -100)
    assert AuditEntry.objects.filter(action="payments.alert.refunded_twice").count() == 1
    assert_ledger_sound()
