"""What no client sends by mistake: each is refused, says which field it was, and changes nothing."""

import json
import os
from zlib import crc32

import pytest

from tests.security import walking
from tests.security.endpoints import end_points, example_body
from tests.security.registry import BODIES, QUERIES, address_of
from tests.security.undoing import Print, undone
from tests.security.world import bearer_of

pytestmark = [pytest.mark.django_db, pytest.mark.fuzz]

# How many of the values each field gets, taken in turn; at home: HOSTILE_VALUES=99 ./guild test …
VALUES = int(os.environ.get("HOSTILE_VALUES", "2"))
HOSTILE = [
    "a\x00b",
    "\ud800",
    "x" * 20_000,
    10**30,
    -(2**63) - 1,
    1e308,
    -1,
    {},
    [],
    {"a": {"b": [None]}},
    [[[[["deep"]]]]],
    True,
    None,
    "",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "2026-11-20T10:00:00-23:59",
    "2026-02-30",
    "24:00",
    "\U0001f3f3\ufe0f\u200d\U0001f308\u202e\u2028\ufeff",
    "ＮＧ",
    "١٢٣",
    "%00",
    "' OR 1=1 --",
    "00000000-0000-0000-0000-000000000000",
    {"amount": "99999999999999999999.99", "currency": "NGN"},
    {"amount": "1.005", "currency": "NGN"},
    {"amount": 5.0, "currency": "NGN"},
    {"lat": 91, "lng": 181},
    {"latitude": 1e300, "longitude": -1e300},
    [{"id": None}],
    ["x"] * 2_000,
]
# What is no JSON object at all, or not in a form that can be read.
BODIES_OF_NO_USE = [
    b"\xff\xfe{}",
    b'{"a": "\xc3\x28"}',
    b"[" * 50_000,
    b'{"a":' * 20_000,
    b"null",
    b"[1]",
    b'"text"',
    b"NaN",
    b'{"a": Infinity}',
    b"{,}",
    b"\x00",
    b'{"a": 1' + b"0" * 5_000 + b"}",
]
HOSTILE_TEXT = [
    "2026-11-20T10:00:00-23:59",
    "\x01",
    "x" * 5_000,
    "-1",
    str(10**30),
    "1e999",
    "NaN",
    "١",
    "2026-02-30",
    "9999-12-31",
    "🏳️‍🌈",
    "[]",
    "a,b",
    "",
]


@pytest.fixture
def walk():
    return walking.begin()


@pytest.fixture
def clients(api, walk):
    world = walk.stranger.world
    people = [world.customer, world.owner, world.performer, walk.people["ADMIN"], walk.people["OPS"]]
    made = [api(**bearer_of(person)) for person in people]
    for client in made:
        client.raise_request_exception = False
    # They have signed in since.
    walk.before = Print()
    return made


def body_of(point, stranger):
    body = BODIES[point.name](stranger) if point.name in BODIES else example_body(point)
    return json.loads(json.dumps(body or {}, default=str))


def some(values, *of):
    """A few of the values, in turn from one field to the next."""
    start = crc32("".join(of).encode()) % len(values)
    return [values[(start + step) % len(values)] for step in range(min(VALUES, len(values)))]


def raw(client, point, walk, content):
    return client.generic(point.method.upper(), address_of(point, walk.stranger), content, "application/json")


def whoever_gets_in(clients, point, walk):
    """The first whose proper request is not turned away for who they are."""
    for client in clients:
        with undone():
            answer = raw(client, point, walk, json.dumps(body_of(point, walk.stranger)))
        if answer.status_code not in {401, 403, 404}:
            return client
    return clients[0]


def written():
    return [
        point
        for point in end_points()
        if not point.is_safe and point.method != "delete" and "webhooks" not in point.path
    ]


def test_no_field_of_any_body_takes_the_server_down(walk, clients):
    for point in written():
        body = body_of(point, walk.stranger)
        client = whoever_gets_in(clients, point, walk)
        for name in body:
            for value in some(HOSTILE, point.name, name):
                with undone():
                    answer = raw(client, point, walk, json.dumps(body | {name: value}))
                    changed = [] if answer.status_code < 400 else walk.before.changed()
                if answer.status_code >= 500 or set(changed) - NOTED:
                    walk.complain(point, name, repr(value)[:80], answer.status_code, changed)
                elif answer.status_code == 400 and not says_why(answer):
                    walk.complain(point, name, repr(value)[:80], answer.json())

    walk.ends_well()


# A wrong password and a wrong code are counted.
NOTED = {"accounts_signinguard"}


def says_why(answer):
    told = answer.json()
    return bool(told["errors"]) or told["code"] != "invalid" or len(told["message"]) > 10


def test_what_is_no_json_object_is_a_400_everywhere(walk, clients):
    for point in written():
        client = whoever_gets_in(clients, point, walk)
        for content in some(BODIES_OF_NO_USE, point.name):
            with undone():
                answer = raw(client, point, walk, content)
            if answer.status_code not in {400, 401, 403, 404} and not (
                answer.status_code < 300 and not example_body(point)
            ):
                walk.complain(point, content[:20], answer.status_code, answer.content[:200])

    walk.ends_well()


def test_no_query_takes_the_server_down(walk, clients, api):
    for point in end_points():
        if not point.is_safe:
            continue
        names = [each["name"] for each in point.operation.get("parameters", []) if each["in"] == "query"]
        proper = QUERIES[point.name](walk.stranger) if point.name in QUERIES else {}
        for name in names:
            for value in some(HOSTILE_TEXT, point.name, name):
                for client in (api(), clients[1], clients[3]):
                    with undone():
                        answer = client.get(address_of(point, walk.stranger), proper | {name: value})
                    if answer.status_code >= 500:
                        walk.complain(point, name, value[:40], answer.status_code)

    walk.ends_well()


def test_a_webhook_of_any_shape_is_answered(api, walk):
    (point,) = [each for each in end_points() if "webhooks" in each.path]
    for content in [*BODIES_OF_NO_USE, b"", b"{}"]:
        for gateway in ("sandbox", "paystack", "stripe", "nobody"):
            with undone():
                answer = api().generic("POST", f"/api/v1/payments/webhooks/{gateway}/", content, "application/json")
            if not 400 <= answer.status_code < 500:
                walk.complain(point, gateway, content[:20], answer.status_code)

    walk.ends_well()


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1999-12-31", "2200-01-01"])
def test_a_day_with_which_nothing_can_be_reckoned_is_named(clients, day):
    for address, name in (("/api/v1/bookings/", "date"), ("/api/v1/wallet/transactions/", "to")):
        answer = clients[0].get(address, {name: day})

        assert (answer.status_code, list(answer.json()["errors"])) == (400, [name])


@pytest.mark.parametrize("name", ["created_after", "created_before"])
def test_a_moment_far_from_utc_is_a_moment_all_the_same(clients, name):
    answer = clients[3].get("/api/v1/payments/", {name: "2026-11-20T10:00:00-23:59"})

    assert answer.status_code == 200


def test_free_times_are_asked_for_from_far_away(walk, clients):
    service = walk.stranger.world.service.pk

    answer = clients[0].get(
        f"/api/v1/services/{service}/availability/",
        {"from": "2026-11-20T10:00:00-23:59", "to": "2026-11-22T10:00:00-23:59"},
    )

    assert answer.status_code == 200
