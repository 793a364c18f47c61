"""The cases of the data file, out of the database."""

from datetime import timedelta

import pytest

from apps.availability import queries
from apps.availability.engine.zones import seconds_of
from apps.availability.tests import cases, situations
from apps.availability.tests.factories import take
from apps.core import clock

pytestmark = pytest.mark.django_db


def job_of(case, situation):
    client = situation.clients.get(case["query"].get("client"))
    return queries.Job(service_id=situation.service.pk, for_user=client.pk if client else None)


@pytest.mark.parametrize("case", cases.AVAILABILITY_CASES, ids=cases.case_id)
def test_case(case, count_queries):
    situation = situations.build(case)
    query = case["query"]

    with clock.frozen(situation.now), count_queries() as counted:
        found = queries.free_times(
            job_of(case, situation),
            since=situations.moment(query["from"]),
            until=situations.moment(query["to"]),
            at=clock.now(),
            viewer_zone=query["viewer_timezone"],
        )

    cases.assert_expected(case["expect"], [cases.iso(start) for start in found.offer.starts], query["viewer_timezone"])
    assert len(counted) == 1


@pytest.mark.parametrize(
    "case", [case for case in cases.AVAILABILITY_CASES if case["expect"].get("slots")], ids=cases.case_id
)
def test_case_can_be_booked_as_it_is_listed(case):
    situation = situations.build(case)
    job = job_of(case, situation)
    listed = [situations.moment(text) for text in case["expect"]["slots"]]

    for start in listed[:6]:
        check = queries.check_start(job, start=start, at=situation.now)
        assert check.is_free, check.refusals
    early = queries.check_start(job, start=listed[0] - timedelta(minutes=5), at=situation.now)
    assert not early.is_free
    assert all(early.refusals.values())
    for text in case["expect"].get("not_slots", ()):
        assert not queries.check_start(job, start=situations.moment(text), at=situation.now).is_free


def test_first_free_looks_until_it_has_found_enough():
    [case] = [case for case in cases.CASES if case["id"] == "BK-049"]
    situation = situations.build(case)

    found = queries.first_free(job_of(case, situation), after=situation.now, at=situation.now)

    assert [seconds_of(time.starts_at) for time in found] == [
        cases.instant(f"2024-07-25T{hour}:30:00Z") for hour in ("04", "05", "06")
    ]
    assert {tuple(time.staff_ids) for time in found} == {(situation.staff["A"].pk,)}


def test_what_is_taken_is_refused_by_name():
    [case] = [case for case in cases.CASES if case["id"] == "BK-017"]
    situation = situations.build(case)
    start = situations.moment("2021-06-21T10:00:00Z")
    take(situation.staff["A"], start)

    check = queries.check_start(job_of(case, situation), start=start, at=situation.now)

    [refusals] = check.refusals.values()
    assert [refusal.rule for refusal in refusals] == ["busy"]
