"""Rounds of what races on one hold.

``RACE_ROUNDS`` and ``RACE_SEED`` in the environment play more of them, or others.
"""

import os

import pytest

from apps.payments.gateways.registry import gateway
from tests.money.racing import Racing

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _no_gateway_is_left_over():
    gateway.cache_clear()
    yield
    gateway.cache_clear()


def test_whoever_races_on_one_hold_has_one_outcome_and_no_excess():
    racing = Racing(seed=int(os.environ.get("RACE_SEED", "1")))

    racing.run(int(os.environ.get("RACE_ROUNDS", "60")))

    done = {name.partition(":")[0] for name in racing.outcomes if name.endswith(": done")}
    assert done >= {"confirm", "sweep", "refund", "refund part", "dispute", "claim", "lose", "payout", "cancel"}
