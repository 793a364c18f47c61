"""Jobs that were not paid for by money of their own alone: a use of a package, and a guest's card."""

import pytest

from apps.bookings import operations as bookings
from apps.bookings.tests.world import NOW, fresh
from apps.core.money import Money
from apps.disputes import operations
from apps.disputes.tests.conftest import disputed
from apps.ledger.models import EscrowHold
from apps.packages.tests.sold import bought
from apps.payments.models import Refund

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_books_are_sound")]


def test_the_use_that_pays_for_a_job_is_frozen_and_decided_about(world):
    purchase = bought(world)
    booking = fresh(world.book(package_id=purchase.pk))
    bookings.start_booking(booking_id=booking.pk, by=world.performer, at=NOW)
    bookings.complete_booking(booking_id=booking.pk, by=world.performer, at=NOW)

    dispute = disputed(world, fresh(booking))

    hold = EscrowHold.objects.get(pk=dispute.holds.get().hold_id)
    assert (hold.unit_type, hold.state, fresh(booking).payment_status) == ("PACKAGE_USE", "FROZEN", "FROZEN")
    assert set(EscrowHold.objects.exclude(pk=hold.pk).values_list("state", flat=True)) == {"HELD"}

    back = Money(hold.left_minor // 2, "NGN")
    operations.decide_dispute(
        dispute_id=dispute.pk, decision="SPLIT", refund=back, reason="Half done.", by=world.ops, at=NOW
    )

    hold.refresh_from_db()
    assert (hold.state, hold.refunded_minor) == ("RELEASED", back.amount_minor)
    assert (fresh(booking).payment_status, fresh(booking).release_due_at) == ("PARTIALLY_REFUNDED", None)


def test_what_a_guest_has_paid_goes_back_the_way_it_came(world, dispute):
    world.customer.is_guest = True
    world.customer.save()

    operations.decide_dispute(dispute_id=dispute.pk, decision="REFUND", reason="Nothing done.", by=world.ops, at=NOW)

    refund = Refund.objects.get()
    assert (refund.destination, refund.has_left_escrow) == ("GATEWAY", True)
    assert set(EscrowHold.objects.values_list("state", flat=True)) == {"REFUNDED"}
