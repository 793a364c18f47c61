import pytest

from apps.bookings.tests.world import make_world
from apps.ledger.testing import assert_ledger_sound


@pytest.fixture
def world(db):
    return make_world()


@pytest.fixture(autouse=True)
def _books_are_sound(request):
    yield
    if request.node.get_closest_marker("django_db"):
        assert_ledger_sound()
