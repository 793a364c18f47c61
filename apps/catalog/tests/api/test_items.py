from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from apps.catalog.models import Business, Extra, PractitionerLocation, Product, Service, StaffMember
from apps.catalog.tests.factories import (
    BusinessFactory,
    CategoryFactory,
    ExtraFactory,
    ProductFactory,
    ServiceFactory,
    StaffMemberFactory,
)

pytestmark = pytest.mark.django_db
PRICE = {"amount": "25000.00", "currency": "NGN"}


@pytest.fixture
def hair():
    return CategoryFactory(slug="hair")


def _service(business, **changes):
    return {
        "business": str(business.pk),
        "category": "hair",
        "title": "Knotless braids",
        "price": PRICE,
        "duration_min": 180,
        "places": ["AT_CUSTOMER", "AT_BUSINESS"],
        "extras": [{"name": "Beads", "price": {"amount": "2000.00", "currency": "NGN"}, "duration_min": 15}],
        "sop_template": [
            {"id": "patch-test", "label": "Patch test", "required": True},
            {"id": "photo", "label": "Photo"},
        ],
        **changes,
    }


def test_a_service_is_offered_with_all_its_parts(api, business, hair):
    staff = StaffMemberFactory(business=business)

    answer = api(business.owner).post("/api/v1/services/", _service(business, performers=[str(staff.pk)]))

    assert answer.status_code == 201, answer.content
    page = api().get(f"/api/v1/services/{answer.json()['data']['id']}/").json()["data"]
    assert page["price"] == PRICE
    assert page["places"] == ["AT_BUSINESS", "AT_CUSTOMER"]
    assert [(each["name"], each["price"]["amount"]) for each in page["extras"]] == [("Beads", "2000.00")]
    assert [(each["id"], each["is_owner"]) for each in page["performers"]] == [(str(staff.pk), False)]
    assert page["sop_template"] == [
        {"id": "patch-test", "label": "Patch test", "required": True},
        {"id": "photo", "label": "Photo", "required": False},
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"price": {"amount": "1.00", "currency": "USD"}},
        {"price": "1.00"},
        {"price": {"amount": "-1.00", "currency": "NGN"}},
        {"duration_min": 0},
        {"duration_min": 1441},
        {"category": "none"},
        {"places": []},
        {"performers": ["0197a5e4-0000-7000-8000-000000000000"]},
        {"sop_template": [{"id": "a", "label": "A"}, {"id": "a", "label": "B"}]},
        {"sop_template": [{"label": "A"}]},
        {"sop_template": {"id": "a"}},
        {"horizon_kind": "DATE_RANGE"},
        {"horizon_kind": "DATE_RANGE", "horizon_from": "2027-02-01", "horizon_to": "2027-01-01"},
        {"extras": [{"id": "0197a5e4-0000-7000-8000-000000000000", "name": "x", "price": PRICE}]},
        {"extras": [{"name": "x", "price": {"amount": "1.00", "currency": "USD"}}]},
        {"unknown": 1},
    ],
)
def test_an_unusable_service_is_not_offered(api, business, hair, changes):
    answer = api(business.owner).post("/api/v1/services/", _service(business, **changes))

    assert answer.status_code == 400, answer.content
    assert not Service.objects.exists()


def test_extras_keep_their_keys_and_are_put_away_not_deleted(api, business):
    service = ServiceFactory(business=business)
    kept, dropped = ExtraFactory(service=service), ExtraFactory(service=service)
    new = {"amount": "3000.00", "currency": "NGN"}

    answer = api(business.owner).patch(
        f"/api/v1/services/{service.pk}/",
        {"extras": [{"id": str(kept.pk), "name": "Beads", "price": new}, {"name": "Oil", "price": new}]},
    )

    assert answer.status_code == 200, answer.content
    assert [each["name"] for each in answer.json()["data"]["extras"]] == ["Beads", "Oil"]
    assert Extra.objects.get(pk=kept.pk).price_minor == 300_000
    assert not Extra.objects.get(pk=dropped.pk).is_active


