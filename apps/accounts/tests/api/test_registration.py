from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from apps.accounts import operations
from apps.accounts.errors import EmailTaken, LinkEnded
from apps.accounts.events import (
    EmailVerified,
    GuestTakenOver,
    OneTimeCodeRequested,
    UserRegistered,
    VerificationRequested,
)  # fmt: skip
from apps.accounts.models import User
from apps.accounts.tests.conftest import BASE
from apps.accounts.tests.factories import UserFactory
from apps.core import clock

pytestmark = pytest.mark.django_db
ADA = {
    "email": "Ada@Example.com",
    "password": "Harmattan-Breeze-7",
    "first_name": "Ada",
    "last_name": "Okafor",
    "phone": "+234 803 123 4567",
    "role": "CEO",
}


def test_registering_makes_a_person_and_orders_a_verification(api, heard):
    answer = api().post(f"{BASE}/auth/register/", ADA)

    user = User.objects.get()
    assert answer.status_code == 201
    assert (user.email, user.phone, user.role, user.is_staff) == ("ada@example.com", "+2348031234567", "CEO", False)
    assert answer.json()["data"]["email_verified"] is False
    assert "password" not in str(answer.json()["data"]).replace("must_change_password", "")
    assert heard.last(UserRegistered).user_id == user.pk
    asked = heard.last(VerificationRequested)
    assert (asked.user_id, asked.email) == (user.pk, "ada@example.com")
    assert asked.path == f"/account/verify-email/?token={asked.token}"


@pytest.mark.parametrize("role", ["ADMIN", "OPS", "VIEWER", "EMPLOYEE", "KING", ""])
def test_nobody_gives_themselves_a_role_of_ours(api, role, heard):
    answer = api().post(f"{BASE}/auth/register/", {**ADA, "role": role})

    assert answer.status_code == 400
    assert "role" in answer.json()["errors"]
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"password": "short"}, "password"),
        ({"password": "password1234"}, "password"),
        ({"password": "ada@example.com"}, "password"),
        ({"password": None}, "password"),
        ({"email": "nonsense"}, "email"),
        ({"phone": "0803"}, "phone"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"language": "xx"}, "language"),
        ({"first_name": "x" * 81}, "first_name"),
    ],
)
def test_bad_input_names_its_field(api, change, field):
    answer = api().post(f"{BASE}/auth/register/", {**ADA, **change})

    assert answer.status_code == 400
    assert field in answer.json()["errors"]
    assert not User.objects.exists()


def test_neither_mail_nor_phone_is_refused(api):
    assert api().post(f"{BASE}/auth/register/", {"role": "CUSTOMER"}).status_code == 400


def test_a_password_is_needed_with_an_e_mail(api):
    answer = api().post(f"{BASE}/auth/register/", {"email": "a@example.com"})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["password"])


@pytest.mark.parametrize(
    ("taken", "code"), [({"email": "ADA@example.COM"}, "email_taken"), ({"phone": "+2348031234567"}, "phone_taken")]
)
def test_an_address_or_number_belongs_to_one_person(api, taken, code):
    UserFactory(**taken)

    answer = api().post(f"{BASE}/auth/register/", ADA)

    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert User.objects.count() == 1


def test_by_phone_alone_one_signs_in_by_the_code(api, heard):
    assert api().post(f"{BASE}/auth/register/", {"phone": "+2348031234567"}).status_code == 201

    code = heard.last(OneTimeCodeRequested).code
    answer = api().post(f"{BASE}/auth/login/code/", {"phone": "+2348031234567", "one_time_code": code})
    assert answer.status_code == 200
    assert answer.json()["data"]["user"]["phone_verified"] is True


def test_unknown_fields_are_named_not_refused(api, heard):
    answer = api().post(f"{BASE}/auth/register/", {**ADA, "is_staff": True})

    assert answer.status_code == 201
    assert answer.json()["warnings"] == ["Unknown field ignored: is_staff"]
    assert User.objects.get().is_staff is False


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_registrations_at_once_with_one_e_mail_one_wins(now):
    def register(number):
        try:
            with clock.frozen(now):
                operations.register(email=f"{'ADA' if number % 2 else 'ada'}@example.com", password="Harmattan-Breeze-7",
                                    role="CUSTOMER", at=now)  # fmt: skip
        except EmailTaken:
            return "taken"
        finally:
            connection.close()
        return "made"

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(register, range(4)))

    assert outcomes == ["made", "taken", "taken", "taken"]
    assert User.objects.count() == 1


