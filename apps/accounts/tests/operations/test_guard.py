from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from apps.accounts import operations
from apps.accounts.errors import LockedOut, WrongCredentials
from apps.accounts.models import SignInGuard
from apps.accounts.tests.conftest import BASE
from apps.accounts.tests.factories import PASSWORD, UserFactory
from apps.core import clock, context

pytestmark = pytest.mark.django_db


def _fail(email, at, times=1):
    for _ in range(times):
        with pytest.raises(WrongCredentials):
            operations.check_password(email=email, password="wrong", at=at)


def test_five_failures_lock_even_the_right_password_out(customer, now):
    _fail(customer.email, now, 5)

    with pytest.raises(LockedOut) as refusal:
        operations.check_password(email=customer.email.upper(), password=PASSWORD, at=now)

    assert refusal.value.data["retry_after_s"] == 31
    assert (
        operations.check_password(email=customer.email, password=PASSWORD, at=now + timedelta(seconds=30)) == customer
    )


def test_the_delay_grows_to_an_hour(customer, now):
    at, delays = now, []
    _fail(customer.email, at, 4)
    for _ in range(10):
        _fail(customer.email, at)
        guard = SignInGuard.objects.get()
        delays.append((guard.locked_until - at).total_seconds())
        at = guard.locked_until
    assert delays == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]


def test_a_success_forgets_the_failures(customer, now):
    _fail(customer.email, now, 4)
    operations.check_password(email=customer.email, password=PASSWORD, at=now)
    _fail(customer.email, now, 4)

    assert operations.check_password(email=customer.email, password=PASSWORD, at=now) == customer


def test_failures_are_forgotten_after_a_day(customer, now):
    _fail(customer.email, now, 4)
    _fail(customer.email, now + timedelta(hours=24), 4)

    assert SignInGuard.objects.get().failures == 4


def test_unknown_people_lock_out_all_the_same(now):
    _fail("nobody@example.com", now, 5)

    with pytest.raises(LockedOut):
        operations.check_password(email="nobody@example.com", password="x", at=now)


def test_one_address_that_tries_many_people_is_locked(now):
    token = context.current.set(context.RequestContext(ip_address="203.0.113.7"))
    try:
        for number in range(30):
            _fail(f"person{number}@elsewhere.example", now)
        with pytest.raises(LockedOut):
            operations.check_password(email="fresh@example.com", password="x", at=now)
    finally:
        context.current.reset(token)
    with pytest.raises(WrongCredentials):
        operations.check_password(email="fresh@example.com", password="x", at=now)


def test_the_answer_says_when_to_come_back(api, customer, now):
    _fail(customer.email, now, 5)

    answer = api().post(f"{BASE}/auth/login/", {"email": customer.email, "password": PASSWORD})

    assert (answer.status_code, answer.json()["code"], answer.json()["retryable"]) == (429, "locked_out", True)
    assert answer["Retry-After"] == "31"


def test_no_name_and_no_address_is_stored(customer, now):
    _fail(customer.email, now)

    assert customer.email not in str(SignInGuard.objects.values())


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_guesses_at_once_are_guesses_in_a_row(now):
    user = UserFactory()

    def guess(_):
        try:
            with clock.frozen(now):
                operations.check_password(email=user.email, password="wrong", at=now)
        except WrongCredentials:
            return "weighed"
        except LockedOut:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(guess, range(16)))

    assert outcomes.count("weighed") == 5
    assert outcomes.count("refused") == 11


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_right_passwords_at_once_all_open(now):
    user = UserFactory()

    def come(_):
        try:
            with clock.frozen(now):
                return operations.check_password(email=user.email, password=PASSWORD, at=now).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(come, range(16))) == {user.pk}
