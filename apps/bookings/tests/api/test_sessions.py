"""Sessions, as their host and the desk run them; over HTTP."""

import pytest

from apps.availability.models import BusyBlock, CapacitySlot
from apps.bookings import operations
from apps.bookings.models import Participant
from apps.bookings.tests.sessions import booked, hosted, paid_seat, seat, session, status
from apps.bookings.tests.world import HOUR, START, fresh
from apps.catalog.tests.factories import ServiceFactory, UserFactory
from apps.core import clock
from apps.ledger.models import EscrowHold
from apps.ledger.testing import assert_ledger_sound

pytestmark = pytest.mark.django_db


def address(slot, act):
    return f"/api/v1/availability/slots/{slot.pk}/{act}/"


def test_a_session_is_started_and_completed_once_for_all_its_bookings(world, api):
    slot = hosted(world, seats=5)
    bookings = [paid_seat(world, slot, customer=UserFactory()) for _ in range(2)]
    unpaid = seat(world, slot, customer=UserFactory())
    host = api(world.performer)

    with clock.frozen(START):
        started = host.post(address(slot, "start"))
        twice = host.post(address(slot, "start"))
    running = [status(booking) for booking in bookings]
    with clock.frozen(START + HOUR):
        completed = host.post(address(slot, "complete"))
        again = host.post(address(slot, "complete"))

    assert [answer.status_code for answer in (started, twice, completed, again)] == [200, 409, 200, 409]
    assert (twice.json()["code"], again.json()["code"]) == ("wrong_state", "wrong_state")
    assert running == ["IN_PROGRESS", "IN_PROGRESS"]
    assert [status(booking) for booking in bookings] == ["COMPLETED", "COMPLETED"]
    assert [fresh(booking).payment_status for booking in bookings] == ["PENDING_CLEARANCE"] * 2
    assert EscrowHold.objects.filter(unit_id__in=[booking.pk for booking in bookings]).count() == 2
    assert status(unpaid) == "PENDING"
    assert completed.json()["data"]["session"]["completed_at"] == "2026-11-20T10:00:00Z"
    assert_ledger_sound()


def test_who_did_not_come_by_attendance(world, api):
    slot = hosted(world, seats=6)
    nobody = paid_seat(world, slot, "Ada", "Bola", customer=UserFactory())
    one = paid_seat(world, slot, "Chi", "Dele", customer=UserFactory())
    desk = api(world.desk)
    people = {person.name: str(person.pk) for person in Participant.objects.all()}

    def mark(**marks):
        given = [{"id": people[name], "attendance": how, "note": "Called."} for name, how in marks.items()]
        return desk.patch(address(slot, "attendance"), {"participants": given})

    with clock.frozen(START):
        desk.post(address(slot, "start"))
        assert mark(Ada="ABSENT", Bola="ABSENT", Chi="PRESENT", Dele="ABSENT").status_code == 200
    with clock.frozen(START + HOUR):
        roster = desk.post(address(slot, "complete")).json()["data"]
        late = mark(Ada="PRESENT")

    assert (status(nobody), status(one)) == ("NO_SHOW", "COMPLETED")
    assert [(each["name"], each["attendance"], each["note"]) for each in roster["participants"]] == [
        ("Ada", "ABSENT", "Called."), ("Bola", "ABSENT", "Called."), ("Chi", "PRESENT", "Called."),
        ("Dele", "ABSENT", "Called."),
    ]  # fmt: skip
    assert (late.status_code, late.json()["code"]) == (409, "wrong_state")
    assert nobody.history.order_by("number").values_list("to_status", flat=True).last() == "NO_SHOW"
    assert_ledger_sound()


def test_those_marked_absent_before_the_start_are_not_started_and_are_missed(world, api):
    slot = hosted(world)
    made = paid_seat(world, slot)
    [person] = Participant.objects.all()
    host = api(world.performer)

    with clock.frozen(START):
        host.patch(address(slot, "attendance"), {"participants": [{"id": str(person.pk), "attendance": "ABSENT"}]})
        host.post(address(slot, "start"))
        assert status(made) == "CONFIRMED"
        host.post(address(slot, "complete"))

    assert status(made) == "NO_SHOW"


