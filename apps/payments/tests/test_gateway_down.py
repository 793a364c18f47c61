"""A gateway that is down, over HTTP: customers know what to do, the circuit breaks and mends, and no money is missed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from apps.core import clock
from apps.ledger.testing import assert_ledger_sound
from apps.payments import sweeps
from apps.payments.gateways.registry import gateway
from apps.payments.gateways.resilience import RetryPolicy
from apps.payments.models import Payment
from apps.payments.standins.faults import Fault, FaultKind
from apps.payments.standins.paystack import PaystackStandIn
from apps.payments.states import PaymentStatus
from apps.payments.tests.conftest import hold_of

pytestmark = pytest.mark.django_db
INITIALIZE = "/api/v1/payments/initialize/"
# A call is tried three times, and so many failures in a row break the circuit.
DOWN = 5


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr(RetryPolicy, "_pause_after", lambda *_: 0.0)


@pytest.fixture
def paystack(settings, now):
    made = PaystackStandIn(clock=lambda: clock.now().timestamp(), secret_key="sk_test_p", webhook_secret="sk_test_p")
    made.start()
    settings.PAYSTACK_SECRET_KEY = settings.PAYSTACK_WEBHOOK_SECRET = "sk_test_p"
    settings.PAYSTACK_BASE_URL, settings.GATEWAY_TIMEOUT_S = made.url, 2
    yield made
    made.stop()


@pytest.fixture
def seconds(paystack):
    """The breaker's own clock, which a test moves."""
    passed = [0.0]
    gateway("paystack").breaker.monotonic = lambda: passed[0]
    return passed


def order(desk, payer):
    item = desk.trade.sell(payer)
    return {"items": [{"type": item.item_type, "id": str(item.item_id)}]}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "The payment provider is not answering. Nothing was charged; please try again in a minute."),
        ("fr", "Le prestataire de paiement ne répond pas. Rien n'a été débité ; veuillez réessayer dans une minute."),
    ],
)
def test_who_wants_to_pay_hears_that_nothing_was_charged_and_when_to_try_again(
    api, desk, ada, paystack, seconds, language, words
):
    paystack.faults.add(Fault(kind=FaultKind.DOWN, times=99))
    body = order(desk, ada)

    answer = api(ada, **{"Accept-Language": language, "Idempotency-Key": "one"}).post(INITIALIZE, body)

    told = answer.json()
    assert (answer.status_code, told["code"], told["retryable"], told["message"]) == (
        503, "gateway_unavailable", True, words,
    )  # fmt: skip
    assert answer["Retry-After"] == "60"
    assert (Payment.objects.get().status, paystack.transactions) == (PaymentStatus.FAILED, {})
    paystack.faults.clear()
    seconds[0] = 60.0
    again = api(ada, **{"Idempotency-Key": "one"}).post(INITIALIZE, body)
    assert (again.status_code, len(paystack.transactions)) == (201, 1)


def test_who_has_paid_is_told_not_to_pay_again(api, desk, ada, paystack, seconds):
    payment = desk.open(ada)
    paystack.control("pay", reference=payment.reference)
    paystack.faults.add(Fault(kind=FaultKind.DOWN, times=99))

    answer = api(ada).get(f"/api/v1/payments/verify/{payment.reference}/")

    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert answer.json()["message"].endswith("If you have paid, we will hear of it by ourselves: do not pay again.")


def test_the_circuit_breaks_lets_one_through_after_a_while_and_mends(api, desk, ada, paystack, seconds):
    client = api(ada)
    paystack.faults.add(Fault(kind=FaultKind.DOWN, times=99))
    while not gateway("paystack").breaker.is_open:
        assert client.post(INITIALIZE, order(desk, ada)).status_code == 503
    met = 99 - paystack.faults.planned[0].times

    assert [client.post(INITIALIZE, order(desk, ada)).status_code for _ in range(3)] == [503] * 3
    assert 99 - paystack.faults.planned[0].times == met == DOWN  # nobody waits for a gateway that is known to be down
    seconds[0] = 31.0
    assert client.post(INITIALIZE, order(desk, ada)).status_code == 503
    assert 99 - paystack.faults.planned[0].times == met + 1  # one was let through to see
    paystack.faults.clear()
    assert client.post(INITIALIZE, order(desk, ada)).status_code == 503
    seconds[0] = 62.0

    assert [client.post(INITIALIZE, order(desk, ada)).status_code for _ in range(2)] == [201, 201]
    assert not gateway("paystack").breaker.is_open


def test_money_whose_web_hook_never_comes_while_the_gateway_is_down_is_found_by_asking(
    desk, ada, paystack, seconds, now
):
    payment = desk.open(ada)
    paystack.faults.add(Fault(kind=FaultKind.DROP, matching="charge.success"))
    paystack.control("pay", reference=payment.reference)
    paystack.faults.add(Fault(kind=FaultKind.DOWN, times=99))
    at = now + timedelta(minutes=3)

    assert sweeps.check_payments(at, 10) == 1
    payment.refresh_from_db()
    assert (payment.status, paystack.hooks.sent) == (PaymentStatus.INITIALIZED, [])
    assert at < payment.next_check_at <= at + timedelta(minutes=10)

    paystack.faults.clear()
    seconds[0] = 60.0
    assert sweeps.check_payments(payment.next_check_at, 10) == 1

    payment.refresh_from_db()
    assert (payment.status, hold_of(payment).state) == (PaymentStatus.SUCCEEDED, "HELD")
    assert_ledger_sound()
