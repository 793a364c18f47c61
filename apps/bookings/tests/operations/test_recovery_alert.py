"""Two hours without an answer to an offered replacement: the owner is alerted, once."""

import pytest

from apps.availability import operations as availability
from apps.availability.errors import SlotTaken
from apps.bookings.models import ReplacementOffer
from apps.bookings.sweeps import _next_alert
from apps.bookings.tests.operations.recovering import TOMORROW, accept, alerts, choose, give_up, sweep_at, time_of
from apps.bookings.tests.world import HOUR, MINUTE, NOW, START, decline, fresh

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("books_are_sound")]


def test_after_two_hours_of_silence_the_owner_is_alerted_once_in_these_words(world):
    world.person()
    booking = world.paid()
    decline(booking)
    assert _next_alert() == NOW + 2 * HOUR

    assert sweep_at(NOW + 2 * HOUR - MINUTE) == 0
    assert sweep_at(NOW + 2 * HOUR) == 1
    assert sweep_at(NOW + 3 * HOUR) == 0

    ((owner, priority, words),) = alerts()
    assert (owner, priority) == (world.owner, "HIGH")
    exact = f"Job #{booking.reference} at risk: Customer hasn't responded to replacement."
    assert (words.push, words.subject, words.sms) == (exact, exact, exact)
    assert ReplacementOffer.objects.get().alerted_at == NOW + 2 * HOUR
    assert _next_alert() is None
    assert fresh(booking).status == "DECLINED_WITH_OPTION"


def test_close_to_the_start_half_of_the_time_left_is_enough(world):
    world.person()
    booking = world.paid()
    decline(booking, at=START - HOUR)

    assert sweep_at(START - 31 * MINUTE) == 0
    assert sweep_at(START - 30 * MINUTE) == 1


@pytest.mark.parametrize("answer", ["accept", "give_up", "choose", "none"])
def test_an_answer_or_no_offer_means_no_alert(world, answer):
    if answer != "none":
        world.person()
    booking = world.paid()
    decline(booking)
    if answer == "accept":
        accept(booking)
    elif answer == "give_up":
        give_up(booking)
    elif answer == "choose":
        choose(booking, world.staff, start=TOMORROW)

    assert sweep_at(NOW + 3 * HOUR) == 0
    assert alerts() == []


def test_each_offer_has_its_own_alert(world):
    world.person("a")
    world.person("b")
    booking = world.paid()
    decline(booking)
    sweep_at(NOW + 2 * HOUR)
    accept(booking, at=NOW + 3 * HOUR)
    decline(booking, at=NOW + 4 * HOUR)

    assert sweep_at(NOW + 6 * HOUR) == 1
    assert len(alerts()) == 2


def test_a_hold_survives_until_the_customer_answers(world):
    """Not even a holder's own unpaid booking, or the end of half an hour, frees it."""
    other = world.person()
    booking = world.paid()
    decline(booking)

    with pytest.raises(SlotTaken):
        availability.block_time(
            staff_member_id=other.pk, starts_at=START, ends_at=START + HOUR, kind="MANUAL", at=START - MINUTE
        )
    assert time_of(booking) == [(other, "REPLACEMENT_HOLD", START)]
