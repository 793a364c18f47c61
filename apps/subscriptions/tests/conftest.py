import pytest

from apps.bookings.tests.conftest import _no_gateway_is_left_over  # noqa: F401  # the same for everybody who pays
from apps.bookings.tests.world import make_world


@pytest.fixture
def world(db):
    return make_world()
