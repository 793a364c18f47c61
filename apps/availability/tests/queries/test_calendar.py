from datetime import timedelta

import pytest

from apps.availability import operations, queries
from apps.availability.engine.zones import seconds_of
from apps.availability.tests.factories import NOW, make_business, make_service, make_staff, take
from apps.core.ids import new_id

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TEN = NOW + DAY


@pytest.fixture
def staff():
    return make_staff(make_business())


def person(staff, **options):
    calendar = queries.load_calendar(business_id=staff.business_id, since=TEN, until=TEN + DAY, **options)
    [found] = calendar.people
    return found


def span(since, until):
    return seconds_of(since), seconds_of(until)


def test_a_block_is_known_however_long_ago_it_began(staff):
    take(staff, TEN - 41 * DAY)
    take(staff, TEN - 40 * DAY, minutes=40 * 1_440 + 30)
    take(staff, TEN + 2 * HOUR)
    take(staff, TEN + 40 * DAY)

    found = person(staff)

    assert found.taken == (span(TEN - 40 * DAY, TEN + HOUR / 2), span(TEN + 2 * HOUR, TEN + 3 * HOUR))
    assert found.blocks == ()


def test_a_job_that_runs_is_known_whenever_it_began_and_others_around_it(staff):
    long_ago = new_id()
    take(staff, TEN - 20 * DAY, booking_id=long_ago)
    operations.mark_running(booking_id=long_ago, at=TEN - 20 * DAY)
    take(staff, TEN - 10 * DAY)
    take(staff, TEN)

    found = person(staff)

    assert [block.job for block in found.blocks] == [str(long_ago)]
    assert found.taken == (span(TEN, TEN + HOUR),)


def test_in_full_every_block_is_told_in_order(staff):
    for hours in (5, 1, 3):
        take(staff, TEN + hours * HOUR, before=HOUR / 4)

    blocks = person(staff, in_full=True).blocks

    assert [(block.start, block.end, block.before) for block in blocks] == [
        (*span(TEN + hours * HOUR, TEN + (hours + 1) * HOUR), 900) for hours in (1, 3, 5)
    ]


def test_nobody_is_offered_time_that_a_long_block_has(staff):
    service = make_service(staff.business)
    take(staff, TEN - 30 * DAY, minutes=60 * 1_440)

    found = queries.free_times(queries.Job(service_id=service.pk), since=TEN, until=TEN + 20 * DAY, at=NOW)

    assert found.offer.starts == []
