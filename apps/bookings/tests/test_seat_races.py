"""Who gets the last seats: real threads on a real database."""

import pytest
from rest_framework.test import APIClient

from apps.bookings import operations
from apps.bookings.models import Booking, WaitingEntry
from apps.bookings.states import SEATLESS
from apps.bookings.tests.sessions import booked, paid_seat, seat, session, status
from apps.bookings.tests.test_races import at_once
from apps.bookings.tests.world import HOUR, MINUTE, NOW, START, make_world
from apps.catalog.tests.factories import UserFactory
from apps.core import clock
from apps.core.errors import DomainError

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 10


def counted(slot):
    """The count of the slot is that of its bookings and offers."""
    seats = sum(Booking.objects.filter(slot=slot).exclude(status__in=SEATLESS).values_list("seats", flat=True))
    offers = WaitingEntry.objects.filter(slot=slot, state="OFFERED").count()
    assert booked(slot) == seats + offers
    return seats, offers


def booker(world, slot, customer):
    def act():
        client = APIClient()
        client.force_authenticate(customer)
        return client.post("/api/v1/bookings/", {"service": str(world.service.pk), "slot": str(slot.pk)}).status_code

    return act


def test_twenty_want_three_seats():
    world = make_world()
    slot = session(world, seats=3)

    answers = at_once(*(booker(world, slot, customer) for customer in UserFactory.create_batch(20)))

    assert sorted(answers) == [201] * 3 + [409] * 17
    assert counted(slot) == (3, 0)


def test_one_person_posting_twice_has_one_seat():
    world = make_world()

    for number in range(ROUNDS):
        slot = session(world, seats=5, start=START + number * HOUR)
        answers = at_once(*(booker(world, slot, world.customer) for _ in range(3)))
        assert set(answers) <= {201, 409}
        assert counted(slot) == (1, 0)


def test_a_seat_that_comes_free_goes_to_the_line_and_never_to_two():
    """Cancelling, expiring, a walk-in, leaving and accepting, all at once."""
    world = make_world()
    at = NOW + 31 * MINUTE

    for number in range(ROUNDS):
        slot = session(world, seats=2, start=START + number * HOUR)
        paid, held = paid_seat(world, slot), seat(world, slot, customer=UserFactory())
        first, second = UserFactory.create_batch(2)
        for customer in (first, second):
            operations.join_line(slot_id=slot.pk, service_id=None, customer=customer, at=NOW)
        with clock.frozen(at):
            at_once(
                lambda paid=paid: operations.cancel_booking(booking_id=paid.pk, by=world.customer, at=at),
                lambda: operations.expire_overdue(at=at, limit=10),
                booker(world, slot, UserFactory()),
                lambda slot=slot, first=first: operations.leave_line(slot_id=slot.pk, customer=first, at=at),
                lambda slot=slot, second=second: operations.accept_seat(slot_id=slot.pk, customer=second, at=at),
            )
            # A row that another held at that instant was let be, and is the next sweep's.
            operations.expire_overdue(at=at, limit=10)
        assert (status(paid), status(held)) == ("CANCELLED", "EXPIRED")
        seats, offers = counted(slot)
        assert seats + offers <= 2


def test_an_offer_is_accepted_or_lapses_but_not_both():
    world = make_world()

    for number in range(ROUNDS):
        slot = session(world, seats=1, start=START + number * HOUR)
        paid = paid_seat(world, slot)
        first, second = UserFactory.create_batch(2)
        for customer in (first, second):
            operations.join_line(slot_id=slot.pk, service_id=None, customer=customer, at=NOW)
        operations.cancel_booking(booking_id=paid.pk, by=world.customer, at=NOW)
        lapse = lambda: operations.lapse_offers(at=NOW + 30 * MINUTE, limit=10)  # noqa: E731
        answers = at_once(
            lambda slot=slot, first=first: operations.accept_seat(
                slot_id=slot.pk, customer=first, at=NOW + 29 * MINUTE
            ),
            lapse,
            lapse,
        )
        if isinstance(answers[0], DomainError):
            assert counted(slot) == (0, 1)
        else:
            assert counted(slot) == (1, 0)


def test_two_bookings_change_places():
    world = make_world()

    for number in range(ROUNDS):
        one, two = (session(world, seats=2, start=START + hours * HOUR) for hours in (2 * number, 2 * number + 1))
        here, there = paid_seat(world, one), paid_seat(world, two, customer=UserFactory())
        at_once(
            lambda here=here, two=two: operations.reschedule_booking(
                booking_id=here.pk, slot=two.pk, by=world.desk, at=NOW
            ),
            lambda there=there, one=one: operations.reschedule_booking(
                booking_id=there.pk, slot=one.pk, by=world.desk, at=NOW
            ),
        )
        assert (counted(one), counted(two)) == ((1, 0), (1, 0))
        assert set(Booking.objects.filter(pk__in=[here.pk, there.pk]).values_list("slot_id", flat=True)) == {
            one.pk, two.pk,
        }  # fmt: skip


def test_a_session_is_started_and_its_seats_are_cancelled_at_once():
    world = make_world()

    for number in range(ROUNDS):
        slot = session(world, seats=3, start=START + number * HOUR)
        bookings = [paid_seat(world, slot, customer=UserFactory()) for _ in range(2)]
        at_once(
            lambda slot=slot: operations.start_session(slot_id=slot.pk, by=world.desk, at=NOW),
            lambda bookings=bookings: operations.cancel_booking(
                booking_id=bookings[0].pk, by=bookings[0].customer, at=NOW
            ),
            booker(world, slot, UserFactory()),
        )
        assert status(bookings[0]) in {"IN_PROGRESS", "CANCELLED"}
        assert status(bookings[1]) == "IN_PROGRESS"
        counted(slot)
