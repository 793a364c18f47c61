"""Two at once about one use: one outcome, and sound books. Real threads on real connections."""

import pytest

from apps.bookings import operations as bookings
from apps.bookings.models import Booking
from apps.bookings.tests.world import HOUR, MINUTE, NOW, START, fresh, make_world
from apps.catalog.tests.factories import ExtraFactory
from apps.core import clock, outbox
from apps.ledger.models import EscrowHold
from apps.ledger.testing import assert_ledger_sound
from apps.ledger.tests.threads import at_once
from apps.packages import operations
from apps.packages.errors import NothingToRefund, NoUseLeft, PackageExpired
from apps.packages.tests.sold import bought, hold_of, states

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def frozen(act, at=NOW):
    def run():
        with clock.frozen(at):
            return act()

    return run


def booker(world, purchase, number=0, **more):
    staff = world.staff if number == 0 else world.others[number - 1]
    return frozen(lambda: world.book(package_id=purchase.pk, staff=staff, start=START + number * 5 * HOUR, **more))


def settle(at=NOW):
    with clock.frozen(at):
        while outbox.drain(at=clock.now()):
            pass
    assert_ledger_sound()


@pytest.mark.parametrize("round_", range(3))
def test_two_bookings_that_want_the_last_use(round_):
    world = make_world()
    world.others.append(world.person("Second"))
    purchase = bought(world, uses=1)

    outcomes = at_once(booker(world, purchase), booker(world, purchase, 1))

    assert sorted(type(each).__name__ for each in outcomes) == ["Booking", "NoUseLeft"]
    assert Booking.objects.filter(package_use__isnull=False).count() == 1
    assert states(purchase) == ["SPENT"]
    settle()


def test_as_many_bookings_as_uses_all_find_one():
    world = make_world()
    world.others += [world.person(f"Person {number}") for number in range(5)]
    purchase = bought(world, uses=4)

    outcomes = at_once(*(booker(world, purchase, number) for number in range(6)))

    made = [each for each in outcomes if isinstance(each, Booking)]
    assert len(made) == 4
    assert all(isinstance(each, NoUseLeft) for each in outcomes if each not in made)
    assert len({each.package_use_id for each in made}) == 4
    settle()


@pytest.mark.parametrize("round_", range(3))
def test_a_use_runs_out_while_it_is_booked(round_):
    world = make_world()
    purchase = bought(world, uses=1)

    booked, _ = at_once(
        booker(world, purchase), frozen(lambda: operations.expire_uses(at=purchase.expires_at, limit=10))
    )

    if isinstance(booked, Booking):
        assert (states(purchase), hold_of(purchase.uses.get()).state) == (["SPENT"], "HELD")
    else:
        assert isinstance(booked, NoUseLeft | PackageExpired)
        assert (states(purchase), hold_of(purchase.uses.get()).state) == (["EXPIRED"], "PENDING_CLEARANCE")
        assert Booking.objects.count() == 0
    settle()


@pytest.mark.parametrize("round_", range(3))
def test_a_use_is_given_back_while_it_is_booked(round_):
    world = make_world()
    purchase = bought(world, uses=1)

    def give_back():
        return operations.refund_uses(purchase_id=purchase.pk, by=world.customer, at=NOW)

    booked, given = at_once(booker(world, purchase), frozen(give_back))
    settle()

    if isinstance(booked, Booking):
        assert isinstance(given, NothingToRefund)
        assert (states(purchase), hold_of(purchase.uses.get()).state) == (["SPENT"], "HELD")
    else:
        assert isinstance(booked, NoUseLeft)
        assert (states(purchase), hold_of(purchase.uses.get()).state) == (["REFUNDED"], "REFUNDED")


def test_given_back_twice_at_once_is_once():
    world = make_world()
    purchase = bought(world)

    def give_back():
        return operations.refund_uses(purchase_id=purchase.pk, by=world.customer, at=NOW)

    outcomes = at_once(frozen(give_back), frozen(give_back))
    settle()

    assert sorted(type(each).__name__ for each in outcomes) == ["NothingToRefund", "list"]
    assert set(EscrowHold.objects.values_list("state", flat=True)) == {"REFUNDED"}


def test_two_sweeps_at_once_clear_each_use_once():
    world = make_world()
    purchase = bought(world, uses=5)

    outcomes = at_once(*[frozen(lambda: operations.expire_uses(at=purchase.expires_at, limit=10))] * 2)

    assert not [each for each in outcomes if isinstance(each, Exception)]
    assert states(purchase) == ["EXPIRED"] * 5
    assert EscrowHold.objects.filter(state="PENDING_CLEARANCE").count() == 5
    settle()


def test_a_late_cancel_by_the_customer_and_one_by_the_business_end_in_one_way():
    world = make_world()
    purchase = bought(world, uses=1)
    booking = world.book(package_id=purchase.pk)
    at = START - HOUR

    outcomes = at_once(
        frozen(lambda: bookings.cancel_booking(booking_id=booking.pk, by=world.customer, at=at), at),
        frozen(lambda: bookings.cancel_booking(booking_id=booking.pk, by=world.owner, at=at), at),
    )
    settle(at)

    assert sum(isinstance(each, Booking) for each in outcomes) == 1
    hold = hold_of(purchase.uses.get())
    assert (states(purchase), hold.state) in [(["OPEN"], "HELD"), (["SPENT"], "PENDING_CLEARANCE")]
    assert fresh(booking).status == "CANCELLED"


def test_a_use_that_an_unpaid_booking_lets_go_is_had_by_one():
    world = make_world()
    world.others += [world.person("Second"), world.person("Third")]
    purchase = bought(world, uses=1)
    extra = ExtraFactory(service=world.service)
    unpaid = world.book(package_id=purchase.pk, extra_ids=[extra.pk])
    late = NOW + 31 * MINUTE

    def expire():
        return bookings.expire_overdue(at=late, limit=10)

    outcomes = at_once(
        frozen(expire, late),
        frozen(lambda: world.book(package_id=purchase.pk, staff=world.others[0], start=START + 5 * HOUR), late),
        frozen(lambda: world.book(package_id=purchase.pk, staff=world.others[1], start=START + 9 * HOUR), late),
    )

    assert sum(isinstance(each, Booking) for each in outcomes) <= 1
    assert fresh(unpaid).status == "EXPIRED"
    assert Booking.objects.filter(package_use__isnull=False, use_returned_at__isnull=True).count() <= 1
    settle(late)
