"""Booking a course: all its sessions at once, in one payment."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.availability.models import CapacitySlot
from apps.bookings import operations
from apps.bookings.models import Booking, CourseBooking, Participant, WaitingEntry
from apps.bookings.tests.api.on_courses import BOOKINGS, address, letters, people, work
from apps.bookings.tests.course_world import (
    book,
    course,
    open_payment_of,
    paid_course,
    parts_of,
    slots_of,
    status_of,
    statuses,
)
from apps.bookings.tests.sessions import booked, seat, session
from apps.bookings.tests.world import HOUR, MINUTE, NOW, START, let_through, make_world
from apps.catalog.tests.factories import UserFactory
from apps.core import clock
from apps.ledger.models import EscrowHold
from apps.ledger.testing import assert_ledger_sound

pytestmark = pytest.mark.django_db


def test_all_sessions_are_booked_at_once_and_paid_for_at_once(world, api):
    made = course(world, seats=4)
    ada = api(world.customer)

    answer = ada.post(address(made), people("Ada", "Bola") | {"special_requests": "By the window."})
    data = answer.json()["data"]
    pay = next(each for each in data["available_actions"] if each["name"] == "pay")
    started = ada.post(pay["path"], pay["body"])

    assert answer.status_code == 201, answer.json()
    assert (data["status"], data["payment_status"], data["seats"]) == ("PENDING", "PENDING_PAYMENT", 2)
    assert (data["total"]["amount"], data["expires_at"]) == ("200.00", "2026-11-18T09:30:00Z")
    assert [each["total"]["amount"] for each in data["sessions"]] == ["66.67", "66.67", "66.66"]
    assert [[person["name"] for person in each["participants"]] for each in data["sessions"]] == [["Ada", "Bola"]] * 3
    assert {each["parent"] for each in data["sessions"]} == {data["id"]}
    assert [booked(slot) for slot in slots_of(made)] == [2, 2, 2]
    assert started.status_code == 201, started.json()
    assert started.json()["data"]["amount"]["amount"] == "200.00"
    let_through(open_payment_of(CourseBooking.objects.get()))
    shown = ada.get(f"{BOOKINGS}{data['id']}/").json()["data"]
    assert (shown["status"], shown["payment_status"], shown["expires_at"]) == ("CONFIRMED", "HELD", None)
    assert EscrowHold.objects.filter(unit_id__in=[part.pk for part in Booking.objects.all()]).count() == 3
    assert_ledger_sound()


def test_no_part_is_paid_for_or_given_up_before_the_whole_is_paid(world, api):
    whole = book(world, course(world))
    [part, *_others] = parts_of(whole)
    ada = api(world.customer)

    paid = ada.post("/api/v1/payments/initialize/", {"items": [{"type": "BOOKING", "id": str(part.pk)}]})
    given_up = ada.post(f"/api/v1/bookings/{part.pk}/cancel/", {})
    actions = ada.get(f"/api/v1/bookings/{part.pk}/").json()["data"]["available_actions"]

    assert (paid.status_code, paid.json()["code"]) == (409, "part_not_payable")
    assert len(paid.json()["data"]["missing"]) == 2
    assert (given_up.status_code, given_up.json()["code"]) == (409, "paid_with_course")
    assert {each["name"]: each["enabled"] for each in actions if each["name"] in {"pay", "cancel"}} == {
        "pay": False, "cancel": False,
    }  # fmt: skip
    assert statuses(whole) == ["PENDING"] * 3


def test_where_one_session_is_full_none_is_booked(world, api):
    made = course(world, seats=2)
    second = slots_of(made)[1]
    CapacitySlot.objects.filter(pk=second.pk).update(max_capacity=1)

    answer = api(world.customer).post(address(made), people("Ada", "Bola"))

    assert (answer.status_code, answer.json()["code"]) == (409, "slot_full")
    assert answer.json()["data"] == {"slot": str(second.pk), "start": "2026-11-27T09:00:00Z", "free": 1}
    assert (CourseBooking.objects.count(), Booking.objects.count()) == (0, 0)
    assert [booked(slot) for slot in slots_of(made)] == [0, 0, 0]


def test_booking_again_replaces_ones_own_unpaid_booking(world, api):
    made = course(world, seats=2)
    first = book(world, made, "Ada", "Bola")

    answer = api(world.customer).post(address(made), people("Ada", "Chi"))

    assert answer.status_code == 201
    assert (statuses(first), status_of(first)) == (["CANCELLED"] * 3, "CANCELLED")
    assert [booked(slot) for slot in slots_of(made)] == [2, 2, 2]


def test_a_single_seat_of_ones_own_does_not_take_the_course_apart(world):
    made = course(world, seats=3, allows_single=True)
    whole = book(world, made)

    seat(world, slots_of(made)[0])

    assert statuses(whole) == ["PENDING"] * 3


def test_the_expected_total_is_of_the_whole(world, api):
    made = course(world)
    wrong = {"expected_total": {"amount": "99.00", "currency": "NGN"}}

    answer = api(world.customer).post(address(made), wrong)

    assert (answer.status_code, answer.json()["code"]) == (409, "price_changed")
    assert answer.json()["data"]["quote"]["total"]["amount"] == "100.00"
    assert CourseBooking.objects.count() == 0


def test_not_from_the_notice_before_the_first_session_on(world, api):
    world.business.notice_min = 60
    world.business.save()
    made, ada = course(world), api(world.customer)

    with clock.frozen(START - HOUR):
        late = ada.post(address(made))
    with clock.frozen(START - HOUR - MINUTE):
        in_time = ada.post(address(made))

    assert (late.status_code, late.json()["code"]) == (409, "course_begins")
    assert in_time.status_code == 201


@pytest.mark.parametrize("closed", ["course", "session"])
def test_closed_courses_are_not_booked(world, api, closed):
    made = course(world)
    if closed == "course":
        made.is_available = False
        made.save()
    else:
        operations.call_off_session(slot_id=slots_of(made)[2].pk, by=world.desk, at=NOW)

    answer = api(world.customer).post(address(made))

    assert (answer.status_code, answer.json()["code"]) == (409, "course_begins")


def test_single_seats_are_refused_with_the_course_named(world, api):
    made = course(world, seats=1)
    slot = slots_of(made)[0]
    outside = session(world, start=START + 3 * HOUR)
    single = seat(world, outside)
    ada = api(world.customer)

    answers = [
        ada.post("/api/v1/bookings/", {"service": str(world.service.pk), "slot": str(slot.pk)}),
        ada.post("/api/v1/bookings/quote/", {"service": str(world.service.pk), "slot": str(slot.pk)}),
        ada.post(f"/api/v1/availability/slots/{slot.pk}/waitlist/", {}),
        ada.post(f"/api/v1/bookings/{single.pk}/reschedule/", {"slot": str(slot.pk)}),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(409, "part_of_course")] * 4
    assert answers[0].json()["data"] == {"course": {"id": str(made.pk), "title": "Pottery"}}
    assert (booked(slot), WaitingEntry.objects.count()) == (0, 0)


def test_single_seats_where_the_course_allows_them(world, api):
    made = course(world, seats=1, allows_single=True)
    slot = slots_of(made)[0]

    answer = api(UserFactory()).post("/api/v1/bookings/", {"service": str(world.service.pk), "slot": str(slot.pk)})
    whole = api(world.customer).post(address(made))

    assert answer.status_code == 201
    assert (whole.status_code, whole.json()["code"]) == (409, "slot_full")


def test_a_free_course_is_confirmed_at_once(world, api):
    made = course(world, price=0)

    data = api(world.customer).post(address(made)).json()["data"]
    work()

    assert (data["status"], data["payment_status"]) == ("CONFIRMED", None)
    assert [each["name"] for each in data["available_actions"]] == ["cancel"]
    assert letters(world.customer, "booking_confirmed").count() == 1


def test_who_sees_it_and_what(world, api):
    whole = paid_course(world, course(world, host=world.staff), "Ada")
    Participant.objects.update(note="Left-handed.")
    stranger = make_world()

    seen = {
        name: api(user).get(f"{BOOKINGS}{whole.pk}/")
        for name, user in (
            ("customer", world.customer), ("host", world.performer), ("desk", world.desk), ("ops", world.ops),
            ("stranger", stranger.desk),
        )
    }  # fmt: skip
    listed = {
        name: api(user).get(BOOKINGS).json()["data"]["count"]
        for name, user in (("customer", world.customer), ("host", world.performer), ("stranger", stranger.owner))
    }

    assert {name: answer.status_code for name, answer in seen.items()} == {
        "customer": 200, "host": 200, "desk": 200, "ops": 200, "stranger": 404,
    }  # fmt: skip
    notes = {
        name: answer.json()["data"]["sessions"][0]["participants"][0]["note"]
        for name, answer in seen.items()
        if answer.status_code == 200
    }
    assert notes == {"customer": None, "host": "Left-handed.", "desk": "Left-handed.", "ops": "Left-handed."}
    assert listed == {"customer": 1, "host": 1, "stranger": 0}


def test_anybody_with_the_reference_sees_little(world, api):
    whole = book(world, course(world))

    answer = api().get(f"/api/v1/bookings/ref/{whole.reference.lower()}/")

    assert answer.json()["data"] == {
        "reference": whole.reference, "business": "Serenity Spa", "service": "Pottery", "status": "PENDING",
        "starts_at": "2026-11-20T09:00:00Z", "ends_at": "2026-12-04T10:00:00Z", "time_zone": "Africa/Lagos",
    }  # fmt: skip


def test_a_list_costs_the_same_whatever_the_sessions(world, api):
    book(world, course(world, sessions=2))
    desk = api(world.desk)

    def queries():
        with CaptureQueriesContext(connection) as found:
            answer = desk.get(BOOKINGS)
        assert answer.status_code == 200
        return len(found)

    few = queries()
    book(world, course(world, sessions=9, start=START + timedelta(minutes=5)), customer=UserFactory())
    book(world, course(world, sessions=5, start=START + timedelta(minutes=9)), customer=UserFactory())

    assert queries() == few
