"""What goes back when a booking is called off, missed or rejected, and what the business keeps."""

from datetime import timedelta

import pytest

from apps.bookings import operations
from apps.bookings.errors import BookingStarted, NotPaid, TooEarly
from apps.bookings.policy import CancellationPolicy
from apps.bookings.queries import viewer_of
from apps.bookings.queries.actions import available_actions
from apps.bookings.stakes import refund_percent
from apps.bookings.tests.operations.moneys import cancel
from apps.bookings.tests.world import HOUR, MINUTE, NOW, START, fresh, make_world, pay, wallet_of
from apps.core import clock
from apps.core.money import Money
from apps.core.sweeps import run_sweep
from apps.ledger.models import EscrowHold
from apps.payments import operations as payments
from apps.payments.models import Payment
from apps.payments.operations import ItemToPay

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("books_are_sound")]


@pytest.fixture
def reduced(world, drain_outbox):
    """A paid booking of ₦5,000 of which operations gave ₦1,000 back before the work."""
    booking = world.paid()
    payment, item = Payment.objects.get(), ItemToPay(item_type="BOOKING", item_id=booking.pk)
    payments.request_refund(payment_id=payment.pk, item=item, amount_minor=100_000, reason="A kindness.", at=NOW)
    drain_outbox()
    return fresh(booking)


@pytest.mark.parametrize(
    ("hours_before", "who", "back"),
    [
        (30, "customer", 500_000),
        (24, "customer", 500_000),
        (10, "customer", 250_000),
        (10, "owner", 500_000),
        (10, "desk", 500_000),
    ],
)
def test_cancel_gives_back_by_the_policy_or_all(world, drain_outbox, hours_before, who, back):
    booking = world.paid()
    at = START - hours_before * HOUR

    cancel(booking, getattr(world, who), at)
    with clock.frozen(at):
        drain_outbox()

    booking = fresh(booking)
    assert (booking.status, booking.refunded_minor) == ("CANCELLED", back)
    assert booking.payment_status == ("REFUNDED" if back == 500_000 else "PARTIALLY_REFUNDED")
    assert wallet_of(world.customer) == back
    hold = EscrowHold.objects.get(unit_id=booking.pk)
    if back < 500_000:
        assert (hold.state, hold.release_due_at, hold.commission_minor) == ("PENDING_CLEARANCE", at + 24 * HOUR, 12_500)
        assert booking.release_due_at == at + 24 * HOUR


def test_within_the_grace_everything_goes_back(world, drain_outbox):
    start = NOW + 10 * HOUR
    booking = world.paid(start=start)

    cancel(booking, world.customer, NOW + 4 * MINUTE)
    drain_outbox(NOW + 4 * MINUTE)

    assert fresh(booking).refunded_minor == 500_000


def test_moving_it_late_first_does_not_dodge_the_fee(world, drain_outbox):
    booking = world.paid()
    moved = START + timedelta(days=3)
    with clock.frozen(START - 10 * HOUR):
        operations.reschedule_booking(booking_id=booking.pk, start=moved, by=world.customer, at=clock.now())

    cancel(booking, world.customer, moved - 60 * HOUR)
    drain_outbox(moved - 60 * HOUR)

    assert fresh(booking).refunded_minor == 250_000


def test_a_policy_that_keeps_all_clears_at_once(db, drain_outbox):
    world = make_world(business={"cancellation_policy": {"tiers": [{"hours_before": 48, "refund_percent": 100}]}})
    booking = world.paid()

    cancel(booking, world.customer, START - HOUR)
    drain_outbox(START - HOUR)

    booking = fresh(booking)
    assert (booking.payment_status, booking.refunded_minor) == ("PENDING_CLEARANCE", 0)
    with clock.frozen(START + 24 * HOUR):
        run_sweep("ledger.release_due")
    assert fresh(booking).payment_status == "RELEASED"


def test_the_policy_as_it_stood_at_booking_decides(world):
    booking = world.paid()
    world.business.cancellation_policy = {"tiers": []}
    world.business.save()

    assert refund_percent(fresh(booking), START - 10 * HOUR) == 50
    assert booking.cancellation_policy == CancellationPolicy().frozen()


def test_an_unpaid_booking_costs_nothing_to_cancel(world):
    booking = world.book()

    cancel(booking, world.customer, START - HOUR)

    assert (fresh(booking).status, wallet_of(world.customer)) == ("CANCELLED", 0)


def test_a_customer_cannot_cancel_what_has_begun(world):
    booking = world.paid()

    with pytest.raises(BookingStarted):
        cancel(booking, world.customer, START)

    assert fresh(booking).status == "CONFIRMED"


def test_no_show_keeps_by_policy_after_the_grace(world, drain_outbox):
    booking = world.paid()
    with pytest.raises(TooEarly):
        operations.record_no_show(booking_id=booking.pk, by=world.performer, at=START + 14 * MINUTE)

    at = START + 15 * MINUTE
    operations.record_no_show(booking_id=booking.pk, by=world.performer, at=at)
    drain_outbox(at)

    booking = fresh(booking)
    assert (booking.status, booking.payment_status, booking.refunded_minor) == (
        "NO_SHOW",
        "PARTIALLY_REFUNDED",
        250_000,
    )
    with clock.frozen(at + HOUR):
        operations.confirm_release(booking_id=booking.pk, by=world.customer, at=at + HOUR)
    assert EscrowHold.objects.get(unit_id=booking.pk).state == "RELEASED"


