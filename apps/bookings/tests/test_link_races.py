"""Two clicks at once: one acts."""

from datetime import timedelta

import pytest
from django.test import Client

from apps.bookings import operations
from apps.bookings.models import ActionLink, BookingTransition
from apps.bookings.states import LinkAction
from apps.bookings.tests.links import PAGE, links_of
from apps.bookings.tests.test_races import at_once
from apps.bookings.tests.world import NOW, START, fresh, make_world
from apps.ledger.testing import assert_ledger_sound

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 6
DAY = timedelta(days=1)


def pressing(token, **more):
    return lambda: Client().post(PAGE, {"token": token, **more}).status_code


def test_two_clicks_on_the_same_link():
    world = make_world()
    for number in range(ROUNDS):
        booking = world.paid(start=START + number * DAY)
        token, _ = links_of(booking)

        answers = at_once(*[pressing(token)] * 4)

        assert sorted(answers) == [200, 410, 410, 410]
        assert BookingTransition.objects.filter(booking=booking, change="cancel").count() == 1
    assert_ledger_sound()


def test_two_clicks_on_a_link_to_move_move_it_once():
    world = make_world()
    for number in range(ROUNDS):
        booking = world.paid(start=START + number * DAY)
        _, token = links_of(booking)
        places = [(START + (20 + 2 * number + each) * DAY).isoformat() for each in range(2)]

        answers = at_once(*[pressing(token, to=place) for place in places])

        assert sorted(answers) == [200, 410]
        assert BookingTransition.objects.filter(booking=booking, change="reschedule").count() == 1
        assert fresh(booking).starts_at.isoformat() == places[answers.index(200)]
        assert ActionLink.objects.filter(booking=booking, used_at=NOW).count() == 1


def test_the_link_and_the_business_at_once():
    world = make_world()
    for number in range(ROUNDS):
        booking = world.paid(start=START + number * DAY)
        token, _ = links_of(booking)

        def cancel(booking=booking):
            return operations.cancel_booking(booking_id=booking.pk, by=world.owner, at=NOW).status

        pressed, _ = at_once(pressing(token), cancel)

        assert pressed in {200, 410}
        assert BookingTransition.objects.filter(booking=booking, change="cancel").count() == 1
        spent = ActionLink.objects.get(booking=booking, action=LinkAction.CANCEL)
        assert (spent.used_at is None, spent.revoked_at is None) == (pressed == 410, pressed == 200)
    assert_ledger_sound()
