"""Every answer is one envelope, counted and in the caller's language, also where no view was reached."""

import pytest
import redis
from django.test import override_settings

from apps.core.api import throttles

pytestmark = pytest.mark.django_db
LOGIN = "/api/v1/auth/login/"
REFUSAL = {"status", "data", "message", "errors", "code", "retryable", "request_id"}


@pytest.fixture
def counted(settings):
    throttles._step.cache_clear()
    client = redis.Redis.from_url(settings.REDIS_URL)
    for key in client.scan_iter("limit:*"):
        client.delete(key)
    rates = {**settings.THROTTLE_RATES, "anonymous": "3/h"}
    with override_settings(THROTTLING=True, THROTTLE_RATES=rates):
        yield
    throttles._step.cache_clear()


@pytest.mark.parametrize(
    ("method", "path", "options", "status", "code"),
    [
        ("get", "/api/v1/nothing/", {}, 404, "not_found"),
        ("get", "/api/nothing", {}, 404, "not_found"),
        ("delete", LOGIN, {}, 405, "method_not_allowed"),
        ("get", "/api/v1/businesses/", {"headers": {"Accept": "text/html"}}, 406, "not_acceptable"),
        ("post", LOGIN, {"data": "x", "content_type": "text/plain"}, 415, "unsupported_media_type"),
        ("get", "/api/v1/bookings/", {}, 401, "not_authenticated"),
        ("get", "/api/v1/businesses/?page=99", {}, 404, "not_found"),
        ("get", "/api/v1/bookings/", {"headers": {"Host": "not.ours"}}, 400, "invalid"),
    ],
)
def test_a_refusal_at_any_door_is_the_envelope(api, method, path, options, status, code):
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        answer = getattr(api(), method)(path, **options)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert set(answer.json()) == REFUSAL
    assert answer.json()["request_id"] == answer["X-Request-ID"]


def test_probes_are_answered_whatever_they_call_us_and_in_the_envelope(api):
    with override_settings(ALLOWED_HOSTS=["guild.example"]):
        answer = api().get("/healthz", headers={"Host": "127.0.0.1:8000"})

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "success",
        "data": {"state": "alive", "release": ""},
        "message": "",
        "errors": {},
    }


def test_a_forgotten_slash_loses_no_body(api):
    answer = api().post(LOGIN.rstrip("/"), {"email": "a@b.example", "password": "x"})

    assert (answer.status_code, answer["Location"]) == (308, LOGIN)


def test_who_is_turned_away_at_the_door_is_counted_like_everybody(api, counted):
    client = api(Authorization="Bearer nonsense")

    answers = [client.get("/api/v1/bookings/") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
    assert answers[0]["RateLimit"] == '"anonymous";r=2;t=3600'
    assert answers[3].json()["code"] == "throttled"
    assert answers[3].json()["retryable"] is True
    assert 0 < int(answers[3]["Retry-After"]) <= 3601


def test_a_device_token_has_a_limit_of_its_own(api, counted):
    token = api().post("/api/v1/auth/device-token/", {}).json()["data"]["device_token"]
    for _ in range(4):
        api().get("/api/v1/bookings/")

    assert api().get("/api/v1/bookings/").status_code == 429
    assert api(**{"X-Device-Token": token}).get("/api/v1/bookings/").status_code == 401


@pytest.mark.parametrize(
    ("language", "message", "field"),
    [
        ("fr", "Une partie de ce que vous avez envoyé est inutilisable.", "Ce champ est obligatoire."),
        ("fr-CI,fr;q=0.9", "Une partie de ce que vous avez envoyé est inutilisable.", "Ce champ est obligatoire."),
        ("en", "Some of what you sent cannot be used.", "This field is required."),
        ("tlh", "Some of what you sent cannot be used.", "This field is required."),
    ],
)
def test_accept_language_picks_the_language_of_an_error(api, language, message, field):
    answer = api(**{"Accept-Language": language}).post(LOGIN, {"password": "x"})

    assert answer.json()["message"] == message
    assert answer.json()["errors"] == {"email": [field]}
    assert answer["Content-Language"] == language[:2].replace("tl", "en")


def test_a_refusal_of_an_operation_is_in_the_callers_language(api):
    answer = api(**{"Accept-Language": "fr"}).post(LOGIN, {"email": "a@b.example", "password": "x"})

    assert answer.json()["code"] == "wrong_credentials"
    assert answer.json()["message"] == "Ces données ne vont pas ensemble. Vérifiez votre saisie."


def test_a_message_is_in_the_callers_language(api):
    answer = api(**{"Accept-Language": "fr"}).post("/api/v1/auth/password/forgot/", {"email": "a@b.example"})

    assert answer.json()["message"] == "Si nous vous connaissons, un lien est en route."


def test_what_no_view_has_seen_is_refused_in_the_callers_language(api):
    french = api(**{"Accept-Language": "fr"})

    assert french.get("/api/v1/nothing/").json()["message"] == "Il n'y a rien à cette adresse."
    assert french.get("/api/v1/x/?a=%00").json()["message"] == "Un caractère NUL n'est pas du texte."
    assert api().get("/api/v1/nothing/").json()["message"] == "There is nothing at this address."
