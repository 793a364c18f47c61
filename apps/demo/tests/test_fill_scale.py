import pytest

from apps.availability.models import BusyBlock
from apps.bookings.models import Booking
from apps.catalog.models import Business
from apps.demo.operations.fill_scale import fill_scale
from apps.ledger.testing import assert_ledger_sound

pytestmark = pytest.mark.django_db


def test_rows_by_number_keep_every_check_and_leave_the_books_sound():
    told = {}

    fill_scale(businesses=12, bookings=2_000, told=lambda name, done, total: told.update({name: (done, total)}))

    assert Business.objects.count() == 12
    assert Booking.objects.count() == 2_000
    assert told["bookings"] == (2_000, 2_000)
    ahead = Booking.objects.filter(status="CONFIRMED")
    assert ahead.count() == 6
    assert {(block.booking_id, block.starts_at) for block in BusyBlock.objects.all()} == {
        (booking.pk, booking.starts_at) for booking in ahead
    }
    assert_ledger_sound()
