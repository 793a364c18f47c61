"""A business with owners, and the desk of the payments' tests."""

import pytest
from django.utils import translation

from apps.ledger.testing import assert_ledger_sound
from apps.payments.tests.conftest import (  # noqa: F401  # fixtures
    _no_gateway_is_left_over,
    _no_trade_listens,
    ada,
    admin,
    desk,
    ops,
    trade,
)
from apps.payouts.tests.payees import shop
from apps.statements.tests.months import Month


@pytest.fixture(autouse=True)
def _books_are_sound(db):
    yield
    assert_ledger_sound()


@pytest.fixture(autouse=True)
def _in_english():
    """A request in French leaves its language to the thread."""
    with translation.override("en"):
        yield


@pytest.fixture
def business(db):
    return shop()


@pytest.fixture
def month(desk, business, ada, ops, admin):  # noqa: F811  # fixtures
    return Month(desk, business, ada, ops, admin)
