from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from apps.accounts import operations
from apps.accounts.errors import TokenEnded
from apps.accounts.events import SignInFamilyEnded
from apps.accounts.models import RefreshToken, SignIn, User
from apps.accounts.tests.conftest import BASE
from apps.accounts.tests.factories import UserFactory
from apps.core import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def tokens(customer, now):
    return operations.begin_sign_in(user=customer, second_factor=False, at=now)


def test_refresh_rotates(api, bearer, tokens):
    answer = api().post(f"{BASE}/auth/token/refresh/", {"refresh": tokens.refresh})

    data = answer.json()["data"]
    assert answer.status_code == 200
    assert data["refresh"] != tokens.refresh
    assert bearer(data["access"]).get(f"{BASE}/auth/user/").status_code == 200


def test_within_a_minute_the_same_successor_is_handed_out_again(tokens, now):
    first = operations.refresh(token=tokens.refresh, at=now)

    again = operations.refresh(token=tokens.refresh, at=now + timedelta(seconds=59))

    assert again.refresh == first.refresh
    assert RefreshToken.objects.count() == 2


def test_an_old_token_ends_its_whole_family(tokens, heard, bearer, customer, now):
    first = operations.refresh(token=tokens.refresh, at=now)

    with pytest.raises(TokenEnded):
        operations.refresh(token=tokens.refresh, at=now + timedelta(seconds=60))

    assert SignIn.objects.get().end_reason == "TOKEN_REUSED"
    assert heard.of(SignInFamilyEnded)[0].user_id == customer.pk
    with pytest.raises(TokenEnded):
        operations.refresh(token=first.refresh, at=now + timedelta(seconds=60))
    assert bearer(first.access).get(f"{BASE}/auth/user/").status_code == 401


def test_another_sign_in_of_the_person_lives_on(tokens, customer, now):
    other = operations.begin_sign_in(user=customer, second_factor=False, at=now)
    operations.refresh(token=tokens.refresh, at=now)
    with pytest.raises(TokenEnded):
        operations.refresh(token=tokens.refresh, at=now + timedelta(minutes=2))

    assert operations.refresh(token=other.refresh, at=now + timedelta(minutes=2)).refresh


def test_seven_days_slide(tokens, now):
    later = now + timedelta(days=6, hours=23)
    second = operations.refresh(token=tokens.refresh, at=later)
    with clock.frozen(later + timedelta(days=6, hours=23)):
        third = operations.refresh(token=second.refresh, at=clock.now())
    assert third.refresh

    with clock.frozen(later + timedelta(days=14)), pytest.raises(TokenEnded):
        operations.refresh(token=third.refresh, at=clock.now())


@pytest.mark.parametrize("change", [{"is_deleted": True}, {"is_active": False}, {"token_version": 9}])
def test_a_refresh_for_somebody_gone_is_a_401(api, tokens, customer, change):
    User.all_objects.filter(pk=customer.pk).update(**change)

    answer = api().post(f"{BASE}/auth/token/refresh/", {"refresh": tokens.refresh})

    assert (answer.status_code, answer.json()["code"]) == (401, "token_ended")


@pytest.mark.parametrize("text", ["x", "a.b.c", "\u00e9.\u00e9.\u00e9", "e30.e30.e30"])
def test_nonsense_is_a_401(api, text, db):
    assert api().post(f"{BASE}/auth/token/refresh/", {"refresh": text}).status_code == 401


def test_an_access_token_does_not_refresh(api, tokens):
    assert api().post(f"{BASE}/auth/token/refresh/", {"refresh": tokens.access}).status_code == 401


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_eight_parallel_refreshes_get_one_successor(now):
    tokens = operations.begin_sign_in(user=UserFactory(), second_factor=False, at=now)

    def refresh(_):
        try:
            with clock.frozen(now):
                return operations.refresh(token=tokens.refresh, at=now).refresh
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        successors = set(pool.map(refresh, range(8)))

    assert len(successors) == 1
    assert RefreshToken.objects.filter(rotated_at__isnull=True).count() == 1
    assert RefreshToken.objects.count() == 2
