from datetime import timedelta

import pytest

from apps.accounts import limits, operations
from apps.accounts.events import ApiKeyCreated
from apps.accounts.models import ApiKey, User
from apps.accounts.tests.conftest import BASE
from apps.accounts.tests.factories import UserFactory
from apps.core import clock
from apps.core.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def make_key(customer, now):
    def make(*scopes, user=customer, **more):
        made = operations.create_api_key(user=user, name="Till", scopes=list(scopes), at=now, **more)
        return made.secret

    return make


def _with(api, secret):
    return api(Authorization=f"Api-Key {secret}")


def test_a_key_is_shown_once_and_kept_as_a_digest(api, customer, heard):
    answer = api(customer).post(f"{BASE}/auth/api-keys/", {"name": "Till", "scopes": ["write", "read", "read"]})

    data = answer.json()["data"]
    row = ApiKey.objects.values().get()
    assert answer.status_code == 201
    assert data["key"].startswith("guild_")
    assert data["scopes"] == ["read", "write"]
    assert data["key"] not in str(row)
    assert row["prefix"] == data["key"][:12]
    listed = api(customer).get(f"{BASE}/auth/api-keys/").json()["data"]["results"]
    assert "key" not in listed[0]
    assert heard.last(ApiKeyCreated).user_id == customer.pk
    trail = AuditEntry.objects.get(action="api_key.created")
    assert data["key"] not in str(trail.after)


@pytest.mark.parametrize(
    "scopes",
    [[], ["everything"], ["moon:read"], ["auth:read"], ["read:read"], ["profile:"], [":read"], ["profile:fly"]],
)
def test_unknown_scopes_are_refused(api, customer, scopes):
    answer = api(customer).post(f"{BASE}/auth/api-keys/", {"name": "Till", "scopes": scopes})

    assert answer.status_code == 400
    assert "scopes" in answer.json()["errors"]


def test_a_key_reads_and_writes_within_its_scopes(api, make_key):
    reader, writer = _with(api, make_key("read")), _with(api, make_key("write"))
    area = _with(api, make_key("profile:read"))

    assert reader.get(f"{BASE}/profile/").status_code == 200
    refused = reader.patch(f"{BASE}/profile/", {"bio": "x"})
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    assert writer.patch(f"{BASE}/profile/", {"bio": "x"}).status_code == 200
    assert writer.get(f"{BASE}/profile/").status_code == 200
    assert area.get(f"{BASE}/profile/").status_code == 200
    assert area.patch(f"{BASE}/profile/", {"bio": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("scopes", "area", "method", "allowed"),
    [
        (["read"], "bookings", "GET", True),
        (["read"], "bookings", "POST", False),
        (["bookings:write"], "bookings", "POST", True),
        (["bookings:write"], "bookings", "GET", True),
        (["bookings:write"], "orders", "GET", False),
        (["bookings:read"], "bookings", "DELETE", False),
        (["write"], "orders", "POST", True),
        (["read", "write"], "admin", "GET", False),
        (["admin:read"], "admin", "GET", True),
        (["admin:read"], "admin", "PUT", False),
    ],
)
def test_what_scopes_cover(scopes, area, method, allowed):
    assert limits.scopes_allow(scopes, area=area, method=method) is allowed


def test_areas_are_the_first_words_of_the_paths():
    assert {"profile", "admin"} <= limits.known_areas()
    assert "auth" not in limits.known_areas()


def test_a_key_cannot_touch_what_identifies_its_person(api, make_key):
    client = _with(api, make_key("read", "write"))

    for method, path in [
        ("get", "/auth/user/"),
        ("post", "/auth/api-keys/"),
        ("post", "/auth/mfa/enrol/"),
        ("put", "/auth/password/"),
        ("get", "/profile/export/"),
        ("post", "/profile/erase/"),
    ]:
        answer = getattr(client, method)(BASE + path, {})
        assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing"), path


def test_a_revoked_key_is_a_401(api, customer, make_key):
    client = _with(api, make_key("read"))
    key = ApiKey.objects.get()

    assert api(customer).delete(f"{BASE}/auth/api-keys/{key.pk}/").status_code == 204
    assert api(customer).delete(f"{BASE}/auth/api-keys/{key.pk}/").status_code == 204

    answer = client.get(f"{BASE}/profile/")
    assert (answer.status_code, answer.json()["code"]) == (401, "api_key_ended")
    assert AuditEntry.objects.filter(action="api_key.revoked").count() == 1


def test_a_key_runs_out(api, make_key, now):
    client = _with(api, make_key("read", expires_at=now + timedelta(hours=1)))

    assert client.get(f"{BASE}/profile/").status_code == 200
    with clock.frozen(now + timedelta(hours=1)):
        assert client.get(f"{BASE}/profile/").status_code == 401


@pytest.mark.parametrize("gone", [{"is_active": False}, {"is_deleted": True}])
def test_a_key_ends_with_its_person(api, customer, make_key, gone):
    client = _with(api, make_key("read"))
    User.all_objects.filter(pk=customer.pk).update(**gone)

    assert client.get(f"{BASE}/profile/").status_code == 401


def test_somebody_elses_key_is_a_404(api, make_key):
    make_key("read")

    assert api(UserFactory()).delete(f"{BASE}/auth/api-keys/{ApiKey.objects.get().pk}/").status_code == 404
    assert api(UserFactory()).get(f"{BASE}/auth/api-keys/").json()["data"]["count"] == 0


def test_the_last_use_is_known_to_the_minute(api, make_key, now, count_queries):
    client = _with(api, make_key("read"))
    client.get(f"{BASE}/profile/")
    assert ApiKey.objects.get().last_used_at == now

    with clock.frozen(now + timedelta(seconds=59)):
        client.get(f"{BASE}/profile/")
    assert ApiKey.objects.get().last_used_at == now


def test_there_is_an_end_to_keys(api, customer, make_key):
    for _ in range(20):
        make_key("read")

    answer = api(customer).post(f"{BASE}/auth/api-keys/", {"name": "x", "scopes": ["read"]})

    assert (answer.status_code, answer.json()["code"]) == (409, "too_many")


def test_a_key_that_ends_in_the_past_is_refused(api, customer):
    body = {"name": "x", "scopes": ["read"], "expires_at": "2020-01-01T00:00:00Z"}

    assert api(customer).post(f"{BASE}/auth/api-keys/", body).status_code == 400


def test_the_list_costs_the_same_for_one_and_many(api, customer, make_key, count_queries):
    make_key("read")
    with count_queries() as one:
        api(customer).get(f"{BASE}/auth/api-keys/")
    for _ in range(10):
        make_key("read")
    with count_queries() as many:
        api(customer).get(f"{BASE}/auth/api-keys/")
    assert len(one) == len(many)