def test_a_seat_is_not_started_completed_or_declined_by_itself(world, api):
    made = paid_seat(world, hosted(world))
    host = api(world.performer)

    answers = [
        host.post(f"/api/v1/bookings/{made.pk}/{act}/", {"reason_code": "SICK"} if act == "decline" else {})
        for act in ("start", "decline")
    ]
    detail = host.get(f"/api/v1/bookings/{made.pk}/").json()["data"]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(409, "part_of_session")] * 2
    assert not [each for each in detail["available_actions"] if each["name"] == "start" and each["enabled"]]
    assert status(made) == "CONFIRMED"


def test_the_host_is_locked_while_the_session_runs_and_free_when_it_ends(world, api):
    slot = hosted(world)
    job = world.paid(start=START + 3 * HOUR)
    host = api(world.performer)

    with clock.frozen(START):
        host.post(address(slot, "start"))
        busy = host.post(f"/api/v1/bookings/{job.pk}/start/")
    with clock.frozen(START + HOUR / 2):
        host.post(address(slot, "complete"))
        free = host.post(f"/api/v1/bookings/{job.pk}/start/")

    assert (busy.json()["code"], free.status_code) == ("person_busy", 200)
    assert BusyBlock.objects.get(slot=slot).ends_at == START + HOUR / 2


def test_a_session_does_not_start_while_the_host_is_on_a_job(world, api):
    slot = hosted(world)
    job = world.paid(start=START - 3 * HOUR)

    with clock.frozen(START - 3 * HOUR):
        operations.start_booking(booking_id=job.pk, by=world.performer, at=clock.now())
        answer = api(world.performer).post(address(slot, "start"))

    assert (answer.status_code, answer.json()["code"]) == (409, "person_busy")
    assert CapacitySlot.objects.get(pk=slot.pk).started_at is None


def test_a_session_that_is_called_off_gives_all_back(world, api, drain_outbox):
    slot = hosted(world, seats=1)
    made = paid_seat(world, slot)
    operations.join_line(slot_id=slot.pk, service_id=None, customer=UserFactory(), at=clock.now())

    refused = api(world.performer).post(address(slot, "call-off"))
    answer = api(world.desk).post(address(slot, "call-off"), {"reason": "The teacher is ill."})

    assert (refused.status_code, answer.status_code) == (403, 200)
    assert (status(made), booked(slot)) == ("CANCELLED", 0)
    assert answer.json()["data"]["session"]["is_available"] is False
    assert not BusyBlock.objects.active().filter(slot=slot).exists()
    drain_outbox()
    assert fresh(made).payment_status == "REFUNDED"
    assert_ledger_sound()


def test_who_may_run_a_session(world, api):
    slot = hosted(world)
    other = world.person("other")
    ops = api(world.ops)

    for who in (world.customer, other.user):
        assert api(who).get(address(slot, "roster")).status_code == 404
        assert api(who).post(address(slot, "start")).status_code == 404
    silent, spoken = ops.post(address(slot, "start")), ops.post(address(slot, "start"), {"reason": "Asked to."})

    assert (silent.status_code, silent.json()["code"], spoken.status_code) == (400, "reason_missing", 200)


def test_the_roster_costs_the_same_for_one_and_for_many(world, api, django_assert_num_queries):
    slot = hosted(world, seats=9)
    seat(world, slot, "Ada")
    desk = api(world.desk)
    with django_assert_num_queries(4):
        desk.get(address(slot, "roster"))
    for _ in range(3):
        seat(world, slot, "Bola", "Chi", customer=UserFactory())

    with django_assert_num_queries(4):
        roster = desk.get(address(slot, "roster")).json()["data"]
    assert len(roster["participants"]) == 7


# --- The schedule ---------------------------------------------------------------------------------------------------
WEEKLY = {"date": "2026-11-24", "start_time": "18:00", "seats": 12, "rrule": "FREQ=WEEKLY;BYDAY=TU;COUNT=3"}


def schedule(world, service=None):
    return f"/api/v1/services/{(service or world.service).pk}/schedule/"


