"""Either gateway's bank, without pauses between tries; the books are sound after every test."""

from __future__ import annotations

import pytest

from apps.ledger.testing import assert_ledger_sound
from apps.payments.gateways.resilience import RetryPolicy
from apps.payments.tests.chargebacks.banks import made


@pytest.fixture(autouse=True)
def _books_are_sound(db):
    yield
    assert_ledger_sound()


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr(RetryPolicy, "_pause_after", lambda *_: 0.0)


@pytest.fixture(params=["stripe", "paystack"])
def bank(request, settings, now, desk):
    yield from made(request.param, settings, now, desk)


@pytest.fixture
def stripe(settings, now, desk):
    yield from made("stripe", settings, now, desk)


@pytest.fixture
def paystack(settings, now, desk):
    yield from made("paystack", settings, now, desk)
