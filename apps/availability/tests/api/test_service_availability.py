from datetime import UTC, datetime, timedelta

import pytest

from apps.availability import queries
from apps.availability.engine.zones import seconds_of
from apps.availability.tests import cases, situations
from apps.availability.tests.factories import (
    NOW,
    make_business,
    make_member,
    make_service,
    make_staff,
    make_user,
    take,
)
from apps.catalog.models import Extra
from apps.catalog.states import VerificationStatus
from apps.core import clock
from apps.core.conf import timer
from apps.core.ids import new_id

pytestmark = pytest.mark.django_db
NINE_TO_FIVE = [[[540, 1_020]]] * 7


@pytest.fixture
def place():
    """A business in Lagos with one person who works from nine to five."""
    business = make_business()
    staff = make_staff(business, display_name="Ada", weekly=NINE_TO_FIVE)
    return business, staff, make_service(business, performers=[staff])


def get(client, service, path="", **query):
    return client.get(f"/api/v1/services/{service.pk}/availability/{path}", query)


def starts_of(answer):
    assert answer.status_code == 200, answer.content
    return [start for day in answer.json()["data"]["days"] for start in day["starts"]]


@pytest.mark.parametrize("case", cases.AVAILABILITY_CASES, ids=cases.case_id)
def test_case_over_http(case, api):
    situation = situations.build(case)
    query = case["query"]
    client = situation.clients.get(query.get("client"))

    with clock.frozen(situation.now):
        answer = get(
            api(client), situation.service, **{"from": query["from"], "to": query["to"], "tz": query["viewer_timezone"]}
        )

    starts = [cases.iso(seconds_of(datetime.fromisoformat(text))) for text in starts_of(answer)]
    cases.assert_expected(case["expect"], starts, query["viewer_timezone"])


def test_answer_names_days_people_and_the_businesss_zone(place, api):
    _business, staff, service = place

    answer = get(api(), service, **{"from": "2026-11-23", "to": "2026-11-23"})

    data = answer.json()["data"]
    [day] = data.pop("days")
    assert data == {"service": str(service.pk), "time_zone": "Africa/Lagos", "duration_minutes": 60, "sessions": []}
    assert day["date"] == "2026-11-23"
    assert day["starts"][0] == "2026-11-23T09:00:00+01:00"
    assert day["starts"][-1] == "2026-11-23T16:00:00+01:00"
    assert day["staff"] == [{"id": str(staff.pk), "name": "Ada", "starts": day["starts"]}]


def test_a_business_whose_papers_lapsed_for_too_long_offers_no_time(place, api):
    business, staff, service = place
    asked = {"from": "2026-11-23", "to": "2026-11-23"}
    business.papers_lapsed_at = NOW - timer("PAPER_GRACE") + timedelta(minutes=1)
    business.save()
    before = starts_of(get(api(), service, **asked))

    with clock.frozen(NOW + timedelta(minutes=1)):
        after = starts_of(get(api(), service, **asked))
        why = get(api(), service, "explain/", at="2026-11-23T10:00:00Z").json()["data"]
        days = api().get(f"/api/v1/availability/businesses/{business.pk}/", asked).json()["data"]["days"]
        moved = queries.check_start(
            queries.Job(service_id=service.pk, ignored_booking=new_id()),
            start=datetime(2026, 11, 23, 10, tzinfo=UTC),
            at=clock.now(),
        )

    assert before
    assert after == []
    assert (why["is_free"], why["rule"]) == (False, "no_new_jobs")
    assert [(day["total"] > 0, day["free"]) for day in days] == [(True, 0)]
    assert moved.free_staff == [staff.pk]


def test_a_name_is_told_as_it_is_written(place, api):
    _business, staff, service = place
    staff.display_name = 'Zoë "Null\\" null \u2028 <b>'
    staff.save()

    answer = get(api(), service, **{"from": "2026-11-23", "to": "2026-11-23"})

    body = answer.json()
    assert [each["name"] for each in body["data"]["days"][0]["staff"]] == [staff.display_name]
    assert (body["status"], body["message"], body["errors"]) == ("success", "", {})


