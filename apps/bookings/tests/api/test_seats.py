"""Seats of a session: booked, counted, moved, given back; over HTTP."""

from datetime import timedelta

import pytest

from apps.availability.models import BusyBlock, CapacitySlot
from apps.bookings import operations
from apps.bookings.models import Booking
from apps.bookings.tests.sessions import booked, hosted, paid_seat, seat, session, status
from apps.bookings.tests.world import HOUR, MINUTE, NOW, START, pay
from apps.catalog.tests.factories import ServiceFactory, UserFactory
from apps.core import clock

pytestmark = pytest.mark.django_db
URL = "/api/v1/bookings/"


def body(world, slot, *names, **more):
    people = {"participants": [{"name": name} for name in names]} if names else {}
    return {"service": str(world.service.pk), "slot": str(slot.pk), **people, **more}


def test_seats_are_paid_for_each_and_take_nobodys_time(world, api):
    slot = hosted(world, seats=4)
    blocks = BusyBlock.objects.count()

    answer = api(world.customer).post(URL, body(world, slot, "Ada", "Bola", "Chi"))

    data = answer.json()["data"]
    assert answer.status_code == 201
    assert (data["slot"], data["seats"], data["staff"]["id"]) == (str(slot.pk), 3, str(world.staff.pk))
    assert (data["starts_at"], data["ends_at"]) == ("2026-11-20T09:00:00Z", "2026-11-20T10:00:00Z")
    assert data["total"]["amount"] == "15000.00"
    assert data["lines"] == [{"kind": "SERVICE", "label": "Massage × 3", "amount": data["total"]}]
    assert [(each["name"], each["attendance"], each["note"]) for each in data["participants"]] == [
        ("Ada", "EXPECTED", None), ("Bola", "EXPECTED", None), ("Chi", "EXPECTED", None),
    ]  # fmt: skip
    assert (booked(slot), BusyBlock.objects.count()) == (3, blocks)


def test_without_names_it_is_one_seat_of_the_customer(world, api):
    slot = session(world)

    data = api(world.customer).post(URL, body(world, slot)).json()["data"]

    assert (data["seats"], data["total"]["amount"], data["staff"]) == (1, "5000.00", None)
    assert [each["name"] for each in data["participants"]] == ["Ada Obi"]


def test_more_than_there_are_is_refused_with_other_sessions(world, api):
    slot, other = session(world, seats=2), session(world, seats=5, start=START + 24 * HOUR)
    session(world, seats=1, start=START + 12 * HOUR)
    seat(world, slot, customer=UserFactory())

    answer = api(world.customer).post(URL, body(world, slot, "Ada", "Bola"))

    assert (answer.status_code, answer.json()["code"]) == (409, "slot_full")
    assert answer.json()["data"] == {
        "free": 1, "next_free": [{"slot": str(other.pk), "start": "2026-11-21T09:00:00Z", "free": 5}],
    }  # fmt: skip
    assert (booked(slot), Booking.objects.count()) == (1, 1)


@pytest.mark.parametrize("how", ["cancel", "reject", "expire", "replace"])
def test_seats_come_back(world, api, how):
    slot = session(world, seats=3)
    made = seat(world, slot, "Ada", "Bola")

    if how == "expire":
        operations.expire_overdue(at=NOW + 30 * MINUTE, limit=10)
    elif how == "replace":
        assert api(world.customer).post(URL, body(world, slot)).status_code == 201
    else:
        who = world.customer if how == "cancel" else world.desk
        assert api(who).post(f"{URL}{made.pk}/{how}/", {"reason": "Why not."}).status_code == 200

    assert (
        status(made) == {"cancel": "CANCELLED", "reject": "REJECTED", "expire": "EXPIRED", "replace": "CANCELLED"}[how]
    )
    assert booked(slot) == (1 if how == "replace" else 0)


def test_an_overdue_hold_is_ignored_at_once(world, api):
    slot = session(world, seats=1)
    old = seat(world, slot, customer=UserFactory())

    with clock.frozen(NOW + 31 * MINUTE):
        assert api(world.customer).post(URL, body(world, slot)).status_code == 201

    assert (status(old), booked(slot)) == ("EXPIRED", 1)


