"""Several real transactions at once: one outcome, and nothing half done."""

import random
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import timedelta
from itertools import pairwise
from threading import Barrier

import pytest
from django.db import connection
from rest_framework.test import APIClient

from apps.availability.models import BusyBlock
from apps.bookings import operations
from apps.bookings.models import Booking
from apps.bookings.tests.world import HOUR, MINUTE, NOW, START, fresh, make_world
from apps.catalog.tests.factories import UserFactory
from apps.core import clock
from apps.core.errors import DomainError
from apps.ledger import operations as ledger
from apps.ledger.models import EscrowHold
from apps.ledger.testing import assert_ledger_sound

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 20
URL = "/api/v1/bookings/"


def at_once(*acts):
    """What each act answered, or the refusal that it met; all begin together."""
    barrier = Barrier(len(acts))

    def run(act):
        try:
            barrier.wait()
            return act()
        except DomainError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result() for future in [pool.submit(copy_context().run, run, act) for act in acts]]


def booker(world, *, customer, staff=None, start=START):
    def act():
        client = APIClient()
        client.force_authenticate(customer)
        body = {"service": str(world.service.pk), "start": start.isoformat()}
        return client.post(URL, body | ({"staff": str(staff.pk)} if staff else {}))

    return act


def no_person_is_double_booked():
    blocks = list(BusyBlock.objects.active().order_by("person_id", "starts_at"))
    for one, two in pairwise(blocks):
        assert one.person_id != two.person_id or one.during.upper <= two.during.lower
    assert {block.booking_id for block in blocks} == set(
        Booking.objects.filter(status="PENDING").values_list("pk", flat=True)
    )


def test_fifty_clients_want_the_same_time():
    world = make_world()
    customers = UserFactory.create_batch(50)

    answers = at_once(*(booker(world, customer=customer, staff=world.staff) for customer in customers))

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 49
    for answer in answers:
        if answer.status_code == 409:
            assert answer.json()["code"] == "slot_taken"
            assert [each["start"] for each in answer.json()["data"]["next_free"]] == [
                "2026-11-20T10:15:00Z", "2026-11-20T10:30:00Z", "2026-11-20T10:45:00Z",
            ]  # fmt: skip
    no_person_is_double_booked()


def test_overlapping_but_different_starts():
    """Case BK-077, and starts that touch only by the buffer."""
    world = make_world()
    customers = UserFactory.create_batch(4)

    for day in range(ROUNDS):
        start = START + timedelta(days=day)
        offsets = random.sample([0, 15, 45, 60], 4)
        answers = at_once(
            *(
                booker(world, customer=customer, staff=world.staff, start=start + offset * MINUTE)
                for customer, offset in zip(customers, offsets, strict=True)
            )
        )
        assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    no_person_is_double_booked()


def test_fifty_clients_want_starts_that_overlap():
    """Four starts within one hour's work: whoever comes first, nobody else fits, and everybody hears what is free."""
    world = make_world()
    customers = UserFactory.create_batch(50)

    for day in range(3):
        start = START + timedelta(days=day)
        starts = [start + number % 4 * 15 * MINUTE for number in range(50)]
        answers = at_once(
            *(
                booker(world, customer=customer, staff=world.staff, start=wanted)
                for customer, wanted in zip(customers, random.sample(starts, 50), strict=True)
            )
        )
        assert sorted(answer.status_code for answer in answers) == [201] + [409] * 49
        for answer in answers:
            if answer.status_code == 409:
                assert answer.json()["code"] == "slot_taken"
                assert len(answer.json()["data"]["next_free"]) == 3
    no_person_is_double_booked()


def test_different_people_all_succeed():
    world = make_world()
    people = [world.staff, *(world.person(f"person {number}") for number in range(7))]
    customers = UserFactory.create_batch(8)

    for day in range(ROUNDS):
        start = START + timedelta(days=day)
        answers = at_once(
            *(
                booker(world, customer=customer, staff=staff, start=start)
                for customer, staff in zip(customers, people, strict=True)
            )
        )
        assert [answer.status_code for answer in answers] == [201] * 8
    no_person_is_double_booked()


def test_nobody_is_lost_among_the_best_free_ones():
    """Six people, six clients without a wish: where the first was taken in between, the next is tried."""
    world = make_world()
    for number in range(5):
        world.person(f"person {number}")
    customers = UserFactory.create_batch(7)

    for day in range(ROUNDS):
        start = START + timedelta(days=day)
        answers = at_once(*(booker(world, customer=customer, start=start) for customer in customers))
        assert sorted(answer.status_code for answer in answers) == [201] * 6 + [409]
    no_person_is_double_booked()


