"""Firebase and web push against stand-ins on loopback, through the real client libraries."""

import json
from base64 import urlsafe_b64encode

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from firebase_admin import delete_app, messaging

from apps.accounts.models import PushDevice
from apps.core.encryption import digest
from apps.notifications import kinds, push
from apps.notifications.errors import ChannelDown
from apps.notifications.operations import send_due
from apps.notifications.push import ProviderBackend, PushMessage
from apps.notifications.tests.factories import delivery, notified
from apps.notifications.tests.stand_in import StandIn

pytestmark = pytest.mark.django_db
MESSAGE = PushMessage(key="k1", title="Title", body="Body", data={"notification_id": "n1"})


@pytest.fixture
def stand_in():
    made = StandIn()
    yield made
    made.close()


def pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


@pytest.fixture
def firebase(stand_in, settings, tmp_path, monkeypatch):
    stand_in.by_path["/token"] = (200, {"access_token": "t", "expires_in": 3600, "token_type": "Bearer"})
    account = {
        "type": "service_account",
        "project_id": "guild",
        "private_key": pem(rsa.generate_private_key(public_exponent=65537, key_size=2048)),
        "client_email": "guild@example.iam",
        "token_uri": f"{stand_in.url}/token",
    }
    (tmp_path / "firebase.json").write_text(json.dumps(account))
    settings.FIREBASE_CREDENTIALS_FILE = str(tmp_path / "firebase.json")
    settings.PUSH_BACKEND = "apps.notifications.push.ProviderBackend"
    monkeypatch.setattr(messaging._MessagingService, "FCM_URL", stand_in.url + "/v1/projects/{0}/messages:send")
    yield stand_in
    if push._firebase_app.cache_info().currsize:
        delete_app(push._firebase_app())
        push._firebase_app.cache_clear()


def phone(user, token):
    return PushDevice.objects.create(
        user=user, kind="FCM", address=token, address_digest=digest(token), last_seen_at=user.created_at
    )


def unregistered(raw):
    gone = {"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": "UNREGISTERED"}
    if b"gone" in raw:
        return 404, {"error": {"status": "NOT_FOUND", "message": "gone", "details": [gone]}}
    return 200, {"name": "projects/guild/messages/1"}


def test_firebase_takes_a_message_and_names_devices_that_are_gone(firebase, ada, now):
    firebase.by_path["messages:send"] = unregistered
    phone(ada, "token-1")
    phone(ada, "gone-2")
    notified(ada, kinds.BOOKING_STARTED, at=now)

    send_due(at=now)

    row = delivery("PUSH")
    assert (row.state, row.provider_id) == ("SENT", "projects/guild/messages/1")
    assert [device.address for device in PushDevice.objects.all()] == ["token-1"]
    sent = [json.loads(raw)["message"] for path, raw, _ in firebase.requests if "messages:send" in path]
    (taken,) = [message for message in sent if message["token"] == "token-1"]
    assert taken["notification"]["title"] == "Your appointment has started"
    assert taken["android"]["collapse_key"] == taken["apns"]["headers"]["apns-collapse-id"] == str(row.pk)


def test_firebase_that_does_not_answer_is_down(firebase, ada):
    firebase.by_path["messages:send"] = (400, {"error": {"status": "QUOTA", "message": "no"}})

    with pytest.raises(ChannelDown):
        ProviderBackend().send([phone(ada, "token-1")], MESSAGE)


def test_without_keys_no_device_is_reached(ada, settings, now):
    settings.PUSH_BACKEND = "apps.notifications.push.ProviderBackend"
    phone(ada, "token-1")
    notified(ada, kinds.BOOKING_STARTED, at=now)

    send_due(at=now)

    assert delivery("PUSH").state == "SUPPRESSED"


@pytest.fixture
def browser(stand_in, ada, settings):
    key = ec.generate_private_key(ec.SECP256R1())
    point = key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    vapid = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value.to_bytes(32, "big")
    settings.VAPID_PRIVATE_KEY = urlsafe_b64encode(vapid).decode().rstrip("=")
    return PushDevice.objects.create(
        user=ada,
        kind="WEB_PUSH",
        address=f"{stand_in.url}/push/1",
        address_digest="d",
        web_push_key=urlsafe_b64encode(point).decode().rstrip("="),
        web_push_secret=urlsafe_b64encode(b"0123456789abcdef").decode().rstrip("="),
        last_seen_at=ada.created_at,
    )


def test_a_browser_takes_an_encrypted_message(stand_in, browser):
    stand_in.status = 201

    outcome = ProviderBackend().send([browser], MESSAGE)

    assert outcome.sent == {browser.pk: "k1"}
    _, raw, headers = stand_in.requests[0]
    assert headers["Authorization"].startswith("vapid ")
    assert headers["TTL"] == "86400"
    assert b"Title" not in raw


@pytest.mark.parametrize(("status", "is_gone"), [(404, True), (410, True), (500, False), (429, False)])
def test_a_browser_that_refuses(stand_in, browser, status, is_gone):
    stand_in.status = status

    if is_gone:
        assert ProviderBackend().send([browser], MESSAGE).gone == [browser.pk]
    else:
        with pytest.raises(ChannelDown):
            ProviderBackend().send([browser], MESSAGE)


def test_files_hold_each_message_once(ada, settings, tmp_path):
    settings.PUSH_FILE_PATH = str(tmp_path / "push")
    device = phone(ada, "token-1")

    for _ in range(2):
        push.FileBackend().send([device], MESSAGE)

    (path,) = (tmp_path / "push").iterdir()
    assert json.loads(path.read_text())["title"] == "Title"
    assert "token-1" not in path.read_text()
