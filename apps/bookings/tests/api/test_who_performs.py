"""The catalogue, free times, the matcher and bookings agree on who performs a service."""

from datetime import timedelta

import pytest

from apps.bookings.tests.world import START
from apps.catalog.tests.factories import CategoryFactory, ServiceFactory, StaffMemberFactory, UserFactory

pytestmark = pytest.mark.django_db


def shown(client, service):
    """Who performs it, as each of the four says."""
    page = client.get(f"/api/v1/services/{service.pk}/").json()["data"]["performers"]
    asked = {"from": START.isoformat(), "to": (START + timedelta(minutes=1)).isoformat()}
    free = client.get(f"/api/v1/services/{service.pk}/availability/", asked).json()["data"]["days"]
    match = {"business": str(service.business_id), "service": str(service.pk), "start": START.isoformat()}
    matched = client.get("/api/v1/maestro/staff/", match).json()["data"]["results"]
    return [
        {each["name"] for each in page},
        {each["name"] for day in free for each in day["staff"]},
        {each["staff"]["name"] for each in matched},
    ]


def book(client, service, staff):
    body = {"service": str(service.pk), "start": START.isoformat(), "staff": str(staff.pk)}
    return client.post("/api/v1/bookings/", body)


@pytest.mark.parametrize("way", ["named", "skilled", "nothing recorded"])
def test_all_agree(world, api, way):
    hair = CategoryFactory()
    skills = {"skills": [hair]} if way == "skilled" else {}
    performer = StaffMemberFactory(business=world.business, display_name="Ngozi", **skills)
    others = {"Chidi"} if way == "nothing recorded" else set()
    service = ServiceFactory(business=world.business, category=hair, performers=[performer] if way == "named" else [])
    client = api(UserFactory())

    answers = shown(client, service)
    refused = book(client, service, world.staff)
    taken = book(api(UserFactory()), service, performer)

    assert answers == [{"Ngozi"} | others] * 3
    assert taken.status_code == 201, taken.json()
    assert (refused.status_code, refused.json().get("code")) == ((201, None) if others else (400, "staff_unknown"))
