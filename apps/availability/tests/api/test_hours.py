from datetime import UTC, datetime, timedelta

import pytest

from apps.accounts.states import Role
from apps.availability.models import BusyBlock, CapacitySlot, OpeningHours, TimeOff
from apps.availability.tests.factories import NOW, make_business, make_member, make_service, make_staff, make_user, take
from apps.core.ids import new_id
from apps.core.models import AuditEntry

pytestmark = pytest.mark.django_db

WEEK = {
    "weekly": {
        "mon": [{"opens": "09:00", "closes": "13:00"}, {"opens": "14:00", "closes": "24:00"}],
        "sat": [{"opens": "20:00", "closes": "02:00", "closes_next_day": True}],
    }
}


def test_owner_sets_the_opening_hours_and_everybody_reads_them(api):
    business = make_business()
    path = f"/api/v1/businesses/{business.pk}/opening-hours/"

    answer = api(business.owner).put(path, WEEK)

    assert answer.status_code == 200, answer.content
    assert dict(OpeningHours.objects.values_list("weekday", "spans")) == {
        0: [[540, 780], [840, 1_440]],
        5: [[1_200, 1_560]],
    }
    shown = api().get(path).json()["data"]
    assert shown["weekly"]["sat"] == [{"opens": "20:00", "closes": "02:00", "closes_next_day": True}]
    assert shown["weekly"]["sun"] == []
    assert AuditEntry.objects.filter(action="availability.opening_hours_set").count() == 1


@pytest.mark.parametrize(
    "weekly",
    [
        {"mon": [{"opens": "08:00", "closes": "07:00"}]},
        {"mon": [{"opens": "08:00", "closes": "08:00"}]},
        {"mon": [{"opens": "08:00", "closes": "12:00"}, {"opens": "11:00", "closes": "13:00"}]},
        {"mon": [{"opens": "08:00", "closes": "09:00", "closes_next_day": True}]},
        {"mon": [{"opens": "24:00", "closes": "01:00", "closes_next_day": True}]},
        {"mon": [{"opens": "8", "closes": "09:00"}]},
        {"mon": [{"opens": "08:00"}]},
        {"mon": [{"opens": 8, "closes": 9}]},
        {"mon": "always"},
        {"monday": []},
        [],
        None,
    ],
)
def test_hours_that_make_no_sense_are_refused_and_nothing_changes(api, weekly):
    business = make_business()

    answer = api(business.owner).put(f"/api/v1/businesses/{business.pk}/opening-hours/", {"weekly": weekly})

    assert answer.status_code == 400
    assert answer.json()["errors"]
    assert OpeningHours.objects.count() == 7


def test_strangers_and_staff_keep_no_opening_hours(api):
    business = make_business()
    staff = make_staff(business)
    path = f"/api/v1/businesses/{business.pk}/opening-hours/"

    assert api().put(path, WEEK).status_code == 401
    for user in (make_user(), make_business().owner, staff.user, make_user(role=Role.VIEWER)):
        assert api(user).put(path, WEEK).status_code == 404
    assert api(make_user(role=Role.OPS)).put(path, WEEK).status_code == 200
    assert api(make_member(business)).put(path, WEEK).status_code == 200


def test_exception_is_set_listed_replaced_and_removed(api):
    business = make_business()
    path = f"/api/v1/businesses/{business.pk}/opening-exceptions/"
    owner = api(business.owner)

    made = owner.post(path, {"on": "2026-12-25", "reason": "Christmas"})
    again = owner.post(path, {"on": "2026-12-25", "spans": [{"opens": "10:00", "closes": "12:00"}]})

    assert (made.status_code, again.status_code) == (201, 201)
    [listed] = api().get(path).json()["data"]["results"]
    assert listed["spans"] == [{"opens": "10:00", "closes": "12:00", "closes_next_day": False}]
    assert listed["is_closed"] is False
    assert api(make_business().owner).delete(f"{path}{listed['id']}/").status_code == 404
    assert owner.delete(f"{path}{listed['id']}/").status_code == 204
    assert api().get(path).json()["data"]["count"] == 0


def test_person_sets_their_own_week_with_dates_and_travel(api):
    staff = make_staff(make_business())
    path = f"/api/v1/practitioners/{staff.pk}/schedule/"
    body = WEEK | {
        "time_zone": "Europe/London",
        "overrides": [{"on": "2026-12-31"}],
        "travel": [{"first_on": "2026-12-01", "last_on": "2026-12-03", "time_zone": "Asia/Kolkata"}],
    }

    before = api(staff.user).get(path).json()["data"]
    answer = api(staff.user).post(path, body)
    kept = api(staff.user).post(path, WEEK)

    assert before["follows_opening_hours"] is True
    assert before["weekly"] is None
    data = answer.json()["data"]
    assert (data["time_zone"], data["follows_opening_hours"]) == ("Europe/London", False)
    assert data["overrides"] == [{"on": "2026-12-31", "spans": []}]
    assert data["travel"] == [{"first_on": "2026-12-01", "last_on": "2026-12-03", "time_zone": "Asia/Kolkata"}]
    assert kept.json()["data"]["overrides"] == data["overrides"]
    assert api(make_user()).get(path).status_code == 404
    assert api(make_user()).post(path, WEEK).status_code == 404
    assert api(staff.business.owner).post(path, WEEK).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_zone": "Mars/Olympus"},
        {"overrides": [{"on": "2026-12-31"}, {"on": "2026-12-31"}]},
        {"travel": [{"first_on": "2026-12-03", "last_on": "2026-12-01", "time_zone": "UTC"}]},
        {
            "travel": [
                {"first_on": "2026-12-01", "time_zone": "UTC"},
                {"first_on": "2026-12-03", "last_on": "2026-12-04", "time_zone": "UTC"},
            ]
        },
    ],
)
def test_week_that_makes_no_sense_is_refused(api, wrong):
    staff = make_staff(make_business())

    answer = api(staff.user).post(f"/api/v1/practitioners/{staff.pk}/schedule/", WEEK | wrong)

    assert answer.status_code == 400
    assert not hasattr(staff, "weekly_schedule")