def test_the_link_verifies_and_twice_is_harmless(api, heard):
    api().post(f"{BASE}/auth/register/", ADA)
    token = heard.last(VerificationRequested).token

    for _ in range(2):
        assert api().post(f"{BASE}/auth/verify-email/", {"token": token}).status_code == 200

    assert User.objects.get().email_verified_at is not None
    assert len(heard.of(EmailVerified)) == 1


def test_a_link_ends_and_cannot_be_forged(heard, now):
    operations.register(email="ada@example.com", password="Harmattan-Breeze-7", role="CUSTOMER", at=now)
    token = heard.last(VerificationRequested).token

    for text, at in [
        (token, now + timedelta(days=3)),
        (token[:-2] + "xx", now),
        ("x", now),
        ("a:b:c", now),
        (token, now - timedelta(hours=1)),
    ]:
        with pytest.raises(LinkEnded):
            operations.verify_email(token=text, at=at)
    assert User.objects.get().email_verified_at is None


def test_a_link_of_one_purpose_opens_nothing_else(heard, now):
    user = operations.register(email="ada@example.com", password="Harmattan-Breeze-7", role="CUSTOMER", at=now)
    token = heard.last(VerificationRequested).token

    with pytest.raises(LinkEnded):
        operations.reset_password(token=token, new_password="Another-Good-One-4", at=now)
    assert user.check_password("Harmattan-Breeze-7")


@pytest.mark.parametrize("email", ["unverified@example.com", "verified@example.com", "nobody@example.com"])
def test_resending_never_tells_who_is_known(api, heard, drain_outbox, email):
    UserFactory(email="unverified@example.com", email_verified_at=None)
    UserFactory(email="verified@example.com")

    answer = api().post(f"{BASE}/auth/verify-email/resend/", {"email": email})
    drain_outbox()

    assert answer.status_code == 200
    assert answer.json()["message"] == "If this address waits to be verified, a mail is on its way."
    assert len(heard.of(VerificationRequested)) == (1 if email.startswith("unverified") else 0)


def test_a_guest_is_the_same_one_again_and_cannot_sign_in(api, now):
    first = operations.guest_customer(email="Guest@example.com", phone="+2348031234567", at=now, first_name="G")
    again = operations.guest_customer(email="guest@example.com", phone="+2348031234567", at=now)
    other = operations.guest_customer(email="guest@example.com", phone="+2348031234568", at=now)

    assert first == again != other
    assert api().post(f"{BASE}/auth/login/", {"email": "guest@example.com", "password": "x"}).status_code == 401


def test_a_guest_is_taken_over_once_the_e_mail_is_proven(heard, now):
    guest = operations.guest_customer(email="guest@example.com", phone="+2348031234567", at=now)
    user = operations.register(email="GUEST@example.com", password="Harmattan-Breeze-7", role="CUSTOMER", at=now)
    assert heard.of(GuestTakenOver) == []

    operations.verify_email(token=heard.last(VerificationRequested).token, at=now)

    guest.refresh_from_db()
    assert (guest.taken_over_by, guest.is_deleted) == (user, True)
    assert heard.of(GuestTakenOver) == [GuestTakenOver(guest_id=guest.pk, user_id=user.pk, taken_over_at=now)]


def test_a_guest_booking_does_not_touch_a_registered_person(now):
    user = UserFactory(email="ada@example.com")

    assert operations.guest_customer(email="ada@example.com", phone="+2348031234567", at=now) != user


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_guest_is_made_by_many_at_once(now):
    def come(_):
        try:
            with clock.frozen(now):
                return operations.guest_customer(email="g@example.com", phone="+2348031234567", at=now).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(come, range(4)))) == 1
