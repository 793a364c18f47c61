"""The demo's client: it sends a request again, with its key, for as long as a server needs to come back."""

import json

import httpx
import pytest

from apps.demo.main_job import NoAnswer, Refused, client
from apps.demo.main_job.client import Person
from apps.demo.people import OPS_TOTP_SEED

TOKENS = {"access": "a", "refresh": "r"}


class Server:
    """Answers in turn what it was told to, and remembers what it was asked."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    def connect(self, base_url):
        return httpx.Client(base_url=base_url, transport=httpx.MockTransport(self.answer))

    def answer(self, request):
        self.asked.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        status, body = answer
        return httpx.Response(status, json=body)


def good(data):
    return 200, {"status": "success", "data": data}


def bad(status, code):
    return status, {"status": "error", "code": code, "message": "no"}


@pytest.fixture(autouse=True)
def wall(monkeypatch):
    """The wall's clock moves on by what is slept, and by nothing else."""
    wall = {"now": 1_800_000_000.0}
    monkeypatch.setattr(client.time, "time", lambda: wall["now"])
    monkeypatch.setattr(client.time, "monotonic", lambda: wall["now"])
    monkeypatch.setattr(client.time, "sleep", lambda seconds: wall.update(now=wall["now"] + seconds))
    return wall


@pytest.mark.parametrize(
    "first",
    [bad(503, "unavailable"), httpx.RemoteProtocolError("cut off"), httpx.ConnectError("nobody"), bad(409, "idempotency_key_in_use")],
)  # fmt: skip
def test_request_that_got_no_answer_of_its_own_is_sent_again_with_its_key(first):
    server = Server(first, good({"id": 1}))

    assert Person("http://x", connect=server.connect).post("/bookings/", {"a": 1}) == {"id": 1}
    assert len({request.headers["Idempotency-Key"] for request in server.asked}) == 1
    assert [json.loads(request.content) for request in server.asked] == [{"a": 1}] * 2


@pytest.mark.parametrize(
    "answer", [bad(409, "slot_taken"), bad(500, "server_error"), bad(422, "idempotency_key_reused")]
)
def test_answer_is_an_answer(answer):
    server = Server(answer)

    with pytest.raises(Refused) as refused:
        Person("http://x", connect=server.connect).post("/bookings/")

    assert (refused.value.status, refused.value.code) == (answer[0], answer[1]["code"])


def test_server_that_stays_away_is_given_up(wall):
    began = wall["now"]
    server = Server(*[httpx.ConnectError("nobody")] * 100)

    with pytest.raises(NoAnswer, match="GET /services/: ConnectError nobody"):
        Person("http://x", connect=server.connect).get("/services/")

    assert client.PATIENCE_S < wall["now"] - began <= client.PATIENCE_S + client.LONGEST_PAUSE_S


def test_code_that_was_used_is_followed_by_the_next_ones(wall):
    began = wall["now"]
    server = Server(bad(400, "code_wrong"), bad(400, "code_wrong"), good(TOKENS))

    Person("http://x", email="ops@x", password="p", second_factor=OPS_TOTP_SEED, connect=server.connect)

    codes = [json.loads(request.content)["code"] for request in server.asked]
    assert len(set(codes)) == 3
    assert 0 < wall["now"] - began <= client.STEP_S


def test_wrong_code_is_not_tried_for_ever():
    server = Server(*[bad(400, "code_wrong")] * 20)

    with pytest.raises(Refused):
        Person("http://x", email="ops@x", password="p", second_factor=OPS_TOTP_SEED, connect=server.connect)

    assert len(server.asked) <= 6


def test_who_was_away_too_long_signs_in_anew():
    server = Server(
        good(TOKENS), bad(401, "token_ended"), bad(401, "token_ended"), good(TOKENS | {"access": "b"}), good(7)
    )
    person = Person("http://x", email="ada@x", password="p", device="d", connect=server.connect)

    assert person.get("/auth/user/") == 7
    paths = [request.url.path.removeprefix("/api/v1/") for request in server.asked]
    assert paths == ["auth/login/", "auth/user/", "auth/token/refresh/", "auth/login/", "auth/user/"]
    assert server.asked[-1].headers["Authorization"] == "Bearer b"
    assert {request.headers["X-Device-Token"] for request in server.asked} == {"d"}