def test_extras_make_the_job_longer(place, api):
    _business, _staff, service = place
    extra = Extra.objects.create(service=service, name="Wash", duration_min=30)

    answer = get(api(), service, **{"from": "2026-11-23", "to": "2026-11-23", "extras": str(extra.pk)})
    unknown = get(api(), service, extras=str(new_id()))

    assert starts_of(answer)[-1] == "2026-11-23T15:30:00+01:00"
    assert answer.json()["data"]["duration_minutes"] == 90
    assert (unknown.status_code, unknown.json()["code"]) == (400, "no_such_extra")


def test_work_at_the_customers_takes_the_road_as_well(place, api):
    business, staff, service = place
    service.places = ["AT_BUSINESS", "AT_CUSTOMER"]
    service.save()
    business.travel_min = 30
    business.save()
    take(staff, datetime(2026, 11, 23, 10, tzinfo=UTC))

    here = starts_of(get(api(), service, **{"from": "2026-11-23", "to": "2026-11-23", "place": "AT_BUSINESS"}))
    there = starts_of(get(api(), service, **{"from": "2026-11-23", "to": "2026-11-23", "place": "AT_CUSTOMER"}))
    nowhere = get(api(), service, place="VIRTUAL")

    assert "2026-11-23T10:00:00+01:00" in here
    assert "2026-11-23T10:00:00+01:00" not in there
    assert "2026-11-23T12:30:00+01:00" in there
    assert (nowhere.status_code, nowhere.json()["code"]) == (400, "place_not_served")


def test_own_hold_does_not_hide_a_time_and_somebody_elses_does(place, api):
    _business, staff, service = place
    me, other = make_user(), make_user()
    start = datetime(2026, 11, 23, 8, tzinfo=UTC)
    take(staff, start, minutes=480, holder_id=me.pk, expires_at=NOW + timedelta(minutes=30))
    one_day = {"from": "2026-11-23", "to": "2026-11-23"}

    assert len(starts_of(get(api(me), service, **one_day))) == 29
    assert starts_of(get(api(other), service, **one_day)) == []
    with clock.frozen(NOW + timedelta(minutes=30)):
        assert len(starts_of(get(api(other), service, **one_day))) == 29


def test_one_person_is_asked_for(place, api):
    business, staff, service = place
    other = make_staff(business, display_name="Bola", weekly=[[[540, 600]]] * 7)
    service.performers.add(other)

    data = get(api(), service, staff=str(other.pk), **{"from": "2026-11-23", "to": "2026-11-23"}).json()["data"]
    stranger = get(api(), service, staff=str(make_staff(make_business()).pk))

    assert [person["name"] for day in data["days"] for person in day["staff"]] == ["Bola"]
    assert stranger.status_code == 404
    assert staff.pk != other.pk


def test_service_that_names_nobody_is_done_by_everybody(place, api):
    business, _staff, _service = place
    make_staff(business, display_name="Bola", weekly=NINE_TO_FIVE)
    make_staff(business, display_name="Gone", weekly=NINE_TO_FIVE, is_active=False)

    data = get(api(), make_service(business), **{"from": "2026-11-23", "to": "2026-11-23"}).json()["data"]

    assert [person["name"] for person in data["days"][0]["staff"]] == ["Ada", "Bola"]


def test_crew_is_offered_with_the_person_asked_for(place, api):
    business, ada, _service = place
    bola = make_staff(business, display_name="Bola", weekly=[[[600, 720]]] * 7)
    chi = make_staff(business, display_name="Chi", weekly=NINE_TO_FIVE)
    service = make_service(business, performers=[ada, bola, chi], assignment="SEVERAL", people_needed=2, step_min=60)
    one_day = {"from": "2026-11-23", "to": "2026-11-23"}

    assert len(starts_of(get(api(), service, **one_day))) == 8
    assert starts_of(get(api(), service, staff=str(bola.pk), **one_day)) == [
        "2026-11-23T10:00:00+01:00",
        "2026-11-23T11:00:00+01:00",
    ]


