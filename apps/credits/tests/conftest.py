"""The payment desk's small trade and people serve the tests of credits too."""

import pytest

from apps.accounts.events import UserRegistered
from apps.core import events
from apps.credits import handlers
from apps.ledger.events import EscrowReleased
from apps.ledger.testing import assert_ledger_sound
from apps.payments.tests.conftest import _no_gateway_is_left_over, ada, admin, bayo, desk, ops, performer, trade

__all__ = ["_no_gateway_is_left_over", "ada", "admin", "bayo", "desk", "ops", "performer", "trade"]


@pytest.fixture(autouse=True)
def _credits_alone_listen():
    """What is paid for here is no row of any trade."""
    before = dict(events._handlers)
    events.connect({UserRegistered: [handlers.note_registered], EscrowReleased: [handlers.reward_referrals]})
    yield
    events.connect(before)


@pytest.fixture(autouse=True)
def _sound(request):
    """Whatever a test did to credits, the books are sound, and tell of every purse what its grants tell."""
    yield
    if request.node.get_closest_marker("django_db"):
        assert_ledger_sound()
