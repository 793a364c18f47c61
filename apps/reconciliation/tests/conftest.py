"""The desk of the payments' tests, both stand-ins, and a moment at which the day of the test is over everywhere."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from apps.accounts.tests.factories import UserFactory
from apps.core import clock
from apps.ledger.testing import assert_ledger_sound
from apps.payments.gateways.resilience import RetryPolicy
from apps.payments.standins.paystack import PaystackStandIn
from apps.payments.standins.stripe import StripeStandIn
from apps.payments.tests.conftest import (  # noqa: F401  # fixtures
    _no_gateway_is_left_over,
    _no_trade_listens,
    ada,
    bayo,
    desk,
    trade,
)
from apps.reconciliation import operations
from apps.reconciliation.models import Break, ReconciliationRun

DAY = date(2026, 11, 18)


@pytest.fixture
def ops(db):
    return UserFactory(ops=True)


@pytest.fixture
def admin(db):
    return UserFactory(admin=True)


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr(RetryPolicy, "_pause_after", lambda *_: 0.0)


@pytest.fixture
def paystack(settings, now) -> Iterator[PaystackStandIn]:
    # The stand-in's threads have no frozen clock: it is told what the test's moment is.
    stand_in = PaystackStandIn(clock=now.timestamp, secret_key="sk_test_p", webhook_secret="sk_test_p")
    stand_in.start()
    settings.PAYSTACK_SECRET_KEY = settings.PAYSTACK_WEBHOOK_SECRET = "sk_test_p"
    settings.PAYSTACK_BASE_URL, settings.GATEWAY_TIMEOUT_S = stand_in.url, 2
    yield stand_in
    stand_in.stop()


@pytest.fixture
def stripe(settings, now) -> Iterator[StripeStandIn]:
    stand_in = StripeStandIn(clock=now.timestamp, secret_key="sk_test_s", webhook_secret="whsec_s")
    stand_in.start()
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = "sk_test_s", "whsec_s"
    settings.STRIPE_BASE_URL, settings.GATEWAY_TIMEOUT_S = stand_in.url, 2
    yield stand_in
    stand_in.stop()


@pytest.fixture
def sound():
    """The books are sound before the test ends, whatever it did."""
    yield
    assert_ledger_sound()


def over(now, days=1):
    """A moment in the night after the test's day, when it is over in Lagos and in London."""
    return now + timedelta(days=days - 1, hours=18)


def reconciled(gateway, now, *, day=DAY, days=1, by=None) -> ReconciliationRun:
    """The gateway's day is compared, in the night after it."""
    at = over(now, days)
    with clock.frozen(at):
        return operations.reconcile(gateway=gateway, day=day, by=by, at=at)


def breaks(*names, **wanted):
    """What breaks there are, as their kinds and subjects, or as the columns named."""
    return list(Break.objects.filter(**wanted).order_by("pk").values_list(*(names or ("kind", "subject"))))


def figures(run):
    """What a run has come to."""
    return {name: getattr(run, name) for name in ("state", "lines", "found", "fresh", "healed", "closed")}
