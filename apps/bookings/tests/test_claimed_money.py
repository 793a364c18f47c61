"""What a customer's bank claims, and what goes back after its release, as the booking tells it."""

import pytest

from apps.bookings import operations
from apps.bookings.errors import MoneyClaimed
from apps.bookings.tests.world import HOUR, NOW, START, fresh, make_world, wallet_of
from apps.catalog.tests.factories import UserFactory
from apps.core import clock
from apps.core.sweeps import run_sweep
from apps.ledger.models import EscrowHold
from apps.payments import operations as payments
from apps.payments.gateways.values import DisputeInfo, DisputeStatus
from apps.payments.models import Payment
from apps.payments.operations.book_chargeback import book_chargeback
from apps.payments.states import RefundDestination

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("books_are_sound")]


@pytest.fixture
def world(db):
    return make_world()


def bank_says(status, *, taken=0, at=NOW):
    """The customer's bank speaks of a dispute about all that was paid."""
    payment = Payment.objects.get()
    return book_chargeback(
        payment,
        DisputeInfo(
            gateway_id="dp_1", payment_reference=payment.reference, payment_gateway_id="", amount_minor=500_000,
            currency="NGN", fee_minor=0, reason="fraud", status=status, respond_by=None, taken_minor=taken,
        ),
        at=at,
    )  # fmt: skip


def test_a_job_that_is_called_off_while_the_bank_decides_is_paid_back_once_it_has_decided(world, drain_outbox):
    booking = world.paid()
    bank_says(DisputeStatus.NEEDS_RESPONSE)
    assert fresh(booking).payment_status == "FROZEN"

    operations.cancel_booking(booking_id=booking.pk, by=world.desk, at=NOW, reason="Closed.")
    drain_outbox()
    assert (fresh(booking).status, wallet_of(world.customer)) == ("CANCELLED", 0)
    bank_says(DisputeStatus.WON)
    drain_outbox()

    assert (fresh(booking).payment_status, wallet_of(world.customer)) == ("REFUNDED", 500_000)
    assert EscrowHold.objects.get().state == "REFUNDED"


def test_work_does_not_begin_while_the_bank_decides_and_says_why(world):
    booking = world.paid()
    bank_says(DisputeStatus.NEEDS_RESPONSE)

    with pytest.raises(MoneyClaimed):
        operations.start_booking(booking_id=booking.pk, by=world.performer, at=START)
    bank_says(DisputeStatus.WON)
    operations.start_booking(booking_id=booking.pk, by=world.performer, at=START)

    assert fresh(booking).status == "IN_PROGRESS"


def test_a_late_cancellation_while_the_bank_decides_keeps_its_fee_once_it_has_decided(world, drain_outbox):
    booking = world.paid()
    bank_says(DisputeStatus.NEEDS_RESPONSE)

    with clock.frozen(START - HOUR):
        operations.cancel_booking(booking_id=booking.pk, by=world.customer, at=START - HOUR)
        drain_outbox(START - HOUR)
        bank_says(DisputeStatus.WON, at=START - HOUR)
        drain_outbox(START - HOUR)
        assert (fresh(booking).payment_status, wallet_of(world.customer)) == ("PARTIALLY_REFUNDED", 250_000)
    with clock.frozen(START + 24 * HOUR):
        run_sweep("ledger.release_due")

    hold = EscrowHold.objects.get()
    assert (hold.state, hold.released_minor) == ("RELEASED", 250_000)


def test_a_bank_that_wins_has_the_money_of_a_job_that_was_called_off_meanwhile(world, drain_outbox):
    booking = world.paid()
    bank_says(DisputeStatus.NEEDS_RESPONSE)
    operations.cancel_booking(booking_id=booking.pk, by=world.desk, at=NOW, reason="Closed.")
    drain_outbox()

    bank_says(DisputeStatus.LOST, taken=500_000)
    drain_outbox()

    assert (fresh(booking).payment_status, wallet_of(world.customer)) == ("REFUNDED", 0)


def test_a_job_goes_on_as_it_was_once_the_bank_has_decided_for_us(world, drain_outbox):
    booking = world.paid()
    bank_says(DisputeStatus.NEEDS_RESPONSE)
    bank_says(DisputeStatus.WON)

    assert fresh(booking).payment_status == "HELD"
    operations.start_booking(booking_id=booking.pk, by=world.performer, at=START)
    operations.complete_booking(booking_id=booking.pk, by=world.performer, at=START + HOUR)
    assert fresh(booking).payment_status == "PENDING_CLEARANCE"


def test_what_goes_back_after_its_release_is_told_by_the_booking(world, drain_outbox):
    booking = world.completed()
    operations.confirm_release(booking_id=booking.pk, by=world.customer, at=clock.now())
    admin = UserFactory(role="ADMIN", is_staff=True)
    payment = Payment.objects.get()
    for amount in (200_000, 300_000):
        (refund,) = payments.propose_refund(
            payment_id=payment.pk, amount_minor=amount, destination=RefundDestination.WALLET, reason="Not done.",
            by=world.ops, at=clock.now(),
        )  # fmt: skip
        payments.approve_refund(refund_id=refund.pk, by=admin, at=clock.now())
        drain_outbox()
        told = fresh(booking)
        assert (told.payment_status, told.refunded_minor) == (
            ("PARTIALLY_REFUNDED", 200_000) if amount == 200_000 else ("REFUNDED", 500_000)
        )
    assert wallet_of(world.customer) == 500_000
