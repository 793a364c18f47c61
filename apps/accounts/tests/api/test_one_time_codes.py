from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from apps.accounts import operations
from apps.accounts.errors import LockedOut, WrongCredentials
from apps.accounts.events import OneTimeCodeRequested, PhoneVerified
from apps.accounts.models import OneTimeCode
from apps.accounts.states import CodePurpose
from apps.accounts.tests.conftest import BASE
from apps.accounts.tests.factories import UserFactory
from apps.core import clock

pytestmark = pytest.mark.django_db
PHONE = "+2348031234567"


@pytest.fixture
def caller(db):
    return UserFactory(phone_only=True, phone=PHONE)


def _code(api, heard, drain_outbox, phone=PHONE):
    api().post(f"{BASE}/auth/one-time-code/", {"phone": phone})
    drain_outbox()
    return heard.last(OneTimeCodeRequested).code


def _wrong(code):
    return f"{(int(code) + 1) % 10**6:06d}"


def test_a_code_signs_in_once(api, caller, heard, drain_outbox):
    code = _code(api, heard, drain_outbox)

    first = api().post(f"{BASE}/auth/login/code/", {"phone": "+234 803 123 4567", "one_time_code": code})
    again = api().post(f"{BASE}/auth/login/code/", {"phone": PHONE, "one_time_code": code})

    assert first.json()["data"]["user"]["id"] == str(caller.pk)
    assert (again.status_code, again.json()["code"]) == (401, "wrong_credentials")


def test_six_digits_are_hashed_at_rest(api, caller, heard, drain_outbox):
    code = _code(api, heard, drain_outbox)

    row = OneTimeCode.objects.values().get()
    assert len(code) == 6
    assert code.isdigit()
    assert code not in str(row["digest"])
    assert len(row["digest"]) == 64


def test_unknown_phones_get_the_same_answer_and_no_code(api, caller, heard, drain_outbox, count_queries):
    answers, costs = [], []
    for phone in (PHONE, "+2348039999999"):
        with count_queries() as counted:
            answers.append(api().post(f"{BASE}/auth/one-time-code/", {"phone": phone}).json())
        costs.append(len(counted))
    drain_outbox()

    assert answers[0] == answers[1]
    assert costs[0] == costs[1]
    assert len(heard.of(OneTimeCodeRequested)) == 1


def test_an_unproven_phone_beside_an_e_mail_opens_nothing(api, heard, drain_outbox):
    UserFactory(phone=PHONE, phone_verified_at=None)

    api().post(f"{BASE}/auth/one-time-code/", {"phone": PHONE})
    drain_outbox()

    assert heard.of(OneTimeCodeRequested) == []


def test_a_code_lasts_five_minutes(api, caller, heard, drain_outbox, now):
    code = _code(api, heard, drain_outbox)

    with clock.frozen(now + timedelta(minutes=5)):
        answer = api().post(f"{BASE}/auth/login/code/", {"phone": PHONE, "one_time_code": code})

    assert answer.status_code == 401


def test_a_new_code_takes_the_place_of_the_old(api, caller, heard, drain_outbox):
    old = _code(api, heard, drain_outbox)
    new = _code(api, heard, drain_outbox)

    if old != new:
        assert api().post(f"{BASE}/auth/login/code/", {"phone": PHONE, "one_time_code": old}).status_code == 401
    assert api().post(f"{BASE}/auth/login/code/", {"phone": PHONE, "one_time_code": new}).status_code == 200


def test_five_tries_end_a_code(caller, heard, now):
    operations.send_code(user=caller, purpose=CodePurpose.SIGN_IN, at=now)
    code = heard.last(OneTimeCodeRequested).code
    for _ in range(5):
        with pytest.raises(WrongCredentials):
            operations.sign_in_with_code(phone=PHONE, one_time_code=_wrong(code), at=now)

    with pytest.raises(LockedOut):
        operations.sign_in_with_code(phone=PHONE, one_time_code=code, at=now)
    with pytest.raises(WrongCredentials):  # the lock is over, the code is as well
        operations.sign_in_with_code(phone=PHONE, one_time_code=code, at=now + timedelta(minutes=1))
    assert OneTimeCode.objects.get().tries == 5


def test_no_more_than_five_codes_an_hour(caller, heard, now):
    for _ in range(7):
        operations.send_code(user=caller, purpose=CodePurpose.SIGN_IN, at=now)
    assert len(heard.of(OneTimeCodeRequested)) == 5

    operations.send_code(user=caller, purpose=CodePurpose.SIGN_IN, at=now + timedelta(hours=1))
    assert len(heard.of(OneTimeCodeRequested)) == 6


def test_a_code_of_one_purpose_opens_nothing_else(caller, heard, now):
    operations.send_code(user=caller, purpose=CodePurpose.VERIFY_PHONE, at=now)

    with pytest.raises(WrongCredentials):
        operations.sign_in_with_code(phone=PHONE, one_time_code=heard.last(OneTimeCodeRequested).code, at=now)


def test_a_phone_beside_an_e_mail_is_proven_by_a_code(api, heard):
    user = UserFactory(phone=PHONE)
    assert api(user).post(f"{BASE}/auth/verify-phone/send/", {}).status_code == 200
    code = heard.last(OneTimeCodeRequested).code

    wrong = api(user).post(f"{BASE}/auth/verify-phone/", {"code": _wrong(code)})
    right = api(user).post(f"{BASE}/auth/verify-phone/", {"code": code})

    assert (wrong.status_code, wrong.json()["code"]) == (400, "code_wrong")
    assert right.json()["data"]["phone_verified"] is True
    assert heard.last(PhoneVerified).user_id == user.pk


def test_a_code_to_the_old_number_does_not_prove_the_new(api, heard):
    user = UserFactory(phone=PHONE)
    api(user).post(f"{BASE}/auth/verify-phone/send/", {})
    api(user).patch(f"{BASE}/auth/user/", {"phone": "+2348039999999"})
    user.refresh_from_db()

    answer = api(user).post(f"{BASE}/auth/verify-phone/", {"code": heard.last(OneTimeCodeRequested).code})

    assert answer.status_code == 400


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_tries_at_once_are_all_counted(heard, now, settings):
    settings.GUILD = {**settings.GUILD, "SIGN_IN_ACCOUNT_FAILURES": 1000}
    caller = UserFactory(phone_only=True, phone=PHONE)
    operations.send_code(user=caller, purpose=CodePurpose.SIGN_IN, at=now)
    code = heard.last(OneTimeCodeRequested).code

    def guess(number):
        try:
            with clock.frozen(now):
                operations.sign_in_with_code(
                    phone=PHONE, one_time_code=f"{(int(code) + 1 + number) % 10**6:06d}", at=now
                )
        except WrongCredentials:
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(guess, range(16))) == 0
    row = OneTimeCode.objects.get()
    assert row.tries == 5
    assert row.ended_at is not None


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_the_right_code_at_once_opens_once(heard, now):
    caller = UserFactory(phone_only=True, phone=PHONE)
    operations.send_code(user=caller, purpose=CodePurpose.SIGN_IN, at=now)
    code = heard.last(OneTimeCodeRequested).code

    def come(_):
        try:
            with clock.frozen(now):
                operations.sign_in_with_code(phone=PHONE, one_time_code=code, at=now)
        except (WrongCredentials, LockedOut):
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(come, range(8))) == 1
