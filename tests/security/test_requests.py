"""What every request may count on, end point by end point as the schema names them.

Unknown fields are refused where money moves and named elsewhere, a body has its limit, a key repeats the answer and
not the act, a list comes in pages.
"""

import json

import psycopg
import pytest
from django.db import connection

from apps.core import clock
from apps.core.idempotency import fingerprint_of
from apps.core.models import IdempotencyRecord
from tests.security import walking
from tests.security.endpoints import end_points, example_body, schema
from tests.security.registry import BODIES, address_of
from tests.security.undoing import undone, writes, written_since
from tests.security.world import bearer_of

pytestmark = pytest.mark.django_db

# Where money moves, or a price is given.
MONEY = (
    "/api/v1/payments/", "/api/v1/refunds/", "/api/v1/bookings/quote/", "/api/v1/practitioner/payouts/request/",
    "/api/v1/wallet/withdraw/",
)  # fmt: skip
BOOKINGS = "/api/v1/bookings/"
# POSTs that neither make nor move money or time, and take no key.
WITHOUT_KEY = (
    "/api/v1/auth/",  # answers hold tokens and secrets, which are kept nowhere
    "/api/v1/admin/users/",  # states that repeating does not change, and a look that answers a token
    "/api/v1/sandbox/",  # a sandbox's own tools
    "/api/v1/notifications/",  # repeating changes nothing
    "/api/v1/profile/",  # one's own belongings
    "/api/v1/payments/webhooks/{gateway}/",  # each event is stored once by its own id
    "/api/v1/payments/methods/",  # repeating changes nothing
    "/api/v1/payout-accounts/",  # the same number again is the same account, and a gateway is asked on the way
    "/api/v1/bookings/quote/",  # stores nothing
    "/api/v1/businesses/{business_id}/subscription/change/preview/",  # nor does this
    "/api/v1/credits/promo/check/",  # stores nothing
    "/api/v1/reconciliation/run/",  # compares; only one at a time, and finding the same again changes nothing
    "/api/v1/bookings/{id}/contact/",  # each tap is a row, and what it tells is kept nowhere else
    "/api/v1/bookings/{id}/positions/",  # repeating changes nothing
    "/api/v1/bookings/{id}/sos/",  # one alarm however often somebody calls
    "/api/v1/staff/calendar-key/",  # the answer holds a key, which is kept nowhere
    "/api/v1/practitioners/apply/",  # one page per person
    "/api/v1/practitioners/{staff_id}/verify/",  # repeating changes nothing
    *(
        f"/api/v1/businesses/{{business_id}}/{what}/"
        for what in (
            "apply", "verify", "reject", "suspend", "branches", "photos", "papers/{paper_id}/approve",
            "papers/{paper_id}/reject", "members/{membership_id}/accept", "members/{membership_id}/leave",
        )
    ),
)  # fmt: skip
UNKNOWN = "nobody_asked_for_this"


@pytest.fixture
def walk():
    return walking.begin()


@pytest.fixture
def clients(api, walk):
    """Those who may do something with the stranger's objects."""
    world = walk.stranger.world
    people = [world.customer, world.owner, world.performer, walk.people["ADMIN"], walk.people["OPS"]]
    return [api(**bearer_of(person)) for person in people]


def moves_money(point):
    # Nobody's call for help is refused for a field too many.
    is_of_booking = point.path.startswith(BOOKINGS) and point.method == "post" and "/sos/" not in point.path
    return point.path.startswith(MONEY) or is_of_booking


def bodied():
    """End points that read a JSON object."""
    return [
        point
        for point in end_points()
        if not point.is_safe and point.method != "delete" and "webhooks" not in point.path
    ]


def body_of(point, stranger):
    body = BODIES[point.name](stranger) if point.name in BODIES else example_body(point)
    return json.loads(json.dumps(body or {}, default=str))


