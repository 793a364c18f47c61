import pytest
from rest_framework import serializers

from apps.accounts import contributions
from apps.accounts.contributions import Contributions, ProfilePart
from apps.accounts.models import OpsProfile, Profile
from apps.accounts.states import Role
from apps.accounts.tests.conftest import BASE
from apps.accounts.tests.factories import UserFactory
from apps.core.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def contribute():
    before = contributions.current()
    yield lambda **parts: contributions.connect(Contributions(**parts))
    contributions.connect(before)


def test_changing_the_account(api, customer):
    body = {"first_name": "Ada", "last_name": "Obi", "phone": "+234 803 123 4567", "time_zone": "Africa/Accra",
            "language": "fr"}  # fmt: skip
    answer = api(customer).put(f"{BASE}/auth/user/", body)

    customer.refresh_from_db()
    assert answer.status_code == 200
    assert (customer.first_name, customer.last_name, customer.phone) == ("Ada", "Obi", "+2348031234567")
    assert (customer.time_zone, customer.language) == ("Africa/Accra", "fr")
    assert answer.json()["data"]["phone_verified"] is False


def test_a_patch_changes_what_it_names_alone(api, customer):
    answer = api(customer).patch(f"{BASE}/auth/user/", {"last_name": "Obi"})

    assert answer.status_code == 200
    customer.refresh_from_db()
    assert (customer.last_name, customer.first_name) == ("Obi", "Ada") or customer.last_name == "Obi"


@pytest.mark.parametrize("field", ["role", "email", "is_staff", "token_version"])
def test_what_is_not_ones_own_to_change_is_ignored_with_a_warning(api, customer, field):
    before = getattr(customer, field)

    answer = api(customer).patch(f"{BASE}/auth/user/", {field: "ADMIN"})

    customer.refresh_from_db()
    assert answer.json()["warnings"] == [f"Unknown field ignored: {field}"]
    assert getattr(customer, field) == before


def test_a_put_names_what_is_missing(api, customer):
    answer = api(customer).put(f"{BASE}/auth/user/", {})

    assert set(answer.json()["errors"]) == {"first_name", "last_name"}


def test_a_phone_of_somebody_else_is_a_409(api, customer):
    UserFactory(phone="+2348031234567")

    answer = api(customer).patch(f"{BASE}/auth/user/", {"phone": "+2348031234567"})

    assert (answer.status_code, answer.json()["code"]) == (409, "phone_taken")


def test_a_new_phone_is_audited_and_unproven_the_same_one_stays_proven(api, now):
    user = UserFactory(phone="+2348031234567", phone_verified_at=now)
    api(user).patch(f"{BASE}/auth/user/", {"phone": "+2348031234567"})
    user.refresh_from_db()
    assert user.phone_verified_at == now

    api(user).patch(f"{BASE}/auth/user/", {"phone": "+2348031234568"})

    user.refresh_from_db()
    assert user.phone_verified_at is None
    assert AuditEntry.objects.filter(action="user.phone_changed").count() == 1


@pytest.mark.parametrize("phone", [None, "+2348031234568"])
def test_the_only_way_in_stays(api, phone):
    user = UserFactory(phone_only=True)

    assert api(user).patch(f"{BASE}/auth/user/", {"phone": phone}).status_code == 400


def test_other_apps_add_to_the_account(api, customer, contribute):
    stored = {}
    contribute(
        account=[
            ProfilePart(
                name="notifications",
                fields=lambda: {"notification_preferences": serializers.DictField()},
                inputs=lambda: {"notification_preferences": serializers.DictField(required=False)},
                read=lambda user: {"notification_preferences": stored.get(user.pk, {"sms": True})},
                write=lambda *, user, values, at: stored.update({user.pk: values["notification_preferences"]}),
            )
        ]
    )

    assert api(customer).get(f"{BASE}/auth/user/").json()["data"]["notification_preferences"] == {"sms": True}
    answer = api(customer).patch(f"{BASE}/auth/user/", {"notification_preferences": {"sms": False}})
    assert answer.json()["data"]["notification_preferences"] == {"sms": False}
    assert answer.json().get("warnings") is None


