"""Several real transactions on declined bookings at once: one outcome, exact money, nobody's time taken twice."""

from datetime import timedelta

import pytest

from apps.availability.models import BusyBlock
from apps.bookings import operations
from apps.bookings.models import RankingReview, ReplacementOffer
from apps.bookings.tests.test_races import at_once
from apps.bookings.tests.world import HOUR, NOW, START, decline, fresh, make_world, wallet_of
from apps.catalog.tests.factories import UserFactory
from apps.core import outbox
from apps.core.errors import DomainError
from apps.ledger.testing import assert_ledger_sound

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 8
DAY = timedelta(days=1)


def drain():
    while outbox.drain(at=NOW):
        pass


def acts_on(booking, world, chosen):
    """What its people, and the clock, may do at once with a booking that recovers."""
    own = {"booking_id": booking.pk, "by": world.customer, "at": NOW}
    return {
        "accept": lambda: operations.accept_replacement(**own),
        "choose": lambda: operations.choose_staff(staff_id=chosen.pk, **own),
        "move": lambda: operations.choose_staff(staff_id=chosen.pk, start=booking.starts_at + 5 * HOUR, **own),
        "cancel": lambda: operations.cancel_booking(**own),
        "lapse": lambda: operations.lapse_declined(at=booking.starts_at, limit=1),
        "decline": lambda: decline(booking, by=world.performer, at=NOW),
    }


PAIRS = [
    ("accept", "accept"), ("accept", "choose"), ("accept", "move"), ("accept", "cancel"), ("choose", "choose"),
    ("choose", "move"), ("choose", "cancel"), ("cancel", "cancel"), ("accept", "lapse"), ("choose", "lapse"),
    ("cancel", "lapse"),
]  # fmt: skip


def won(answer):
    return not isinstance(answer, DomainError) and answer != 0


@pytest.mark.parametrize("pair", PAIRS)
def test_two_acts_on_one_recovering_booking(pair):
    world = make_world()
    world.person("a")
    world.person("b")

    for number in range(ROUNDS):
        booking = world.paid(start=START + number * DAY)
        decline(booking)
        chosen = world.service.performers.exclude(pk__in=[world.staff.pk, fresh(booking).replacement_id]).get()
        acts = acts_on(booking, world, chosen)

        answers = at_once(*(acts[name] for name in pair))

        winners = [name for name, answer in zip(pair, answers, strict=True) if won(answer)]
        booking = fresh(booking)
        # An accepted or moved booking can be cancelled after; what was given up, nobody takes up again.
        later = set(winners) == {"accept", "cancel"} or set(winners) == {"choose", "cancel"}
        assert len(winners) == 1 or later, answers
        for answer in answers:
            assert not isinstance(answer, DomainError) or answer.status == 409
        ended = {"CANCELLED_BY_SYSTEM", "CANCELLED"}
        assert (booking.status in ended) == ("cancel" in winners or "lapse" in winners)
        busy = BusyBlock.objects.active().filter(booking_id=booking.pk)
        assert busy.count() == (booking.status not in ended)
        assert not ReplacementOffer.objects.filter(booking=booking, outcome="OPEN").exists()
        operations.cancel_booking(booking_id=booking.pk, by=world.owner, at=NOW) if busy.exists() else None
    drain()
    assert wallet_of(world.customer) == ROUNDS * 500_000
    assert_ledger_sound()


def test_declined_twice_at_once_is_declined_once():
    world = make_world()
    world.person()

    for number in range(ROUNDS):
        booking = world.paid(start=START + number * DAY)
        answers = at_once(*(lambda booking=booking: decline(booking, by=world.performer) for _ in range(3)))
        assert sum(won(answer) for answer in answers) == 1
        assert booking.declines.count() == 1
        assert fresh(booking).status == "DECLINED_WITH_OPTION"


