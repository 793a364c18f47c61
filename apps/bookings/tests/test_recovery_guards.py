"""What the database keeps about declines, offers, absences and reviews, whatever the code does."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.utils import IntegrityError

from apps.bookings import operations
from apps.bookings.models import Booking, Decline, RankingReview, ReplacementOffer, SickLeave
from apps.bookings.tests.world import HOUR, NOW, START, decline, fresh

pytestmark = pytest.mark.django_db


def offer(booking, staff, **fields):
    fields = {"decline": booking.declines.first(), "offered_at": NOW, "alert_at": NOW + HOUR, **fields}
    return ReplacementOffer.objects.create(booking=booking, staff_member=staff, **fields)


@pytest.fixture
def recovering(world):
    """A booking whose customer is offered somebody."""
    world.person("offered")
    booking = world.paid()
    decline(booking)
    return fresh(booking)


def refused(name, act):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        act()


def test_nobody_is_offered_twice_for_one_booking(recovering):
    closed = {"outcome": "PASSED", "closed_at": NOW}

    refused("offer_of_a_person_once", lambda: offer(recovering, recovering.replacement, **closed))


def test_one_offer_is_open_at_a_time(world, recovering):
    refused("offer_open_once", lambda: offer(recovering, world.person("another")))


def test_whoever_declined_is_not_offered(world, recovering):
    closed = {"outcome": "PASSED", "closed_at": NOW}

    refused("offer_never_to_who_declined", lambda: offer(recovering, world.staff, **closed))


@pytest.mark.parametrize("change", [{"outcome": "ACCEPTED"}, {"closed_at": NOW}])
def test_a_closed_offer_has_its_moment(recovering, change):
    refused("offer_closed_has_its_moment", lambda: recovering.offers.update(**change))


def test_an_offer_keeps_its_terms_and_stays(world, recovering):
    other = world.person("another")

    with pytest.raises(DatabaseError), transaction.atomic():
        recovering.offers.update(staff_member=other)
    with pytest.raises(DatabaseError), transaction.atomic():
        recovering.offers.all().delete()
    assert recovering.offers.get().staff_member == recovering.replacement


@pytest.mark.parametrize("change", [{"replacement": None}, {"status": "DECLINED"}])
def test_an_option_names_its_person_and_only_an_option_does(recovering, change):
    moved = Booking.objects.filter(pk=recovering.pk)

    refused(
        "booking_option_names_its_person",
        lambda: moved.update(**change, change_number=recovering.change_number + 1, change="test"),
    )


@pytest.mark.parametrize("field", ["staff_member", "crew"])
def test_another_person_never_costs_more(world, field):
    booking, other = world.paid(), world.person()
    change = {"staff_member": other} if field == "staff_member" else {"crew": [other.pk]}
    moved = Booking.objects.filter(pk=booking.pk)

    refused(
        "booking_never_costs_more",
        lambda: moved.update(total_minor=500_001, change_number=booking.change_number + 1, **change),
    )
    assert moved.update(total_minor=499_999, change_number=booking.change_number + 1, **change) == 1


@pytest.mark.parametrize("change", ["update", "delete", "truncate"])
def test_declines_stay_as_they_were_written(world, change):
    decline(world.paid())
    acts = {
        "update": lambda: Decline.objects.update(reason_code="OTHER"),
        "delete": lambda: Decline.objects.all().delete(),
        "truncate": lambda: connection.cursor().execute("TRUNCATE bookings_decline CASCADE"),
    }
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(DatabaseError, match=r"append-only|Cannot update or delete"), transaction.atomic():
        acts[change]()

    assert Decline.objects.get().reason_code == "SICK"


def test_a_decline_has_a_known_reason(world):
    booking = world.paid()

    refused(
        "decline_reason_known",
        lambda: Decline.objects.create(
            booking=booking, staff_member=world.staff, starts_at=START, ends_at=START + HOUR, reason_code="BORED", by=world.performer,
            acting_as="STAFF", at=NOW,
        ),
    )  # fmt: skip


def test_a_declined_time_is_in_order(world):
    booking = world.paid()

    refused(
        "decline_in_order",
        lambda: Decline.objects.create(
            booking=booking, staff_member=world.staff, starts_at=START, ends_at=START, reason_code="SICK",
            by=world.performer, acting_as="STAFF", at=NOW,
        ),
    )  # fmt: skip


def review(world, **fields):
    fields = {"opened_at": NOW, "declines": 4, "clears_at": NOW + HOUR, **fields}
    return RankingReview.objects.create(staff_member=world.staff, **fields)


def test_a_person_is_under_one_review_at_a_time(world):
    review(world, ended_at=NOW, end="CLEARED")
    review(world)

    refused("review_of_a_person_open_once", lambda: review(world))


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("review_ended_says_how", {"ended_at": NOW}),
        ("review_ended_says_how", {"end": "CLEARED"}),
        ("review_ended_says_how", {"end": "LOST", "ended_at": NOW}),
        ("review_lifted_says_by_whom_and_why", {"end": "LIFTED", "ended_at": NOW, "reason": "Nobody said so."}),
    ],
)
def test_a_review_that_ended_says_how(world, name, fields):
    refused(name, lambda: review(world, **fields))


def test_a_lifted_review_says_why(world):
    refused(
        "review_lifted_says_by_whom_and_why",
        lambda: review(world, end="LIFTED", ended_at=NOW, ended_by=world.ops),
    )


def test_a_review_is_never_deleted(world):
    review(world)

    with pytest.raises(DatabaseError), transaction.atomic():
        RankingReview.objects.all().delete()
    assert RankingReview.objects.count() == 1


def test_an_absence_is_reported_once_and_in_order(world):
    def leave(**fields):
        fields = {"starts_at": START, "ends_at": START + HOUR, **fields}
        return SickLeave.objects.create(
            business=world.business, staff_member=world.staff, reported_by=world.desk, reported_as="DESK", **fields
        )

    leave()

    refused("sick_leave_reported_once", leave)
    refused("sick_leave_in_order", lambda: leave(ends_at=START))


def test_the_same_time_is_held_for_one_customer_only(world):
    """The exclusion constraint, asked past the operation: two offers cannot hold one person's time."""
    from apps.availability.models import BusyBlock

    other = world.person()
    booking = world.paid()
    decline(booking)
    held = BusyBlock.objects.active().get(staff_member=other)

    held.pk = None
    held.id = None
    refused("busy_block_one_at_a_time", lambda: BusyBlock(**_fields(held)).save(force_insert=True))
    operations.cancel_booking(booking_id=booking.pk, by=world.customer, at=NOW)
    assert not BusyBlock.objects.active().exists()


def _fields(block):
    names = (
        "staff_member_id",
        "person_id",
        "kind",
        "starts_at",
        "ends_at",
        "during",
        "booking_id",
        "service_id",
        "holder_id",
    )
    return {name: getattr(block, name) for name in names}
