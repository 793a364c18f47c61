"""Section A of the ledger's cases: being paid, by web hooks that misbehave in every known way."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from apps.core import clock
from apps.core.models import AuditEntry
from apps.ledger.models import EscrowHold, Transfer
from apps.payments import events as facts
from apps.payments import operations
from apps.payments.errors import UnsignedWebhook
from apps.payments.gateways.registry import gateway
from apps.payments.gateways.signatures import timestamped_signature
from apps.payments.models import Payment, PaymentAllocation, SandboxCharge, WebhookEvent
from apps.payments.operations import process
from apps.payments.states import AllocationState, PaymentStatus, WebhookState
from apps.payments.tests.conftest import hold_of, refund_by_hand, signed, states_of_inbox, wallet_of

pytestmark = pytest.mark.django_db


def event_about(payment, event_type="charge.succeeded", event_id="evt_1", **changes):
    charge = {"id": payment.gateway_id, "reference": payment.reference, **changes}
    return signed({"id": event_id, "type": event_type, "data": {"charge": charge}})


def test_case_02_different_events_for_one_payment_post_once(desk, ada, stated):
    payment = desk.open(ada)
    desk.receive(*desk.act(payment))
    desk.receive(event_about(payment, event_id="evt_2"), event_about(payment, "checkout.completed", "evt_3"))

    desk.work()

    assert Transfer.objects.filter(kind="PAYMENT").count() == 1
    assert EscrowHold.objects.count() == 1
    assert [type(fact) for fact in stated] == [facts.PaymentCaptured]
    assert states_of_inbox() == [WebhookState.PROCESSED, WebhookState.PROCESSED, WebhookState.IGNORED]


@pytest.mark.parametrize("refund_first", [True, False])
def test_case_04_refund_heard_of_before_its_payment_is_parked_and_ends_like_in_order(desk, ada, refund_first):
    payment = desk.open(ada)
    (paid,) = desk.act(payment)
    charge = SandboxCharge.objects.get(reference=payment.reference)
    made_by_hand = refund_by_hand(payment, charge.paid_minor)
    refunded = signed(
        {
            "id": "evt_r",
            "type": "refund.succeeded",
            "data": {"refund": {"id": made_by_hand.gateway_id, "charge": payment.reference}},
        }
    )

    for hook in (refunded, paid) if refund_first else (paid, refunded):
        desk.receive(hook)
        desk.work()

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.REFUNDED
    assert hold_of(payment).state == "REFUNDED"
    assert set(states_of_inbox()) == {WebhookState.PROCESSED}
    assert wallet_of(ada) == 0


def test_case_05_failure_heard_of_after_success_changes_nothing(desk, ada, stated):
    payment = desk.pay(ada)

    desk.receive(event_about(payment, "charge.failed", "evt_old"), event_about(payment, "charge.pending", "evt_older"))
    desk.work()

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.SUCCEEDED
    assert hold_of(payment).state == "HELD"
    assert len(stated) == 1


def test_case_07_too_much_pays_what_was_due_and_the_rest_goes_to_the_wallet(desk, ada):
    payment = desk.open(ada)
    desk.receive(*desk.act(payment, amount_minor=500_700))
    desk.work()

    payment.refresh_from_db()
    assert (payment.status, payment.captured_minor) == (PaymentStatus.SUCCEEDED, 500_700)
    assert hold_of(payment).gross_minor == 500_000
    assert wallet_of(ada) == 700


@pytest.mark.parametrize(("amount_minor", "currency"), [(500_000, "USD"), (499_999, ""), (1, "")])
def test_case_08_another_currency_or_too_little_waits_in_suspense_and_pays_nothing(
    desk, ada, stated, amount_minor, currency
):
    payment = desk.open(ada)
    desk.receive(*desk.act(payment, amount_minor=amount_minor, currency=currency))
    desk.work()

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.NEEDS_REVIEW
    assert list(EscrowHold.objects.all()) == []
    assert Transfer.objects.filter(kind="SUSPENSE").count() == 1
    assert set(PaymentAllocation.objects.values_list("state", flat=True)) == {AllocationState.DUE}
    assert [type(fact) for fact in stated] == [facts.PaymentNeedsReview]
    assert AuditEntry.objects.filter(action="payments.alert.needs_review").count() == 1


def test_case_10_signature_over_another_serialisation_is_refused(desk, ada):
    payment = desk.open(ada)
    ((body, headers),) = desk.act(payment)

    for changed in (json.dumps(json.loads(body), sort_keys=True).encode(), body.replace(b": ", b":"), body + b" "):
        with pytest.raises(UnsignedWebhook):
            desk.receive((changed, headers))

    assert WebhookEvent.objects.count() == 0


@pytest.mark.parametrize("offset", [timedelta(seconds=-301), timedelta(hours=1)])
def test_case_11_time_stamp_too_old_or_in_the_future_is_refused(desk, ada, offset):
    payment = desk.open(ada)
    payload = {"id": "evt_1", "type": "charge.succeeded", "data": {"charge": {"reference": payment.reference}}}

    with pytest.raises(UnsignedWebhook):
        desk.receive(signed(payload, at=clock.now() + offset))


def test_case_11_scheme_v0_alone_is_refused_and_any_v1_of_several_is_enough(desk, ada):
    payment = desk.open(ada)
    body, headers = event_about(payment)
    header = headers["X-Sandbox-Signature"]

    with pytest.raises(UnsignedWebhook):
        desk.receive((body, {"X-Sandbox-Signature": header.replace("v1=", "v0=")}))
    desk.receive((body, {"X-Sandbox-Signature": header.replace("v1=", "v1=00,v1=")}))

    assert WebhookEvent.objects.count() == 1


@pytest.mark.parametrize("metadata", [{"environment": "somewhere-else"}])
def test_case_13_event_of_another_environment_is_kept_and_ignored(desk, ada, metadata):
    payment = desk.open(ada)
    desk.act(payment)
    desk.receive(event_about(payment, metadata=metadata))
    desk.work()

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.INITIALIZED
    assert states_of_inbox() == [WebhookState.IGNORED]


def test_case_13_event_of_another_mode_or_for_nobody_is_kept_and_ignored(desk, ada, monkeypatch):
    payment = desk.open(ada)
    (paid,) = desk.act(payment)
    monkeypatch.setattr(type(gateway("sandbox")), "livemode", True)
    desk.receive(paid)
    desk.work()
    monkeypatch.undo()
    desk.receive(signed({"id": "evt_x", "type": "charge.succeeded", "data": {"charge": {"reference": "GP-NOBODY"}}}))
    desk.work()

    assert states_of_inbox() == [WebhookState.IGNORED, WebhookState.IGNORED]
    assert Transfer.objects.count() == 0


def test_case_14_replay_a_month_later_is_stopped_by_its_id(desk, ada, now):
    payment = desk.pay(ada)
    row = WebhookEvent.objects.get()
    later = now + timedelta(days=30)

    with clock.frozen(later):
        body = bytes(row.body)
        desk.receive((body, {"X-Sandbox-Signature": timestamped_signature(body, gateway("sandbox").secret, at=later)}))
        desk.work()

    assert WebhookEvent.objects.get().received_at == now
    assert Transfer.objects.filter(kind="PAYMENT").count() == 1
    assert Payment.objects.get().status == payment.status


def test_case_16_web_hook_that_never_came_is_made_good_by_asking(desk, ada, now):
    payment = desk.open(ada)
    desk.act(payment)

    with clock.frozen(now + timedelta(minutes=3)):
        assert operations.check_due_payments(clock.now(), 10) == 1

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.SUCCEEDED
    assert hold_of(payment).state == "HELD"


def test_case_17_worker_killed_between_posting_and_marking_posts_nothing_new(desk, ada, monkeypatch):
    payment = desk.open(ada)
    desk.receive(*desk.act(payment))

    def die(*_arguments, **_named):
        raise SystemExit

    monkeypatch.setattr(WebhookEvent, "save", die)
    with pytest.raises(SystemExit):
        desk.work()
    monkeypatch.undo()
    assert Transfer.objects.filter(kind="PAYMENT").count() == 0
    desk.work(clock.now() + process.LEASE)

    assert Transfer.objects.filter(kind="PAYMENT").count() == 1
    assert EscrowHold.objects.count() == 1
    assert states_of_inbox() == [WebhookState.PROCESSED]
