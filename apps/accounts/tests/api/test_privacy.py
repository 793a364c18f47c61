import pytest

from apps.accounts import contributions, operations
from apps.accounts.contributions import Contributions
from apps.accounts.events import OneTimeCodeRequested, UserErased
from apps.accounts.models import (
    AccountActivity,
    Address,
    ApiKey,
    OneTimeCode,
    Profile,
    PushDevice,
    SecondFactor,
    SignIn,
    User,
)  # fmt: skip
from apps.accounts.states import CodePurpose
from apps.accounts.tests.conftest import BASE
from apps.accounts.tests.factories import PASSWORD, UserFactory
from apps.core import context
from apps.core.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def contribute():
    before = contributions.current()
    yield lambda **parts: contributions.connect(Contributions(**parts))
    contributions.connect(before)


@pytest.fixture
def settled(customer, login, now):
    """Somebody with a bit of everything; answers the tokens."""
    token = context.current.set(context.RequestContext(ip_address="203.0.113.7", user_agent="Ada's browser"))
    tokens = operations.begin_sign_in(user=customer, second_factor=False, at=now)
    text = operations.AddressText(label="Home", lines=["12 Way"], city="Lagos", country="NG")
    operations.add_address(user=customer, text=text, is_default=True, at=now)
    operations.register_device(user=customer, kind="FCM", address="a-device-token", at=now, name="Ada's phone")
    operations.create_api_key(user=customer, name="Till", scopes=["read"], at=now)
    operations.update_profile(user=customer, values={"bio": "I am Ada"}, at=now)
    operations.begin_enrolment(user_id=customer.pk, at=now)
    context.current.reset(token)
    return tokens


def test_the_export_holds_everything(api, customer, settled, contribute):
    contribute(exporters={"bookings": lambda user: [{"reference": "ACDEFGHJ", "customer": str(user.pk)}]})

    data = api(customer).get(f"{BASE}/profile/export/").json()["data"]

    assert data["account"]["email"] == customer.email
    assert data["profile"]["bio"] == "I am Ada"
    assert data["addresses"][0]["lines"] == ["12 Way"]
    assert data["devices"][0]["name"] == "Ada's phone"
    assert data["sign_ins"][0]["ip_address"] == "203.0.113.7"
    assert data["bookings"] == [{"reference": "ACDEFGHJ", "customer": str(customer.pk)}]
    assert {line["kind"] for line in data["history"]} >= {"SIGNED_IN", "DATA_EXPORTED", "API_KEY_CREATED"}
    assert AuditEntry.objects.filter(action="user.data_exported").count() == 1


def test_the_export_holds_no_secret_and_nobody_else(api, customer, settled):
    other = UserFactory()
    text = api(customer).get(f"{BASE}/profile/export/").content.decode()

    assert other.email not in text
    for secret in ("a-device-token", "pbkdf2", "md5$", "digest", "seed"):
        assert secret not in text


def test_erasing_takes_names_contacts_and_ways_in(api, customer, settled, bearer, heard, now):
    email = customer.email

    answer = api(customer).post(f"{BASE}/profile/erase/", {"password": PASSWORD})

    assert answer.status_code == 200
    row = User.all_objects.get(pk=customer.pk)
    assert (row.email, row.phone, row.first_name, row.last_name) == (None, None, "", "")
    assert (row.is_active, row.is_deleted, row.erased_at, row.token_version) == (False, True, now, 2)
    assert not row.has_usable_password()
    for model in (SecondFactor, PushDevice, OneTimeCode, Profile, AccountActivity):
        assert not model._default_manager.filter(user=customer).exists(), model
    assert not ApiKey.objects.live().exists()
    assert SignIn.objects.filter(ip_address__isnull=False).count() == 0
    address = Address.all_objects.get()
    assert (address.lines, address.point, address.is_deleted) == (["—"], None, True)
    assert bearer(settled.access).get(f"{BASE}/auth/user/").status_code == 401
    assert api().post(f"{BASE}/auth/token/refresh/", {"refresh": settled.refresh}).status_code == 401
    assert heard.last(UserErased).user_id == customer.pk
    trail = str(list(AuditEntry.objects.values()))
    assert email not in trail
    assert "Okafor" not in trail


def test_the_address_is_free_again(api, customer):
    email = customer.email
    api(customer).post(f"{BASE}/profile/erase/", {"password": PASSWORD})

    answer = api().post(f"{BASE}/auth/register/", {"email": email, "password": "Another-Good-One-4"})

    assert answer.status_code == 201


@pytest.mark.parametrize("body", [{}, {"password": "wrong"}, {"code": "123456"}])
def test_without_the_password_nothing_is_erased(api, customer, body):
    answer = api(customer).post(f"{BASE}/profile/erase/", body)

    assert (answer.status_code, answer.json()["code"]) == (400, "password_wrong")
    customer.refresh_from_db()
    assert customer.erased_at is None


def test_who_has_no_password_confirms_by_a_code(api, heard):
    user = UserFactory(phone_only=True)
    user.set_unusable_password()
    user.save()
    assert api(user).post(f"{BASE}/profile/erase/", {}).status_code == 400
    api(user).post(f"{BASE}/profile/erase/code/", {})
    asked = heard.last(OneTimeCodeRequested)
    assert asked.purpose == CodePurpose.ERASE

    answer = api(user).post(f"{BASE}/profile/erase/", {"code": asked.code})

    assert answer.status_code == 200
    assert User.all_objects.get(pk=user.pk).phone is None


def test_other_apps_may_object(api, customer, contribute):
    contribute(erasure_objections=[lambda user: None, lambda user: "A booking is still open."])

    answer = api(customer).post(f"{BASE}/profile/erase/", {"password": PASSWORD})

    assert (answer.status_code, answer.json()["code"]) == (409, "erasure_refused")
    assert answer.json()["data"]["reasons"] == ["A booking is still open."]
    customer.refresh_from_db()
    assert customer.is_active


def test_the_last_admin_stays(api, admin):
    answer = api(admin).post(f"{BASE}/profile/erase/", {"password": PASSWORD})

    assert (answer.status_code, answer.json()["code"]) == (409, "last_admin")
