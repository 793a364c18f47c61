"""The schema says of every end point what it is for, who may, what can go wrong, and what an answer looks like."""

import pytest
from jsonschema import Draft202012Validator

from tests.security.endpoints import end_points, schema

EVERY = [pytest.param(point, id=point.name) for point in end_points()]
ALWAYS = {"400", "401", "403", "404", "405", "406", "409", "413", "415", "429", "503"}


def operation(point):
    return schema()["paths"][point.path][point.method]


def answers(point):
    return {
        status: answer["content"]["application/json"]
        for status, answer in operation(point)["responses"].items()
        if status.startswith("2") and status != "204" and "application/json" in answer["content"]
    }


def test_what_is_no_json_is_a_file_and_goes_without_the_envelope():
    files = {
        point.name: answer["content"]
        for point in end_points()
        for status, answer in operation(point)["responses"].items()
        if status.startswith("2") and status != "204" and "application/json" not in answer["content"]
    }

    paper = {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}
    assert files == {
        "GET /api/v1/staff/calendar.ics": {"text/calendar": {"schema": {"type": "string"}}},
        "GET /api/v1/invoices/{invoice_id}/pdf/": paper,
        "GET /api/v1/payments/{payment_id}/receipt/": paper,
    }


@pytest.mark.parametrize("point", EVERY)
def test_an_end_point_has_a_summary_its_permissions_and_its_errors(point):
    described = operation(point)

    assert described["summary"].strip()
    assert "**Who:** " in described["description"]
    assert set(described["responses"]) >= ALWAYS
    for status in ALWAYS:
        refusal = described["responses"][status]
        assert refusal["description"]
        assert refusal["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Refusal"}


@pytest.mark.parametrize("point", EVERY)
def test_an_end_point_has_an_example_of_its_answer_in_the_envelope(point):
    for answer in answers(point).values():
        examples = [each["value"] for each in answer["examples"].values()]
        assert examples
        for example in examples:
            assert set(example) == {"status", "data", "message", "errors"}
            assert example["status"] == "success"


@pytest.mark.parametrize("point", EVERY)
def test_an_example_of_a_body_names_fields_that_exist_and_all_that_are_needed(point):
    body = operation(point).get("requestBody")
    if body is None:
        return
    media = body["content"]["application/json"]
    assert media["examples"], "a body needs an example"
    shape = media["schema"]
    while "$ref" in shape:
        shape = schema()["components"]["schemas"][shape["$ref"].rsplit("/", 1)[1]]
    for example in media["examples"].values():
        if "properties" in shape:
            assert set(example["value"]) <= set(shape["properties"])
            assert set(example["value"]) >= set(shape.get("required", []))


@pytest.mark.parametrize("point", EVERY)
def test_every_list_is_paginated(point):
    if not point.is_safe:
        return
    for answer in answers(point).values():
        data = answer["schema"]["properties"]["data"]
        assert data.get("type") != "array", "a list is {count, next, previous, results}"


def test_the_refusal_is_an_example_of_itself():
    described = schema()["components"]["schemas"]["Refusal"]
    validator = Draft202012Validator({**described, "properties": {**described["properties"], "data": {}}})

    assert list(validator.iter_errors(described["example"])) == []
