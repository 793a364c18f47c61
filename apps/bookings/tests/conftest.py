import pytest

from apps.bookings.tests.world import make_world
from apps.payments.gateways.registry import gateway


@pytest.fixture
def world(db):
    return make_world()


@pytest.fixture(autouse=True)
def _no_gateway_is_left_over():
    gateway.cache_clear()
    yield
    gateway.cache_clear()
