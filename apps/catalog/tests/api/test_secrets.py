"""Bank account and CAC number show to the owner and ADMIN, in their file and in the profile, and nowhere else."""

import logging

import pytest

from apps.catalog import profile_parts
from apps.catalog.api.urls import urlpatterns
from apps.catalog.models import Business, Membership
from apps.catalog.tests.conftest import sign_in
from apps.catalog.tests.factories import (
    BundleFactory,
    CategoryFactory,
    PackageFactory,
    PaperFactory,
    ProductFactory,
    ServiceFactory,
)
from apps.core.models import AuditEntry, IdempotencyRecord, OutboxMessage

pytestmark = pytest.mark.django_db
CAC, ACCOUNT = "RC7654321", "0123456789"
FILE = {
    "cac_number": CAC,
    "bank_account": {"bank_name": "GTBank", "bank_code": "058", "account_number": ACCOUNT, "account_name": "Ade"},
    "documents": [{"kind": "IDENTITY", "title": "Passport", "file_name": "kyc/p.pdf"}],
}


@pytest.fixture
def told(business, api, caplog):
    caplog.set_level(logging.DEBUG)
    answer = api(business.owner, **{"Idempotency-Key": "k"}).post(f"/api/v1/businesses/{business.pk}/apply/", FILE)
    assert answer.status_code == 200, answer.content
    return business


def _leaks(text):
    return [secret for secret in (CAC, ACCOUNT) if secret in str(text)]


def test_they_are_ciphertext_in_the_database(told):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT b::text FROM catalog_business b")
        assert not _leaks(cursor.fetchall())
        cursor.execute("SELECT b::text FROM catalog_businesshistory b")
        assert not _leaks(cursor.fetchall())


def test_they_are_in_no_trail_log_event_or_stored_answer(told, caplog):
    for model in (AuditEntry, IdempotencyRecord, OutboxMessage):
        assert not _leaks(list(model.objects.values_list()))
    assert not _leaks(caplog.text)


def test_the_owner_and_admin_read_them_in_the_file(api, told, people):
    for who, person in people.items():
        answer = api(person).get(f"/api/v1/businesses/{told.pk}/apply/")
        expected = [CAC, ACCOUNT] if who in {"owner", "admin"} else []
        assert _leaks(answer.content.decode()) == expected, who


def test_no_other_end_point_shows_them_to_anybody(api, told, people):
    category = CategoryFactory()
    told.categories.set([category])
    names = {
        "business_id": told.pk,
        "slug": told.slug,
        "service_id": ServiceFactory(business=told, category=category).pk,
        "product_id": ProductFactory(business=told).pk,
        "staff_id": told.staff.get().pk,
        "paper_id": PaperFactory(business=told).pk,
        "membership_id": Membership.objects.first().pk,
        "branch_id": told.pk,
        "photo_id": told.pk,
        "package_id": PackageFactory(business=told).pk,
        "bundle_id": BundleFactory(business=told).pk,
    }
    import re

    paths = {re.sub(r"<\w+:(\w+)>", lambda found: str(names[found[1]]), str(each.pattern)) for each in urlpatterns}
    paths.add("maestro/businesses/?user_lat=6.5&user_long=3.3")
    for person in people.values():
        for path in paths - {f"businesses/{told.pk}/apply/"}:
            for method in ("get", "patch", "put"):
                assert not _leaks(getattr(api(person), method)(f"/api/v1/{path}").content.decode()), path


def test_the_profile_shows_them_to_the_owner(told):
    (part,) = profile_parts.ceo_part(told.owner)["businesses"]

    assert (part["business_name"], part["verification_status"]) == (told.name, "VERIFIED")
    assert (part["cac_number"], part["bank_details"]["account_number"]) == (CAC, ACCOUNT)


def test_the_back_office_shows_them_to_nobody(client, told, people):
    for who in ("owner", "employee", "admin", "ops", "viewer"):
        sign_in(client, people[who])
        for path in ("", f"{told.pk}/change/"):
            answer = client.get(f"/admin/catalog/business/{path}")
            assert answer.status_code == 200, (who, path)
            assert not _leaks(answer.content.decode())


def test_public_lists_do_not_even_load_them(told):
    from apps.catalog.api import selections

    row = selections.cards(Business.objects.all()).first()

    assert {"cac_number", "bank_details"} <= row.get_deferred_fields()
