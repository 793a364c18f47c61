from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from apps.accounts import operations
from apps.accounts.errors import CodeWrong, LockedOut
from apps.accounts.events import SecondFactorChanged
from apps.accounts.models import RecoveryCode, SecondFactor
from apps.accounts.tests.conftest import BASE
from apps.accounts.tests.factories import PASSWORD, UserFactory
from apps.core import clock

pytestmark = pytest.mark.django_db


def _enrol(user, now):
    """Seed and recovery codes of a person whose second factor is on, confirmed two minutes ago."""
    earlier = now - timedelta(minutes=2)
    enrolment = operations.begin_enrolment(user_id=user.pk, at=earlier)
    codes = operations.confirm_enrolment(user_id=user.pk, code=operations.code_at(enrolment.seed, earlier), at=earlier)
    return enrolment.seed, codes


def test_enrolling_shows_a_picture_and_confirming_answers_recovery_codes(api, customer, heard, now):
    shown = api(customer).post(f"{BASE}/auth/mfa/enrol/", {}).json()["data"]
    assert shown["qr_svg"].startswith("<?xml")
    assert "<svg" in shown["qr_svg"]
    assert shown["uri"].startswith("otpauth://totp/The%20Guild%3A")
    assert api(customer).get(f"{BASE}/auth/mfa/").json()["data"]["enabled"] is False

    answer = api(customer).post(f"{BASE}/auth/mfa/confirm/", {"code": operations.code_at(shown["seed"], now)})

    assert answer.status_code == 200
    assert len(set(answer.json()["data"]["recovery_codes"])) == 10
    assert api(customer).get(f"{BASE}/auth/mfa/").json()["data"] == {
        "enabled": True,
        "required": False,
        "recovery_codes_left": 10,
    }
    assert heard.last(SecondFactorChanged).enabled is True


def test_the_seed_is_ciphertext_and_recovery_codes_are_digests(customer, now):
    seed, codes = _enrol(customer, now)

    with connection.cursor() as cursor:
        cursor.execute("SELECT seed FROM accounts_secondfactor")
        stored = cursor.fetchone()[0]
    assert seed not in stored
    assert SecondFactor.objects.get().seed == seed
    assert not {row.digest for row in RecoveryCode.objects.all()} & set(codes)


def test_signing_in_asks_for_the_second_factor(api, customer, login, bearer, now):
    seed, _ = _enrol(customer, now)

    data = login(customer)
    assert (data["access"], data["user"], data["second_factor_required"]) == (None, None, True)
    wrong = api().post(f"{BASE}/auth/login/second-factor/", {"challenge": data["challenge"], "code": "000000"})
    right = api().post(
        f"{BASE}/auth/login/second-factor/",
        {"challenge": data["challenge"], "code": operations.code_at(seed, now)},
    )

    assert (wrong.status_code, wrong.json()["code"]) == (400, "code_wrong")
    assert bearer(right.json()["data"]["access"]).get(f"{BASE}/auth/user/").status_code == 200


def test_the_code_may_come_along_with_the_password(login, customer, now):
    seed, _ = _enrol(customer, now)

    assert login(customer, code=operations.code_at(seed, now))["access"]


def test_a_phone_code_does_not_go_round_the_second_factor(heard, now):
    user = UserFactory(phone_only=True)
    _enrol(user, now)
    from apps.accounts.events import OneTimeCodeRequested

    operations.send_sign_in_code(phone=user.phone, at=now)
    result = operations.sign_in_with_code(phone=user.phone, one_time_code=heard.last(OneTimeCodeRequested).code, at=now)

    assert result.tokens is None
    assert result.challenge


def test_a_challenge_ends_and_dies_with_the_password(api, customer, login, now):
    seed, _ = _enrol(customer, now)
    challenge = login(customer)["challenge"]
    late = now + timedelta(minutes=5)
    body = {"challenge": challenge, "code": operations.code_at(seed, late)}

    with clock.frozen(late):
        answer = api().post(f"{BASE}/auth/login/second-factor/", body)
    assert (answer.status_code, answer.json()["code"]) == (401, "challenge_ended")
    operations.change_password(user=customer, current_password=PASSWORD, new_password="Another-Good-One-4", at=now)
    body["code"] = operations.code_at(seed, now)
    assert api().post(f"{BASE}/auth/login/second-factor/", body).status_code == 401


@pytest.mark.parametrize("shift", [-30, 0, 30])
def test_a_neighbouring_step_is_taken_and_none_twice(customer, now, shift):
    seed, _ = _enrol(customer, now)
    code = operations.code_at(seed, now + timedelta(seconds=shift))

    operations.check_second_factor(user_id=customer.pk, code=code, at=now)
    with pytest.raises(CodeWrong):
        operations.check_second_factor(user_id=customer.pk, code=code, at=now)


def test_an_older_code_is_not_taken_after_a_newer_one(customer, now):
    seed, _ = _enrol(customer, now)
    operations.check_second_factor(user_id=customer.pk, code=operations.code_at(seed, now), at=now)

    with pytest.raises(CodeWrong):
        older = operations.code_at(seed, now - timedelta(seconds=30))
        operations.check_second_factor(user_id=customer.pk, code=older, at=now)


@pytest.mark.parametrize("shift", [-60, 60])
def test_a_code_from_further_away_is_not_taken(customer, now, shift):
    seed, _ = _enrol(customer, now)

    with pytest.raises(CodeWrong):
        code = operations.code_at(seed, now + timedelta(seconds=shift))
        operations.check_second_factor(user_id=customer.pk, code=code, at=now)