def test_a_withdrawn_service_is_nowhere_and_its_row_stays(api, business):
    service = ServiceFactory(business=business)

    assert api(business.owner).delete(f"/api/v1/services/{service.pk}/").status_code == 204

    assert api().get(f"/api/v1/services/{service.pk}/").status_code == 404
    assert api(business.owner).patch(f"/api/v1/services/{service.pk}/", {"title": "Back"}).status_code == 404
    assert Service.all_objects.get(pk=service.pk).is_deleted


def test_services_are_found_by_category_price_place_and_person(api, hair):
    staff = StaffMemberFactory(skills=[hair])
    cheap = ServiceFactory(business=staff.business, category=hair, price_minor=10_000, title="Trim", performers=[staff])
    dear = ServiceFactory(business=staff.business, category=hair, price_minor=900_000, places=["VIRTUAL"])
    yen = ServiceFactory(business=BusinessFactory(currency="JPY"), price_minor=100)
    ServiceFactory(business=BusinessFactory(verification_status="PENDING"))
    ServiceFactory(is_active=False)

    def found(query):
        answer = api().get(f"/api/v1/services/?{query}")
        assert answer.status_code == 200, answer.content
        return {item["id"] for item in answer.json()["data"]["results"]}

    cheap, dear, yen = (str(each.pk) for each in (cheap, dear, yen))
    assert found("") == {cheap, dear, yen}
    assert found("category=hair") == {cheap, dear}
    assert found("price_min=100&price_max=100.00") == {cheap, yen}
    assert found("place=VIRTUAL") == {dear}
    assert found("search=trimm") == {cheap}
    assert found(f"business={staff.business.slug}") == found(f"business={staff.business_id}") == {cheap, dear}
    assert found(f"staff={staff.pk}") == {cheap, dear}
    assert api().get("/api/v1/services/?staff=x").status_code == 400


def test_products_are_sold_from_the_shelf(api, business):
    CategoryFactory(slug="care", kind="PRODUCT")
    body = {"business": str(business.pk), "category": "care", "title": "Shea", "price": PRICE, "stock_count": 3}

    made = api(business.owner).post("/api/v1/products/", body)

    assert made.status_code == 201, made.content
    page = api().get(f"/api/v1/products/{made.json()['data']['id']}/").json()["data"]
    assert (page["available"], page["price"]) == (3, PRICE)
    assert "stock_count" not in page


def test_stock_never_falls_below_what_is_reserved(api, business):
    product = ProductFactory(business=business, stock_count=5, reserved=4)

    answer = api(business.owner).patch(f"/api/v1/products/{product.pk}/", {"stock_count": 3})

    assert (answer.status_code, answer.json()["code"]) == (409, "stock_reserved")
    assert Product.objects.get().stock_count == 5


PAGE = {
    "display_name": "Adeola B.",
    "specializations": ["Knotless braids"],
    "certifications": ["Sassoon"],
    "locations": [
        {"name": "Studio", "address": "12 Admiralty Way", "location": {"lat": 6.4, "lng": 3.4}, "is_primary": True},
        {"name": "Online", "is_virtual": True},
    ],
}