def test_an_unknown_field_is_refused_where_money_moves_and_named_elsewhere(api, walk, clients):
    reached = 0
    for point in bodied():
        if point.path.startswith("/api/v1/payments/methods/"):
            continue
        body = body_of(point, walk.stranger) | {UNKNOWN: 1}
        answers = []
        for client in [*clients, api()]:
            with undone():
                answer = getattr(client, point.method)(address_of(point, walk.stranger), body)
            answers.append((answer.status_code, answer.json() if answer.content else {}))
        refused = [told for status, told in answers if status == 400 and UNKNOWN in told["errors"]]
        succeeded = [told for status, told in answers if status < 300]
        if moves_money(point):
            if succeeded or not refused:
                walk.complain(point, "is not refused", answers)
        elif any(f"Unknown field ignored: {UNKNOWN}" not in told.get("warnings", []) for told in succeeded):
            walk.complain(point, "is not named", succeeded)
        reached += bool(refused or succeeded)

    walk.ends_well()
    assert reached > 60


def test_an_unknown_field_within_a_part_is_named_by_its_path(api, walk):
    address = {
        "label": "Work", "lines": ["1 Broad Street"], "city": "Lagos", "country": "NG",
        "point": {"latitude": 6.45, "longitude": 3.4},
    }  # fmt: skip
    weekly = {"weekly": {"mon": [{"opens": "09:00", "closes": "13:00"}]}, "travel": [], "overrides": [_override()]}
    staff = walk.stranger.world.staff

    answer = api(**bearer_of(walk.stranger.world.owner)).post(f"/api/v1/practitioners/{staff.pk}/schedule/", weekly)

    assert (answer.status_code, answer.json()["warnings"]) == (200, ["Unknown field ignored: overrides.0.colour"])
    assert api(**bearer_of(walk.stranger.customer)).post("/api/v1/profile/addresses/", address).status_code == 201


def _override():
    return {"on": "2026-12-24", "spans": [], "colour": "red"}


def test_a_body_over_a_mebibyte_is_refused_everywhere(api, walk):
    client = api(**walk.bearers["CUSTOMER"])
    for point in end_points():
        if point.is_safe:
            continue
        answer = client.generic(
            point.method.upper(), address_of(point, walk.stranger), b'"' + b"x" * 1024 * 1024 + b'"', "application/json"
        )
        if (answer.status_code, answer.json()["code"]) != (413, "too_large"):
            walk.complain(point, answer.status_code)

    walk.ends_well()


def keyed():
    return [point for point in end_points() if "Idempotency-Key" in point.headers]


def test_every_post_that_makes_or_moves_money_or_time_takes_a_key():
    silent = [
        point.name
        for point in end_points()
        if point.method == "post" and "Idempotency-Key" not in point.headers and not point.path.startswith(WITHOUT_KEY)
    ]
    needless = [point.name for point in keyed() if point.path.startswith(WITHOUT_KEY)]

    assert (silent, needless) == ([], [])
    assert len(keyed()) >= 18


def _who_may(point, walk, clients):
    """Somebody whom the end point's permissions let through, and the user behind them."""
    world = walk.stranger.world
    people = [world.customer, world.owner, world.performer, walk.people["ADMIN"], walk.people["OPS"]]
    for client, person in zip(clients, people, strict=True):
        with undone():
            answer = getattr(client, point.method)(
                address_of(point, walk.stranger), body_of(point, walk.stranger), headers={"Idempotency-Key": ""}
            )
        # An empty key is refused before anything else, to whoever gets as far as that.
        if answer.status_code == 400 and "Idempotency-Key" in answer.json()["message"]:
            return client, person
    raise AssertionError(f"{point.name}: nobody gets as far as the key")


def _stored(point, walk, person, key, *, fingerprint=None):
    """An answer that was given before to the same person and key."""
    body = body_of(point, walk.stranger)
    request = type(
        "Asked", (), {"method": point.method.upper(), "path": address_of(point, walk.stranger), "data": body}
    )
    IdempotencyRecord.objects.create(
        actor=str(person.pk),
        key=key,
        fingerprint=fingerprint or fingerprint_of(request),
        status=200,
        body={"kept": "from the first time"},
        message="",
        created_at=clock.now(),
    )


