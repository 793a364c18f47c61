"""Section A of the ledger's cases, from the poison event on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from apps.core import events
from apps.core.models import AuditEntry
from apps.ledger.models import EscrowHold, Transfer
from apps.payments import events as facts
from apps.payments import operations
from apps.payments.models import Payment, PaymentAllocation, SandboxCharge, WebhookEvent
from apps.payments.operations import process
from apps.payments.sandbox.gateway import receive
from apps.payments.states import PaymentStatus, WebhookState
from apps.payments.tests.conftest import hold_of, signed, states_of_inbox, wallet_of

pytestmark = pytest.mark.django_db


def event_about(payment, event_type="charge.succeeded", event_id="evt_1", **changes):
    charge = {"id": payment.gateway_id, "reference": payment.reference, **changes}
    return signed({"id": event_id, "type": event_type, "data": {"charge": charge}})


def test_case_19_poison_event_is_parked_with_an_alert_and_those_behind_it_proceed(desk, ada, bayo, monkeypatch, now):
    poisoned, healthy = desk.open(ada), desk.open(bayo)
    desk.receive(*desk.act(poisoned), *desk.act(healthy))
    real = process.settle_payment

    def choke(payment, result, *, at):
        if payment.pk == poisoned.pk:
            raise ValueError("poison")
        real(payment, result, at=at)

    monkeypatch.setattr(process, "settle_payment", choke)
    desk.work()
    assert Payment.objects.get(pk=healthy.pk).status == PaymentStatus.SUCCEEDED
    for hours in range(1, 20):
        desk.work(now + timedelta(hours=hours))

    row = WebhookEvent.objects.exclude(state=WebhookState.PROCESSED).get()
    assert (row.state, row.next_attempt_at, row.attempts) == (WebhookState.PARKED, None, process.MAX_ATTEMPTS)
    assert "poison" in row.note
    assert AuditEntry.objects.filter(action="payments.alert.webhook_parked").count() == 1

    monkeypatch.undo()
    operations.replay_webhook_event(event_id=row.pk, by=None, at=now)
    desk.work()
    assert Payment.objects.get(pk=poisoned.pk).status == PaymentStatus.SUCCEEDED


@pytest.mark.parametrize(
    "payload",
    [
        {"id": "evt_1", "type": "moon.rose", "data": {}},
        {"id": "evt_1", "type": "charge.succeeded", "data": {"charge": "gone"}},
        {"id": "evt_1", "type": "charge.succeeded", "data": None, "new": [1, {"a": "\u0000"}]},
        {"id": "evt_1", "type": None},
        {"id": "evt\u0000_1", "type": "charge.\ud800"},
    ],
)
def test_case_20_unknown_type_or_shape_is_stored_and_ignored(desk, db, payload):
    desk.receive(signed(payload))
    desk.work()

    assert states_of_inbox() == [WebhookState.IGNORED]


def test_case_22_second_payment_for_the_same_thing_goes_to_the_wallet(desk, ada, stated):
    item = desk.trade.sell(ada)
    first, second = desk.open(ada, item), desk.open(ada, item)
    desk.receive(*desk.act(first), *desk.act(second))
    desk.work()

    assert EscrowHold.objects.count() == 1
    assert wallet_of(ada) == 500_000
    assert {p.status for p in Payment.objects.all()} == {PaymentStatus.SUCCEEDED}
    assert sorted(PaymentAllocation.objects.values_list("state", flat=True)) == ["CREDITED", "FUNDED"]
    assert [(len(fact.allocations), len(fact.credited)) for fact in stated] == [(1, 0), (0, 1)]


def test_case_23_thing_that_ended_while_it_was_being_paid_is_refunded_by_its_trade(desk, ada, drain_outbox, stated):
    def send_back(captured):
        operations.request_refund(payment_id=captured.payment_id, reason="TIME_GONE", at=captured.captured_at)

    events.connect({facts.PaymentCaptured: [send_back]})
    payment = desk.pay(ada)
    drain_outbox()

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.REFUNDED
    assert hold_of(payment).state == "REFUNDED"
    assert wallet_of(ada) == 500_000


def test_case_25_event_that_says_paid_waits_until_the_gateway_agrees(desk, ada, now):
    payment = desk.open(ada)
    desk.receive(event_about(payment))
    desk.work()

    assert states_of_inbox() == [WebhookState.PARKED]
    assert Transfer.objects.count() == 0

    receive(SandboxCharge.objects.get(reference=payment.reference), at=now)
    desk.work(now + timedelta(hours=1))
    assert states_of_inbox() == [WebhookState.PROCESSED]
    assert Payment.objects.get().status == PaymentStatus.SUCCEEDED


def test_case_25_lasting_disagreement_raises_an_alert(desk, ada, now):
    desk.receive(event_about(desk.open(ada)))
    for hours in range(20):
        desk.work(now + timedelta(hours=hours))

    assert AuditEntry.objects.filter(action="payments.alert.webhook_parked").count() == 1
    assert Transfer.objects.count() == 0
