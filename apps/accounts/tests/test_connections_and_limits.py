from datetime import timedelta

import pytest

from apps.accounts import operations
from apps.accounts.authentication import user_of_token
from apps.accounts.tests.conftest import BASE
from apps.accounts.tests.factories import UserFactory
from apps.core import clock

pytestmark = pytest.mark.django_db


def _access(user, now, **more):
    return operations.begin_sign_in(user=user, second_factor=False, at=now, **more).access


def test_a_connection_knows_the_person_of_its_token(customer, now):
    assert user_of_token(_access(customer, now)) == customer


def test_limited_and_ended_tokens_open_no_connection(customer, now):
    for access in (
        "nonsense",
        _access(UserFactory(ops=True), now),
        _access(UserFactory(must_change_password=True), now),
    ):
        assert user_of_token(access) is None
    access = _access(customer, now)
    with clock.frozen(now + timedelta(hours=1)):
        assert user_of_token(access) is None
    operations.sign_out_everywhere(user_id=customer.pk, by=customer, at=now)
    assert user_of_token(access) is None


def test_asking_for_who_is_asking_costs_one_query(bearer, customer, now, count_queries):
    client = bearer(_access(customer, now))
    with count_queries() as counted:
        client.get(f"{BASE}/profile/devices/")

    assert len([query for query in counted if "accounts_user" in query["sql"]]) == 1


def test_device_tokens_buy_no_more_device_tokens(api, settings, monkeypatch):
    settings.THROTTLING = True
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "device_token": "3/h", "anonymous": "1000/h"}
    address = {"REMOTE_ADDR": "203.0.113.77"}
    monkeypatch.setattr("apps.core.api.throttles._count", _counter())
    client = api()

    statuses = []
    for _ in range(5):
        answer = client.post(f"{BASE}/auth/device-token/", {}, **address)
        statuses.append(answer.status_code)
        if answer.status_code == 201:
            client.credentials(HTTP_X_DEVICE_TOKEN=answer.json()["data"]["device_token"])

    assert statuses == [201, 201, 201, 429, 429]


def _counter():
    counts = {}

    def count(keys, periods):
        answers = []
        for key, period in zip(keys, periods, strict=True):
            counts[key] = counts.get(key, 0) + 1
            answers += [counts[key], period]
        return answers

    return count


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("login/", "login"),
        ("login/code/", "login"),
        ("login/second-factor/", "login"),
        ("register/", "register"),
        ("password/forgot/", "password"),
        ("password/reset/", "password"),
        ("verify-email/resend/", "password"),
        ("one-time-code/", "one_time_code"),
    ],
)
def test_tighter_limits_hold(api, settings, monkeypatch, path, scope):
    settings.THROTTLING = True
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, scope: "2/h"}
    monkeypatch.setattr("apps.core.api.throttles._count", _counter())

    statuses = [api().post(f"{BASE}/auth/{path}", {}).status_code for _ in range(3)]

    assert statuses == [400, 400, 429]


def test_djangos_own_sign_in_stands_behind_the_same_guard(customer):
    from django.contrib.auth import authenticate

    from apps.accounts.tests.factories import PASSWORD

    assert authenticate(username=customer.email.upper(), password=PASSWORD) == customer
    assert authenticate(username=None, password=None) is None
    for _ in range(5):
        assert authenticate(username=customer.email, password="wrong") is None
    assert authenticate(username=customer.email, password=PASSWORD) is None
