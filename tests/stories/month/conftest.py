"""The month is played once, and then looked at."""

from datetime import timedelta

import pytest
from django.test import TransactionTestCase

from apps.core import clock
from apps.reconciliation.operations import read
from tests.stories.month.first_week import first_week
from tests.stories.month.fourth_week import fourth_week
from tests.stories.month.gateways import Hour, both
from tests.stories.month.journal import Journal
from tests.stories.month.month import FIRST, Month
from tests.stories.month.places import open_places
from tests.stories.month.second_week import second_week
from tests.stories.month.third_week import third_week


@pytest.fixture(autouse=True)
def now():
    """The sandbox's clock stands where the month has ended."""
    return clock.now()


@pytest.fixture(scope="module")
def month(django_db_setup, django_db_blocker):
    """February has been played, over HTTP."""
    clock.forget_offset()
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        hour = Hour(FIRST)
        hour.follow(patch)
        patch.setattr(read, "PART", timedelta(days=2))  # in pieces only a run that is interrupted has to be read
        try:
            with both(hour, patch) as gateways:
                yield played(Month(gateways, Journal()))
        finally:
            TransactionTestCase._fixture_teardown(None)
            clock.forget_offset()


def played(month):
    places = open_places(month)
    for week in (first_week, second_week, third_week, fourth_week):
        week(month, places)
    return month