def test_what_was_replaced_comes_back_where_the_new_one_is_refused(world, api):
    slot = session(world, seats=2)
    old = seat(world, slot)

    answer = api(world.customer).post(URL, body(world, slot, "Ada", "Bola", "Chi"))

    assert (answer.json()["code"], status(old), booked(slot)) == ("slot_full", "PENDING", 1)


@pytest.mark.parametrize("why", ["closed", "started", "notice", "past"])
def test_a_slot_that_takes_no_more(world, api, why):
    slot = session(world)
    at = NOW
    if why == "closed":
        CapacitySlot.objects.update(is_available=False)
    elif why == "started":
        CapacitySlot.objects.update(started_at=NOW)
    elif why == "notice":
        world.business.notice_min = 120
        world.business.save(update_fields=["notice_min"])
        at = START - 2 * HOUR
    else:
        at = START

    with clock.frozen(at):
        answer = api(world.customer).post(URL, body(world, slot))

    assert (answer.status_code, answer.json()["code"], booked(slot)) == (409, "slot_closed", 0)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"start": "2026-11-20T09:00:00Z"}, "slot"),
        ({"staff": "01930d5e-7a10-7cc3-98f2-6e1b7b0a1f22"}, "slot"),
        ({"participants": []}, "participants"),
        ({"participants": [{"name": ""}]}, "participants"),
    ],
)
def test_shapes(world, api, wrong, field):
    slot = session(world)

    answer = api(world.customer).post(URL, body(world, slot) | wrong)

    assert answer.status_code == 400
    assert field in answer.json()["errors"]
    assert booked(slot) == 0


def test_a_start_or_a_slot_is_needed_and_participants_need_a_slot(world, api):
    wanted = {"service": str(world.service.pk)}
    named = wanted | {"start": START.isoformat(), "participants": [{"name": "Ada"}]}

    assert "start" in api(world.customer).post(URL, wanted).json()["errors"]
    assert "participants" in api(world.customer).post(URL, named).json()["errors"]


def test_a_slot_of_another_service_is_unknown(world, api):
    slot, other = session(world), ServiceFactory(business=world.business)
    anything = session(world, start=START + HOUR)
    CapacitySlot.objects.filter(pk=anything.pk).update(service=None)

    refused = api(world.customer).post(URL, body(world, slot) | {"service": str(other.pk)})
    taken = api(world.customer).post(URL, body(world, anything) | {"service": str(other.pk)})

    assert (refused.status_code, refused.json()["code"]) == (400, "slot_unknown")
    assert taken.status_code == 201


def test_a_quote_of_seats(world, api):
    slot = session(world, seats=2)

    two = api(world.customer).post(f"{URL}quote/", body(world, slot, "Ada", "Bola")).json()["data"]
    three = api(world.customer).post(f"{URL}quote/", body(world, slot, "Ada", "Bola", "Chi")).json()["data"]

    assert (two["is_free"], two["total"]["amount"]) == (True, "10000.00")
    assert (three["is_free"], three["total"]["amount"]) == (False, "15000.00")
    assert booked(slot) == 0


def test_the_hosts_own_price_is_not_raised(world, api):
    slot = session(world, host=world.owner_as_staff())

    assert api(world.customer).post(URL, body(world, slot)).json()["data"]["total"]["amount"] == "5000.00"


def test_participants_are_renamed_before_the_start_and_stay_as_many(world, api):
    made = seat(world, session(world), "Ada", "Bola")
    customer, address = api(world.customer), f"{URL}{made.pk}/"

    renamed = customer.patch(address, {"participants": [{"name": "Ada"}, {"name": "Dele"}]})
    fewer = customer.patch(address, {"participants": [{"name": "Ada"}]})
    with clock.frozen(START):
        late = customer.patch(address, {"participants": [{"name": "Ada"}, {"name": "Efe"}]})

    assert [each["name"] for each in renamed.json()["data"]["participants"]] == ["Ada", "Dele"]
    assert (fewer.status_code, fewer.json()["code"]) == (400, "participants_wrong")
    assert (late.status_code, late.json()["code"]) == (409, "booking_started")