def test_one_person_posting_twice_has_one_booking():
    world = make_world()

    for day in range(ROUNDS):
        start = START + timedelta(days=day)
        act = booker(world, customer=world.customer, staff=world.staff, start=start)
        answers = at_once(act, act, act)
        assert {answer.status_code for answer in answers} <= {201, 409}
        assert Booking.objects.filter(starts_at=start, status="PENDING").count() == 1
    no_person_is_double_booked()


PAIRS = {
    ("start", "cancel"): {("IN_PROGRESS",), ("CANCELLED",)},
    ("cancel", "cancel"): {("CANCELLED",)},
    ("start", "start"): {("IN_PROGRESS",)},
    ("cancel", "reschedule"): {("CANCELLED",)},
    ("start", "reschedule"): {("IN_PROGRESS",)},
}


@pytest.mark.parametrize("pair", PAIRS)
def test_two_people_act_on_one_booking(pair):
    world = make_world()
    acts = {
        "start": (operations.start_booking, world.performer, {}),
        "cancel": (operations.cancel_booking, world.customer, {}),
        "reschedule": (operations.reschedule_booking, world.desk, {}),
    }

    for number in range(ROUNDS):
        booking = world.paid(start=START + number * 24 * HOUR)

        def act(name, booking=booking):
            operation, who, more = acts[name]
            if name == "reschedule":
                more = {"start": booking.starts_at + 3 * HOUR}
            return lambda: operation(booking_id=booking.pk, by=who, at=clock.now(), **more)

        answers = at_once(*(act(name) for name in pair))

        lost = [answer for answer in answers if isinstance(answer, DomainError)]
        assert (fresh(booking).status,) in PAIRS[pair]
        assert all(refusal.status == 409 for refusal in lost)
        assert len(lost) == 1 or "reschedule" in pair
        assert booking.history.count() == 2 + 2 - len(lost)
        if fresh(booking).status == "IN_PROGRESS":
            operations.complete_booking(booking_id=booking.pk, by=world.performer, at=clock.now())


def test_complete_and_cancel_at_once():
    world = make_world()

    for number in range(ROUNDS):
        booking = world.running(start=START + number * 24 * HOUR)
        answers = at_once(
            lambda booking=booking: operations.complete_booking(booking_id=booking.pk, by=world.performer, at=NOW),
            lambda booking=booking: operations.cancel_booking(booking_id=booking.pk, by=world.desk, at=NOW),
        )
        assert sum(isinstance(answer, DomainError) for answer in answers) == 1
        assert (fresh(booking).status, fresh(booking).payment_status) == ("COMPLETED", "PENDING_CLEARANCE")


def test_release_by_customer_sweep_and_a_cancel_at_once():
    world = make_world()
    later = NOW + 24 * HOUR

    for number in range(ROUNDS):
        booking = world.completed(start=START + number * 24 * HOUR)
        answers = at_once(
            lambda booking=booking: operations.confirm_release(booking_id=booking.pk, by=world.customer, at=later),
            lambda: ledger.release_due_holds(at=later, limit=10),
            lambda: ledger.release_due_holds(at=later, limit=10),
            lambda booking=booking: operations.cancel_booking(booking_id=booking.pk, by=world.desk, at=later),
        )
        by_customer = not isinstance(answers[0], DomainError)
        assert by_customer + answers[1] + answers[2] == 1
        assert isinstance(answers[3], DomainError)
        assert (fresh(booking).status, fresh(booking).payment_status) == ("COMPLETED", "RELEASED")
        assert EscrowHold.objects.get(unit_id=booking.pk).released_minor == 500_000
    assert_ledger_sound()


def test_expiry_against_a_new_booking_in_its_place():
    world = make_world()
    customers = UserFactory.create_batch(3)

    for number in range(ROUNDS):
        start = START + number * 24 * HOUR
        old = world.book(start=start)
        with clock.frozen(NOW + 31 * MINUTE):
            answers = at_once(
                *(booker(world, customer=customer, staff=world.staff, start=start) for customer in customers),
                lambda: operations.expire_overdue(at=clock.now(), limit=10),
            )
        assert sorted(answer.status_code for answer in answers[:3]) == [201, 409, 409]
        assert fresh(old).status == "EXPIRED"
        assert old.history.count() == 2
