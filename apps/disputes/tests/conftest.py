import pytest

from apps.bookings import operations as bookings
from apps.bookings.tests.world import fresh, let_through, make_world
from apps.catalog.tests.factories import ExtraFactory
from apps.core import clock
from apps.disputes.operations import Objection
from apps.disputes.states import DisputeReason
from apps.ledger.testing import assert_ledger_sound
from apps.payments import operations as payments
from apps.payments.gateways.registry import gateway
from apps.payments.operations import ItemToPay

BODY = {"reason": "POOR_WORK", "note": "Two rooms were not cleaned."}


@pytest.fixture
def world(db):
    return make_world()


@pytest.fixture
def _books_are_sound(db):
    yield
    assert_ledger_sound()


@pytest.fixture(autouse=True)
def _no_gateway_is_left_over():
    gateway.cache_clear()
    yield
    gateway.cache_clear()


@pytest.fixture
def dispute(world):
    """A dispute about the one job of the world, which cost ₦5,000."""
    return disputed(world)


def disputed(world, booking=None, *, at=None, **more):
    booking = booking or world.completed()
    objection = Objection(reason=DisputeReason.POOR_WORK, note=BODY["note"], **more)
    return bookings.dispute_booking(
        booking_id=booking.pk, objection=objection, by=booking.customer, at=at or clock.now()
    )


def with_extra(world, **more):
    """A completed job with an extra of ₦1,000 that was paid: two holds that clear."""
    booking = world.running(**more)
    stones = ExtraFactory(service=world.service, name="Hot stones", price_minor=100_000)
    item = bookings.ExtraToAdd(kind="EXTRA", id=stones.pk)
    (added,) = bookings.add_extras(booking_id=booking.pk, items=[item], by=world.performer, at=clock.now())
    bookings.complete_booking(booking_id=booking.pk, by=world.performer, at=clock.now())
    to_pay = ItemToPay(item_type="EXTRA", item_id=added.pk)
    let_through(payments.initialize_payment(items=[to_pay], payer=world.customer, at=clock.now()))
    return fresh(booking), added
