"""Many at once, with real transactions on real connections."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from apps.core import clock
from apps.ledger.models import EscrowHold, Transfer
from apps.payments import operations
from apps.payments.models import Payment, Refund, SandboxCharge, SavedMethod, WebhookEvent
from apps.payments.states import PaymentStatus, RefundStatus, WebhookState
from apps.payments.tests.conftest import wallet_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
WORKERS = 8


def at_once(*calls):
    """Every call has run, several at a time; answers what each gave or raised."""
    moment = clock.now()

    def run(call):
        try:
            with clock.frozen(moment):
                return call()
        except Exception as error:  # noqa: BLE001  # the caller counts them
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(run, calls))


def test_case_01_one_event_50_times_at_once_is_kept_and_booked_once(desk, ada):
    payment = desk.open(ada)
    ((body, headers),) = desk.act(payment)
    now = clock.now()

    answers = at_once(*[lambda: operations.receive_webhook(gateway="sandbox", body=body, headers=headers, at=now)] * 50)
    at_once(*[lambda: operations.process_inbox(now, 10)] * 8)

    assert sorted(answers) == [False] * 49 + [True]
    assert WebhookEvent.objects.get().state == WebhookState.PROCESSED
    assert Transfer.objects.filter(kind="PAYMENT").count() == EscrowHold.objects.count() == 1


def test_one_web_hook_1000_times_together_with_verify_makes_one_transfer_and_one_hold(desk, ada, stated):
    payment = desk.open(ada)
    ((body, headers),) = desk.act(payment)
    now = clock.now()

    def deliver():
        operations.receive_webhook(gateway="sandbox", body=body, headers=headers, at=now)
        operations.process_webhook_event(event_id=WebhookEvent.objects.get().pk, at=now)

    def verify():
        operations.verify_payment(reference=payment.reference, by=ada, at=now)

    answers = at_once(*[verify if number % 10 == 0 else deliver for number in range(1_100)])

    assert [answer for answer in answers if answer is not None] == []
    assert Transfer.objects.filter(kind="PAYMENT").count() == 1
    assert EscrowHold.objects.count() == 1
    assert len(stated) == 1
    assert Payment.objects.get().status == PaymentStatus.SUCCEEDED
    assert WebhookEvent.objects.get().state == WebhookState.PROCESSED


def test_two_payments_for_one_thing_at_once_make_one_hold_and_one_wallet_credit(desk, ada):
    item = desk.trade.sell(ada)
    payments = [desk.open(ada, item) for _ in range(4)]
    for payment in payments:
        desk.act(payment)
    now = clock.now()

    answers = at_once(
        *[
            lambda payment=payment: operations.verify_payment(reference=payment.reference, by=ada, at=now).status
            for payment in payments
        ]
    )

    assert answers == [PaymentStatus.SUCCEEDED] * 4
    assert EscrowHold.objects.count() == 1
    assert wallet_of(ada) == 3 * 500_000


def test_one_key_at_once_makes_one_payment(desk, ada):
    item = desk.trade.sell(ada)
    now = clock.now()

    answers = at_once(*[lambda: operations.initialize_payment(items=[item], payer=ada, client_key="k", at=now).pk] * 16)

    assert Payment.objects.count() == SandboxCharge.objects.count() == 1
    assert {str(answer) for answer in answers if not isinstance(answer, Exception)} == {str(Payment.objects.get().pk)}
    assert {getattr(answer, "code", "") for answer in answers if isinstance(answer, Exception)} <= {
        "idempotency_key_in_use"
    }


def test_refunds_at_once_never_exceed_what_was_paid(desk, ada):
    payment = desk.pay(ada)
    now = clock.now()
    wanted = [
        operations.request_refund(payment_id=payment.pk, amount_minor=200_000, reason="x", at=now)[0].pk
        for _ in range(8)
    ]

    at_once(*[lambda pk=pk: operations.carry_out_refund(refund_id=pk, at=now) for pk in wanted * 2])

    payment.refresh_from_db()
    assert Refund.objects.filter(status=RefundStatus.SUCCEEDED).count() == 2
    assert (payment.refunded_minor, wallet_of(ada)) == (400_000, 400_000)


def test_one_default_method_whatever_runs_at_once(desk, ada):
    from apps.payments.gateways.values import SavedAuthorization
    from apps.payments.operations.methods import remember_method

    for number in range(3):
        remember_method(
            owner_id=ada.pk,
            gateway="sandbox",
            authorization=SavedAuthorization(
                token=f"card-{number}", customer_gateway_id="", method="CARD", brand="visa", last4="4242",
                expiry_month=1, expiry_year=2030, is_reusable=True,
            ),
        )  # fmt: skip
    keys = list(SavedMethod.objects.values_list("pk", flat=True))

    answers = at_once(*[lambda pk=pk: operations.make_default(method_id=pk, by=ada).pk for pk in keys * 4])

    assert sorted(answers) == sorted(keys * 4)
    assert SavedMethod.objects.filter(is_default=True).count() == 1


def test_inbox_is_shared_by_workers_without_waiting(desk, ada):
    for _ in range(20):
        desk.receive(*desk.act(desk.open(ada)))
    now = clock.now()

    claimed = at_once(*[lambda: operations.process_inbox(now, 5)] * 8)

    assert sum(claimed) == 20
    assert set(WebhookEvent.objects.values_list("state", flat=True)) == {WebhookState.PROCESSED}
