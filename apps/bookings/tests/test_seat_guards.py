"""What the database keeps about seats and those who wait for them; each test fails when its guard is dropped."""

import pytest
from django.db import IntegrityError, transaction

from apps.availability.models import CapacitySlot
from apps.bookings.models import Booking, Participant, WaitingEntry
from apps.bookings.tests.sessions import booked, paid_seat, seat, session
from apps.bookings.tests.world import HOUR, NOW, START
from apps.catalog.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def refused(name):
    return pytest.raises(IntegrityError, match=name)


def entry(slot, customer, **fields):
    return WaitingEntry.objects.create(
        slot=slot, service=slot.service, customer=customer, waits_until=slot.starts_at, **fields
    )


def test_whatever_changes_a_booking_changes_the_count(world):
    slot, other = session(world, seats=5), session(world, seats=5, start=START + HOUR)
    made = seat(world, slot, "Ada", "Bola")
    row = Booking.objects.filter(pk=made.pk)

    row.update(seats=3)
    assert booked(slot) == 3
    row.update(slot=other)
    assert (booked(slot), booked(other)) == (0, 3)
    row.update(status="CANCELLED", cancelled_at=NOW, change_number=2, change="cancel")
    assert booked(other) == 0


def test_no_seat_more_than_there_are(world):
    slot = session(world, seats=2)
    made = seat(world, slot, "Ada", "Bola")

    with refused("slot_not_overbooked"), transaction.atomic():
        Booking.objects.filter(pk=made.pk).update(seats=3)
    with refused("slot_not_overbooked"), transaction.atomic():
        CapacitySlot.objects.filter(pk=slot.pk).update(max_capacity=1)


def test_several_seats_are_of_a_slot(world):
    made = world.book()

    with refused("booking_seats_are_of_a_slot"), transaction.atomic():
        Booking.objects.filter(pk=made.pk).update(seats=2)
    with refused("booking_seats_are_of_a_slot"), transaction.atomic():
        Booking.objects.filter(pk=seat(world, session(world), customer=UserFactory()).pk).update(seats=0)


def test_an_offer_counts_as_booked(world):
    slot = session(world, seats=1)
    first = entry(slot, world.customer, state="OFFERED", offered_at=NOW, offer_expires_at=NOW + HOUR)

    assert booked(slot) == 1
    with refused("slot_not_overbooked"), transaction.atomic():
        entry(slot, UserFactory(), state="OFFERED", offered_at=NOW, offer_expires_at=NOW + HOUR)
    WaitingEntry.objects.filter(pk=first.pk).update(state="LAPSED", closed_at=NOW)
    assert booked(slot) == 0


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"state": "OFFERED"}, "waiting_offer_runs_out"),
        ({"state": "OFFERED", "offered_at": NOW, "offer_expires_at": NOW}, "waiting_offer_runs_out"),
        ({"state": "ACCEPTED", "closed_at": NOW}, "waiting_accepted_has_booked"),
        ({"state": "LEFT"}, "waiting_closed_has_its_moment"),
        ({"closed_at": NOW}, "waiting_closed_has_its_moment"),
        ({"state": "ELSEWHERE"}, "waiting_state_known|waiting_closed_has_its_moment"),
    ],
)
def test_entries_say_what_belongs_to_their_state(world, wrong, name):
    slot = session(world)

    with refused(name), transaction.atomic():
        entry(slot, world.customer, **wrong)


def test_one_live_entry_for_a_person_and_slot(world):
    slot = session(world)
    entry(slot, world.customer)
    entry(slot, world.customer, state="LEFT", closed_at=NOW)

    with refused("waiting_once"), transaction.atomic():
        entry(slot, world.customer)


def test_participants(world):
    made = paid_seat(world, session(world))

    with refused("participant_in_order"), transaction.atomic():
        Participant.objects.create(booking=made, position=1)
    with refused("participant_marked_by_somebody"), transaction.atomic():
        Participant.objects.filter(booking=made).update(attendance="PRESENT")
    with refused("participant_attendance_known|participant_marked"), transaction.atomic():
        Participant.objects.filter(booking=made).update(attendance="MAYBE")
