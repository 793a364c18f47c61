"""Bookings that nobody paid in time, money on its way, and money that comes too late."""

import pytest

from apps.availability.models import BusyBlock
from apps.bookings.tests.operations.moneys import cancel, expire, sweep_expiry
from apps.bookings.tests.world import HOUR, MINUTE, NOW, START, fresh, let_through, open_payment, wallet_of
from apps.catalog.tests.factories import UserFactory
from apps.core import clock
from apps.core.sweeps import run_sweep
from apps.payments.errors import GatewayNotAnswering
from apps.payments.sandbox.play import Act, act

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("books_are_sound")]


def test_the_unpaid_expire_and_free_their_time(world, drain_outbox):
    booking = world.book()

    with clock.frozen(NOW + 30 * MINUTE):
        assert run_sweep("bookings.expire_unpaid") == 1
        drain_outbox()
        world.book(customer=UserFactory())

    assert fresh(booking).status == "EXPIRED"


def test_the_sweep_asks_the_gateway_first(world):
    """The money came, and its web hook is lost."""
    booking = world.book()
    payment = open_payment(booking)
    act(reference=payment.reference, choice=Act.APPROVE, at=NOW)

    with clock.frozen(NOW + 30 * MINUTE):
        run_sweep("bookings.expire_unpaid")

    assert (fresh(booking).status, fresh(booking).payment_status) == ("CONFIRMED", "HELD")


def test_money_on_its_way_gives_two_hours_but_never_past_the_start(world):
    booking, soon = world.book(), world.book(start=NOW + HOUR, customer=UserFactory())
    for each in (booking, soon):
        let_through(open_payment(each), Act.PENDING)

    assert (fresh(booking).expires_at, fresh(soon).expires_at) == (NOW + 2 * HOUR, NOW + HOUR)
    with clock.frozen(NOW + 31 * MINUTE):
        run_sweep("bookings.expire_unpaid")
    assert (fresh(booking).status, fresh(soon).status) == ("PENDING", "PENDING")


@pytest.mark.parametrize(("start", "until"), [(START, NOW + 2 * HOUR), (NOW + 45 * MINUTE, NOW + 45 * MINUTE)])
def test_what_the_gateway_calls_pending_when_the_sweep_asks_has_two_hours_but_never_past_the_start(world, start, until):
    booking = world.book(start=start)
    act(reference=open_payment(booking).reference, choice=Act.PENDING, at=NOW)

    sweep_expiry(NOW + 30 * MINUTE)
    assert (fresh(booking).status, fresh(booking).expires_at) == ("PENDING", until)
    assert BusyBlock.objects.get(booking_id=booking.pk).expires_at == until

    assert sweep_expiry(until - MINUTE) == 0
    sweep_expiry(until)
    assert fresh(booking).status == "EXPIRED"
    assert not BusyBlock.objects.get(booking_id=booking.pk).is_active


def test_a_transfer_that_arrives_within_the_two_hours_confirms_the_booking(world):
    booking = world.book()
    payment = open_payment(booking)
    act(reference=payment.reference, choice=Act.PENDING, at=NOW)
    sweep_expiry(NOW + 30 * MINUTE)

    with clock.frozen(NOW + 119 * MINUTE):
        let_through(payment, acted_at=NOW + 29 * MINUTE)

    assert (fresh(booking).status, fresh(booking).payment_status) == ("CONFIRMED", "HELD")


def test_a_gateway_that_does_not_answer_gives_five_minutes_at_a_time_and_two_hours_at_most(world, monkeypatch):
    booking = world.book()
    open_payment(booking)

    def silent(**_asked):
        raise GatewayNotAnswering

    monkeypatch.setattr("apps.bookings.operations.overdue.payments.verify_payments_for", silent)
    sweep_expiry(NOW + 30 * MINUTE)
    assert fresh(booking).expires_at == NOW + 35 * MINUTE
    for minutes in range(35, 120, 5):
        sweep_expiry(NOW + minutes * MINUTE)
    assert (fresh(booking).status, fresh(booking).expires_at) == ("PENDING", NOW + 2 * HOUR)

    sweep_expiry(NOW + 2 * HOUR)

    assert fresh(booking).status == "EXPIRED"


def test_an_attempt_that_was_refused_expires_with_its_booking(world):
    booking = world.book()
    act(reference=open_payment(booking).reference, choice=Act.FAIL, at=NOW)

    sweep_expiry(NOW + 30 * MINUTE)

    assert fresh(booking).status == "EXPIRED"


@pytest.mark.parametrize("bookings", [1, 20])
def test_the_expiry_sweep_costs_a_handful_of_statements(world, count_queries, bookings):
    for number in range(bookings):
        world.book(customer=UserFactory(), staff=world.person(f"person {number}"))

    with count_queries() as counted:
        assert sweep_expiry(NOW + 30 * MINUTE) == bookings

    assert len(counted) == 9


def test_money_after_expiry_revives_a_booking_whose_time_is_free(world):
    booking, payment = expire(world)

    with clock.frozen(NOW + 31 * MINUTE):
        let_through(payment, acted_at=NOW + 29 * MINUTE)

    assert (fresh(booking).status, fresh(booking).payment_status) == ("CONFIRMED", "HELD")
    assert list(booking.history.values_list("change", flat=True)) == ["create", "expire", "revive", "confirm"]


def test_money_after_expiry_goes_back_where_the_time_is_taken(world, drain_outbox):
    booking, payment = expire(world)
    with clock.frozen(NOW + 31 * MINUTE):
        world.book(customer=UserFactory())
        let_through(payment, acted_at=NOW + 29 * MINUTE)
        drain_outbox()

    assert (fresh(booking).status, fresh(booking).payment_status) == ("EXPIRED", "REFUNDED")
    assert wallet_of(world.customer) == 500_000


def test_money_for_a_cancelled_booking_goes_back(world, drain_outbox):
    booking = world.book()
    payment = open_payment(booking)
    cancel(booking, world.customer, NOW)

    let_through(payment)
    drain_outbox()

    assert (fresh(booking).status, wallet_of(world.customer)) == ("CANCELLED", 500_000)
