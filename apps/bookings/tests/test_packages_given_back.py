"""Uses of packages that come back, or are lost, when a booking ends early."""

from datetime import timedelta

import pytest

from apps.bookings import operations
from apps.bookings.tests.using_packages import WORTH, booked, cancel, owned_and_extra
from apps.bookings.tests.world import (
    HOUR,
    MINUTE,
    NOW,
    START,
    decline,
    fresh,
    let_through,
    make_world,
    open_payment,
    pay,
    wallet_of,
)
from apps.catalog.tests.factories import ExtraFactory
from apps.core import clock
from apps.core.sweeps import run_sweep
from apps.ledger import addresses, queries
from apps.ledger.models import EscrowHold
from apps.notifications.models import Notification
from apps.packages.tests.sold import USE, bought, hold_of, states

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("books_are_sound")]


@pytest.mark.parametrize(("who", "hours_before"), [("customer", 30), ("customer", 24), ("desk", 2), ("owner", 1)])
def test_a_cancel_in_time_or_by_the_business_gives_the_use_back(world, calm, drain_outbox, who, hours_before):
    booking = booked(world, calm)

    at = START - hours_before * HOUR
    cancel(booking, getattr(world, who), at)
    drain_outbox(at)

    booking = fresh(booking)
    assert (booking.status, booking.payment_status, booking.refunded_minor) == ("CANCELLED", "REFUNDED", 0)
    assert states(calm) == ["OPEN"] * 3
    assert hold_of(calm.uses.get(number=1)).state == "HELD"
    assert wallet_of(world.customer) == 0
    letter = Notification.objects.get(notification_type="booking_cancelled")
    assert letter.context["package_name"] == "Calm"
    assert booked(world, calm, start=START + 30 * HOUR).package_use_id == calm.uses.get(number=1).pk


@pytest.mark.parametrize(
    ("tiers", "back", "hold_left"),
    [
        (None, 225_000, 225_000),  # the default: half after a day before
        ([{"hours_before": 24, "refund_percent": 100}], 0, WORTH),
    ],
)
def test_a_late_cancel_clears_its_hold_by_the_policy(drain_outbox, tiers, back, hold_left):
    world = make_world(business={} if tiers is None else {"cancellation_policy": {"tiers": tiers}})
    calm = bought(world)
    booking = booked(world, calm)
    at = START - 10 * HOUR

    cancel(booking, world.customer, at)
    with clock.frozen(at):
        drain_outbox()

    use = calm.uses.get(number=1)
    hold = hold_of(use)
    assert (use.state, hold.state, hold.left_minor) == ("SPENT", "PENDING_CLEARANCE", hold_left)
    assert wallet_of(world.customer) == back
    booking = fresh(booking)
    assert (booking.refunded_minor, booking.release_due_at) == (back, at + 24 * HOUR)
    assert booking.payment_status == ("PARTIALLY_REFUNDED" if back else "PENDING_CLEARANCE")
    with clock.frozen(at + 24 * HOUR):
        run_sweep("ledger.release_due")
    assert queries.balance(addresses.business_available(world.business.pk, "NGN")) == hold_left - hold_left * 5 // 100
    assert fresh(booking).payment_status == ("PARTIALLY_REFUNDED" if back else "RELEASED")


def test_no_show_spends_the_use(world, calm, drain_outbox):
    booking = booked(world, calm)
    at = START + 20 * MINUTE

    with clock.frozen(at):
        operations.record_no_show(booking_id=booking.pk, by=world.performer, at=at)
        drain_outbox()

    use = calm.uses.get(number=1)
    assert (use.state, hold_of(use).state, hold_of(use).left_minor) == ("SPENT", "PENDING_CLEARANCE", 225_000)
    assert (fresh(booking).payment_status, wallet_of(world.customer)) == ("PARTIALLY_REFUNDED", 225_000)


def test_on_top_and_use_go_the_same_way_on_a_late_cancel(world, calm, drain_outbox):
    owner, extra = owned_and_extra(world)
    booking = pay(booked(world, calm, staff=owner, extra_ids=[extra.pk]))
    at = START - 10 * HOUR

    with clock.frozen(at):
        actions = operations.cancel_booking(booking_id=booking.pk, by=world.customer, at=at)
        assert actions.status == "CANCELLED"
        drain_outbox()

    booking = fresh(booking)
    assert wallet_of(world.customer) == 175_000 + 225_000
    assert (booking.refunded_minor, booking.payment_status) == (400_000, "PARTIALLY_REFUNDED")
    assert set(EscrowHold.objects.exclude(state="HELD").values_list("unit_type", "state", "refunded_minor")) == {
        ("BOOKING", "PENDING_CLEARANCE", 175_000),
        (USE, "PENDING_CLEARANCE", 225_000),
    }


