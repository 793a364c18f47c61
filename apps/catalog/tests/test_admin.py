import pytest

from apps.catalog.models import Business
from apps.catalog.tests.conftest import sign_in
from apps.catalog.tests.factories import BusinessFactory, MembershipFactory, ServiceFactory, StaffMemberFactory
from apps.core.models import AuditEntry

pytestmark = pytest.mark.django_db
TABLES = ("business", "membership", "staffmember", "service", "product", "category", "verificationpaper")


def test_the_queue_verifies_with_a_reason(client, admin_user):
    business = BusinessFactory(verification_status="PENDING", verified_at=None)
    sign_in(client, admin_user)
    chosen = {"action": "verify", "_selected_action": str(business.pk)}

    asked = client.post("/admin/catalog/business/", chosen)
    assert b'name="reason"' in asked.content
    assert Business.objects.get().verification_status == "PENDING"

    client.post("/admin/catalog/business/", {**chosen, "reason": "Register checked."})
    assert Business.objects.get().verification_status == "VERIFIED"
    assert AuditEntry.objects.get(action="business.verified").reason == "Register checked."


def test_only_admin_decides_in_the_queue(client, people, business):
    for who in ("ops", "viewer", "owner", "employee"):
        sign_in(client, people[who])
        client.post(
            "/admin/catalog/business/",
            {"action": "suspend", "_selected_action": str(business.pk), "reason": "x"},
        )
    assert Business.objects.get(pk=business.pk).verification_status == "VERIFIED"


def test_a_ceo_sees_only_their_own_rows(client, business):
    mine = ServiceFactory(business=business, title="Mine")
    other = ServiceFactory(title="Theirs")
    for user in (business.owner, MembershipFactory(business=business).user):
        sign_in(client, user)
        listed = client.get("/admin/catalog/service/").content.decode()
        assert "Mine" in listed
        assert "Theirs" not in listed
        assert client.get(f"/admin/catalog/service/{mine.pk}/change/").status_code == 200
        assert client.get(f"/admin/catalog/service/{other.pk}/change/").status_code == 302
        assert client.get(f"/admin/catalog/business/{other.business_id}/change/").status_code == 302


@pytest.mark.parametrize("table", TABLES)
def test_every_list_opens_and_searches_for_ops(client, people, business, table):
    StaffMemberFactory(business=business)
    for who in ("admin", "ops", "viewer"):
        sign_in(client, people[who])
        assert client.get(f"/admin/catalog/{table}/?q=a").status_code == 200
    sign_in(client, people["customer"])
    assert client.get(f"/admin/catalog/{table}/").status_code == 302


def test_ops_feature_a_business_and_nothing_else(client, people, business):
    sign_in(client, people["ops"])

    client.post(
        f"/admin/catalog/business/{business.pk}/change/",
        {
            "is_featured": "on",
            "name": "Taken over",
            **{
                f"{prefix}-{name}_FORMS": 0
                for prefix in ("papers", "branches", "photos")
                for name in ("TOTAL", "INITIAL")
            },
        },
    )

    business.refresh_from_db()
    assert business.is_featured
    assert business.name != "Taken over"
