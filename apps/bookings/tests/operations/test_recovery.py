"""A declined booking is done by another person."""

import pytest

from apps.availability.errors import SlotTaken
from apps.availability.models import BusyBlock
from apps.bookings import operations
from apps.bookings.errors import (
    BookingStarted,
    BookingWrongState,
    NoSuchPerformer,
    StaffDeclined,
    StartInPast,
)
from apps.bookings.models import Booking
from apps.bookings.tests.operations.recovering import (
    TOMORROW,
    accept,
    choose,
    give_up,
    outcomes,
    time_of,
    with_owner,
)
from apps.bookings.tests.world import HOUR, NOW, START, decline, fresh, make_world, wallet_of
from apps.catalog.tests.factories import UserFactory
from apps.core import clock
from apps.core.sweeps import run_sweep
from apps.ledger.models import EscrowHold
from apps.notifications.models import Notification

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("books_are_sound")]


def test_an_accepted_replacement_does_the_job(world):
    other = world.person()
    booking = world.paid()
    decline(booking)

    accept(booking)

    booking = fresh(booking)
    assert (booking.status, booking.staff_member, booking.replacement) == ("CONFIRMED", other, None)
    assert (booking.total_minor, booking.payment_status, booking.ask_at) == (500_000, "HELD", START + 2 * HOUR)
    assert time_of(booking) == [(other, "BOOKING", START)]
    assert outcomes(booking) == ["ACCEPTED"]
    told = Notification.objects.filter(notification_type__startswith="booking_handed_over")
    assert {row.user_id for row in told} == {world.customer.pk, other.user_id, world.owner.pk}
    assert {row.attachments[0]["sequence"] for row in told} == {booking.change_number}
    operations.start_booking(booking_id=booking.pk, by=other.user, at=START)
    operations.complete_booking(booking_id=booking.pk, by=other.user, at=START + HOUR)
    operations.confirm_release(booking_id=booking.pk, by=world.customer, at=START + HOUR)
    assert EscrowHold.objects.get(unit_id=booking.pk).state == "RELEASED"


def test_a_replacement_of_the_owner_costs_no_premium_and_the_difference_goes_back(db, drain_outbox):
    world, _owner, booking = with_owner()
    assert (booking.total_minor, booking.owner_premium) == (750_000, 1.5)
    decline(booking)

    accept(booking)
    drain_outbox()

    booking = fresh(booking)
    assert (booking.total_minor, booking.owner_premium, booking.refunded_minor) == (500_000, 1, 0)
    assert [line["kind"] for line in booking.price_lines] == ["SERVICE"]
    assert (booking.payment_status, wallet_of(world.customer)) == ("HELD", 250_000)
    operations.start_booking(booking_id=booking.pk, by=world.performer, at=START)
    operations.complete_booking(booking_id=booking.pk, by=world.performer, at=START + HOUR)
    assert fresh(booking).payment_status == "PENDING_CLEARANCE"
    operations.confirm_release(booking_id=booking.pk, by=world.customer, at=START + HOUR)
    hold = EscrowHold.objects.get(unit_id=booking.pk)
    assert (hold.state, hold.released_minor, hold.net_minor) == ("RELEASED", 500_000, 475_000)
    assert fresh(booking).payment_status == "RELEASED"


@pytest.mark.parametrize("is_late", [False, True])
def test_a_later_cancellation_counts_from_what_it_costs_now(db, drain_outbox, is_late):
    """Whether the premium has left the escrow by then or not."""
    world, _owner, booking = with_owner()
    decline(booking)
    accept(booking)
    if is_late:
        drain_outbox()

    give_up(booking, at=START - 10 * HOUR)
    drain_outbox(START - 10 * HOUR)

    booking = fresh(booking)
    assert (booking.status, booking.payment_status, booking.refunded_minor) == (
        "CANCELLED",
        "PARTIALLY_REFUNDED",
        250_000,
    )
    assert wallet_of(world.customer) == 250_000 + 250_000
    hold = EscrowHold.objects.get(unit_id=booking.pk)
    assert (hold.state, hold.left_minor) == ("PENDING_CLEARANCE", 250_000)


def test_the_premium_stays_away_where_the_owner_takes_over(world, drain_outbox):
    owner = world.owner_as_staff()
    booking = world.paid()
    decline(booking)

    choose(booking, owner)
    drain_outbox()

    booking = fresh(booking)
    assert (booking.staff_member, booking.total_minor, booking.owner_premium) == (owner, 500_000, 1)
    assert wallet_of(world.customer) == 0


