from decimal import Decimal

import pytest
from django.contrib.gis.geos import Point

from apps.catalog.models import Business, Membership, StaffMember
from apps.catalog.tests.factories import (
    BusinessFactory,
    CategoryFactory,
    OwnerFactory,
    ServiceFactory,
    StaffMemberFactory,
    UserFactory,
)
from apps.core.models import AuditEntry

pytestmark = pytest.mark.django_db


def test_only_verified_and_active_businesses_are_public(api):
    shown = BusinessFactory()
    hidden = [
        BusinessFactory(verification_status="PENDING"),
        BusinessFactory(verification_status="SUSPENDED"),
        BusinessFactory(is_active=False),
        BusinessFactory(is_deleted=True),
    ]

    listed = api().get("/api/v1/businesses/").json()["data"]

    assert [item["slug"] for item in listed["results"]] == [shown.slug]
    assert api().get(f"/api/v1/businesses/{shown.slug}/").status_code == 200
    for business in hidden:
        assert api().get(f"/api/v1/businesses/{business.slug}/").status_code == 404
        assert api(business.owner).get(f"/api/v1/businesses/{business.slug}/").status_code == 404


def test_a_customer_finds_businesses_near_them_nearest_first(api):
    far = BusinessFactory(location=Point(3.50, 6.5244, srid=4326))
    near = BusinessFactory(location=Point(3.38, 6.5244, srid=4326))
    BusinessFactory(location=Point(7.49, 9.05, srid=4326))

    answer = api().get("/api/v1/businesses/?lat=6.5244&lng=3.3792&radius_km=20").json()["data"]

    assert [item["slug"] for item in answer["results"]] == [near.slug, far.slug]
    assert answer["results"][0]["distance_m"] < 100


def test_lists_are_filtered_and_ordered(api):
    hair = CategoryFactory()
    braids = CategoryFactory(parent=hair)
    salon = BusinessFactory(name="Adeola Hair", city="Lagos", rating_average=Decimal("4.5"))
    salon.categories.set([braids])
    BusinessFactory(name="Plumber", city="Abuja", rating_average=Decimal(3))

    def found(query):
        answer = api().get(f"/api/v1/businesses/?{query}")
        assert answer.status_code == 200, answer.content
        return [item["name"] for item in answer.json()["data"]["results"]]

    assert found(f"category={hair.slug}") == found("search=adeola") == found("search=adeole") == ["Adeola Hair"]
    assert found("city=abuja") == ["Plumber"]
    assert found("min_rating=4") == ["Adeola Hair"]
    assert found("ordering=-name") == ["Plumber", "Adeola Hair"]
    assert found("category=unknown") == []


@pytest.mark.parametrize(
    "query", ["lat=5", "lat=nan&lng=3", "lat=91&lng=3", "ordering=bank_details", "ordering=distance", "min_rating=NaN"]
)
def test_unusable_filters_are_named(api, query):
    answer = api().get(f"/api/v1/businesses/?{query}")

    assert answer.status_code == 400
    assert answer.json()["errors"]


def test_a_ceo_opens_a_business_and_performs_its_jobs(api):
    owner = OwnerFactory(is_staff=False)
    CategoryFactory(slug="hair")
    body = {
        "name": "Adeola Hair Studio",
        "location": {"lat": 6.4474, "lng": 3.4723},
        "time_zone": "Africa/Lagos",
        "currency": "NGN",
        "categories": ["hair"],
        "owner_performs_services": True,
        "cancellation_policy": {"tiers": [{"hours_before": 24, "refund_percent": 100}]},
        "surprise": 1,
    }

    answer = api(owner).post("/api/v1/owners/businesses/", body)

    assert answer.status_code == 201, answer.content
    assert answer.json()["warnings"] == ["Unknown field ignored: surprise"]
    data = answer.json()["data"]
    assert (data["slug"], data["verification_status"], data["takes_jobs"]) == (
        "adeola-hair-studio",
        "UNVERIFIED",
        False,
    )
    assert {action["name"] for action in data["available_actions"]} == {"edit", "deactivate", "invite", "apply"}
    business = Business.objects.get()
    assert Membership.objects.get().kind == "OWNER"
    assert StaffMember.objects.get().user == owner
    owner.refresh_from_db()
    assert owner.is_staff
    assert business.location.y == pytest.approx(6.4474)


def test_two_businesses_of_one_name_have_two_slugs(api):
    owner = OwnerFactory()

    slugs = {api(owner).post("/api/v1/owners/businesses/", {"name": "Search"}).json()["data"]["slug"] for _ in range(2)}

    assert len(slugs) == 2
    assert "search" not in slugs


