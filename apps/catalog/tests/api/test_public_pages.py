"""Public pages: tags, caching, limits, and what a page costs."""

import pytest
from django.conf import settings
from django.core.cache import cache

from apps.catalog.tests.factories import (
    BusinessFactory,
    CategoryFactory,
    ExtraFactory,
    ProductFactory,
    ServiceFactory,
    StaffMemberFactory,
)

pytestmark = pytest.mark.django_db


def test_a_kept_page_is_answered_without_a_query_and_tagged(api, count_queries, django_capture_on_commit_callbacks):
    business = BusinessFactory(about="before")
    path = f"/api/v1/businesses/{business.slug}/"
    first = api().get(path)
    with count_queries() as counted:
        again = api().get(path)

    assert len(counted) == 0
    assert again.content == first.content
    assert again["ETag"] == first["ETag"]
    assert "public" in again["Cache-Control"]
    not_changed = api().get(path, headers={"If-None-Match": first["ETag"]})
    assert (not_changed.status_code, not_changed.content) == (304, b"")

    with django_capture_on_commit_callbacks(execute=True):
        api(business.owner).patch(f"/api/v1/businesses/{business.pk}/", {"about": "after"})
    changed = api().get(path, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert changed.json()["data"]["about"] == "after"


def test_the_first_answer_knows_a_tag_too(api):
    path = "/api/v1/businesses/"
    tag = api().get(path)["ETag"]
    cache.clear()

    assert api().get(path, headers={"If-None-Match": tag}).status_code == 304


def test_refusals_are_not_kept(api):
    path = "/api/v1/businesses/soon/"
    assert api().get(path).status_code == 404
    BusinessFactory(slug="soon")

    assert api().get(path).status_code == 200


def test_kept_pages_are_free_of_the_anonymous_limit(api, monkeypatch):
    asked = []
    monkeypatch.setattr(settings, "THROTTLING", True)
    monkeypatch.setattr("apps.core.api.throttles._count", lambda keys, periods: asked.append(keys) or [1, 3600])

    for _ in range(5):
        assert api().get("/api/v1/categories/").status_code == 200

    assert len(asked) == 1


def test_without_redis_pages_are_made_afresh(api, monkeypatch):
    def fail(*args, **kwargs):
        raise ConnectionError

    monkeypatch.setattr(
        "apps.core.public_cache.cache", type("Gone", (), dict.fromkeys(("get", "set", "get_or_set"), fail))
    )

    assert api().get("/api/v1/businesses/").status_code == 200


def _fill(count):
    category = CategoryFactory()
    for _ in range(count):
        staff = StaffMemberFactory(skills=[category], has_public_page=True)
        staff.business.categories.set([category])
        service = ServiceFactory(business=staff.business, category=category, performers=[staff])
        ExtraFactory(service=service)
        ProductFactory(business=staff.business)


@pytest.mark.parametrize(
    "path",
    [
        "businesses/?lat=6.52&lng=3.37",
        "services/?search=service",
        "products/?price_min=1",
        "practitioners/?",
        "categories/?",
    ],
)
def test_lists_cost_the_same_for_two_and_for_a_hundred(api, count_queries, path):
    _fill(2)
    api().get(f"/api/v1/{path}&page_size=99")  # what is read once per process is read now
    with count_queries() as few:
        api().get(f"/api/v1/{path}&page_size=100")
    _fill(38)
    cache.clear()
    with count_queries() as many:
        answer = api().get(f"/api/v1/{path}&page_size=100")

    assert len(answer.json()["data"]["results"]) >= 40 or path.startswith("categories")
    assert len(many) == len(few)


@pytest.mark.parametrize("path", ["members", "staff", "services", "products", "branches", "photos"])
def test_the_desk_lists_cost_the_same_for_two_and_for_many(api, count_queries, business, path):
    def fill(count):
        for _ in range(count):
            staff = StaffMemberFactory(business=business)
            ServiceFactory(business=business, performers=[staff])
            ProductFactory(business=business)

    fill(2)
    client = api(business.owner)
    with count_queries() as few:
        client.get(f"/api/v1/businesses/{business.pk}/{path}/?page_size=100")
    fill(20)
    with count_queries() as many:
        client.get(f"/api/v1/businesses/{business.pk}/{path}/?page_size=100")

    assert len(many) == len(few)


def test_my_businesses_cost_the_same_for_two_and_for_many(api, count_queries, business):
    client = api(business.owner)
    BusinessFactory(owner=business.owner)
    with count_queries() as few:
        client.get("/api/v1/owners/my-businesses/")
    for _ in range(10):
        BusinessFactory(owner=business.owner)
    with count_queries() as many:
        assert client.get("/api/v1/owners/my-businesses/").json()["data"]["count"] == 12

    assert len(many) == len(few)