def test_the_customer_chooses_somebody_else_than_was_offered(world):
    world.person("Aaron")
    world.person("Zainab")
    booking = world.paid()
    decline(booking)
    offered = fresh(booking).replacement
    other = next(each for each in world.service.performers.exclude(pk__in=[world.staff.pk, offered.pk]))

    choose(booking, other)

    booking = fresh(booking)
    assert (booking.status, booking.staff_member, booking.starts_at) == ("CONFIRMED", other, START)
    assert time_of(booking) == [(other, "BOOKING", START)]
    assert outcomes(booking) == ["PASSED"]
    world.book(customer=UserFactory(), staff=offered)


def test_the_customer_chooses_another_time_even_of_the_one_who_declined(world):
    booking = world.paid()
    decline(booking)

    with pytest.raises(StaffDeclined):
        choose(booking, world.staff)
    choose(booking, world.staff, start=TOMORROW)

    booking = fresh(booking)
    assert (booking.status, booking.staff_member, booking.starts_at, booking.ends_at) == (
        "CONFIRMED", world.staff, TOMORROW, TOMORROW + HOUR,
    )  # fmt: skip
    assert time_of(booking) == [(world.staff, "BOOKING", TOMORROW)]
    assert booking.ask_at == TOMORROW + 2 * HOUR
    last = booking.history.last()
    assert (last.change, last.starts_at, last.acting_as) == ("choose-staff", TOMORROW, "CUSTOMER")


def test_what_cannot_be_chosen_changes_nothing(world):
    busy, outsider = world.person("busy"), make_world().staff
    booking = world.paid()
    world.book(customer=UserFactory(), staff=busy)
    decline(booking)
    before = Booking.objects.filter(pk=booking.pk).values().get()

    with pytest.raises(SlotTaken) as taken:
        choose(booking, busy)
    with pytest.raises(NoSuchPerformer):
        choose(booking, outsider)
    with pytest.raises(StartInPast):
        choose(booking, busy, start=NOW - HOUR)
    with pytest.raises(BookingStarted):
        choose(booking, busy, at=START)
    with pytest.raises(BookingWrongState):
        accept(booking)

    assert len(taken.value.data["next_free"]) == 3
    assert Booking.objects.filter(pk=booking.pk).values().get() == before
    assert time_of(booking) == []


def test_notice_holds_for_a_new_time_only(db):
    world = make_world(business={"notice_min": 240})
    other = world.person()
    booking = world.paid()
    at = START - HOUR
    decline(booking, at=at)

    with pytest.raises(SlotTaken):
        choose(booking, other, start=START + HOUR, at=at)
    choose(booking, other, at=at)

    assert fresh(booking).staff_member == other


def test_three_people_decline_and_it_ends_right(world, drain_outbox):
    """Never the same person twice, the time always one person's, the money untouched until the end."""
    people = [world.person(f"person {number}") for number in range(3)]
    booking = world.paid()
    did = [world.staff]
    for _ in range(3):
        decline(booking)
        accept(booking)
        did.append(fresh(booking).staff_member)
        assert [row[0] for row in time_of(booking)] == [did[-1]]

    assert set(did) == {world.staff, *people}
    assert len(did) == 4
    assert (fresh(booking).status, fresh(booking).payment_status) == ("CONFIRMED", "HELD")
    assert booking.history.count() == 2 + 3 * 3
    decline(booking)
    assert fresh(booking).status == "DECLINED"
    give_up(booking)
    drain_outbox()
    assert (wallet_of(world.customer), fresh(booking).status) == (500_000, "CANCELLED_BY_SYSTEM")
    assert BusyBlock.objects.active().count() == 0


def test_three_hands_and_the_job_is_done(world, drain_outbox):
    for number in range(3):
        world.person(f"person {number}")
    booking = world.paid()
    for _ in range(3):
        decline(booking)
        accept(booking)
    last = fresh(booking).staff_member

    operations.start_booking(booking_id=booking.pk, by=last.user, at=START)
    operations.complete_booking(booking_id=booking.pk, by=last.user, at=START + HOUR)
    with clock.frozen(START + 25 * HOUR):
        run_sweep("ledger.release_due")

    assert (fresh(booking).status, fresh(booking).payment_status) == ("COMPLETED", "RELEASED")
    assert EscrowHold.objects.get(unit_id=booking.pk).net_minor == 475_000


def test_somebody_who_was_passed_over_is_not_offered_again(world):
    first, second = world.person("a"), world.person("b")
    booking = world.paid()
    decline(booking)
    offered = fresh(booking).replacement
    chosen = next(each for each in (first, second) if each != offered)
    choose(booking, chosen)

    decline(booking)

    assert fresh(booking).status == "DECLINED"
