"""The examples of the documentation are sent as they are written: each has the shape that its address takes."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from drf_spectacular.generators import SchemaGenerator

from apps.bookings.tests.world import NOW, START
from apps.core import clock

pytestmark = pytest.mark.django_db
OURS = re.compile(
    r"/api/v1/(bookings|businesses/\{business_id\}/(bookings|staff/\{staff_id\}/sick-leave)|availability|staff|packages|bundles)/"
)
# Shapes that are wrong; every other refusal is about things that the examples name and this world does not have.
NOT_THEIRS = {"permission_denied", "action_not_allowed"}
SHAPELESS = {"invalid", "parse_error", "unsupported_media_type", "method_not_allowed"}


def examples(schema=None):
    schema = schema or SchemaGenerator().get_schema(request=None, public=True)
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            for example in content.get("examples", {}).values():
                # Sound is sent to a signed address.
                if OURS.match(path) and not path.endswith("/recording/"):
                    yield path, method, example["value"]


def test_every_example_is_taken_for_what_it_is(world, api):
    booking = world.paid()
    ids = {"id": booking.pk, "business_id": world.business.pk, "staff_id": world.staff.pk}
    sent, wrong = 0, []

    for path, method, body in examples():
        address = re.sub(r"\{(\w+)\}", lambda name: str(ids.get(name[1], uuid4())), path)
        answers = [tried(api(who), method, address, body) for who in (world.customer, world.performer, world.owner)]
        # Whose it is not hears so first; of the others one at least has to be understood.
        understood = [told for told in answers if not is_shapeless(told)]
        if not any(told.get("code") not in NOT_THEIRS for told in understood) and len(understood) < len(answers):
            wrong.append((method, path, body, answers))
        if any(told.get("warnings") for told in answers):
            wrong.append((method, path, body, answers))
        sent += 1

    assert not wrong, "\n".join(map(str, wrong))
    assert sent > 40


def tried(client, method, address, body):
    before = transaction.savepoint()
    answer = getattr(client, method)(address, body)
    transaction.savepoint_rollback(before)
    assert answer.status_code < 500, (address, answer.content)
    return answer.json() if answer.content else {}


def is_shapeless(told):
    return told.get("code") in SHAPELESS


def test_an_example_is_not_of_the_past_whenever_it_is_read(world, api):
    with clock.frozen(NOW + timedelta(days=1000, hours=5)):
        shown = api().get("/api/schema/", {"format": "json"}).json()
        (example,) = (body for path, _, body in examples(shown) if path == "/api/v1/bookings/")
        start = datetime.fromisoformat(example["start"])
        answer = api(world.customer).post("/api/v1/bookings/", {**example, "service": str(world.service.pk)})

    assert timedelta(days=1) < start - (NOW + timedelta(days=1000)) < timedelta(days=9)
    assert (start.weekday(), start.time()) == (START.weekday(), START.time())
    assert answer.status_code == 201, answer.json()
