from collections.abc import Iterator

import pytest

from apps.bookings.tests.conftest import _no_gateway_is_left_over  # noqa: F401  # the same for everybody who pays
from apps.ledger.testing import assert_ledger_sound
from apps.payments.gateways.resilience import RetryPolicy
from apps.payments.standins.paystack import PaystackStandIn
from apps.payments.standins.stripe import StripeStandIn
from apps.payouts.tests.payees import NUMBER, shop


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr(RetryPolicy, "_pause_after", lambda *_: 0.0)


@pytest.fixture(autouse=True)
def _sound_books(request):
    """Whatever a test did, the books are sound after it."""
    yield
    if "db" in request.fixturenames or "transactional_db" in request.fixturenames:
        assert_ledger_sound()


@pytest.fixture
def business(db):
    return shop()


@pytest.fixture
def paystack(settings, now) -> Iterator[PaystackStandIn]:
    # The stand-in's threads have no frozen clock: it is told the test's moment.
    stand_in = PaystackStandIn(clock=now.timestamp, secret_key="sk_test_p", webhook_secret="sk_test_p")
    stand_in.start()
    stand_in.control("name_account", number=NUMBER, holder="SERENITY SPA LIMITED")
    settings.PAYSTACK_SECRET_KEY = settings.PAYSTACK_WEBHOOK_SECRET = "sk_test_p"
    settings.PAYSTACK_BASE_URL, settings.GATEWAY_TIMEOUT_S = stand_in.url, 2
    yield stand_in
    stand_in.stop()


@pytest.fixture
def stripe(settings, now) -> Iterator[StripeStandIn]:
    stand_in = StripeStandIn(clock=now.timestamp, secret_key="sk_test_s", webhook_secret="whsec_new")
    stand_in.start()
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = "sk_test_s", "whsec_old, whsec_new"
    settings.STRIPE_BASE_URL, settings.GATEWAY_TIMEOUT_S = stand_in.url, 2
    yield stand_in
    stand_in.stop()
