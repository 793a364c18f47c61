import math
import random
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.gis.geos import Point
from django.db import IntegrityError, transaction

from apps.catalog.models import Business
from apps.catalog.tests.factories import BusinessFactory, CategoryFactory, StaffMemberFactory
from apps.maestro import queries
from apps.maestro.models import RankedPlace

pytestmark = pytest.mark.django_db
HERE = {"lat": 6.5244, "lng": 3.3792}


def _at(km_north, **fields):
    return BusinessFactory(location=Point(HERE["lng"], HERE["lat"] + km_north / 111.195, srid=4326), **fields)


def test_the_score_is_distance_and_rating_and_its_terms_add_up(now):
    door = _at(0, rating_average=Decimal("5.00"), rating_count=90)

    (found,) = queries.ranked_businesses(queries.Search(**HERE, radius_m=10_000), skip=0, take=20, at=now)

    assert found.business_id == door.pk
    assert found.distance_term == Decimal("0.600000")
    assert found.rating_term == Decimal("0.388000")  # (10 × 3.5 + 90 × 5) / 100 / 5 × 0.4
    assert found.score == found.distance_term + found.rating_term + found.review_term + found.papers_term


def test_one_five_star_review_does_not_beat_two_hundred_of_four_point_eight(now):
    _at(1, rating_average=Decimal(5), rating_count=1)
    loved = _at(1, rating_average=Decimal("4.80"), rating_count=200)

    found = queries.ranked_businesses(queries.Search(**HERE), skip=0, take=20, at=now)

    assert found[0].business_id == loved.pk


def test_people_under_review_and_expired_papers_take_from_the_score(now):
    business = _at(1, papers_lapsed_at=now - timedelta(days=1))
    StaffMemberFactory(business=business, ranking_review_since=now)
    StaffMemberFactory(business=business)

    (found,) = queries.ranked_businesses(queries.Search(**HERE), skip=0, take=20, at=now)

    assert (found.review_term, found.papers_term) == (Decimal("-0.050000"), Decimal("-0.100000"))


def test_the_nearest_first_search_finds_what_a_whole_sort_finds(now):
    chance = random.Random(7)
    owner = BusinessFactory(location=None).owner
    rows = [
        Business(
            owner=owner,
            name=f"Place {number}",
            slug=f"place-{number}",
            location=Point(HERE["lng"] + chance.uniform(-0.2, 0.2), HERE["lat"] + chance.uniform(-0.2, 0.2), srid=4326),
            verification_status="VERIFIED",
            verified_at=now,
            rating_average=Decimal(chance.randint(0, 500)) / 100,
            rating_count=chance.choice([0, 1, 5, 50, 500]),
        )
        for number in range(1500)
    ]
    Business.objects.bulk_create(rows)

    found = queries.ranked_businesses(queries.Search(**HERE, radius_m=20_000), skip=20, take=20, at=now)

    assert [each.score for each in found] == _whole_sort(rows, 20_000)[20:40]


def _whole_sort(rows, radius):
    scores = []
    for row in rows:
        lat1, lat2 = math.radians(HERE["lat"]), math.radians(row.location.y)
        half = math.sin((lat2 - lat1) / 2) ** 2
        half += math.cos(lat1) * math.cos(lat2) * math.sin(math.radians(row.location.x - HERE["lng"]) / 2) ** 2
        metres = 2 * 6_371_008.771415 * math.asin(math.sqrt(half))
        if metres <= radius:
            rating = (Decimal(35) + row.rating_average * row.rating_count) / (10 + row.rating_count) / 5
            near = Decimal(0.6 * (1 - metres / radius)).quantize(Decimal("0.000001"))
            scores.append(near + (Decimal("0.4") * rating).quantize(Decimal("0.000001")))
    return sorted(scores, reverse=True)


def test_a_category_finds_those_below_it_and_only_bookable_ones(now):
    beauty = CategoryFactory()
    hair = CategoryFactory(parent=beauty)
    salon = _at(1)
    salon.categories.set([hair])
    closed = _at(1, is_active=False)
    closed.categories.set([hair])
    _at(1)

    search = queries.Search(**HERE, category_id=beauty.pk)
    found = queries.ranked_businesses(search, skip=0, take=20, at=now)

    assert [each.business_id for each in found] == [salon.pk]
    assert queries.count_businesses(search) == 1


def test_the_table_of_places_follows_businesses_and_the_tree(now):
    hair = CategoryFactory()
    salon = _at(1)
    salon.categories.set([hair])
    beauty = CategoryFactory()

    hair.parent = beauty
    hair.save()
    assert set(RankedPlace.objects.values_list("category_id", flat=True)) == {hair.pk, beauty.pk}

    salon.is_active = False
    salon.save()
    assert not RankedPlace.objects.exists()

    salon.is_active = True
    salon.location = Point(3.0, 6.0, srid=4326)
    salon.save()
    assert {place.location.x for place in RankedPlace.objects.all()} == {3.0}

    salon.categories.clear()
    assert not RankedPlace.objects.exists()


def test_a_business_stands_once_in_a_category():
    salon, hair = _at(1), CategoryFactory()
    salon.categories.set([hair])

    with pytest.raises(IntegrityError, match="ranked_place_once"), transaction.atomic():
        RankedPlace.objects.create(business=salon, category=hair)


def test_words_are_found_with_typing_errors_and_signs_are_taken_literally(now):
    salon = _at(1, name="Adeola Barber Shop")
    _at(1, name="Lekki Plumbing")

    def found(words):
        search = queries.Search(**HERE, words=words)
        return [each.business_id for each in queries.ranked_businesses(search, skip=0, take=20, at=now)]

    assert found("barbr") == found("Barber") == [salon.pk]
    assert found("%") == found("_") == []


def test_without_a_place_the_city_comes_first_then_the_rating(now):
    far = BusinessFactory(city="Abuja", rating_average=Decimal(5), rating_count=100)
    near = BusinessFactory(city="lagos", rating_average=Decimal(1), rating_count=100)
    nearer = BusinessFactory(city="Lagos", location=None, rating_average=Decimal(4), rating_count=100)

    found = queries.ranked_businesses(queries.Search(city="Lagos"), skip=0, take=20, at=now)

    assert [each.business_id for each in found] == [nearer.pk, near.pk, far.pk]


def test_the_page_over_http_explains_its_order(api, now):
    business = _at(2, is_featured=True)

    answer = api().get("/api/v1/maestro/businesses/?user_lat=6.5244&user_long=3.3792&radius_km=10&explain=1")

    assert answer.status_code == 200
    data = answer.json()["data"]
    (item,) = data["results"]
    assert (data["count"], item["slug"], item["is_featured"]) == (1, business.slug, True)
    assert 1990 <= item["distance_m"] <= 2010
    assert sum(Decimal(term) for term in item["explain"].values()) == Decimal(item["score"])


@pytest.mark.parametrize(
    "query", ["user_lat=6", "user_lat=nan&user_long=1", "page=0", "page=x", "page=99", "category=no"]
)
def test_unusable_questions_are_refused(api, query):
    assert api().get(f"/api/v1/maestro/businesses/?{query}").status_code in {400, 404}


def test_a_page_costs_the_same_for_two_and_for_many(api, count_queries):
    _at(1)
    _at(2)
    path = "/api/v1/maestro/businesses/?user_lat=6.5244&user_long=3.3792&page_size=100"
    with count_queries() as few:
        api().get(path)
    for _ in range(30):
        _at(3)
    with count_queries() as many:
        assert len(api().get(f"{path}&radius_km=26").json()["data"]["results"]) == 32

    assert len(few) == len(many)
