from datetime import timedelta

import pytest

from apps.accounts.models import AccountActivity, SignIn, User
from apps.accounts.tests.conftest import BASE
from apps.accounts.tests.factories import PASSWORD, UserFactory
from apps.accounts.tokens import AccessToken
from apps.core import clock

pytestmark = pytest.mark.django_db


def test_login_answers_tokens_and_the_person(api, customer):
    answer = api().post(f"{BASE}/auth/login/", {"email": customer.email.upper(), "password": PASSWORD})

    data = answer.json()["data"]
    assert answer.status_code == 200
    assert data["user"]["id"] == str(customer.pk)
    assert (data["second_factor_required"], data["challenge"], data["next_step"]) == (False, None, None)
    claims = AccessToken(data["access"]).payload
    assert {name: claims[name] for name in ("user_id", "role", "version")} == {
        "user_id": str(customer.pk),
        "role": "CUSTOMER",
        "version": 1,
    }
    assert [row.kind for row in AccountActivity.objects.filter(user=customer)] == ["SIGNED_IN"]


def test_an_access_token_says_who_am_i(login, bearer, customer):
    answer = bearer(login(customer)["access"]).get(f"{BASE}/auth/user/")

    assert answer.status_code == 200
    assert answer.json()["data"]["email"] == customer.email
    assert answer.json()["data"]["second_factor"] is False


@pytest.mark.parametrize("email", ["known", "nobody@example.com"])
def test_a_wrong_password_and_an_unknown_person_get_the_same_answer(api, customer, email):
    email = customer.email if email == "known" else email

    answer = api().post(f"{BASE}/auth/login/", {"email": email, "password": "Not-The-Password-1"})

    assert answer.status_code == 401
    body = answer.json()
    assert (body["code"], body["message"]) == (
        "wrong_credentials",
        "These do not belong together. Check what you typed.",
    )


@pytest.mark.parametrize("gone", [{"is_active": False}, {"is_deleted": True}, {"is_guest": True}])
def test_closed_accounts_do_not_sign_in(api, gone):
    user = UserFactory(**gone)

    answer = api().post(f"{BASE}/auth/login/", {"email": user.email, "password": PASSWORD})

    assert answer.status_code == 401


def test_an_access_token_ends_after_an_hour(login, bearer, customer, now):
    access = login(customer)["access"]

    with clock.frozen(now + timedelta(minutes=59, seconds=59)):
        assert bearer(access).get(f"{BASE}/auth/user/").status_code == 200
    with clock.frozen(now + timedelta(minutes=60)):
        answer = bearer(access).get(f"{BASE}/auth/user/")
    assert (answer.status_code, answer.json()["code"]) == (401, "token_ended")


@pytest.mark.parametrize(
    "change",
    [{"token_version": 2}, {"is_active": False}, {"is_deleted": True}],
    ids=["other version", "inactive", "deleted"],
)
def test_an_access_token_ends_with_its_person(login, bearer, customer, change):
    access = login(customer)["access"]
    User.all_objects.filter(pk=customer.pk).update(**change)

    answer = bearer(access).get(f"{BASE}/auth/user/")

    assert (answer.status_code, answer.json()["code"]) == (401, "token_ended")


@pytest.mark.parametrize("header", ["Bearer", "Bearer a b", "Bearer x.y.z", "Bearer \u00ff", "Api-Key", "Api-Key x y"])
def test_a_malformed_token_is_a_401(api, header, db):
    assert api(Authorization=header).get(f"{BASE}/auth/user/").status_code == 401


def test_a_refresh_token_is_no_access_token(login, bearer, customer):
    assert bearer(login(customer)["refresh"]).get(f"{BASE}/auth/user/").status_code == 401


def test_logout_ends_this_sign_in_and_no_other(login, bearer, api, customer):
    here, there = login(customer), login(customer)

    answer = bearer(here["access"]).post(f"{BASE}/auth/logout/", {})

    assert answer.status_code == 200
    assert bearer(here["access"]).get(f"{BASE}/auth/user/").status_code == 401
    assert api().post(f"{BASE}/auth/token/refresh/", {"refresh": here["refresh"]}).status_code == 401
    assert bearer(there["access"]).get(f"{BASE}/auth/user/").status_code == 200


def test_logout_by_the_refresh_token_alone(login, api, customer):
    tokens = login(customer)

    assert api().post(f"{BASE}/auth/logout/", {"refresh": tokens["refresh"]}).status_code == 200
    assert api().post(f"{BASE}/auth/logout/", {"refresh": tokens["refresh"]}).status_code == 200
    assert list(SignIn.objects.values_list("end_reason", flat=True)) == ["SIGNED_OUT"]
    assert api().post(f"{BASE}/auth/logout/", {}).status_code == 401
    assert api().post(f"{BASE}/auth/logout/", {"refresh": "nonsense"}).status_code == 200


def test_logout_everywhere_ends_all_at_once(login, bearer, api, customer):
    here, there = login(customer), login(customer)

    assert bearer(here["access"]).post(f"{BASE}/auth/logout-all/", {}).status_code == 200

    for tokens in (here, there):
        assert bearer(tokens["access"]).get(f"{BASE}/auth/user/").status_code == 401
        assert api().post(f"{BASE}/auth/token/refresh/", {"refresh": tokens["refresh"]}).status_code == 401


def test_who_must_change_the_password_can_do_nothing_else(login, bearer):
    user = UserFactory(must_change_password=True)
    data = login(user)
    client = bearer(data["access"])

    assert data["next_step"] == "PASSWORD_CHANGE"
    assert client.get(f"{BASE}/auth/user/").status_code == 200
    refused = client.patch(f"{BASE}/auth/user/", {"first_name": "X"})
    assert (refused.status_code, refused.json()["code"]) == (403, "password_change_required")
    assert client.get(f"{BASE}/profile/").json()["code"] == "password_change_required"
    changed = client.put(f"{BASE}/auth/password/", {"current_password": PASSWORD, "new_password": "Another-Good-One-4"})
    assert changed.status_code == 200
    assert bearer(changed.json()["data"]["access"]).get(f"{BASE}/profile/").status_code == 200


def test_a_device_token_is_handed_out(api, db):
    first = api().post(f"{BASE}/auth/device-token/", {})
    second = api().post(f"{BASE}/auth/device-token/", {})

    assert first.status_code == 201
    assert first.json()["data"]["device_token"] != second.json()["data"]["device_token"]