@pytest.mark.parametrize("other", ["start", "reschedule", "cancel"])
def test_decline_against_the_others(other):
    world = make_world()
    world.person()

    for number in range(ROUNDS):
        booking = world.paid(start=START + number * DAY)
        act = {
            "start": lambda b=booking: operations.start_booking(booking_id=b.pk, by=world.performer, at=NOW),
            "reschedule": lambda b=booking: operations.reschedule_booking(
                booking_id=b.pk, start=b.starts_at + 3 * HOUR, by=world.customer, at=NOW
            ),
            "cancel": lambda b=booking: operations.cancel_booking(booking_id=b.pk, by=world.owner, at=NOW),
        }[other]

        answers = at_once(lambda b=booking: decline(b, by=world.performer), act)

        booking = fresh(booking)
        assert all(answer.status == 409 for answer in answers if isinstance(answer, DomainError))
        # What has moved is declined at its new time; otherwise one of the two comes first, and the other too late.
        assert sum(won(answer) for answer in answers) == 1 or (other == "reschedule" and won(answers[0]))
        held = [row.starts_at for row in BusyBlock.objects.active().filter(booking_id=booking.pk)]
        assert held == ([] if booking.status == "CANCELLED" else [booking.starts_at])
        if booking.status == "IN_PROGRESS":
            operations.complete_booking(booking_id=booking.pk, by=world.performer, at=NOW)


def test_two_declined_bookings_want_the_same_replacement():
    """One person is free: the exclusion constraint gives them to one, and nobody waits for ever."""
    world = make_world()
    second, only = world.person("second"), world.person("only")
    customer = UserFactory()

    for number in range(ROUNDS):
        start = START + number * DAY
        one, two = world.paid(start=start), world.paid(start=start, staff=second, customer=customer)
        at_once(lambda one=one: decline(one), lambda two=two: decline(two))

        states = sorted([fresh(one).status, fresh(two).status])
        assert states == ["DECLINED", "DECLINED_WITH_OPTION"]
        assert BusyBlock.objects.active().filter(starts_at=start).get().staff_member == only
    assert ReplacementOffer.objects.filter(staff_member=only).count() == ROUNDS


def test_two_declined_bookings_and_two_who_are_free():
    world = make_world()
    second = world.person("second")
    free = {world.person("a"), world.person("b")}
    customer = UserFactory()

    for number in range(ROUNDS):
        start = START + number * DAY
        one, two = world.paid(start=start), world.paid(start=start, staff=second, customer=customer)
        at_once(lambda one=one: decline(one), lambda two=two: decline(two))
        assert {fresh(one).replacement, fresh(two).replacement} == free


def test_a_hold_against_a_new_booking_of_the_same_person():
    world = make_world()
    other = world.person()
    stranger = UserFactory()

    for number in range(ROUNDS):
        booking = world.paid(start=START + number * DAY)
        answers = at_once(
            lambda booking=booking: decline(booking),
            lambda booking=booking: world.book(customer=stranger, staff=other, start=booking.starts_at, at=NOW),
        )
        assert won(answers[0])
        assert (fresh(booking).status == "DECLINED") == won(answers[1])
        assert BusyBlock.objects.active().filter(starts_at=booking.starts_at).count() == 1


def test_four_declines_at_once_open_one_review():
    world = make_world()
    bookings = [world.paid(start=START + number * DAY) for number in range(4)]

    at_once(*(lambda booking=booking: decline(booking, at=NOW) for booking in bookings))

    assert RankingReview.objects.get().declines == 4
    world.staff.refresh_from_db()
    assert world.staff.ranking_review_since == NOW


def test_two_sweeps_alert_once_and_clear_once():
    world = make_world()
    world.person()
    booking = world.paid()
    decline(booking)
    later = NOW + 2 * HOUR

    alerts = at_once(*(lambda: operations.alert_of_silence(at=later, limit=10) for _ in range(3)))

    assert sorted(alerts) == [0, 0, 1]
    review = RankingReview.objects.create(staff_member=world.staff, opened_at=NOW, declines=4, clears_at=NOW)
    at_once(
        lambda: operations.clear_reviews(at=later, limit=10),
        lambda: operations.clear_reviews(at=later, limit=10),
        lambda: operations.lift_review(review_id=review.pk, reason="Ok.", by=world.ops, at=later),
    )
    review.refresh_from_db()
    assert review.ended_at == later
    assert (review.end == "LIFTED") == (review.ended_by is not None)