def by_record():
    """All but opening a payment, whose key stands on the payment's own row; its own tests prove it."""
    return [point for point in keyed() if not point.path.endswith("/payments/initialize/")]


def test_the_same_key_and_body_repeats_the_answer_and_not_the_act(walk, clients):
    for point in by_record():
        client, person = _who_may(point, walk, clients)
        with undone():
            _stored(point, walk, person, "k")
            before = writes()
            answer = getattr(client, point.method)(
                address_of(point, walk.stranger), body_of(point, walk.stranger), headers={"Idempotency-Key": "k"}
            )
            changed = written_since(before)
        said = (answer.status_code, answer.json()["data"], answer.headers.get("Idempotency-Replayed"))
        if changed or said != (200, {"kept": "from the first time"}, "true"):
            walk.complain(point, said, changed)

    walk.ends_well()


def test_the_same_key_with_another_body_is_a_422(walk, clients):
    for point in by_record():
        client, person = _who_may(point, walk, clients)
        with undone():
            _stored(point, walk, person, "k", fingerprint="of another body")
            before = writes()
            answer = getattr(client, point.method)(
                address_of(point, walk.stranger), body_of(point, walk.stranger), headers={"Idempotency-Key": "k"}
            )
            changed = written_since(before)
        if (answer.status_code, answer.json().get("code")) != (422, "idempotency_key_reused") or changed:
            walk.complain(point, answer.status_code, answer.json(), changed)

    walk.ends_well()


def test_a_key_whose_first_request_still_runs_is_a_409(walk, clients):
    given = connection.get_connection_params()
    wanted = {name: given[name] for name in ("dbname", "user", "password", "host", "port") if name in given}
    with psycopg.connect(**wanted) as other:
        for point in by_record():
            client, person = _who_may(point, walk, clients)
            other.execute("SELECT core_idempotency_begin(%s, 'k')", [str(person.pk)])
            with undone():
                answer = getattr(client, point.method)(
                    address_of(point, walk.stranger), body_of(point, walk.stranger), headers={"Idempotency-Key": "k"}
                )
            other.rollback()
            said = (answer.status_code, answer.json().get("code"), answer.json().get("retryable"))
            if said != (409, "idempotency_key_in_use", True):
                walk.complain(point, said)

    walk.ends_well()


def lists():
    """End points whose answer is a list of rows, by what the schema says of ``data``."""
    found = []
    for point in end_points():
        if point.is_safe and _is_json(point):
            data = _resolved(_answer(point)["properties"]["data"])
            if "results" in data.get("properties", {}):
                found.append((point, data))
    return found


def _is_json(point):
    """All but files, such as a calendar."""
    return "application/json" in point.operation["responses"]["200"].get("content", {})


def _answer(point):
    return point.operation["responses"]["200"]["content"]["application/json"]["schema"]


def _resolved(part):
    while "$ref" in part:
        part = schema()["components"]["schemas"][part["$ref"].rsplit("/", 1)[1]]
    return part


def test_no_answer_is_a_bare_list():
    bare = [
        point.name
        for point in end_points()
        if point.is_safe and _is_json(point) and _resolved(_answer(point)["properties"]["data"]).get("type") == "array"
    ]

    assert bare == []


def test_every_list_says_how_it_is_paged():
    wrong = []
    for point, data in lists():
        query = {each["name"] for each in point.operation["parameters"] if each["in"] == "query"}
        shape = set(data["properties"]) == {"count", "next", "previous", "results"}
        if not shape or "page_size" not in query or len(query & {"page", "cursor"}) != 1:
            wrong.append((point.name, sorted(data["properties"]), sorted(query)))

    assert not wrong, "\n".join(map(str, wrong))
    assert len(lists()) > 30
