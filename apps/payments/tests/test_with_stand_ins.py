"""The whole desk against Stripe's and Paystack's stand-ins over HTTP, by the registry and real web hooks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction

from apps.core import clock
from apps.ledger.models import Entry, EscrowHold, Transfer
from apps.ledger.testing import assert_ledger_sound
from apps.payments import operations
from apps.payments.errors import GatewayNotAnswering, MethodNotOffered
from apps.payments.gateways.registry import NoSuchGateway, gateway, gateway_for
from apps.payments.gateways.resilience import RetryPolicy
from apps.payments.gateways.values import Method
from apps.payments.models import Payment, Refund, WebhookEvent
from apps.payments.standins.faults import Fault, FaultKind
from apps.payments.standins.paystack import PaystackStandIn
from apps.payments.standins.server import StandIn
from apps.payments.standins.stripe import StripeStandIn
from apps.payments.states import PaymentStatus, RefundDestination, RefundStatus, WebhookState
from apps.payments.tests.conftest import hold_of, wallet_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr(RetryPolicy, "_pause_after", lambda *_: 0.0)


@pytest.fixture
def paystack(settings, now) -> Iterator[PaystackStandIn]:
    stand_in = PaystackStandIn(
        clock=lambda: clock.now().timestamp(), secret_key="sk_test_p", webhook_secret="sk_test_p"
    )
    stand_in.start()
    settings.PAYSTACK_SECRET_KEY = settings.PAYSTACK_WEBHOOK_SECRET = "sk_test_p"
    settings.PAYSTACK_BASE_URL, settings.GATEWAY_TIMEOUT_S = stand_in.url, 2
    yield stand_in
    stand_in.stop()


@pytest.fixture
def stripe(settings, now) -> Iterator[StripeStandIn]:
    # The stand-in's threads have no frozen clock: it is told the test's moment.
    stand_in = StripeStandIn(clock=now.timestamp, secret_key="sk_test_s", webhook_secret="whsec_new")
    stand_in.start()
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = "sk_test_s", "whsec_old, whsec_new"
    settings.STRIPE_BASE_URL, settings.GATEWAY_TIMEOUT_S = stand_in.url, 2
    yield stand_in
    stand_in.stop()


def hand_over(stand_in: StandIn, name: str) -> None:
    """The web hooks that the stand-in has sent so far arrive, the newest first."""
    for hook in reversed(stand_in.hooks.sent):
        operations.receive_webhook(gateway=name, body=hook.body, headers=hook.headers, at=clock.now())


@pytest.mark.parametrize(("amount_minor", "currency"), [(400_000, "NGN"), (500_000, "USD")])
def test_of_money_that_fits_nothing_the_gateway_has_kept_its_fee_too(desk, ada, paystack, amount_minor, currency):
    payment = desk.open(ada)
    paystack.control("pay", reference=payment.reference, amount=amount_minor, currency=currency)
    hand_over(paystack, "paystack")
    desk.work()

    payment.refresh_from_db()
    fee = paystack.transactions[payment.reference]["fees"]
    assert (payment.status, payment.fee_minor) == (PaymentStatus.NEEDS_REVIEW, fee)
    assert sorted(Entry.objects.values_list("account__address", "amount")) == [
        (f"SYSTEM::GATEWAY_CLEARING/paystack:{currency}", -amount_minor),
        (f"SYSTEM::GATEWAY_CLEARING/paystack:{currency}", fee),
        (f"SYSTEM::GATEWAY_FEES:{currency}", -fee),
        (f"SYSTEM::SUSPENSE:{currency}", amount_minor),
    ]
    assert_ledger_sound()


def test_registry_chooses_by_currency_and_keys(paystack, stripe, settings):
    assert (gateway_for("NGN").name, gateway_for("USD").name, gateway_for("NGN", "stripe").name) == (
        "paystack",
        "stripe",
        "stripe",
    )
    with pytest.raises(NoSuchGateway):
        gateway_for("USD", "paystack")
    settings.PAYSTACK_SECRET_KEY = ""
    assert gateway_for("NGN").name == "sandbox"
    settings.SANDBOX = False
    for name in ("paystack", "sandbox"):
        with pytest.raises(NoSuchGateway):
            gateway(name)
    with pytest.raises(NoSuchGateway):
        gateway_for("NGN")


def test_naira_by_paystack_is_paid_refunded_to_the_card_and_told_in_any_order(desk, ada, paystack, drain_outbox):
    payment = desk.open(ada)
    assert payment.gateway == "paystack"
    assert payment.access_code
    paystack.control("pay", reference=payment.reference)
    hand_over(paystack, "paystack")
    hand_over(paystack, "paystack")
    desk.work()
    assert hold_of(payment).state == "HELD"

    (refund,) = operations.request_refund(
        payment_id=payment.pk, destination=RefundDestination.GATEWAY, reason="CANCELLED", at=clock.now()
    )
    drain_outbox()
    refund.refresh_from_db()
    assert refund.status == RefundStatus.SENT
    paystack.control("settle_refund", refund_id=int(refund.gateway_id), succeeded=True)
    hand_over(paystack, "paystack")
    desk.work()

    payment.refresh_from_db()
    refund.refresh_from_db()
    assert (refund.status, payment.status, wallet_of(ada)) == ("SUCCEEDED", "REFUNDED", 0)
    assert set(WebhookEvent.objects.values_list("state", flat=True)) == {WebhookState.PROCESSED}
    assert Transfer.objects.filter(kind="PAYMENT").count() == 1


def test_paystack_refund_that_bounces_lands_in_the_wallet(desk, ada, paystack, drain_outbox):
    payment = desk.open(ada)
    paystack.control("pay", reference=payment.reference)
    operations.verify_payment(reference=payment.reference, by=ada, at=clock.now())
    operations.request_refund(
        payment_id=payment.pk, destination=RefundDestination.GATEWAY, reason="CANCELLED", at=clock.now()
    )
    drain_outbox()
    paystack.control("settle_refund", refund_id=int(Refund.objects.get().gateway_id), succeeded=False)
    hand_over(paystack, "paystack")
    desk.work()

    assert (Refund.objects.get().status, Refund.objects.get().has_bounced) == (RefundStatus.SUCCEEDED, True)
    assert wallet_of(ada) == 500_000


def test_refund_by_hand_at_paystacks_dashboard_comes_out_of_escrow_once(desk, ada, paystack, now):
    payment = desk.open(ada)
    paystack.control("pay", reference=payment.reference)
    paystack.control("refund_by_hand", reference=payment.reference, amount=200_000)
    hand_over(paystack, "paystack")
    for minutes in (0, 1, 2):
        desk.work(now + timedelta(minutes=minutes))

    payment.refresh_from_db()
    hold = EscrowHold.objects.get()
    assert payment.status == PaymentStatus.PARTIALLY_REFUNDED
    assert (hold.state, hold.refunded_minor) == ("HELD", 200_000)
    assert Refund.objects.filter(is_ours=False, status=RefundStatus.SUCCEEDED).count() == 1


def test_dollars_by_stripe_are_told_by_two_kinds_of_event_and_booked_once(desk, ada, stripe):
    payment = desk.open(ada, desk.trade.sell(ada, 5_000, "USD"))
    assert (payment.gateway, bool(payment.client_secret), payment.gateway_id[:3]) == ("stripe", True, "pi_")
    stripe.control("pay", intent_id=payment.gateway_id)
    hand_over(stripe, "stripe")
    desk.work()

    payment.refresh_from_db()
    assert (payment.status, payment.fee_minor) == (PaymentStatus.SUCCEEDED, 175)
    assert Transfer.objects.filter(kind="PAYMENT").count() == 1
    assert WebhookEvent.objects.count() == 2


def test_stripe_refund_is_sent_once_though_its_answer_was_lost(desk, ada, stripe, drain_outbox, now):
    payment = desk.open(ada, desk.trade.sell(ada, 5_000, "USD"))
    stripe.control("pay", intent_id=payment.gateway_id)
    operations.verify_payment(reference=payment.reference, by=ada, at=now)
    stripe.faults.add(Fault(kind=FaultKind.ERROR_AFTER, times=3, matching="/v1/refunds"))
    operations.request_refund(payment_id=payment.pk, destination=RefundDestination.GATEWAY, reason="x", at=now)
    drain_outbox()
    assert Refund.objects.get().status == RefundStatus.APPROVED
    operations.carry_out_due_refunds(now + timedelta(hours=1), 10)

    assert Refund.objects.get().status == RefundStatus.SUCCEEDED
    assert [row["amount"] for row in stripe.rows.values() if row["object"] == "refund"] == [5_000]


def test_stripe_dispute_and_transfer_are_stated(desk, ada, stripe, stated):
    payment = desk.open(ada, desk.trade.sell(ada, 5_000, "USD"))
    stripe.control("pay", intent_id=payment.gateway_id)
    stripe.control("dispute", intent_id=payment.gateway_id)
    hand_over(stripe, "stripe")
    desk.work()

    (told,) = [fact for fact in stated if type(fact).__name__ == "GatewayDisputeReported"]
    assert (told.payment_id, told.dispute.amount_minor, told.dispute.fee_minor) == (payment.pk, 5_000, 1_500)


def test_another_way_to_pay_that_stripe_lacks_is_refused(desk, ada, stripe):
    with pytest.raises(MethodNotOffered):
        desk.open(ada, desk.trade.sell(ada, 5_000, "USD"), method=Method.USSD)


@pytest.mark.parametrize("kind", [FaultKind.DOWN, FaultKind.HTML_502, FaultKind.ERROR_AFTER])
def test_paystack_in_trouble_costs_the_customer_a_retry_and_nothing_else(desk, ada, paystack, kind):
    item = desk.trade.sell(ada)
    paystack.faults.add(Fault(kind=kind))
    with pytest.raises(GatewayNotAnswering):
        desk.open(ada, item, client_key="k")

    again = desk.open(ada, item, client_key="k")

    assert again.access_code
    assert Payment.objects.filter(status=PaymentStatus.FAILED).count() == 1


def test_lost_web_hooks_and_a_gateway_that_was_down_are_made_good_by_asking(desk, ada, paystack, now):
    payment = desk.open(ada)
    paystack.faults.add(Fault(kind=FaultKind.DROP, matching="charge.success"))
    paystack.faults.add(Fault(kind=FaultKind.HTML_502, times=3, matching="/transaction/verify"))
    paystack.control("pay", reference=payment.reference)
    for minutes in (3, 30):
        operations.check_due_payments(now + timedelta(minutes=minutes), 10)

    payment.refresh_from_db()
    assert paystack.hooks.sent == []
    assert payment.status == PaymentStatus.SUCCEEDED


def test_control_address_holds_back_releases_and_repeats_web_hooks(desk, ada, paystack, live_server):
    import requests

    paystack.hooks.url = f"{live_server.url}/api/v1/payments/webhooks/paystack/"
    payment = desk.open(ada)

    def control(name, **body):
        return requests.post(f"{paystack.url}/_control/{name}", json=body, timeout=10)

    assert control("faults", kind="HOLD_BACK", matching="charge").json() == {"planned": 1}
    assert control("pay", reference=payment.reference).json()["status"] == "success"
    assert control("release").json() == {"released": 1}
    assert control("repeat", times=2).json() == {"delivered": 2}
    assert control("steal").status_code == 404
    assert len(paystack.hooks.answers) == 3
    paystack.hooks.url = "http://127.0.0.1:9"
    assert control("repeat").json() == {"delivered": 1}
    assert paystack.hooks.answers[-1] == 0


def books():
    """Every leg with its account, and where each hold stands."""
    legs = Entry.objects.values_list("transfer__kind", "account__address", "amount")
    holds = EscrowHold.objects.values_list("unit_id", "state", "gross_minor", "refunded_minor", "commission_minor")
    return sorted(legs), sorted(holds)


def test_case_76_restored_from_a_backup_the_books_are_as_if_never_interrupted_once_all_is_told_again(
    desk, ada, paystack, now
):
    paid_before, told, untold = (desk.open(ada) for _ in range(3))
    paystack.control("pay", reference=paid_before.reference)
    hand_over(paystack, "paystack")
    desk.work()
    backed_up, backup = books(), transaction.savepoint()

    paystack.control("pay", reference=told.reference)
    paystack.control("refund_by_hand", reference=paid_before.reference, amount=200_000)
    hand_over(paystack, "paystack")
    desk.work()
    paystack.control("pay", reference=untold.reference)  # its web hook goes astray, then and now
    astray = paystack.hooks.sent.pop()
    operations.verify_payment(reference=untold.reference, by=ada, at=now)
    uninterrupted = books()
    transaction.savepoint_rollback(backup)
    assert books() == backed_up != uninterrupted

    hand_over(paystack, "paystack")
    desk.work()
    operations.check_due_payments(now + timedelta(minutes=3), 10)

    assert untold.reference in astray.body.decode()
    assert books() == uninterrupted
    assert_ledger_sound()
