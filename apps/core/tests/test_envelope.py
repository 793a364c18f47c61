import json

import pytest

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/sandbox/clock/advance/"
BACKSLASH = chr(92)


def test_a_refusal_says_everything_a_client_needs(api):
    answer = api().post(ADDRESS, {"hours": "1"})

    body = answer.json()
    assert answer.status_code == 401
    assert set(body) == {"status", "data", "message", "errors", "code", "retryable", "request_id"}
    assert (body["status"], body["code"], body["retryable"]) == ("error", "not_authenticated", False)
    assert body["request_id"] == answer["X-Request-ID"]


def test_a_request_id_that_was_given_is_kept(api):
    assert api().post(ADDRESS, headers={"X-Request-ID": "edge-12345678"})["X-Request-ID"] == "edge-12345678"


def test_a_request_id_that_is_no_id_is_replaced(api):
    assert api().get(ADDRESS, headers={"X-Request-ID": "two words"})["X-Request-ID"] != "two words"


def test_an_address_that_does_not_exist_answers_in_the_envelope(api):
    answer = api().get("/api/v1/nothing/")

    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


def test_wrong_fields_are_named(api, admin_user):
    answer = api(admin_user).post(ADDRESS, {"hours": "soon"})

    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid"
    assert "hours" in answer.json()["errors"]


def test_unknown_fields_are_named_as_warnings(api, admin_user):
    answer = api(admin_user).post(ADDRESS, {"hours": "0", "minutes": 3})

    assert answer.status_code == 200
    assert answer.json()["warnings"] == ["Unknown field ignored: minutes"]
    assert answer.json()["message"] == "The clock has moved."


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        pytest.param("{", 400, id="not JSON"),
        pytest.param('{"hours": NaN}', 400, id="NaN"),
        pytest.param(f'{{"hours": "{BACKSLASH}u0000"}}', 400, id="an escaped NUL"),
        pytest.param(f'{{"hours": "{BACKSLASH}ud800"}}', 400, id="a lone surrogate"),
        pytest.param('{"hours": "' + chr(0) + '"}', 400, id="a NUL"),
        pytest.param(b"\xff\xfe", 400, id="not UTF-8"),
        pytest.param("[" * 100_000, 400, id="bottomless"),
        pytest.param('{"hours": "' + "9" * 1_100_000 + '"}', 413, id="too large"),
        pytest.param("[]", 400, id="a list"),
        pytest.param('"text"', 400, id="a text"),
        pytest.param("null", 400, id="null"),
    ],
)
def test_a_body_that_cannot_be_used_is_refused(api, admin_user, raw, status):
    answer = api(admin_user).post(ADDRESS, data=raw, content_type="application/json")

    assert answer.status_code == status
    assert json.loads(answer.content)["status"] == "error"


def test_a_nul_in_the_address_is_refused(api):
    assert api().get("/api/v1/businesses/?search=%00").status_code == 400


def test_only_json_is_read(api, admin_user):
    answer = api(admin_user).post(ADDRESS, data="hours=1", content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 415
