"""Jobs that nobody started or completed."""

import pytest

from apps.bookings import operations
from apps.bookings.tests.world import HOUR, MINUTE, START, fresh
from apps.core import clock
from apps.core.sweeps import run_sweep

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("books_are_sound")]


def test_people_are_asked_once_and_then_ops(world, drain_outbox):
    from apps.notifications.models import Notification

    booking = world.paid()

    def asked(at):
        with clock.frozen(at):
            run_sweep("bookings.ask_about_overdue")
        kinds = Notification.objects.filter(notification_type__startswith="booking_never")
        return sorted(kinds.values_list("notification_type", flat=True))

    assert asked(START + 119 * MINUTE) == []
    people = ["booking_never_started"] * 3
    assert asked(START + 2 * HOUR) == asked(START + 3 * HOUR) == people
    assert asked(START + 4 * HOUR) == asked(START + 9 * HOUR) == [*people, "booking_never_started_ops"]
    with clock.frozen(START + 10 * HOUR):
        operations.start_booking(booking_id=booking.pk, by=world.performer, at=clock.now())
    assert len(asked(START + 14 * HOUR)) == 7
    assert len(asked(START + 40 * HOUR)) == 8
    assert fresh(booking).ask_at is None
