import pytest

from apps.bookings.tests.world import make_world
from apps.ledger.testing import assert_ledger_sound


@pytest.fixture(autouse=True)
def _round_rates(monkeypatch, settings):
    """A point for every ₦100 and every $1, and worth ₦1 and 1 ¢."""
    monkeypatch.setitem(settings.GUILD, "LOYALTY_SPENT_PER_POINT", {"NGN": 10_000, "USD": 100})
    monkeypatch.setitem(settings.GUILD, "LOYALTY_POINT_WORTH", {"NGN": 100, "USD": 1})


@pytest.fixture
def world(db):
    return make_world()


@pytest.fixture(autouse=True)
def _books_are_sound(request):
    yield
    if request.node.get_closest_marker("django_db"):
        assert_ledger_sound()
