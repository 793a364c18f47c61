"""The sandbox's page, its JSON twin, and its web hooks over real HTTP."""

from __future__ import annotations

from datetime import timedelta

import pytest

from apps.core import clock
from apps.payments.errors import NotPayable
from apps.payments.gateways.errors import GatewayRefused
from apps.payments.gateways.registry import gateway
from apps.payments.gateways.values import (
    BankAccount,
    MoveStatus,
    RecordKind,
    RefundRequest,
    SavedCharge,
    TransferRequest,
)
from apps.payments.models import Payment, SandboxCharge, SandboxDispute, SandboxHook, WebhookEvent
from apps.payments.sandbox import hooks
from apps.payments.sandbox.hooks import NotAccepted
from apps.payments.sandbox.play import Act, act
from apps.payments.states import WebhookState
from apps.payments.tests.conftest import after_expiry, refund_by_hand


@pytest.mark.django_db
def test_page_shows_amount_and_buttons_and_acts(desk, ada, client):
    payment = desk.open(ada)
    address = f"/sandbox/checkout/{payment.reference}/"

    page = client.get(address).content.decode()
    assert "₦5,000.00" in page
    assert "#1A237E" in page
    assert "#FFB74D" in page
    for label in ("Approve", "Fail", "Delay", "Repeat", "Reorder"):
        assert f"<strong>{label}</strong>" in page
    assert client.post(address, {"act": "fail"}).status_code == 302
    assert client.post(address, {"act": "approve"}).status_code == 302
    assert "Paid." in client.get(address).content.decode()
    assert client.post(address, {"act": "approve"}).status_code == 409
    assert client.post(address, {"act": "steal"}).status_code == 404
    assert client.get("/sandbox/checkout/GP-NOBODY/").status_code == 404
    assert SandboxCharge.objects.get().status == "PAID"


@pytest.mark.django_db
def test_page_of_a_paid_charge_is_where_the_customers_bank_acts(desk, ada, client, api):
    payment = desk.pay(ada)
    address = f"/sandbox/checkout/{payment.reference}/"
    assert "The customer’s bank takes the money back for now." in client.get(address).content.decode()

    assert client.post(address, {"act": "dispute"}).status_code == 302
    page = client.get(address).content.decode()
    assert "The bank decides for the customer" in page
    assert client.post(address, {"act": "dispute"}).status_code == 409
    answer = api().post(f"/api/v1/sandbox/checkout/{payment.reference}/", {"act": "lose_dispute"}, format="json")
    assert answer.status_code == 200
    assert client.post(address, {"act": "win_dispute"}).status_code == 409
    told = list(SandboxHook.objects.order_by("pk").values_list("event_type", flat=True))
    assert told[-2:] == ["dispute.opened", "dispute.closed"]


@pytest.mark.django_db
def test_what_was_disputed_or_has_gone_back_is_neither_disputed_nor_refunded_again(desk, ada, now):
    payment = desk.pay(ada)
    refund_by_hand(payment, 100_000)
    for amount in (400_001, 0):
        with pytest.raises(NotPayable):
            act(reference=payment.reference, choice=Act.DISPUTE, amount_minor=amount, at=now)
    act(reference=payment.reference, choice=Act.DISPUTE, at=now)
    assert SandboxDispute.objects.get().amount_minor == 400_000
    act(reference=payment.reference, choice=Act.LOSE_DISPUTE, at=now)
    with pytest.raises(NotPayable):
        act(reference=payment.reference, choice=Act.DISPUTE, at=now)
    with pytest.raises(GatewayRefused):
        gateway("sandbox").refund(
            RefundRequest(
                reference="again", payment_reference=payment.reference, payment_gateway_id="", amount_minor=1,
                currency="NGN", reason="x",
            )
        )  # fmt: skip
    with pytest.raises(NotPayable):
        act(reference=desk.open(ada).reference, choice=Act.DISPUTE, at=now)


@pytest.mark.django_db
def test_page_of_an_attempt_that_ran_out_is_closed(desk, ada, client):
    payment = desk.open(ada)
    with clock.frozen(after_expiry()):
        assert "closed" in client.get(f"/sandbox/checkout/{payment.reference}/").content.decode()
        answer = client.post(f"/sandbox/checkout/{payment.reference}/", {"act": "approve"})

    assert answer.status_code == 409
    assert SandboxCharge.objects.get().status == "OPEN"