def test_practitioners_own_times(api):
    business = make_business()
    staff = make_staff(business, weekly=[[[540, 600]]] * 7)
    service = make_service(business)
    path = f"/api/v1/practitioners/{staff.pk}/availability/"

    data = api().get(path, {"service": str(service.pk), "from": "2026-11-23", "to": "2026-11-23"}).json()["data"]

    assert [day["starts"] for day in data["days"]] == [["2026-11-23T09:00:00+01:00"]]
    assert api().get(path).status_code == 400


def test_time_off_is_taken_listed_and_given_back(api):
    staff = make_staff(make_business())
    booking = new_id()
    take(staff, datetime(2026, 12, 24, 10, tzinfo=UTC), booking_id=booking)
    body = {"starts_at": "2026-12-24T08:00:00Z", "ends_at": "2026-12-25T08:00:00Z", "reason": "SICK", "note": "Flu"}

    made = api(staff.user).post("/api/v1/staff/time-off/", body)

    assert made.status_code == 201, made.content
    assert made.json()["data"]["staff"] == str(staff.pk)
    for user, count in ((staff.user, 1), (staff.business.owner, 1), (make_user(), 0), (make_business().owner, 0)):
        assert api(user).get("/api/v1/staff/time-off/").json()["data"]["count"] == count
    one = f"/api/v1/staff/time-off/{made.json()['data']['id']}/"
    assert api(make_business().owner).delete(one).status_code == 404
    assert api(staff.user).delete(one).status_code == 204
    assert TimeOff.objects.count() == 0


def test_whose_time_it_is_has_to_be_said_where_it_is_not_clear(api):
    business = make_business()
    staff = make_staff(business)
    body = {"starts_at": "2026-12-24T08:00:00Z", "ends_at": "2026-12-25T08:00:00Z"}

    assert api(business.owner).post("/api/v1/staff/time-off/", body).status_code == 400
    assert api(business.owner).post("/api/v1/staff/time-off/", body | {"staff": str(staff.pk)}).status_code == 201
    assert api(make_user()).post("/api/v1/staff/time-off/", body | {"staff": str(staff.pk)}).status_code == 404
    backwards = {"starts_at": body["ends_at"], "ends_at": body["starts_at"], "staff": str(staff.pk)}
    assert api(business.owner).post("/api/v1/staff/time-off/", backwards).status_code == 400
    assert api(business.owner).post("/api/v1/staff/busy/", backwards).status_code == 400


def test_time_is_taken_by_hand_once_and_freed(api):
    staff = make_staff(make_business())
    body = {"starts_at": "2026-12-24T08:00:00Z", "ends_at": "2026-12-24T10:00:00Z", "note": "Dentist"}
    client = api(staff.user)

    made = client.post("/api/v1/staff/busy/", body)
    again = client.post("/api/v1/staff/busy/", body)

    assert made.status_code == 201
    assert (again.status_code, again.json()["code"]) == (409, "slot_taken")
    [listed] = client.get("/api/v1/staff/busy/").json()["data"]["results"]
    assert (listed["kind"], listed["note"]) == ("MANUAL", "Dentist")
    assert client.delete(f"/api/v1/staff/busy/{listed['id']}/").status_code == 204
    assert BusyBlock.objects.active().count() == 0


def test_time_of_a_booking_is_not_freed_by_hand(api):
    staff = make_staff(make_business())
    block = take(staff, NOW + timedelta(days=1))

    assert api(staff.user).delete(f"/api/v1/staff/busy/{block}/").status_code == 404
    assert BusyBlock.objects.active().count() == 1


def test_lists_cost_the_same_for_one_and_for_many(api, count_queries):
    business = make_business()
    for path in ("/api/v1/staff/busy/", "/api/v1/staff/time-off/"):
        client = api(business.owner)
        person = make_staff(business)
        take(person, NOW + timedelta(days=1))
        TimeOff.objects.create(staff_member=person, starts_at=NOW, ends_at=NOW + timedelta(days=1))
        with count_queries() as few:
            client.get(path)
        for _ in range(5):
            person = make_staff(business)
            take(person, NOW + timedelta(days=1))
            TimeOff.objects.create(staff_member=person, starts_at=NOW, ends_at=NOW + timedelta(days=1))
        with count_queries() as many:
            client.get(path)
        assert len(few) == len(many)


