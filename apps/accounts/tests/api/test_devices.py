import pytest
from django.db import connection

from apps.accounts import operations
from apps.accounts.models import PushDevice
from apps.accounts.tests.conftest import BASE
from apps.accounts.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
URL = f"{BASE}/profile/devices/"
PHONE = {"kind": "FCM", "token": "dGhpcyBpcyBhIHRva2Vu", "name": "Ada's phone"}
BROWSER = {
    "kind": "WEB_PUSH",
    "endpoint": "https://fcm.googleapis.com/fcm/send/abc",
    "keys": {"p256dh": "B" * 87, "auth": "a" * 22},
}


@pytest.mark.parametrize("body", [PHONE, BROWSER])
def test_a_device_is_registered_once_however_often(api, customer, body):
    first = api(customer).post(URL, body)
    again = api(customer).post(URL, body)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["data"]["id"] == again.json()["data"]["id"]
    assert api(customer).get(URL).json()["data"]["count"] == 1
    assert "token" not in first.json()["data"]


def test_what_addresses_a_device_is_encrypted(api, customer):
    api(customer).post(URL, PHONE)

    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(d)::text FROM accounts_pushdevice d")
        assert PHONE["token"] not in cursor.fetchone()[0]
    assert PushDevice.objects.get().address == PHONE["token"]


def test_a_device_belongs_to_whoever_registered_it_last(api, customer):
    other = UserFactory()
    api(customer).post(URL, PHONE)
    api(other).post(URL, PHONE)

    assert PushDevice.objects.get().user == other


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x",
        "https://169.254.169.254/latest/meta-data",
        "https://evil.example/fcm.googleapis.com",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evilnotify.windows.com/x",
        "https://user@fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8080/x",
        "https://fcm.googleapis.com:x/",
        "https://[fcm.googleapis.com/x",
        "file:///etc/passwd",
    ],
)
def test_the_server_speaks_to_push_services_alone(api, customer, endpoint):
    answer = api(customer).post(URL, {**BROWSER, "endpoint": endpoint})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["endpoint"])
    assert not PushDevice.objects.exists()


@pytest.mark.parametrize("host", ["updates.push.services.mozilla.com", "db5p.notify.windows.com", "web.push.apple.com"])
def test_every_browsers_service_is_known(api, customer, host):
    assert api(customer).post(URL, {**BROWSER, "endpoint": f"https://{host}/x"}).status_code == 201


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "FCM"}, "token"),
        ({"kind": "WEB_PUSH", "endpoint": BROWSER["endpoint"]}, "keys"),
        ({"kind": "PIGEON"}, "kind"),
        ({**PHONE, "token": "has space"}, "token"),
        ({**BROWSER, "keys": {"p256dh": "!", "auth": "x"}}, "keys"),
    ],
)
def test_bad_devices_name_their_field(api, customer, body, field):
    answer = api(customer).post(URL, body)

    assert answer.status_code == 400
    assert field in answer.json()["errors"]


def test_a_device_is_removed_by_its_person_alone(api, customer):
    device = api(customer).post(URL, PHONE).json()["data"]["id"]

    assert api(UserFactory()).delete(f"{URL}{device}/").status_code == 404
    assert api(customer).delete(f"{URL}{device}/").status_code == 204
    assert api(customer).delete(f"{URL}{device}/").status_code == 404


def test_there_is_an_end_to_devices(api, customer):
    for number in range(20):
        api(customer).post(URL, {**PHONE, "token": f"token-number-{number}"})

    assert api(customer).post(URL, PHONE).json()["code"] == "too_many"


def test_a_device_that_its_maker_forgot_is_forgotten(api, customer):
    api(customer).post(URL, PHONE)
    device = PushDevice.objects.get()

    for _ in range(2):
        operations.forget_device(device_id=device.pk)

    assert not PushDevice.objects.exists()


def test_the_list_costs_the_same_for_one_and_many(api, customer, count_queries):
    api(customer).post(URL, PHONE)
    with count_queries() as one:
        api(customer).get(URL)
    for number in range(5):
        api(customer).post(URL, {**PHONE, "token": f"token-number-{number}"})
    with count_queries() as many:
        api(customer).get(URL)
    assert len(one) == len(many)