def test_a_repeated_key_opens_one_business(api):
    owner = OwnerFactory()

    for _ in range(2):
        client = api(owner, **{"Idempotency-Key": "once"})
        assert client.post("/api/v1/owners/businesses/", {"name": "Once"}).status_code == 201

    assert Business.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "x"},
        {"name": "Fine", "time_zone": "Mars/Base"},
        {"name": "Fine", "location": {"lat": 91, "lng": 0}},
        {"name": "Fine", "location": {"lat": "6", "lng": True}},
        {"name": "Fine", "currency": "XXX"},
        {"name": "Fine", "logo_url": "javascript:alert(1)"},
        {"name": "Fine", "categories": ["none"]},
        {"name": "Fine", "owner_premium": "0.5"},
        {"name": "Fine", "contact_phone": "080"},
        {"name": "Fine", "cancellation_policy": {"tiers": [{"hours_before": 1, "refund_percent": 101}]}},
        {"name": "Fine", "cancellation_policy": {"tiers": []}},
        {"name": "Fine", "cancellation_policy": {"grace_minutes": 5}},
        {
            "name": "Fine",
            "cancellation_policy": {"tiers": [{"hours_before": 0, "refund_percent": 20}], "no_show_refund_percent": 21},
        },
        {
            "name": "Fine",
            "cancellation_policy": {"tiers": [{"hours_before": 2, "refund_percent": 100}], "no_show_refund_percent": 1},
        },
        {
            "name": "Fine",
            "cancellation_policy": {
                "tiers": [{"hours_before": 24, "refund_percent": 10}, {"hours_before": 1, "refund_percent": 50}]
            },
        },
    ],
)
def test_bad_input_names_the_field_and_opens_nothing(api, body):
    answer = api(OwnerFactory()).post("/api/v1/owners/businesses/", body)

    assert answer.status_code == 400
    assert answer.json()["errors"]
    assert not Business.objects.exists()


def test_only_ceos_open_businesses(api):
    for role in ("CUSTOMER", "STAFF", "EMPLOYEE", "ADMIN", "OPS", "VIEWER"):
        assert api(UserFactory(role=role)).post("/api/v1/owners/businesses/", {"name": "Mine"}).status_code == 403
    assert api().post("/api/v1/owners/businesses/", {"name": "Mine"}).status_code == 401


def test_the_owner_changes_their_business_and_the_trail_knows(api, business):
    answer = api(business.owner).patch(
        f"/api/v1/businesses/{business.pk}/", {"about": "Open on Sundays.", "notice_min": 120}
    )

    assert answer.status_code == 200, answer.content
    business.refresh_from_db()
    assert (business.about, business.notice_min) == ("Open on Sundays.", 120)
    assert AuditEntry.objects.get(action="business.edited").after == {"about": "Open on Sundays.", "notice_min": "120"}


def test_closing_a_business_hides_it_and_repeating_it_is_harmless(api, business):
    path = f"/api/v1/businesses/{business.pk}"

    for _ in range(2):
        assert api(business.owner).put(f"{path}/deactivate/").status_code == 200
    assert api().get(f"/api/v1/businesses/{business.slug}/").status_code == 404
    assert api(business.owner).put(f"{path}/activate/").status_code == 200

    assert [entry.action for entry in AuditEntry.objects.order_by("at", "id")] == [
        "business.deactivated",
        "business.activated",
    ]


def test_my_businesses_are_those_whose_desk_i_run(api, business, people):
    for who, expected in {"owner": 1, "employee": 1, "staff": 0, "other_ceo": 1}.items():
        answer = api(people[who]).get("/api/v1/owners/my-businesses/")
        assert answer.json()["data"]["count"] == expected, who
    item = api(business.owner).get("/api/v1/owners/my-businesses/").json()["data"]["results"][0]
    assert item["bookings"] == {"total": 0, "pending": 0, "confirmed": 0, "completed": 0}
    assert "deactivate" in item["available_actions"]
    assert api(people["customer"]).get("/api/v1/owners/my-businesses/").status_code == 403


def test_categories_are_a_tree_of_active_ones_with_their_people(api):
    beauty = CategoryFactory(slug="beauty")
    hair = CategoryFactory(slug="hair", parent=beauty)
    CategoryFactory(parent=beauty, is_active=False)
    staff = StaffMemberFactory(skills=[hair], bio="Braids.", years_of_experience=7)
    StaffMemberFactory(skills=[hair], is_active=False)
    named = StaffMemberFactory(bio="Locs.", years_of_experience=2, rating_average=1)
    ServiceFactory(business=named.business, category=hair, performers=[named])
    StaffMemberFactory(skills=[hair], business=BusinessFactory(verification_status="PENDING"))

    (root,) = api().get("/api/v1/categories/?kind=SERVICE").json()["data"]["results"]
    people = api().get("/api/v1/categories/beauty/staff/").json()["data"]["results"]

    assert [child["slug"] for child in root["children"]] == ["hair"]
    assert [(each["name"], each["bio"], each["years_of_experience"]) for each in people] == [
        (named.display_name, "Locs.", 2),
        (staff.display_name, "Braids.", 7),
    ]
    assert api().get("/api/v1/categories/none/staff/").status_code == 404
