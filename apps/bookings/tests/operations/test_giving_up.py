"""A declined booking is given up, or its start passes: all money goes back."""

import pytest

from apps.bookings import operations
from apps.bookings.errors import (
    BookingWrongState,
    NotYours,
)
from apps.bookings.sweeps import _next_start_declined
from apps.bookings.tests.operations.recovering import (
    accept,
    give_up,
    outcomes,
    time_of,
    with_owner,
)
from apps.bookings.tests.world import FREE, HOUR, MINUTE, NOW, START, decline, fresh, make_world, wallet_of
from apps.core import clock
from apps.core.sweeps import run_sweep
from apps.notifications.models import Notification

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("books_are_sound")]


@pytest.mark.parametrize("has_option", [False, True])
@pytest.mark.parametrize("hours", [30, 1])
def test_giving_up_gives_all_back_to_the_wallet_however_late(world, drain_outbox, has_option, hours):
    if has_option:
        world.person()
    booking = world.paid()
    at = START - hours * HOUR
    decline(booking, at=at)

    give_up(booking, at=at)
    drain_outbox(at)

    booking = fresh(booking)
    assert (booking.status, booking.cancelled_at, booking.replacement) == ("CANCELLED_BY_SYSTEM", at, None)
    assert (booking.payment_status, booking.refunded_minor) == ("REFUNDED", 500_000)
    assert (wallet_of(world.customer), time_of(booking)) == (500_000, [])
    assert outcomes(booking) == ["PASSED"] * has_option
    assert booking.history.last().acting_as == "CUSTOMER"
    assert Notification.objects.get(notification_type="booking_cancelled").attachments[0]["is_cancelled"]


@pytest.mark.parametrize("has_option", [False, True])
@pytest.mark.parametrize("is_given_up", [True, False])
def test_of_the_end_whoever_had_declined_is_not_told_again(world, has_option, is_given_up):
    if has_option:
        world.person()
    booking = world.paid()
    decline(booking)

    if is_given_up:
        give_up(booking)
    else:
        operations.lapse_booking(booking_id=booking.pk, at=START)

    told = Notification.objects.filter(notification_type="booking_cancelled_business")
    assert [each.user for each in told] == [world.owner]
    assert Notification.objects.filter(notification_type="booking_taken_off", user=world.performer).count() == 1


def test_giving_up_the_owner_gives_the_premium_back_too(db, drain_outbox):
    world, _owner, booking = with_owner()
    decline(booking)

    give_up(booking)
    drain_outbox()

    assert (fresh(booking).refunded_minor, wallet_of(world.customer)) == (750_000, 750_000)


def test_giving_up_after_the_premium_went_back_gives_the_rest(db, drain_outbox):
    """Handed over, declined again, given up: before the first refund was carried out."""
    world, _owner, booking = with_owner()
    decline(booking)
    accept(booking)
    decline(booking)

    give_up(booking)
    drain_outbox()

    booking = fresh(booking)
    assert (booking.payment_status, booking.refunded_minor, wallet_of(world.customer)) == ("REFUNDED", 500_000, 750_000)


def test_nobody_but_the_customer_decides(world):
    other = world.person()
    booking = world.paid()
    decline(booking)

    for who in (world.owner, world.desk, world.performer):
        with pytest.raises(NotYours):
            accept(booking, by=who)
        with pytest.raises(NotYours):
            operations.choose_staff(booking_id=booking.pk, staff_id=other.pk, by=who, at=NOW)
    with pytest.raises(BookingWrongState):
        give_up(booking, by=world.owner)

    assert fresh(booking).status == "DECLINED_WITH_OPTION"


@pytest.mark.parametrize("has_option", [False, True])
def test_when_the_start_passes_the_platform_ends_it_with_all_money_back(world, drain_outbox, has_option):
    if has_option:
        world.person()
    booking = world.paid()
    decline(booking)
    assert _next_start_declined() == START

    with clock.frozen(START - MINUTE):
        assert run_sweep("bookings.lapse_declined") == 0
    with clock.frozen(START):
        assert run_sweep("bookings.lapse_declined") == 1
        assert run_sweep("bookings.lapse_declined") == 0
        drain_outbox()

    booking = fresh(booking)
    assert (booking.status, booking.payment_status, wallet_of(world.customer)) == (
        "CANCELLED_BY_SYSTEM", "REFUNDED", 500_000,
    )  # fmt: skip
    assert (outcomes(booking), time_of(booking)) == (["LAPSED"] * has_option, [])
    assert booking.history.last().acting_as == "SYSTEM"


def test_a_free_booking_ends_without_money(db, drain_outbox):
    world = make_world(service=FREE)
    booking = world.book()
    decline(booking)

    give_up(booking)
    drain_outbox()

    assert (fresh(booking).status, fresh(booking).payment_status) == ("CANCELLED_BY_SYSTEM", None)
