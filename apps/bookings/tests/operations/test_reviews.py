"""Ranking Review: more than three declines in seven days, its cost in the ranking, its end."""

from datetime import timedelta
from decimal import Decimal

import pytest

from apps.bookings import operations
from apps.bookings.errors import NoSuchReview, ReasonMissing, ReviewEnded
from apps.bookings.models import Decline, RankingReview
from apps.bookings.sweeps import _next_clearing
from apps.bookings.tests.world import HOUR, NOW, START, decline, make_world
from apps.core import clock
from apps.core.errors import NotAllowed
from apps.core.ids import new_id
from apps.core.models import AuditEntry
from apps.core.sweeps import run_sweep
from apps.maestro import queries as maestro
from apps.notifications.models import Notification

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def declined_before(world, *ages, leave=None):
    """Declines of the performer, that long ago."""
    booking = world.book(start=START + 20 * DAY)
    for age in ages:
        Decline.objects.create(
            booking=booking, staff_member=world.staff, starts_at=START, ends_at=START + HOUR, reason_code="OTHER", by=world.performer,
            acting_as="STAFF", sick_leave=leave, at=NOW - age,
        )  # fmt: skip


def since(world):
    world.staff.refresh_from_db()
    return world.staff.ranking_review_since


def score(world):
    (match,) = maestro.match_staff(business=world.business, service=world.service, start=START + 9 * DAY, at=NOW)
    return match.maestro_score


def sweep_at(at):
    with clock.frozen(at):
        run_sweep("bookings.clear_reviews")


def test_the_fourth_decline_in_seven_days_opens_a_review_that_lowers_the_score(world):
    declined_before(world, 5 * DAY, 3 * DAY)
    before = score(world)
    decline(world.paid())
    assert since(world) is None

    decline(world.paid(start=START + DAY))

    review = RankingReview.objects.get()
    assert (review.staff_member, review.declines, review.opened_at) == (world.staff, 4, NOW)
    assert review.clears_at == NOW + 2 * DAY
    assert since(world) == NOW
    assert score(world) == before - Decimal("0.100")
    told = Notification.objects.filter(notification_type="ranking_review")
    assert {row.user_id for row in told} == {world.performer.pk, world.owner.pk}
    assert AuditEntry.objects.filter(action="ranking_review.opened").count() == 1


def test_the_window_rolls(world):
    declined_before(world, 7 * DAY, 6 * DAY, 5 * DAY)

    decline(world.paid())

    assert since(world) is None


def test_the_review_clears_with_its_window_and_not_before(world):
    declined_before(world, 6 * DAY, 5 * DAY, 4 * DAY)
    decline(world.paid())
    assert _next_clearing() == NOW + DAY

    sweep_at(NOW + DAY - timedelta(seconds=1))
    assert since(world) == NOW
    sweep_at(NOW + DAY)

    assert since(world) is None
    review = RankingReview.objects.get()
    assert (review.end, review.ended_at) == ("CLEARED", NOW + DAY)
    assert _next_clearing() is None


def test_another_decline_puts_the_end_off(world):
    declined_before(world, 6 * DAY, 5 * DAY, 4 * DAY)
    decline(world.paid())
    decline(world.paid(start=START + DAY))

    assert RankingReview.objects.get().clears_at == NOW + 2 * DAY
    sweep_at(NOW + DAY)
    assert since(world) == NOW


def test_a_review_whose_moment_was_written_too_early_is_looked_at_again(world):
    declined_before(world, 3 * DAY, 2 * DAY, DAY)
    decline(world.paid())
    RankingReview.objects.update(clears_at=NOW)

    sweep_at(NOW)

    assert RankingReview.objects.get().clears_at == NOW + 4 * DAY
    assert since(world) == NOW


def test_ops_lift_it_with_a_reason_and_what_was_before_counts_no_more(world):
    declined_before(world, 3 * DAY, 2 * DAY, DAY)
    decline(world.paid())
    review = RankingReview.objects.get()

    with pytest.raises(NotAllowed):
        operations.lift_review(review_id=review.pk, reason="Please.", by=world.owner, at=NOW)
    with pytest.raises(ReasonMissing):
        operations.lift_review(review_id=review.pk, reason="", by=world.ops, at=NOW)
    operations.lift_review(review_id=review.pk, reason="A broken car.", by=world.ops, at=NOW)
    with pytest.raises(ReviewEnded):
        operations.lift_review(review_id=review.pk, reason="Again.", by=world.ops, at=NOW)
    with pytest.raises(NoSuchReview):
        operations.lift_review(review_id=new_id(), reason="Which?", by=world.ops, at=NOW)

    review.refresh_from_db()
    assert (review.end, review.ended_by, review.reason, since(world)) == ("LIFTED", world.ops, "A broken car.", None)
    entry = AuditEntry.objects.get(action="ranking_review.lifted")
    assert (entry.actor, entry.reason) == (world.ops, "A broken car.")
    decline(world.paid(start=START + DAY), at=NOW + timedelta(minutes=1))
    assert since(world) is None


def test_the_review_is_over_for_the_business_too(world):
    def term():
        found = maestro.ranked_businesses(maestro.Search(city=world.business.city), skip=0, take=5, at=NOW)
        return next(each.review_term for each in found if each.business_id == world.business.pk)

    declined_before(world, 3 * DAY, 2 * DAY, DAY)
    decline(world.paid())
    assert term() == Decimal("-0.100000")

    operations.lift_review(review_id=RankingReview.objects.get().pk, reason="Ok.", by=world.ops, at=NOW)

    assert term() == 0


def test_one_persons_declines_are_not_anothers(db):
    world, elsewhere = make_world(), make_world()
    declined_before(world, 3 * DAY, 2 * DAY, DAY)

    decline(elsewhere.paid())

    assert not RankingReview.objects.exists()