@pytest.mark.django_db
def test_scripts_act_over_json(desk, ada, api):
    payment = desk.open(ada)
    address = f"/api/v1/sandbox/checkout/{payment.reference}/"

    assert api().get(address).json()["data"]["status"] == "OPEN"
    assert api().post(address, {"act": "pending"}).json()["data"]["status"] == "PENDING"
    body = {"act": "repeat", "copies": 3, "amount": {"amount": "4000.00", "currency": "NGN"}}
    assert api().post(address, body).json()["data"]["status"] == "PAID"
    assert SandboxCharge.objects.get().paid_minor == 400_000
    assert api().post(address, {"act": "approve"}).status_code == 409
    assert api().post(address, {"act": "steal"}).status_code == 400
    assert api().get("/api/v1/sandbox/checkout/GP-NOBODY/").status_code == 404
    assert api().post("/api/v1/sandbox/checkout/GP-NOBODY/", {"act": "fail"}).status_code == 404


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("choice", "how", "wait", "deliveries"),
    [
        (Act.APPROVE, {}, timedelta(0), 1),
        (Act.DELAY, {"delay": timedelta(hours=2)}, timedelta(hours=2), 1),
        (Act.REPEAT, {"copies": 5}, timedelta(0), 5),
        (Act.REORDER, {}, timedelta(seconds=2), 3),
    ],
)
def test_web_hooks_travel_over_http_and_the_payment_ends_paid(
    desk, ada, live_server, settings, drain_outbox, monkeypatch, now, choice, how, wait, deliveries
):
    settings.PUBLIC_BASE_URL = live_server.url
    payment = desk.open(ada)
    act(reference=payment.reference, choice=choice, at=now, **how)
    # A frozen clock holds for one thread only; the server answers in threads of its own.
    monkeypatch.setattr(clock, "now", lambda: now + wait)
    drain_outbox()
    desk.work()

    assert Payment.objects.get().status == "SUCCEEDED"
    assert sum(SandboxHook.objects.values_list("deliveries", flat=True)) == deliveries
    assert set(SandboxHook.objects.values_list("last_status", flat=True)) == {200}
    assert set(WebhookEvent.objects.values_list("state", flat=True)) == {WebhookState.PROCESSED}


@pytest.mark.django_db(transaction=True)
def test_web_hook_that_is_not_accepted_is_sent_again(desk, ada, settings, drain_outbox, now):
    settings.PUBLIC_BASE_URL = "http://127.0.0.1:9"
    payment = desk.open(ada)
    desk.act(payment)
    hook = SandboxHook.objects.get()

    with pytest.raises(NotAccepted):
        hooks.deliver(hook.pk)
    assert SandboxHook.objects.get().deliveries == 0


@pytest.mark.django_db
def test_badly_signed_web_hook_carries_another_signature(desk, ada, now):
    from django.db import transaction

    from apps.payments.gateways.errors import SignatureInvalid

    with transaction.atomic():
        hook = hooks.announce("charge.failed", {}, at=now, is_badly_signed=True)
    body, headers = hooks.signed(hook, at=now)

    with pytest.raises(SignatureInvalid):
        gateway("sandbox").parse_webhook(body=body, headers=headers, at=now)


@pytest.mark.django_db
def test_sandbox_sends_money_out_once_and_lists_what_it_did(desk, ada, now):
    sandbox = gateway("sandbox")
    bank = BankAccount(
        reference="PA-1",
        account_number="1",
        bank_code="2",
        holder_name="Ada",
        holder_email="",
        currency="NGN",
        country="NG",
    )
    recipient = sandbox.create_recipient(bank)
    wish = TransferRequest(
        reference="PO-1", recipient_gateway_id=recipient.gateway_id, amount_minor=9, currency="NGN", reason="weekly"
    )

    assert sandbox.resolve_account(bank) == "Ada"
    assert sandbox.transfer(wish) == sandbox.transfer(wish) == sandbox.find_transfer(reference="PO-1")
    assert sandbox.find_transfer(reference="PO-2") is None
    refused = TransferRequest(
        reference="PO-3", recipient_gateway_id="sbx_declined", amount_minor=9, currency="NGN", reason="weekly"
    )
    assert sandbox.transfer(refused).status == MoveStatus.FAILED
    payment = desk.pay(ada)
    refund_by_hand(payment, 100)
    period = {"starts_at": now, "ends_at": now + timedelta(seconds=1)}
    assert [row.reference for row in sandbox.list_records(RecordKind.CHARGE, **period)] == [payment.reference]
    assert [row.amount_minor for row in sandbox.list_records(RecordKind.REFUND, **period)] == [100]
    assert len(list(sandbox.list_records(RecordKind.TRANSFER, **period))) == 2


@pytest.mark.django_db
def test_sandbox_charges_a_saved_card_or_declines_it(db):
    def charge(reference, token):
        return gateway("sandbox").charge_saved(
            SavedCharge(
                reference=reference, amount_minor=9, currency="NGN", customer_email="a@example.com",
                customer_gateway_id="", token=token, description="Renewal",
            )
        ).status  # fmt: skip

    assert [charge("A", "card"), charge("A", "card"), charge("B", "declined")] == ["SUCCEEDED", "SUCCEEDED", "FAILED"]


@pytest.mark.django_db
def test_sandbox_events_about_transfers_and_disputes_are_stated(desk, ada, stated):
    from apps.payments.tests.conftest import signed

    payment = desk.pay(ada)
    for number, data in enumerate(
        [
            ("transfer.succeeded", {"transfer": {"id": "t", "reference": "PO-1", "amount": 9, "status": "SUCCEEDED"}}),
            ("dispute.opened", {"dispute": {"id": "d", "charge": payment.reference, "amount": 9, "reason": "fraud"}}),
            ("dispute.closed", {"dispute": {"id": "d", "charge": "GP-NOBODY", "is_closed": True, "was_won": True}}),
        ]
    ):
        desk.receive(signed({"id": f"evt_{number}", "type": data[0], "data": data[1]}))
    desk.work()

    assert [type(fact).__name__ for fact in stated[1:]] == [
        "GatewayTransferReported",
        "GatewayDisputeReported",
        "GatewayDisputeReported",
    ]
    assert (stated[2].payment_id, stated[3].payment_id, stated[3].dispute.was_won) == (payment.pk, None, True)
