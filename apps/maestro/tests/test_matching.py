from datetime import timedelta
from decimal import Decimal

import pytest

from apps.availability import operations as availability
from apps.availability.tests.factories import make_business, make_staff, take
from apps.catalog.tests.factories import CategoryFactory, ServiceFactory, UserFactory
from apps.maestro import queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def hair():
    return CategoryFactory()


@pytest.fixture
def place():
    return make_business()


def _staff(place, hair, **fields):
    staff = make_staff(place, **fields)
    staff.skills.set([hair])
    return staff


def _names(place, service, now, **changes):
    start = now + timedelta(days=1)
    matches = queries.match_staff(business=place, service=service, start=start, at=now, **changes)
    return [match.staff.pk for match in matches]


def test_the_best_rated_who_is_skilled_and_free_comes_first(place, hair, now):
    good = _staff(place, hair, rating_average=Decimal(4), rating_count=50)
    best = _staff(place, hair, rating_average=Decimal("4.9"), rating_count=50)
    make_staff(place, rating_average=Decimal(5), rating_count=50)
    _staff(place, hair, is_active=False)
    service = ServiceFactory(business=place, category=hair)

    assert _names(place, service, now) == [best.pk, good.pk]
    assert _names(place, service, now, exclude=[best.pk]) == [good.pk]


def test_the_owner_is_never_picked_at_a_premium(place, hair, now):
    owner = _staff(place, hair, user=place.owner)
    service = ServiceFactory(business=place, category=hair)

    assert _names(place, service, now) == []
    place.works_alone = True
    assert _names(place, service, now) == [owner.pk]


def test_score_then_load_decide_among_equals(place, hair, now):
    reviewed = _staff(place, hair, ranking_review_since=now)
    busier, busy, idle = (_staff(place, hair) for _ in range(3))
    service = ServiceFactory(business=place, category=hair)
    start = now + timedelta(days=2)
    take(busier, start, minutes=90)
    take(busy, start, minutes=60)
    take(idle, start, minutes=240, expires_at=now - timedelta(minutes=1), holder_id=place.owner_id)
    take(idle, start + timedelta(days=5))
    availability.mark_busy(
        staff_member_id=idle.pk,
        starts_at=start + timedelta(hours=6),
        ends_at=start + timedelta(hours=12),
        by=idle.user,
        at=now,
    )

    assert _names(place, service, now) == [idle.pk, busy.pk, busier.pk, reviewed.pk]


def test_whoever_is_named_for_the_service_is_matched_whatever_their_skills(place, hair, now):
    _staff(place, hair)
    named = make_staff(place)
    service = ServiceFactory(business=place, category=hair, performers=[named])

    assert _names(place, service, now) == [named.pk]


def test_matching_costs_the_same_for_two_and_for_many(place, hair, now, count_queries):
    service = ServiceFactory(business=place, category=hair)
    for _ in range(2):
        _staff(place, hair)
    with count_queries() as few:
        _names(place, service, now)
    for _ in range(20):
        _staff(place, hair)
    with count_queries() as many:
        assert len(_names(place, service, now)) == 22

    assert len(many) == len(few)


def test_the_matcher_over_http(api, place, hair, now):
    staff = _staff(place, hair)
    service = ServiceFactory(business=place, category=hair)
    query = {"business": place.pk, "service": service.pk, "start": "2026-11-19T10:00:00Z"}
    client = api(UserFactory())

    answer = client.get("/api/v1/maestro/staff/", query)

    assert answer.status_code == 200, answer.content
    assert [each["staff"]["id"] for each in answer.json()["data"]["results"]] == [str(staff.pk)]
    assert client.get("/api/v1/maestro/staff/", {**query, "service": place.pk}).status_code == 404
    assert client.get("/api/v1/maestro/staff/", {**query, "start": "9999-12-31T23:59:59Z"}).status_code == 400
    assert api().get("/api/v1/maestro/staff/", query).status_code == 401