def test_a_profile_begins_empty_and_is_stored_by_the_first_change(api, customer):
    data = api(customer).get(f"{BASE}/profile/").json()["data"]
    assert (data["bio"], data["location"], data["preferences"], data["addresses"]) == ("", None, {}, [])
    assert not Profile.objects.exists()

    body = {
        "bio": "I like early mornings.",
        "avatar": "https://cdn.example/ada.webp",
        "location": {"latitude": 6.5, "longitude": 3.4},
        "location_name": "Yaba",
        "time_zone": "Africa/Accra",
        "language": "fr",
        "preferences": {"theme": "dark"},
    }
    answer = api(customer).patch(f"{BASE}/profile/", body)

    assert answer.status_code == 200
    data = answer.json()["data"]
    assert {name: data[name] for name in body} == body


@pytest.mark.parametrize(
    "body",
    [
        {"avatar": "javascript:alert(1)"},
        {"avatar": "http://x.example/a.png"},
        {"preferences": [1]},
        {"preferences": {"x": "y" * 9000}},
        {"location": {"latitude": 91, "longitude": 0}},
        {"location": {"latitude": True, "longitude": 0}},
        {"location": "here"},
        {"location": {"latitude": 1}},
        {"time_zone": "Nowhere"},
    ],
)
def test_bad_profiles_are_refused(api, customer, body):
    answer = api(customer).patch(f"{BASE}/profile/", body)

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == list(body)
    assert not Profile.objects.exists()


def test_a_number_that_json_cannot_hold_is_refused(api, customer):
    for text in ('{"preferences": {"x": 1e999}}', '{"location": {"latitude": 1e999, "longitude": 0}}'):
        answer = api(customer).patch(f"{BASE}/profile/", text, content_type="application/json")
        assert answer.status_code == 400


@pytest.mark.parametrize(
    ("trait", "extra"),
    [
        ({}, {"addresses"}),
        ({"staff": True}, set()),
        ({"ceo": True}, set()),
        ({"admin": True}, {"department", "permission_level", "hire_date"}),
        ({"ops": True}, {"department", "permission_level", "hire_date"}),
        ({"viewer": True}, {"department", "permission_level", "hire_date"}),
    ],
)
def test_the_profile_follows_the_role(api, trait, extra):
    data = api(UserFactory(**trait)).get(f"{BASE}/profile/").json()["data"]

    every = {"addresses", "department", "permission_level", "hire_date"}
    assert every & set(data) == extra


def test_ops_profiles_say_department_and_level(api, admin):
    user = UserFactory(ops=True)
    answer = api(admin).put(
        f"{BASE}/admin/users/{user.pk}/employment/", {"department": "Trust", "hire_date": "2026-02-01"}
    )
    assert answer.status_code == 200

    data = api(user).get(f"{BASE}/profile/").json()["data"]
    assert (data["department"], data["permission_level"], data["hire_date"]) == ("Trust", "ACT", "2026-02-01")
    customer = UserFactory()
    body = {"department": "x", "hire_date": None}
    assert api(admin).put(f"{BASE}/admin/users/{customer.pk}/employment/", body).status_code == 404
    assert OpsProfile.objects.count() == 1


def test_other_apps_add_to_the_profile_of_a_role(api, contribute):
    contribute(
        profile=[
            ProfilePart(
                name="skills",
                roles=frozenset({Role.STAFF}),
                fields=lambda: {"skills": serializers.ListField()},
                read=lambda user: {"skills": ["yoga"]},
            )
        ]
    )

    assert api(UserFactory(staff=True)).get(f"{BASE}/profile/").json()["data"]["skills"] == ["yoga"]
    assert "skills" not in api(UserFactory()).get(f"{BASE}/profile/").json()["data"]


def test_the_history_costs_the_same_for_one_and_many(api, customer, login, count_queries):
    login(customer)
    with count_queries() as one:
        api(customer).get(f"{BASE}/profile/history/")
    for _ in range(5):
        login(customer)
    with count_queries() as many:
        answer = api(customer).get(f"{BASE}/profile/history/")
    assert len(one) == len(many)
    assert (answer.json()["data"]["count"], len(answer.json()["data"]["results"])) == (None, 6)
