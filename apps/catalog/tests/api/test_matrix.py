"""Every end point of a business × every kind of person."""

import pytest

from apps.catalog.models import Branch, BusinessPhoto, Membership, VerificationPaper
from apps.catalog.tests.factories import (
    BundleFactory,
    CategoryFactory,
    PackageFactory,
    PaperFactory,
    ProductFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db

OWNER_OPS = {"owner": 2, "admin": 2, "ops": 2, "employee": 403, "staff": 403, "viewer": 403}
DESK = {"owner": 2, "employee": 2, "admin": 2, "ops": 2, "viewer": 2}
MEMBERS = {**DESK, "staff": 2}
ADMIN = dict.fromkeys(("owner", "employee", "staff", "other_ceo", "customer", "ops", "viewer"), 403) | {"admin": 2}
OWNER = {"owner": 2, "admin": 403, "ops": 403, "employee": 403, "staff": 403, "viewer": 403}
FILE = {"owner": 2, "admin": 2}
PARTS = [{"service": "{service}"}]

ROWS = [
    ("GET", "owners/businesses/{b}/", None, DESK),
    ("PATCH", "businesses/{b}/", {"about": "x"}, OWNER_OPS),
    ("PUT", "businesses/{b}/activate/", {}, OWNER_OPS),
    ("PUT", "businesses/{b}/deactivate/", {}, OWNER_OPS),
    ("GET", "businesses/{b}/apply/", None, FILE),
    ("POST", "businesses/{b}/apply/", {"cac_number": "RC1"}, OWNER),
    ("POST", "businesses/{b}/suspend/", {"reason": "x"}, ADMIN),
    ("POST", "businesses/{b}/papers/{paper}/approve/", {}, ADMIN),
    ("POST", "businesses/{b}/papers/{paper}/reject/", {"reason": "x"}, ADMIN),
    ("GET", "businesses/{b}/members/", None, DESK),
    ("POST", "businesses/{b}/members/", {"email": "new@example.com", "kind": "STAFF"}, OWNER_OPS),
    ("DELETE", "businesses/{b}/members/{membership}/", None, OWNER_OPS),
    ("GET", "businesses/{b}/staff/", None, MEMBERS),
    ("PATCH", "businesses/{b}/staff/{staff}/", {"bio": "x"}, {**OWNER_OPS, "staff": 2}),
    ("GET", "businesses/{b}/branches/", None, MEMBERS),
    ("POST", "businesses/{b}/branches/", {"name": "n", "address": "a"}, OWNER_OPS),
    ("PATCH", "businesses/{b}/branches/{branch}/", {"name": "n"}, OWNER_OPS),
    ("DELETE", "businesses/{b}/branches/{branch}/", None, OWNER_OPS),
    ("GET", "businesses/{b}/photos/", None, MEMBERS),
    ("POST", "businesses/{b}/photos/", {"url": "https://example.com/a.jpg"}, OWNER_OPS),
    ("DELETE", "businesses/{b}/photos/{photo}/", None, OWNER_OPS),
    ("GET", "businesses/{b}/services/", None, MEMBERS),
    ("GET", "businesses/{b}/products/", None, MEMBERS),
    ("PATCH", "services/{service}/", {"title": "New title"}, OWNER_OPS),
    ("DELETE", "services/{service}/", None, OWNER_OPS),
    ("PATCH", "products/{product}/", {"title": "New title"}, OWNER_OPS),
    ("DELETE", "products/{product}/", None, OWNER_OPS),
    (
        "POST",
        "services/",
        {
            "business": "{b}",
            "category": "{category}",
            "title": "Cut",
            "duration_min": 30,
            "price": {"amount": "1.00", "currency": "NGN"},
        },
        OWNER_OPS,
    ),
    (
        "POST",
        "products/",
        {"business": "{b}", "category": "{shelf}", "title": "Oil", "price": {"amount": "1.00", "currency": "NGN"}},
        OWNER_OPS,
    ),
    ("GET", "businesses/{b}/packages/", None, MEMBERS),
    ("GET", "businesses/{b}/bundles/", None, MEMBERS),
    ("PATCH", "packages/{package}/", {"title": "New title"}, OWNER_OPS),
    ("DELETE", "packages/{package}/", None, OWNER_OPS),
    ("PATCH", "bundles/{bundle}/", {"title": "New title"}, OWNER_OPS),
    ("DELETE", "bundles/{bundle}/", None, OWNER_OPS),
    (
        "POST",
        "packages/",
        {"business": "{b}", "title": "Five", "valid_days": 90, "discount_percent": 10, "services": PARTS},
        OWNER_OPS,
    ),
    (
        "POST",
        "bundles/",
        {
            "business": "{b}",
            "title": "Both",
            "valid_days": 90,
            "services": PARTS,
            "price": {"amount": "1.00", "currency": "NGN"},
        },
        OWNER_OPS,
    ),
    ("PUT", "practitioners/{staff}/", {"display_name": "x"}, {"owner": 2, "staff": 2, "admin": 2, "ops": 2}),
    ("POST", "practitioners/{staff}/verify/", {}, ADMIN),
]


@pytest.fixture
def names(business, people):
    staff = business.staff.get()
    staff.page_applied_at = business.verified_at
    staff.save()
    return {
        "b": business.pk,
        "paper": PaperFactory(business=business).pk,
        "membership": Membership.objects.get(business=business, kind="EMPLOYEE").pk,
        "staff": staff.pk,
        "branch": Branch.objects.create(business=business, name="n", address="a").pk,
        "photo": BusinessPhoto.objects.create(business=business, url="/media/a.jpg").pk,
        "service": ServiceFactory(business=business).pk,
        "product": ProductFactory(business=business).pk,
        "package": PackageFactory(business=business).pk,
        "bundle": BundleFactory(business=business).pk,
        "category": CategoryFactory().slug,
        "shelf": CategoryFactory(kind="PRODUCT").slug,
    }


@pytest.mark.parametrize(
    "who", ["owner", "employee", "staff", "other_ceo", "customer", "admin", "ops", "viewer", "anonymous"]
)
@pytest.mark.parametrize(("method", "path", "body", "expected"), ROWS, ids=lambda value: str(value)[:45])
def test_who_may(api, people, names, who, method, path, body, expected):  # one row of the matrix
    sent = body and _filled(body, names)

    answer = api(people[who]).generic(
        method,
        f"/api/v1/{path.format(**names)}",
        **({} if sent is None else {"data": _json(sent)}),
        content_type="application/json",
    )

    wanted = 401 if who == "anonymous" else expected.get(who, 404)
    assert (answer.status_code // 100 if wanted == 2 else answer.status_code) == wanted, answer.content


def _filled(value, names):
    if isinstance(value, dict):
        return {name: _filled(each, names) for name, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, names) for each in value]
    return value.format(**names) if isinstance(value, str) else value


def _json(body):
    import json

    return json.dumps(body, default=str)


def test_every_end_point_of_a_business_is_in_the_matrix():
    from apps.catalog.api.urls import urlpatterns

    own = {
        "business-verify", "business-reject", "member-accept", "member-leave",  # their own modules play these
        "categories", "category-staff", "my-businesses", "new-business", "businesses", "memberships", "business",
        "practitioners", "practitioner-apply", "practitioner-services", "service-sessions",
    }  # fmt: skip
    walked = {path.replace("{b}", "{business_id}") for _, path, _, _ in ROWS}

    missing = [pattern.name for pattern in urlpatterns if pattern.name not in own and not _is_walked(pattern, walked)]

    assert missing == []


def _is_walked(pattern, walked):
    import re

    route = re.sub(r"<[^>]+>", "*", str(pattern.pattern))
    return route in {re.sub(r"\{[^}]+\}", "*", path) for path in walked}


def test_papers_of_another_business_are_not_there(api, admin_user, business):
    paper = PaperFactory()

    answer = api(admin_user).post(f"/api/v1/businesses/{business.pk}/papers/{paper.pk}/approve/")

    assert answer.status_code == 404
    assert VerificationPaper.objects.get().state == "SUBMITTED"
