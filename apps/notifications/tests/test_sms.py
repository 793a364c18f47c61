"""The adapters against stand-ins that answer as the providers document it, over HTTP on loopback."""

import json
from base64 import b64decode
from urllib.parse import parse_qs

import pytest

from apps.notifications import sms
from apps.notifications.errors import ChannelDown, DeliveryRefused
from apps.notifications.tests.stand_in import StandIn


@pytest.fixture
def stand_in(settings):
    made = StandIn()
    settings.TWILIO_BASE_URL = settings.AFRICAS_TALKING_BASE_URL = made.url
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, settings.TWILIO_FROM = "AC1", "secret", "+15005550006"
    settings.AFRICAS_TALKING_USERNAME, settings.AFRICAS_TALKING_API_KEY = "guild", "key"
    settings.AFRICAS_TALKING_SENDER = "GUILD"
    yield made
    made.close()


MESSAGE = {"to": "+2348012345678", "text": "482913 is your code", "key": "k1"}


def test_twilio_takes_a_message(stand_in):
    stand_in.status, stand_in.body = 201, {"sid": "SM1", "status": "queued"}

    assert sms.TwilioBackend().send(**MESSAGE) == "SM1"

    path, raw, headers = stand_in.requests[0]
    form = {name: value[0] for name, value in parse_qs(raw.decode()).items()}
    assert path == "/2010-04-01/Accounts/AC1/Messages.json"
    assert form == {"To": "+2348012345678", "From": "+15005550006", "Body": "482913 is your code"}
    assert b64decode(headers["Authorization"].split()[1]) == b"AC1:secret"


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, {"code": 21211, "message": "not a valid phone number"}, DeliveryRefused),
        (400, {"code": 21610, "message": "unsubscribed"}, DeliveryRefused),
        (400, {"code": 20404}, ChannelDown),
        (401, {"code": 20003}, ChannelDown),
        (429, {"code": 20429}, ChannelDown),
        (502, b"<html>bad gateway</html>", ChannelDown),
        (200, b"<html>captive portal</html>", ChannelDown),
    ],
)
def test_twilio_refuses(stand_in, status, body, error):
    stand_in.status, stand_in.body = status, body

    with pytest.raises(error):
        sms.TwilioBackend().send(**MESSAGE)


def recipients(**outcome):
    return {"SMSMessageData": {"Message": "Sent", "Recipients": [outcome]}}


def test_africas_talking_takes_a_message(stand_in):
    stand_in.status, stand_in.body = 201, recipients(statusCode=101, messageId="ATX1", status="Success")

    assert sms.AfricasTalkingBackend().send(**MESSAGE) == "ATX1"

    path, raw, headers = stand_in.requests[0]
    form = {name: value[0] for name, value in parse_qs(raw.decode()).items()}
    assert path == "/version1/messaging"
    assert form == {"username": "guild", "to": "+2348012345678", "message": "482913 is your code", "from": "GUILD"}
    assert headers["apiKey"] == "key"


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (201, recipients(statusCode=403, status="InvalidPhoneNumber"), DeliveryRefused),
        (201, recipients(statusCode=406, status="UserInBlacklist"), DeliveryRefused),
        (201, recipients(statusCode=405, status="InsufficientBalance"), ChannelDown),
        (201, recipients(statusCode=500, status="InternalServerError"), ChannelDown),
        (201, {"SMSMessageData": {"Message": "InvalidSenderId", "Recipients": []}}, ChannelDown),
        (401, b"The supplied authentication is invalid", ChannelDown),
    ],
)
def test_africas_talking_refuses(stand_in, status, body, error):
    stand_in.status, stand_in.body = status, body

    with pytest.raises(error):
        sms.AfricasTalkingBackend().send(**MESSAGE)


@pytest.mark.parametrize("backend", [sms.TwilioBackend, sms.AfricasTalkingBackend])
def test_a_provider_that_is_gone_is_down(stand_in, settings, backend):
    settings.TWILIO_BASE_URL = settings.AFRICAS_TALKING_BASE_URL = "http://127.0.0.1:9"

    with pytest.raises(ChannelDown):
        backend().send(**MESSAGE)


def test_files_hold_each_message_once(settings, tmp_path):
    settings.SMS_FILE_PATH = str(tmp_path / "sms")

    for _ in range(2):
        assert sms.FileBackend().send(**MESSAGE) == "k1"

    (path,) = (tmp_path / "sms").iterdir()
    assert json.loads(path.read_text()) == {"to": "+2348012345678", "text": "482913 is your code"}