@pytest.mark.parametrize("code", ["", " ", "12345", "１２３４５６", "abcdef", "é" * 6])
def test_nonsense_is_a_wrong_code(customer, now, code):
    _enrol(customer, now)

    with pytest.raises(CodeWrong):
        operations.check_second_factor(user_id=customer.pk, code=code, at=now)


def test_a_recovery_code_opens_once(api, customer, login, now):
    _, codes = _enrol(customer, now)

    assert login(customer, code=codes[0].lower())["access"]
    again = api().post(f"{BASE}/auth/login/", {"email": customer.email, "password": PASSWORD, "code": codes[0]})
    assert again.json()["code"] == "code_wrong"


def test_fresh_recovery_codes_replace_the_old(api, customer, now):
    seed, old = _enrol(customer, now)

    answer = api(customer).post(f"{BASE}/auth/mfa/recovery-codes/", {"code": operations.code_at(seed, now)})

    fresh = answer.json()["data"]["recovery_codes"]
    assert not set(fresh) & set(old)
    with pytest.raises(CodeWrong):
        operations.check_second_factor(user_id=customer.pk, code=old[1], at=now)
    operations.check_second_factor(user_id=customer.pk, code=fresh[1], at=now)


def test_guessing_codes_locks_out_and_stays_counted(api, customer, now):
    seed, _ = _enrol(customer, now)
    for _ in range(5):
        assert api(customer).post(f"{BASE}/auth/mfa/disable/", {"code": "000000"}).status_code == 400

    with pytest.raises(LockedOut):
        operations.check_second_factor(user_id=customer.pk, code=operations.code_at(seed, now), at=now)


def test_switching_off_needs_a_code(api, customer, heard, now):
    seed, _ = _enrol(customer, now)

    assert api(customer).post(f"{BASE}/auth/mfa/disable/", {"code": "000000"}).status_code == 400
    assert api(customer).post(f"{BASE}/auth/mfa/disable/", {"code": operations.code_at(seed, now)}).status_code == 200

    assert not SecondFactor.objects.exists()
    assert heard.last(SecondFactorChanged).enabled is False
    assert api(customer).post(f"{BASE}/auth/mfa/disable/", {"code": "1"}).json()["code"] == "second_factor_off"


def test_enrolling_twice_is_refused_once_it_is_on(api, customer, now):
    _enrol(customer, now)

    answer = api(customer).post(f"{BASE}/auth/mfa/enrol/", {})

    assert (answer.status_code, answer.json()["code"]) == (409, "second_factor_on")
    assert api(customer).post(f"{BASE}/auth/mfa/confirm/", {"code": "1"}).status_code == 409


def test_confirming_without_enrolling_is_refused(api, customer):
    assert api(customer).post(f"{BASE}/auth/mfa/confirm/", {"code": "1"}).json()["code"] == "second_factor_off"


@pytest.mark.parametrize("trait", ["admin", "ops"])
def test_ops_without_a_second_factor_may_only_enrol(login, bearer, trait, now):
    user = UserFactory(**{trait: True})
    data = login(user)
    client = bearer(data["access"])
    assert data["next_step"] == "ENROLMENT"
    assert client.get(f"{BASE}/auth/user/").status_code == 200
    for path in ("/profile/", "/auth/api-keys/", "/admin/users/"):
        assert client.get(BASE + path).json()["code"] == "second_factor_required"
    assert client.patch(f"{BASE}/auth/user/", {}).json()["code"] == "second_factor_required"

    seed = client.post(f"{BASE}/auth/mfa/enrol/", {}).json()["data"]["seed"]
    assert client.post(f"{BASE}/auth/mfa/confirm/", {"code": operations.code_at(seed, now)}).status_code == 200

    assert client.get(f"{BASE}/profile/").status_code == 200


def test_a_password_alone_gives_ops_with_a_second_factor_no_token(login, now):
    user = UserFactory(ops=True)
    _enrol(user, now)

    assert login(user)["access"] is None


def test_a_viewer_and_others_need_none(login, bearer):
    for trait in ("viewer", "ceo", "staff"):
        assert bearer(login(UserFactory(**{trait: True}))["access"]).get(f"{BASE}/profile/").status_code == 200


def test_ops_cannot_switch_it_off(api, now):
    user = UserFactory(ops=True)
    seed, _ = _enrol(user, now)

    answer = api(user).post(f"{BASE}/auth/mfa/disable/", {"code": operations.code_at(seed, now)})

    assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_required")


def test_a_sandbox_may_do_without(login, bearer, settings):
    settings.SECOND_FACTOR_REQUIRED = False

    assert bearer(login(UserFactory(ops=True))["access"]).get(f"{BASE}/profile/").status_code == 200


def test_doing_without_is_refused_outside_a_sandbox(settings):
    from apps.accounts.checks import second_factor_is_required

    settings.SECOND_FACTOR_REQUIRED, settings.SANDBOX = False, False

    assert [error.id for error in second_factor_is_required(None)] == ["guild.E010"]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_code_at_once_is_taken_once(now):
    user = UserFactory()
    seed, _ = _enrol(user, now)
    code = operations.code_at(seed, now)

    def come(_):
        try:
            with clock.frozen(now):
                operations.check_second_factor(user_id=user.pk, code=code, at=now)
        except (CodeWrong, LockedOut):
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(come, range(8))) == 1