def test_person_who_works_for_two_businesses_has_one_time(place, api):
    _business, staff, service = place
    elsewhere = make_staff(make_business(), user=staff.user)
    take(elsewhere, datetime(2026, 11, 23, 8, tzinfo=UTC), minutes=480)

    assert starts_of(get(api(), service, **{"from": "2026-11-23", "to": "2026-11-23"})) == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "tomorrow"}, "from"),
        ({"from": "2026-13-01"}, "from"),
        ({"from": "2026-11-23T09:00:00"}, "from"),
        ({"from": "0001-01-01"}, "from"),
        ({"to": "9999-12-31"}, "to"),
        ({"from": "2026-11-23", "to": "2026-11-22"}, "to"),
        ({"from": "2026-11-01", "to": "2027-01-02"}, "to"),
        ({"from": "2026-11-01T00:00:00Z", "to": "2027-01-02T00:00:01Z"}, "to"),
        ({"staff": "x"}, "staff"),
        ({"tz": "Mars/Olympus"}, "tz"),
        ({"tz": "../etc/passwd"}, "tz"),
        ({"extras": "x"}, "extras"),
        ({"place": "MOON"}, "place"),
    ],
)
def test_bad_question_is_told_which_field(place, api, query, field):
    answer = get(api(), place[2], **query)

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]


def test_two_months_are_answered_at_once(place, api):
    answer = get(api(), place[2], **{"from": "2026-11-01", "to": "2027-01-01"})

    assert answer.status_code == 200


def test_what_cannot_be_booked_is_seen_by_its_people_only(place, api):
    business, _staff, service = place
    business.verification_status = VerificationStatus.SUSPENDED
    business.save()

    assert get(api(), service).status_code == 404
    assert get(api(make_user()), service).status_code == 404
    assert get(api(business.owner), service).status_code == 200
    assert get(api(make_member(business)), service).status_code == 200
    assert api().get(f"/api/v1/services/{new_id()}/availability/").status_code == 404


def test_explanation_names_the_rule_and_the_next_free_times(place, api):
    _business, staff, service = place
    take(staff, datetime(2026, 11, 23, 9, tzinfo=UTC), after=timedelta(minutes=15), service_id=service.pk)

    busy = get(api(), service, "explain/", at="2026-11-23T09:30:00Z", staff=str(staff.pk)).json()["data"]
    buffer = get(api(), service, "explain/", at="2026-11-23T10:00:00Z").json()["data"]
    free = get(api(), service, "explain/", at="2026-11-23T10:15:00+00:00").json()["data"]

    assert (busy["is_free"], busy["rule"]) == (False, "busy")
    [person] = busy["people"]
    assert person["refusals"] == [{"rule": "busy", "message": "The person is busy.", "since": None, "until": None}]
    assert busy["next_free"][0] == {"starts_at": "2026-11-23T10:15:00Z", "staff": [str(staff.pk)]}
    assert len(busy["next_free"]) == 3
    assert buffer["rule"] == "buffer"
    assert (free["is_free"], free["rule"]) == (True, None)


@pytest.mark.parametrize(
    ("at", "rule"),
    [
        ("2026-11-17T10:00:00Z", "in_past"),
        ("2026-11-23T20:00:00Z", "outside_schedule"),
        ("2027-11-23T10:00:00Z", "horizon"),
        ("2026-11-23T10:07:00Z", "off_grid"),
    ],
)
def test_explanation_of_what_speaks_against_a_time(place, api, at, rule):
    data = get(api(), place[2], "explain/", at=at).json()["data"]

    assert (data["is_free"], data["rule"]) == (False, rule)


def test_explanation_wants_a_moment(place, api):
    assert get(api(), place[2], "explain/").status_code == 400
    assert get(api(), place[2], "explain/", at="2026-11-23").status_code == 400


def test_start_that_another_zones_viewer_is_offered_can_be_had(place, api):
    _business, _staff, service = place
    service.step_min = 60
    service.save()

    shown = starts_of(get(api(), service, tz="Asia/Kolkata", **{"from": "2026-11-23", "to": "2026-11-23"}))
    checked = get(api(), service, "explain/", at=shown[0]).json()["data"]

    assert shown[0].endswith("+05:30")
    assert checked["is_free"]


def test_queries_do_not_grow_with_people_days_or_bookings(place, api, count_queries):
    business, staff, service = place
    with count_queries() as few:
        get(api(), service, **{"from": "2026-11-23", "to": "2026-11-23"})
    for _ in range(5):
        other = make_staff(business, weekly=NINE_TO_FIVE)
        service.performers.add(other)
        for day in range(5):
            take(other, datetime(2026, 11, 23 + day, 9, tzinfo=UTC))
    take(staff, datetime(2026, 11, 24, 9, tzinfo=UTC))

    with count_queries() as many:
        answer = get(api(), service, **{"from": "2026-11-01", "to": "2027-01-01"})

    assert len(starts_of(answer)) > 1_000
    assert len(few) == len(many) == 1
