import pytest

from apps.bookings.tests.world import make_world
from apps.ledger.testing import assert_ledger_sound
from apps.packages.tests.sold import bought
from apps.payments.gateways.registry import gateway


@pytest.fixture
def world(db):
    return make_world()


@pytest.fixture
def calm(world):
    """Three massages, paid."""
    return bought(world)


@pytest.fixture
def books_are_sound(db):
    """However the test ends, nothing is out of place in the ledger."""
    yield
    assert_ledger_sound()


@pytest.fixture(autouse=True)
def _no_gateway_is_left_over():
    gateway.cache_clear()
    yield
    gateway.cache_clear()
