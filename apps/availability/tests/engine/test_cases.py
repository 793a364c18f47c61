"""The engine answers every availability case of the data file."""

from dataclasses import replace
from typing import Any

import pytest

from apps.availability.engine import free_starts, has_room, refusals
from apps.availability.tests import cases


@pytest.mark.parametrize("case", cases.AVAILABILITY_CASES, ids=cases.case_id)
def test_case(case: dict[str, Any]) -> None:
    setup = case["setup"]
    question = cases.question_of(case)

    offer = free_starts(cases.place_of(setup), cases.people_of(setup), cases.rules_of(setup["service"]), question)

    cases.assert_expected(case["expect"], [cases.iso(start) for start in offer.starts], question.zone)


@pytest.mark.parametrize("case", cases.AVAILABILITY_CASES, ids=cases.case_id)
def test_case_is_explained_as_it_is_listed(case: dict[str, Any]) -> None:
    setup = case["setup"]
    people, rules, question = cases.people_of(setup), cases.rules_of(setup["service"]), cases.question_of(case)
    offer = free_starts(cases.place_of(setup), people, rules, question)

    for person, starts in offer.by_person.items():
        for start in starts:
            probe = replace(question, start=start, end=start + 1)
            assert refusals(cases.place_of(setup), people, rules, probe, start)[person] == []
    if offer.starts:
        early = offer.starts[0] - 300
        probe = replace(question, start=early, end=early + 1)
        assert all(refusals(cases.place_of(setup), people, rules, probe, early).values())


@pytest.mark.parametrize("case", cases.RESOURCE_CASES, ids=cases.case_id)
def test_resource_case(case: dict[str, Any]) -> None:
    resource = case["setup"]["resource"]
    taken = [(cases.instant(entry["start"]), cases.instant(entry["end"])) for entry in case["setup"]["existing"]]

    for step in case["steps"]:
        start, end = cases.instant(step["start"]), cases.instant(step["end"])
        fits = has_room(
            taken,
            start,
            end,
            max_concurrent=resource["max_concurrent"],
            gap=60 * resource.get("buffer_min", 0),
        )
        assert fits is (step["expect"] == "accept")
        if fits:
            taken.append((start, end))