def test_seats_move_to_another_session_and_the_old_ones_are_free(world, api):
    first, second = session(world), session(world, start=START + 24 * HOUR, host=world.staff)
    made = pay(seat(world, first, "Ada", "Bola"))

    answer = api(world.customer).post(f"{URL}{made.pk}/reschedule/", {"slot": str(second.pk)})

    data = answer.json()["data"]
    assert answer.status_code == 200
    assert (data["slot"], data["starts_at"], data["status"]) == (str(second.pk), "2026-11-21T09:00:00Z", "CONFIRMED")
    assert data["staff"]["id"] == str(world.staff.pk)
    assert (booked(first), booked(second)) == (0, 2)


def test_seats_move_only_where_there_are_as_many_and_only_to_a_slot(world, api):
    first, second = session(world), session(world, seats=1, start=START + 24 * HOUR)
    made = seat(world, first, "Ada", "Bola")
    customer, address = api(world.customer), f"{URL}{made.pk}/reschedule/"

    full = customer.post(address, {"slot": str(second.pk)})
    start = customer.post(address, {"start": "2026-11-21T09:00:00Z"})
    same = customer.post(address, {"slot": str(first.pk)})

    assert [answer.json()["code"] for answer in (full, start, same)] == ["slot_full", "move_unclear", "slot_unknown"]
    assert (booked(first), booked(second)) == (2, 0)


def test_money_that_comes_late_revives_the_seats_if_they_are_free(world):
    slot = session(world, seats=1)
    early, late = seat(world, slot), None
    operations.expire_bookings([early.pk], at=NOW + 30 * MINUTE)
    operations.receive_money(booking_id=early.pk, at=NOW + 31 * MINUTE)
    assert (status(early), booked(slot)) == ("CONFIRMED", 1)

    slot = session(world, seats=1, start=START + 24 * HOUR)
    late = seat(world, slot)
    operations.expire_bookings([late.pk], at=NOW + 30 * MINUTE)
    paid_seat(world, slot, customer=UserFactory())
    assert operations.book_seats
    assert (status(late), booked(slot)) == ("EXPIRED", 1)


def test_availability_lists_sessions_with_their_free_seats(world, api, django_assert_num_queries):
    slot = session(world, seats=3)
    seat(world, slot, "Ada", "Bola")
    session(world, start=START + 2 * HOUR, is_available=False)
    asked = {"from": "2026-11-20", "to": "2026-11-20"}
    address = f"/api/v1/services/{world.service.pk}/availability/"

    with django_assert_num_queries(2):
        sessions = api().get(address, asked).json()["data"]["sessions"]
    session(world, start=START + 4 * HOUR)
    with django_assert_num_queries(2):
        api().get(address, asked)
    day = api().get(f"/api/v1/availability/businesses/{world.business.pk}/dates/2026-11-20/", asked).json()["data"]

    assert sessions == [
        {
            "slot": str(slot.pk), "staff": None, "starts_at": "2026-11-20T09:00:00Z", "ends_at": "2026-11-20T10:00:00Z",
            "total": 3, "free": 1, "course": None,
        },
    ]  # fmt: skip
    assert [(each["free"], each["total"]) for each in day["slots"] if each["slot"] == str(slot.pk)] == [(1, 3)]


def test_the_queries_of_a_booking_do_not_grow_with_its_seats(world, api, django_assert_max_num_queries):
    slot = session(world, seats=60)
    customer = api(world.customer)
    counts = []

    for names in (["Ada"], [f"Person {number}" for number in range(40)]):
        with django_assert_max_num_queries(60) as queries:
            assert customer.post(URL, body(world, slot, *names)).status_code == 201
        counts.append(len(queries))
        Booking.objects.unpaid().update(expires_at=NOW + timedelta(minutes=29))
        api(world.desk).post(f"{URL}{Booking.objects.latest('pk').pk}/cancel/")

    assert counts[0] == counts[1]
