"""The line for a seat of a full session; over HTTP, with the clock set."""

from datetime import timedelta

import pytest

from apps.availability import operations as availability
from apps.availability.models import CapacitySlot
from apps.bookings import operations
from apps.bookings.models import WaitingEntry
from apps.bookings.tests.sessions import booked, paid_seat, session, status
from apps.bookings.tests.world import HOUR, MINUTE, NOW, START
from apps.catalog.tests.factories import UserFactory
from apps.core import clock
from apps.core.sweeps import run_sweep
from apps.ledger.testing import assert_ledger_sound
from apps.notifications.models import Notification
from apps.packages.tests.sold import bought
from apps.packages.tests.sold import states as uses_of

pytestmark = pytest.mark.django_db
SWEEP = "bookings.lapse_offers_of_seats"


def line(slot, more=""):
    return f"/api/v1/availability/slots/{slot.pk}/waitlist/{more}"


@pytest.fixture
def full(world):
    """A session of one seat, which is paid for, and three who wait for it."""
    slot = session(world, seats=1)
    booking = paid_seat(world, slot)
    waiting = UserFactory.create_batch(3)
    for number, customer in enumerate(waiting):
        operations.join_line(
            slot_id=slot.pk, service_id=None, customer=customer, at=NOW - timedelta(seconds=9 - number)
        )
    return slot, booking, waiting


def states(slot):
    return list(WaitingEntry.objects.filter(slot=slot).order_by("created_at").values_list("state", flat=True))


def cancel(booking, at):
    operations.cancel_booking(booking_id=booking.pk, by=booking.customer, at=at)


def test_one_joins_once_and_sees_their_place(world, api, full):
    slot, _booking, waiting = full
    last = UserFactory()

    joined = api(last).post(line(slot))
    again = api(last).post(line(slot))
    own = api(waiting[1]).get(line(slot)).json()["data"]["results"]
    all_of_them = api(world.desk).get(line(slot)).json()["data"]["results"]

    assert (joined.status_code, joined.json()["data"]["position"]) == (201, 4)
    assert (again.status_code, again.json()["code"]) == (409, "already_waiting")
    assert [(each["position"], each["state"]) for each in own] == [(2, "WAITING")]
    assert [each["customer"]["id"] for each in all_of_them] == [str(person.pk) for person in (*waiting, last)]
    assert [each["name"] for each in own[0]["available_actions"]] == ["leave"]


def test_nobody_waits_while_there_are_seats_or_after_the_closing(world, api):
    slot = session(world, seats=1)

    free = api(world.customer).post(line(slot))
    CapacitySlot.objects.update(is_available=False)
    closed = api(world.customer).post(line(slot))

    assert [(each.status_code, each.json()["code"]) for each in (free, closed)] == [
        (409, "seats_free"), (409, "slot_closed"),
    ]  # fmt: skip


def test_a_seat_goes_to_the_first_then_to_the_next_then_to_everybody(world, api, full):
    slot, booking, waiting = full
    walk_in = {"service": str(world.service.pk), "slot": str(slot.pk)}
    cancel(booking, NOW + HOUR)
    assert states(slot) == ["OFFERED", "WAITING", "WAITING"]
    assert (booked(slot), status(booking)) == (1, "CANCELLED")

    for number in range(3):
        with clock.frozen(NOW + HOUR + (30 * number + 29) * MINUTE):
            assert run_sweep(SWEEP) == 0
            assert api(UserFactory()).post("/api/v1/bookings/", walk_in).json()["code"] == "slot_full"
        with clock.frozen(NOW + HOUR + (30 * number + 30) * MINUTE):
            assert run_sweep(SWEEP) == 1
            assert states(slot) == ["LAPSED"] * (number + 1) + ["OFFERED", "WAITING"][: 2 - number]

    told = Notification.objects.filter(notification_type="waiting_list_seat").order_by("created_at", "pk")
    assert [each.user_id for each in told] == [person.pk for person in waiting]
    with clock.frozen(NOW + 3 * HOUR):
        assert api(UserFactory()).post("/api/v1/bookings/", walk_in).status_code == 201


def test_accepting_makes_a_pending_booking_with_half_an_hour_of_its_own(api, full):
    slot, booking, waiting = full
    cancel(booking, NOW + HOUR)

    with clock.frozen(NOW + HOUR + 20 * MINUTE):
        [own] = api(waiting[0]).get(line(slot)).json()["data"]["results"]
        not_yours = api(waiting[1]).post(line(slot, "accept/"))
        taken = api(waiting[0]).post(line(slot, "accept/"), {"participants": [{"name": "Ada"}]})
        again = api(waiting[0]).post(line(slot, "accept/"))

    data = taken.json()["data"]
    assert [(each["name"], each["enabled"]) for each in own["available_actions"]] == [("accept", True), ("leave", True)]
    assert own["offer_expires_at"] == "2026-11-18T10:30:00Z"
    assert (taken.status_code, data["status"], data["expires_at"]) == (201, "PENDING", "2026-11-18T10:50:00Z")
    assert [each["name"] for each in data["participants"]] == ["Ada"]
    assert (not_yours.status_code, not_yours.json()["code"]) == (409, "wrong_state")
    assert (again.status_code, again.json()["code"]) == (404, "waiting_entry_not_found")
    assert (states(slot), booked(slot)) == (["ACCEPTED", "WAITING", "WAITING"], 1)

    operations.expire_overdue(at=NOW + HOUR + 50 * MINUTE, limit=10)
    assert (states(slot), booked(slot)) == (["ACCEPTED", "OFFERED", "WAITING"], 1)