def test_a_practitioner_applies_is_verified_and_is_found(api, admin_user, business):
    staff = StaffMemberFactory(business=business)

    applied = api(staff.user).post("/api/v1/practitioners/apply/", PAGE)
    assert applied.status_code == 201, applied.content
    assert api().get(f"/api/v1/practitioners/{staff.pk}/").status_code == 404
    assert api(staff.user).post("/api/v1/practitioners/apply/", PAGE).status_code == 409

    assert api(admin_user).post(f"/api/v1/practitioners/{staff.pk}/verify/").status_code == 200

    page = api().get(f"/api/v1/practitioners/{staff.pk}/").json()["data"]
    assert (page["name"], page["is_verified"], page["specializations"]) == ("Adeola B.", True, ["Knotless braids"])
    assert [each["is_virtual"] for each in page["locations"] if not each["is_primary"]] == [True]
    ServiceFactory(business=business, performers=[staff])
    assert api().get(f"/api/v1/practitioners/{staff.pk}/services/").json()["data"]["count"] == 1
    assert api().get("/api/v1/practitioners/?virtual=true&page=1").json()["data"]["count"] == 1
    edited = api(staff.user).put(f"/api/v1/practitioners/{staff.pk}/", {"display_name": "Ade"})
    assert edited.json()["data"]["name"] == "Ade"


def test_a_page_has_one_primary_place(api, business):
    staff = StaffMemberFactory(business=business)
    twice = {**PAGE, "locations": [PAGE["locations"][0]] * 2}

    assert api(staff.user).post("/api/v1/practitioners/apply/", twice).status_code == 400
    assert api(business.owner).post("/api/v1/practitioners/apply/", PAGE).status_code == 404
    with pytest.raises(IntegrityError, match="practitioner_one_primary_location"), transaction.atomic():
        for _ in range(2):
            PractitionerLocation.objects.create(staff=staff, name="a", address="b", is_primary=True)
    with pytest.raises(IntegrityError, match="practitioner_location_somewhere"), transaction.atomic():
        PractitionerLocation.objects.create(staff=staff, name="a")


GUARDS = [
    ("business_premium_at_least_one", BusinessFactory, {"owner_premium": "0.99"}),
    ("business_rating_in_range", BusinessFactory, {"rating_average": "5.01"}),
    ("business_commission_in_range", BusinessFactory, {"commission_override_bp": 10_001}),
    ("staff_rating_in_range", StaffMemberFactory, {"rating_average": "-0.01"}),
    ("staff_maestro_score_in_range", StaffMemberFactory, {"maestro_score": "1.001"}),
    ("service_price_not_negative", ServiceFactory, {"price_minor": -1}),
    ("service_duration_in_range", ServiceFactory, {"duration_min": 0}),
    ("service_seats_at_least_one", ServiceFactory, {"max_participants": 0}),
    ("service_people_at_least_one", ServiceFactory, {"people_needed": 0}),
    ("service_horizon_range_in_order", ServiceFactory, {"horizon_kind": "DATE_RANGE"}),
    ("extra_price_not_negative", ExtraFactory, {"price_minor": -1}),
    ("product_price_not_negative", ProductFactory, {"price_minor": -1}),
    ("product_reserved_within_stock", ProductFactory, {"stock_count": 1, "reserved": 2}),
]


@pytest.mark.parametrize(("guard", "factory", "fields"), GUARDS)
def test_the_database_guards_its_rows(guard, factory, fields):
    with pytest.raises(IntegrityError, match=guard), transaction.atomic():
        factory(**fields)


def test_a_person_is_once_at_a_business_and_a_category_not_its_own_parent(business):
    staff = StaffMemberFactory(business=business)
    with pytest.raises(IntegrityError, match="staff_once_per_business"), transaction.atomic():
        StaffMember.objects.create(business=business, user=staff.user, display_name="again")
    with pytest.raises(IntegrityError, match="slug"), transaction.atomic():
        BusinessFactory(slug=business.slug)
    category = CategoryFactory()
    with pytest.raises(IntegrityError, match="slug"), transaction.atomic():
        CategoryFactory(slug=category.slug)
    with pytest.raises(IntegrityError, match="category_not_its_own_parent"), transaction.atomic():
        category.parent = category
        category.save()


def test_a_lapsed_business_says_that_it_takes_no_jobs(api, business, now):
    Business.objects.update(papers_lapsed_at=now - timedelta(days=14))

    assert api().get(f"/api/v1/businesses/{business.slug}/").json()["data"]["takes_jobs"] is False
