"""The whole schema fuzzed against the real WSGI application: no input gives a 500 or an answer that is not documented.

``FUZZ_EXAMPLES`` says how many requests are made up for each end point, which every caller sends; a longer look at home is
``FUZZ_EXAMPLES=100 ./guild test tests/security/test_fuzz.py``.
"""

import os
import random
import zlib
from copy import deepcopy
from itertools import pairwise

import pytest
import schemathesis
from django.core.signals import got_request_exception, request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import one_of
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from apps.bookings.tests.world import START
from tests.security.endpoints import schema
from tests.security.registry import PARTS
from tests.security.undoing import undone
from tests.security.world import bearer_of, make_person, make_stranger

pytestmark = [pytest.mark.django_db, pytest.mark.fuzz]

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "3"))
SEED = int(os.environ.get("FUZZ_SEED", "20261118"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
# Making a request up costs more than sending it. The end points are dealt out, so that several can work at it.
HANDS = 3
# Headers that any web server sends; every other one is in the schema.
PLAIN_HEADERS = {
    "allow", "content-length", "content-type", "content-language", "vary", "set-cookie", "cache-control", "expires",
    "x-frame-options", "x-content-type-options", "referrer-policy", "cross-origin-opener-policy",
    "content-security-policy", "last-modified", "content-disposition",
}  # fmt: skip


@pytest.fixture
def stranger():
    return make_stranger()


@pytest.fixture(autouse=True)
def _connection_stays():
    """The real application closes its connection around a request; here the test's transaction is on it."""
    ends = (request_started, request_finished)
    for each in ends:
        each.disconnect(close_old_connections)
    yield
    for each in ends:
        each.connect(close_old_connections)


@pytest.fixture
def bugs():
    """Every exception that reached the edge."""
    caught = []

    def note(sender, request, **_):
        import traceback

        caught.append(traceback.format_exc())

    got_request_exception.connect(note)
    yield caught
    got_request_exception.disconnect(note)


def callers(stranger):
    """Nobody, and what is sent by people of three kinds to say who they are."""
    people = {"customer": stranger.customer, "owner": stranger.world.owner, "admin": make_person("ADMIN")}
    return {"anonymous": {}} | {name: bearer_of(person) for name, person in people.items()}


@pytest.mark.parametrize("hand", range(HANDS))
def test_no_input_gives_a_500_or_an_undocumented_answer(stranger, bugs, hand):
    # A copy: what is aimed at the stranger is written into the schema's own examples.
    api = schemathesis.openapi.from_dict(deepcopy(schema()))
    api.app = get_wsgi_application()
    operations = (found.ok() for found in api.get_all_operations())
    dealt = [each for each in operations if each.path.startswith("/api/v1/")][hand::HANDS]
    assert len(dealt) > 60
    wrong, everybody = {}, callers(stranger)
    for operation in dealt:
        problems = fuzz(operation, everybody, stranger, bugs)
        if problems:
            wrong[operation.label] = problems

    assert not wrong, "\n\n".join(f"{label}\n  " + "\n  ".join(each) for label, each in wrong.items())


def fuzz(operation, everybody, stranger, bugs):
    """What went wrong, each kind once."""
    problems = {}

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode)))
    def send(case):
        aim(case, stranger)
        for caller, headers in everybody.items():
            bugs.clear()
            with undone():
                answer = case.call(headers=headers)
            try:
                case.validate_response(answer, checks=CHECKS)
                undocumented_headers(operation, answer)
            except (FailureGroup, AssertionError) as failure:
                words = bugs[0] if bugs else " ".join(_causes(failure))
                problems.setdefault(
                    words[:400] if not bugs else words[-1500:], f"{caller}: {words}\n{case.as_curl_command()}"[-3000:]
                )

    try:
        send()
    except Exception as failure:  # noqa: BLE001  # a schema that nothing can be made from
        if "Unsatisfiable" not in type(failure).__name__:
            problems["generation"] = repr(failure)[:1500]
    return list(problems.values())


def _causes(failure):
    inner = getattr(failure, "exceptions", None) or [failure]
    return [str(each) for each in inner]


def undocumented_headers(operation, answer):
    responses = operation.definition.raw["responses"]
    documented = responses.get(str(answer.status_code), {}).get("headers", {})
    known = PLAIN_HEADERS | {name.lower() for name in documented}
    unknown = sorted({name.lower() for name in answer.headers} - known)
    assert not unknown, f"{answer.status_code} with undocumented headers {unknown}"


def aim(case, stranger):
    """Two requests of three name things that exist, so that not every one ends at the first look-up."""
    chance = random.Random(zlib.crc32(repr((case.path_parameters, case.query, case.body)).encode(errors="replace")))
    keys = case.operation.path.strip("/").split("/")
    for before, key in pairwise(keys):
        if key.startswith("{") and chance.random() < 0.67:
            value = PARTS.get(f"{before}/{key}") or PARTS.get(key)
            case.path_parameters[key[1:-1]] = str(value(stranger))
    world = stranger.world
    real = {
        "service": world.service.pk, "staff": world.staff.pk, "business": world.business.pk, "start": START.isoformat(),
        "category": stranger.category.slug, "items": [{"type": "BOOKING", "id": str(stranger.unpaid.pk)}],
    }  # fmt: skip
    for holder in (case.body, case.query):
        if isinstance(holder, dict):
            for name, value in real.items():
                if name in holder and chance.random() < 0.67:
                    holder[name] = value if isinstance(value, list) else str(value)
