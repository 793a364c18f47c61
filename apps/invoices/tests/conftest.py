import pytest

from apps.bookings.tests.world import make_world
from apps.ledger.testing import assert_ledger_sound


@pytest.fixture
def world(db):
    return make_world()


@pytest.fixture(autouse=True)
def _books_are_sound(db):
    yield
    assert_ledger_sound()