def test_sessions_recur_in_the_business_zone_across_a_clock_change(world, api):
    world.business.time_zone = "America/New_York"
    world.business.save(update_fields=["time_zone"])
    given = {"date": "2027-03-07", "start_time": "18:00", "rrule": "RRULE:FREQ=WEEKLY;COUNT=2"}

    answer = api(world.desk).post(schedule(world), given)
    again = api(world.desk).post(schedule(world), given)

    assert answer.status_code == 201, answer.json()
    assert [each["starts_at"] for each in answer.json()["data"]["sessions"]] == [
        "2027-03-07T23:00:00Z", "2027-03-14T22:00:00Z",
    ]  # fmt: skip
    assert again.json()["data"] == {"created": 0, "sessions": []}


def test_what_is_left_out_is_the_services(world, api):
    service = ServiceFactory(business=world.business, duration_min=45, max_participants=7)

    [made] = (
        api(world.desk)
        .post(schedule(world, service), {"date": "2026-11-24", "start_time": "18:00"})
        .json()["data"]["sessions"]
    )

    assert (made["starts_at"], made["ends_at"]) == ("2026-11-24T17:00:00Z", "2026-11-24T17:45:00Z")
    assert (made["total"], made["free"], made["staff"]) == (7, 7, None)


def test_anybody_lists_the_coming_sessions(world, api):
    api(world.desk).post(schedule(world), WEEKLY)
    asked = {"from": "2026-11-24", "to": "2026-12-01"}

    listed = api().get(schedule(world), asked).json()["data"]["results"]

    assert [each["starts_at"] for each in listed] == ["2026-11-24T17:00:00Z", "2026-12-01T17:00:00Z"]


def test_a_session_takes_its_hosts_time_and_clashes_are_named(world, api):
    job = world.book(start=START.replace(month=12, day=1, hour=17))
    given = WEEKLY | {"staff": str(world.staff.pk)}

    clash = api(world.desk).post(schedule(world), given)
    skipped = api(world.desk).post(schedule(world), given | {"skip_clashes": True})
    free = api().get(f"/api/v1/services/{world.service.pk}/availability/", {"from": "2026-11-24", "to": "2026-11-24"})

    assert (clash.status_code, clash.json()["code"]) == (409, "session_clash")
    assert clash.json()["data"] == {"clashes": ["2026-12-01T17:00:00Z"]}
    assert skipped.json()["data"]["created"] == 2
    assert status(job) == "PENDING"
    [day] = free.json()["data"]["days"]
    assert "2026-11-24T18:00:00+01:00" not in day["starts"]
    assert "2026-11-24T19:00:00+01:00" in day["starts"]


def test_except_dates_and_the_last_date_of_until(world, api):
    given = WEEKLY | {"rrule": "FREQ=DAILY;UNTIL=20261126", "except_dates": ["2026-11-25"]}
    moment = WEEKLY | {"rrule": "FREQ=DAILY;UNTIL=20261124T170000Z", "start_time": "18:00"}

    made = api(world.desk).post(schedule(world), given).json()["data"]["sessions"]
    nothing_new = api(world.desk).post(schedule(world), moment).json()["data"]

    assert [each["starts_at"][:10] for each in made] == ["2026-11-24", "2026-11-26"]
    assert nothing_new["created"] == 0


@pytest.mark.parametrize(
    "rule",
    ["FREQ=SECONDLY;COUNT=2", "FREQ=WEEKLY", "weekly", "FREQ=DAILY;COUNT=367", "FREQ=DAILY;BYHOUR=1;COUNT=2",
     "FREQ=DAILY;COUNT=1\nEXDATE:20261124", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;UNTIL=20301231", "FREQ=DAILY;COUNT=x"],
)  # fmt: skip
def test_rules_that_are_none(world, api, rule):
    answer = api(world.desk).post(schedule(world), WEEKLY | {"rrule": rule})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["rrule"])
    assert not CapacitySlot.objects.exists()


def test_others_schedule_nothing(world, api):
    assert api(UserFactory()).post(schedule(world), WEEKLY).status_code == 404
    assert api().post(schedule(world), WEEKLY).status_code == 401
    assert not CapacitySlot.objects.exists()


def test_a_slot_that_was_booked_once_is_closed_not_removed(world, api):
    slot = session(world)
    made = seat(world, slot)
    api(world.customer).post(f"/api/v1/bookings/{made.pk}/cancel/")

    answer = api(world.desk).delete(f"/api/v1/availability/slots/{slot.pk}/")

    assert (answer.status_code, answer.json()["code"]) == (409, "slot_in_use")
    assert CapacitySlot.objects.filter(pk=slot.pk).exists()