def test_days_of_a_business_count_starts_and_what_is_free(api, count_queries):
    business = make_business(weekly={0: [[540, 660]]})
    staff = make_staff(business)
    make_staff(business)
    service = make_service(business, step_min=30)
    path = f"/api/v1/availability/businesses/{business.pk}/"
    query = {"from": "2026-11-22", "to": "2026-11-24", "service": str(service.pk)}
    take(staff, datetime(2026, 11, 23, 8, tzinfo=UTC))

    with count_queries() as counted:
        days = api().get(path, query).json()["data"]["days"]
    queries = len(counted)
    slots = api().get(f"{path}dates/2026-11-23/", {"service": str(service.pk)}).json()["data"]["slots"]

    assert queries == 3
    assert days == [
        {"date": "2026-11-22", "total": 0, "free": 0},
        {"date": "2026-11-23", "total": 3, "free": 3},
        {"date": "2026-11-24", "total": 0, "free": 0},
    ]
    assert [(slot["starts_at"], slot["total"], slot["free"]) for slot in slots] == [
        ("2026-11-23T08:00:00Z", 2, 1),
        ("2026-11-23T08:30:00Z", 2, 1),
        ("2026-11-23T09:00:00Z", 2, 2),
    ]
    assert api().get(f"{path}dates/2026-02-30/").status_code == 400
    assert api().get(f"{path}dates/0001-01-01/").status_code == 400
    assert api().get(f"/api/v1/availability/businesses/{new_id()}/").status_code == 404
    assert api().get(path, {"service": str(make_service(make_business()).pk)}).status_code == 404


PLAN = {
    "start_date": "2026-11-23",
    "end_date": "2026-11-29",
    "start_time": "09:00",
    "end_time": "12:00",
    "slot_duration": 60,
    "max_capacity_per_slot": 4,
    "weekdays": [0, 2],
}


def test_slots_are_made_once_however_often_they_are_asked_for(api):
    business = make_business()
    path = f"/api/v1/availability/businesses/{business.pk}/slots/"

    first = api(business.owner).post(path, PLAN)
    again = api(business.owner).post(path, PLAN)

    assert first.status_code == 201, first.content
    assert (first.json()["data"], again.json()["data"]) == ({"created": 6}, {"created": 0})
    assert CapacitySlot.objects.order_by("starts_at").first().starts_at == datetime(2026, 11, 23, 8, tzinfo=UTC)
    days = api().get(f"/api/v1/availability/businesses/{business.pk}/dates/2026-11-23/").json()["data"]
    assert [slot["free"] for slot in days["slots"] if slot["slot"]] == [4, 4, 4]
    assert api(make_business().owner).post(path, PLAN).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"end_date": "2026-11-22"},
        {"end_date": "2030-11-22"},
        {"end_time": "09:00"},
        {"end_time": "25:00"},
        {"slot_duration": 0},
        {"slot_duration": 600},
        {"max_capacity_per_slot": 0},
        {"weekdays": [7]},
        {"weekdays": []},
        {"end_date": "2027-11-23", "slot_duration": 1, "weekdays": [0, 1, 2, 3, 4, 5, 6]},
    ],
)
def test_slot_plan_that_makes_no_sense_is_refused(api, wrong):
    business = make_business()

    answer = api(business.owner).post(f"/api/v1/availability/businesses/{business.pk}/slots/", PLAN | wrong)

    assert answer.status_code == 400
    assert CapacitySlot.objects.count() == 0


def test_slot_is_resized_closed_and_removed_but_never_below_what_is_booked(api):
    business = make_business()
    slot = CapacitySlot.objects.create(
        business=business, starts_at=NOW, ends_at=NOW + timedelta(hours=1), max_capacity=4, booked_count=2
    )
    path = f"/api/v1/availability/slots/{slot.pk}/"
    client = api(business.owner)

    too_small = client.put(path, {"max_capacity": 1})
    smaller = client.put(path, {"max_capacity": 2, "is_available": False})

    assert (too_small.status_code, too_small.json()["code"]) == (409, "slot_in_use")
    assert smaller.json()["data"]["max_capacity"] == 2
    assert smaller.json()["data"]["is_available"] is False
    assert client.delete(path).status_code == 409
    CapacitySlot.objects.update(booked_count=0)
    assert api(make_business().owner).delete(path).status_code == 404
    assert client.delete(path).status_code == 204


def test_a_repeated_key_makes_the_slots_once_and_answers_the_same(api):
    business = make_business()
    path = f"/api/v1/availability/businesses/{business.pk}/slots/"
    owner = api(business.owner, **{"Idempotency-Key": "plan-0001"})

    first, again = owner.post(path, PLAN), owner.post(path, PLAN)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["data"] == again.json()["data"]
    assert again["Idempotency-Replayed"] == "true"
    assert owner.post(path, {**PLAN, "max_capacity_per_slot": 9}).json()["code"] == "idempotency_key_reused"