def test_what_is_left_after_a_part_went_back_is_held_for_the_job(world, reduced, drain_outbox):
    assert (reduced.payment_status, reduced.refunded_minor) == ("HELD", 100_000)

    operations.start_booking(booking_id=reduced.pk, by=world.performer, at=START)
    operations.complete_booking(booking_id=reduced.pk, by=world.performer, at=START + HOUR)
    booking = fresh(reduced)
    assert (booking.payment_status, booking.release_due_at) == ("PARTIALLY_REFUNDED", START + 25 * HOUR)
    operations.confirm_release(booking_id=booking.pk, by=world.customer, at=START + HOUR)

    hold = EscrowHold.objects.get(unit_id=booking.pk)
    assert (hold.state, hold.gross_minor - hold.refunded_minor) == ("RELEASED", 400_000)


@pytest.mark.parametrize(
    ("who", "at", "back"), [("desk", NOW, 400_000), ("customer", NOW, 400_000), ("customer", START - HOUR, 150_000)]
)
def test_cancelling_gives_back_what_is_left_after_a_part_went_back(world, reduced, drain_outbox, who, at, back):
    told = [each for each in available_actions(reduced, viewer_of(getattr(world, who)), at) if each.name == "cancel"]

    cancel(reduced, getattr(world, who), at)
    drain_outbox(at)

    booking, hold = fresh(reduced), EscrowHold.objects.get(unit_id=reduced.pk)
    assert wallet_of(world.customer) == 100_000 + back
    assert told[0].money_effect.startswith(str(Money(back, "NGN")))
    kept = 400_000 - back
    assert (booking.payment_status, hold.state) == (
        ("PARTIALLY_REFUNDED", "PENDING_CLEARANCE") if kept else ("REFUNDED", "REFUNDED")
    )
    assert hold.gross_minor - hold.refunded_minor == kept


def test_a_part_that_is_still_on_its_way_is_not_given_back_twice(world, drain_outbox):
    booking = world.paid()
    payment, item = Payment.objects.get(), ItemToPay(item_type="BOOKING", item_id=booking.pk)
    payments.request_refund(payment_id=payment.pk, item=item, amount_minor=100_000, reason="A kindness.", at=NOW)

    cancel(booking, world.desk, NOW)
    drain_outbox()

    assert (wallet_of(world.customer), fresh(booking).payment_status) == (500_000, "REFUNDED")


def test_rejection_gives_all_back(db, drain_outbox):
    world = make_world(business={"auto_confirm": False})
    booking = world.paid()
    assert (booking.status, booking.payment_status, booking.expires_at) == ("PENDING", "HELD", None)

    operations.reject_booking(booking_id=booking.pk, reason="Closed that day.", by=world.desk, at=NOW)
    drain_outbox()

    booking = fresh(booking)
    assert (booking.status, booking.rejection_reason, booking.payment_status) == (
        "REJECTED",
        "Closed that day.",
        "REFUNDED",
    )
    assert wallet_of(world.customer) == 500_000


def test_approval_needs_the_money(db):
    world = make_world(business={"auto_confirm": False})
    booking = world.book()
    with pytest.raises(NotPaid):
        operations.approve_booking(booking_id=booking.pk, by=world.desk, at=NOW)

    pay(booking)
    operations.approve_booking(booking_id=booking.pk, by=world.performer, at=NOW)

    assert fresh(booking).status == "CONFIRMED"


def test_what_nobody_approved_goes_back_at_the_start(db, drain_outbox):
    world = make_world(business={"auto_confirm": False})
    booking = world.paid()

    with clock.frozen(START):
        assert run_sweep("bookings.lapse_unapproved") == 1
        assert run_sweep("bookings.lapse_unapproved") == 0
        drain_outbox()

    assert (fresh(booking).status, fresh(booking).payment_status) == ("CANCELLED_BY_SYSTEM", "REFUNDED")


def test_a_dispute_freezes_and_a_decision_thaws(world):
    from apps.ledger import operations as ledger
    from apps.ledger.operations import Unit

    booking = world.running()
    unit = Unit(unit_type="BOOKING", unit_id=booking.pk)
    ledger.freeze_hold(unit=unit, reason="Dispute", by=world.ops, at=NOW)
    assert fresh(booking).payment_status == "FROZEN"

    operations.complete_booking(booking_id=booking.pk, by=world.performer, at=NOW + HOUR)
    assert (fresh(booking).status, fresh(booking).payment_status) == ("COMPLETED", "FROZEN")

    ledger.unfreeze_hold(unit=unit, reason="Settled", by=world.ops, at=NOW + HOUR)
    assert fresh(booking).payment_status == "HELD"