def test_a_use_of_a_package_pays_for_the_seat_and_another_persons_does_not(world, api, full):
    slot, booking, waiting = full
    own, foreign = bought(world, customer=waiting[0]), bought(world)
    cancel(booking, NOW + HOUR)

    with clock.frozen(NOW + HOUR + 20 * MINUTE):
        refused = api(waiting[0]).post(line(slot, "accept/"), {"package": str(foreign.pk)})
        taken = api(waiting[0]).post(line(slot, "accept/"), {"package": str(own.pk)})

    data = taken.json()["data"]
    assert (refused.status_code, refused.json()["code"]) == (400, "package_unknown")
    assert (taken.status_code, data["status"], data["payment_status"]) == (201, "CONFIRMED", "HELD")
    assert (data["total"]["amount"], data["expires_at"]) == ("0.00", None)
    assert [uses_of(each) for each in (own, foreign)] == [["SPENT", "OPEN", "OPEN"], ["OPEN"] * 3]
    assert states(slot) == ["ACCEPTED", "WAITING", "WAITING"]
    assert_ledger_sound()


def test_an_offer_that_has_run_out_is_not_accepted_before_the_sweep_either(api, full):
    slot, booking, waiting = full
    cancel(booking, NOW + HOUR)

    with clock.frozen(NOW + HOUR + 30 * MINUTE):
        late = api(waiting[0]).post(line(slot, "accept/"))

    assert (late.status_code, late.json()["code"]) == (409, "wrong_state")
    assert (states(slot)[0], booked(slot)) == ("OFFERED", 1)


def test_who_leaves_hands_the_seat_on(api, full):
    slot, booking, waiting = full
    cancel(booking, NOW + HOUR)

    assert api(waiting[0]).delete(line(slot)).status_code == 204
    assert states(slot) == ["LEFT", "OFFERED", "WAITING"]
    assert api(waiting[2]).delete(line(slot)).status_code == 204
    assert api(waiting[2]).delete(line(slot)).status_code == 404
    assert (states(slot), booked(slot)) == (["LEFT", "OFFERED", "LEFT"], 1)


def test_more_seats_are_offered_and_a_closed_slot_offers_none(world, api, full):
    slot, _booking, _waiting = full
    address = f"/api/v1/availability/slots/{slot.pk}/"

    widened = api(world.desk).put(address, {"max_capacity": 3})

    assert (states(slot), widened.json()["data"]["booked_count"]) == (["OFFERED", "OFFERED", "WAITING"], 3)


def test_people_who_cannot_book_are_passed_over(world, full):
    slot, booking, waiting = full
    waiting[0].is_active = False
    waiting[0].save(update_fields=["is_active"])

    cancel(booking, NOW + HOUR)

    assert states(slot) == ["WAITING", "OFFERED", "WAITING"]


def test_somebody_who_is_erased_waits_no_more_and_hands_the_seat_on(full):
    slot, booking, waiting = full
    cancel(booking, NOW + HOUR)

    operations.forget_customer(user_id=waiting[0].pk, at=NOW + HOUR)

    assert states(slot) == ["LEFT", "OFFERED", "WAITING"]


def test_offers_stop_at_the_notice_limit(world, full):
    slot, booking, _waiting = full
    world.business.notice_min = 12 * 60
    world.business.save(update_fields=["notice_min"])
    closing = START - 12 * HOUR
    CapacitySlot.objects.filter(pk=slot.pk).update(max_capacity=2)

    availability.change_slot(slot_id=slot.pk, max_capacity=2, by=world.desk, at=closing - 10 * MINUTE)
    [offered] = WaitingEntry.objects.filter(state="OFFERED")
    cancel(booking, closing)

    assert offered.offer_expires_at == closing
    assert states(slot) == ["OFFERED", "WAITING", "WAITING"]
    operations.lapse_offers(at=closing, limit=10)
    assert (states(slot), booked(slot)) == (["LAPSED", "WAITING", "WAITING"], 0)


def test_whoever_waited_in_vain_waits_no_more_once_the_session_has_begun(world, api, full):
    slot, _booking, waiting = full
    other = session(world, seats=1, start=START + HOUR)
    paid_seat(world, other, customer=UserFactory())
    operations.join_line(slot_id=other.pk, service_id=None, customer=waiting[0], at=NOW)

    def sweep(at):
        with clock.frozen(at):
            return run_sweep(SWEEP)

    assert (sweep(START - MINUTE), states(slot)) == (0, ["WAITING"] * 3)
    assert (sweep(START), sweep(START)) == (3, 0)

    assert (states(slot), states(other)) == (["LAPSED"] * 3, ["WAITING"])
    assert set(WaitingEntry.objects.filter(slot=slot).values_list("closed_at", flat=True)) == {START}
    with clock.frozen(START):
        assert api(waiting[0]).delete(line(slot)).json()["code"] == "waiting_entry_not_found"


@pytest.mark.parametrize("people", [1, 10])
def test_ending_waits_costs_two_statements_however_many_there_are(world, full, count_queries, people):
    slot, _booking, _waiting = full
    for _ in range(people):
        operations.join_line(slot_id=slot.pk, service_id=None, customer=UserFactory(), at=NOW)

    with count_queries() as counted:
        assert operations.end_waits(at=START, limit=100) == people + 3

    assert len([each for each in counted if "SAVEPOINT" not in each["sql"]]) == 2