def test_on_top_is_given_back_with_the_use_in_time(world, calm, drain_outbox):
    owner, extra = owned_and_extra(world)
    booking = pay(booked(world, calm, staff=owner, extra_ids=[extra.pk]))

    at = START - 30 * HOUR
    cancel(booking, world.customer, at)
    drain_outbox(at)

    assert (wallet_of(world.customer), states(calm)) == (350_000, ["OPEN"] * 3)
    assert (fresh(booking).payment_status, fresh(booking).refunded_minor) == ("REFUNDED", 350_000)


def test_a_booking_that_is_not_paid_for_on_top_lets_go_of_its_use(world, calm):
    extra = ExtraFactory(service=world.service)
    booking = booked(world, calm, extra_ids=[extra.pk])
    assert states(calm) == ["SPENT", "OPEN", "OPEN"]

    with clock.frozen(NOW + 31 * MINUTE):
        run_sweep("bookings.expire_unpaid")

    assert (fresh(booking).status, states(calm)) == ("EXPIRED", ["OPEN"] * 3)
    assert fresh(booking).use_returned_at == NOW + 31 * MINUTE


def test_cancelling_an_unpaid_one_gives_the_use_back_whatever_the_policy(world, calm):
    start = NOW + 3 * HOUR
    extra = ExtraFactory(service=world.service)
    booking = booked(world, calm, extra_ids=[extra.pk], start=start)

    cancel(booking, world.customer, NOW + 20 * MINUTE)

    assert (fresh(booking).status, states(calm)) == ("CANCELLED", ["OPEN"] * 3)


@pytest.mark.parametrize("is_still_there", [True, False])
def test_money_that_comes_late_revives_it_only_with_its_use(world, drain_outbox, is_still_there):
    calm = bought(world, uses=1)
    extra = ExtraFactory(service=world.service)
    booking = booked(world, calm, extra_ids=[extra.pk])
    payment = open_payment(booking)
    late = NOW + 40 * MINUTE
    with clock.frozen(late):
        run_sweep("bookings.expire_unpaid")
        if not is_still_there:
            booked(world, calm, start=START + 5 * HOUR)

        let_through(payment, acted_at=NOW)
        drain_outbox()

    booking = fresh(booking)
    if is_still_there:
        assert (booking.status, booking.payment_status, booking.use_returned_at) == ("CONFIRMED", "HELD", None)
        assert calm.uses.get().booking_id == booking.pk
    else:
        assert (booking.status, booking.payment_status) == ("EXPIRED", "REFUNDED")
        assert wallet_of(world.customer) == 100_000


def test_reject_lapse_and_giving_up_give_the_use_back(world, calm, drain_outbox):
    world.person("Second")
    world.business.auto_confirm = False
    world.business.save()
    rejected, lapsed, given_up = (booked(world, calm, start=START + n * HOUR * 3) for n in range(3))

    operations.reject_booking(booking_id=rejected.pk, reason="Closed.", by=world.owner, at=NOW)
    operations.approve_booking(booking_id=given_up.pk, by=world.owner, at=NOW)
    decline(given_up)
    operations.cancel_booking(booking_id=given_up.pk, by=world.customer, at=NOW)
    with clock.frozen(START + 3 * HOUR):
        run_sweep("bookings.lapse_unapproved")

    ended = [fresh(each) for each in (rejected, lapsed, given_up)]
    assert [each.status for each in ended] == ["REJECTED", "CANCELLED_BY_SYSTEM", "CANCELLED_BY_SYSTEM"]
    assert [each.payment_status for each in ended] == ["REFUNDED"] * 3
    assert states(calm) == ["OPEN"] * 3


def test_a_use_that_comes_back_after_its_end_goes_to_the_wallet(world, drain_outbox):
    calm = bought(world, uses=1, valid_days=3)
    booking = booked(world, calm)
    after = NOW + timedelta(days=4)

    with clock.frozen(after):
        run_sweep("packages.expire_uses")
        operations.cancel_booking(booking_id=booking.pk, by=world.owner, at=after)
        drain_outbox()

    assert (states(calm), wallet_of(world.customer)) == (["REFUNDED"], WORTH)
    assert fresh(booking).payment_status == "REFUNDED"
