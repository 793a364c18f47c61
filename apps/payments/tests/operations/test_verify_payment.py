"""Asking the gateway: because the customer is back, because time has passed, because the attempt ran out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from apps.core import clock
from apps.core.models import AuditEntry
from apps.core.sweeps import registered, run_sweep
from apps.ledger.models import EscrowHold, Transfer
from apps.payments import events as facts
from apps.payments import operations
from apps.payments.errors import GatewayNotAnswering, PaymentNotFound
from apps.payments.gateways.errors import GatewayUnavailable
from apps.payments.gateways.registry import gateway
from apps.payments.models import Payment, PaymentAllocation, SandboxCharge, SavedMethod
from apps.payments.queries import is_money_on_its_way, payment_that_paid
from apps.payments.sandbox.gateway import receive
from apps.payments.sandbox.play import Act
from apps.payments.states import PaymentStatus
from apps.payments.tests.conftest import after_expiry, hold_of

pytestmark = pytest.mark.django_db


def verify(payment, by):
    return operations.verify_payment(reference=payment.reference, by=by, at=clock.now())


def test_verify_settles_what_the_gateway_calls_paid(desk, ada, stated, now):
    payment = desk.open(ada)
    desk.act(payment)

    settled = verify(payment, ada)

    assert (settled.status, settled.captured_minor, settled.fee_minor) == (PaymentStatus.SUCCEEDED, 500_000, 7_500)
    assert settled.paid_at == now
    hold = hold_of(payment)
    assert (hold.state, hold.gross_minor, hold.customer_id) == ("HELD", 500_000, ada.pk)
    (captured,) = stated
    assert [(item.item_type, item.amount_minor, item.hold_id) for item in captured.allocations] == [
        ("BOOKING", 500_000, hold.pk)
    ]
    assert payment_that_paid(item_type="BOOKING", item_id=hold.unit_id) == payment


def test_verify_again_changes_nothing_and_does_not_ask(desk, ada, monkeypatch):
    payment = desk.pay(ada)
    monkeypatch.setattr(type(gateway("sandbox")), "verify", None)

    assert verify(payment, ada).status == PaymentStatus.SUCCEEDED
    assert Transfer.objects.filter(kind="PAYMENT").count() == 1


def test_verify_of_anothers_payment_finds_nothing_but_ops_may(desk, ada, bayo, ops):
    payment = desk.open(ada)

    with pytest.raises(PaymentNotFound):
        verify(payment, bayo)
    assert verify(payment, ops).status == PaymentStatus.INITIALIZED


def test_verify_when_the_gateway_is_down_says_so(desk, ada, monkeypatch):
    payment = desk.open(ada)

    def stumble(*_arguments, **_named):
        raise GatewayUnavailable("down")

    monkeypatch.setattr(type(gateway("sandbox")), "verify", stumble)
    with pytest.raises(GatewayNotAnswering):
        verify(payment, ada)


def test_refused_card_fails_the_payment_and_another_card_saves_it(desk, ada, stated):
    payment = desk.open(ada)
    desk.act(payment, Act.FAIL)
    assert verify(payment, ada).status == PaymentStatus.FAILED
    desk.act(payment)
    assert verify(payment, ada).status == PaymentStatus.SUCCEEDED

    assert [type(fact) for fact in stated] == [facts.PaymentFailed, facts.PaymentCaptured]


def test_money_on_its_way_is_pending_and_told_once(desk, ada, stated):
    payment = desk.open(ada)
    desk.act(payment, Act.PENDING)
    verify(payment, ada)
    verify(payment, ada)

    share = PaymentAllocation.objects.get()
    assert is_money_on_its_way(item_type=share.item_type, item_id=share.item_id)
    assert [type(fact) for fact in stated] == [facts.PaymentPending]


def test_one_payment_for_several_things_makes_a_hold_each_and_a_tip_goes_whole(desk, ada, performer):
    from apps.ledger import addresses
    from apps.ledger.models import Balance

    items = [desk.trade.sell(ada, 300_000), desk.trade.sell(ada, 200_000), desk.trade.tip(ada, performer, 20_000)]
    desk.pay(ada, *items)

    assert sorted(EscrowHold.objects.values_list("gross_minor", flat=True)) == [200_000, 300_000]
    assert Balance.objects.get(account__address=addresses.tips(performer.pk, "NGN")).posted == 20_000


def test_saved_card_is_remembered_once_and_the_first_is_the_default(desk, ada):
    desk.pay(ada, save_method=True)
    desk.pay(ada, save_method=True)

    method = SavedMethod.objects.get()
    assert (method.owner_id, method.last4, method.is_default) == (ada.pk, "4242", True)


def test_card_is_not_remembered_unasked(desk, ada):
    desk.pay(ada)

    assert SavedMethod.objects.count() == 0


def test_before_a_trade_gives_up_every_attempt_is_asked_about(desk, ada):
    item = desk.trade.sell(ada)
    first, second = desk.open(ada, item), desk.open(ada, item)
    desk.act(second)

    asked = operations.verify_payments_for(item_type=item.item_type, item_id=item.item_id, at=clock.now())

    assert [payment.status for payment in asked] == [PaymentStatus.INITIALIZED, PaymentStatus.SUCCEEDED]
    assert first.pk == asked[0].pk


def test_attempt_that_ran_out_is_closed_at_the_gateway_and_abandoned(desk, ada, stated):
    payment = desk.open(ada)

    with clock.frozen(after_expiry()):
        run_sweep("payments.check")

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.ABANDONED
    assert SandboxCharge.objects.get().status == "CLOSED"
    assert [type(fact) for fact in stated] == [facts.PaymentAbandoned]


def test_attempt_that_ran_out_but_was_paid_is_settled(desk, ada):
    payment = desk.open(ada)
    desk.act(payment)

    with clock.frozen(after_expiry()):
        run_sweep("payments.check")

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.SUCCEEDED


def test_attempt_that_ran_out_while_money_is_on_its_way_is_waited_for(desk, ada, now):
    payment = desk.open(ada)
    desk.act(payment, Act.PENDING)
    for hours in (1, 2, 30, 60):
        with clock.frozen(now + timedelta(hours=hours)):
            run_sweep("payments.check")

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.PENDING
    assert payment.next_check_at > now + timedelta(hours=60)
    assert AuditEntry.objects.filter(action="payments.alert.pending_too_long").exists()


def test_attempt_is_not_abandoned_while_the_gateway_cannot_be_asked(desk, ada, monkeypatch):
    payment = desk.open(ada)

    def stumble(*_arguments, **_named):
        raise GatewayUnavailable("down")

    monkeypatch.setattr(type(gateway("sandbox")), "verify", stumble)
    with clock.frozen(after_expiry()):
        run_sweep("payments.check")

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.INITIALIZED
    assert payment.next_check_at > after_expiry()


def test_money_that_comes_after_the_end_is_still_found_and_counts(desk, ada, now):
    payment = desk.open(ada)
    with clock.frozen(after_expiry()):
        run_sweep("payments.check")
    receive(SandboxCharge.objects.get(), at=after_expiry())

    with clock.frozen(now + timedelta(hours=3)):
        run_sweep("payments.check")

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.SUCCEEDED
    assert hold_of(payment).state == "HELD"


def test_asking_ends_a_day_after_the_attempt_ran_out(desk, ada, now):
    payment = desk.open(ada)
    for hours in (1, 2, 8, 26):
        with clock.frozen(now + timedelta(hours=hours)):
            run_sweep("payments.check")

    payment.refresh_from_db()
    assert (payment.status, payment.next_check_at) == (PaymentStatus.ABANDONED, None)


def test_asking_follows_at_growing_intervals_until_the_end(desk, ada, now):
    payment = desk.open(ada)
    moments = []
    for _ in range(3):
        payment.refresh_from_db()
        moments.append(payment.next_check_at - now)
        with clock.frozen(payment.next_check_at):
            run_sweep("payments.check")

    assert moments == [timedelta(minutes=2), timedelta(minutes=6), timedelta(minutes=14)]


def test_each_sweep_knows_when_its_next_row_is_due(desk, ada, now):
    payment = desk.open(ada)
    due = {each.name: each.next_due and each.next_due() for each in registered() if each.name.startswith("payments.")}

    assert due == {
        "payments.check": payment.next_check_at, "payments.inbox": None, "payments.refunds": None,
        "payments.chargebacks": None, "payments.discover_chargebacks": None, "payments.evidence_due": None,
    }  # fmt: skip


def test_misfit_of_another_reference_or_mode_is_reviewed(desk, ada, bayo, monkeypatch):
    from dataclasses import replace

    real = type(gateway("sandbox")).verify
    for payer, lie in ((ada, {"reference": "GP-OTHER"}), (bayo, {"livemode": True})):
        payment = desk.open(payer)
        desk.act(payment)
        monkeypatch.setattr(
            type(gateway("sandbox")), "verify", lambda self, lie=lie, **asked: replace(real(self, **asked), **lie)
        )
        assert verify(payment, payer).status == PaymentStatus.NEEDS_REVIEW

    assert EscrowHold.objects.count() == 0
    assert Payment.objects.filter(captured_minor=0).count() == 1
