import pytest
from django.urls import reverse

from apps.bookings import operations
from apps.bookings.models import RankingReview
from apps.bookings.tests.world import HOUR, NOW, START, decline, fresh, make_world
from apps.catalog.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
LIST = "admin:bookings_booking_changelist"


@pytest.fixture(autouse=True)
def _without_second_factor(settings):
    settings.SECOND_FACTOR_REQUIRED = False


def test_ops_look_and_act(world, client):
    booking = world.paid()
    client.force_login(world.ops)

    page = client.get(reverse("admin:bookings_booking_change", args=[booking.pk]))
    for action in ("approve", "start", "complete"):
        client.post(reverse(LIST), {"action": action, "_selected_action": [str(booking.pk)]})

    assert page.status_code == 200
    assert "₦5,000.00" in page.content.decode()
    assert fresh(booking).status == "COMPLETED"
    assert client.get(reverse("admin:bookings_bookingtransition_changelist")).status_code == 200


def test_ops_cancel(world, client):
    booking = world.book()
    client.force_login(world.ops)

    client.post(reverse(LIST), {"action": "cancel", "_selected_action": [str(booking.pk)]})

    assert fresh(booking).status == "CANCELLED"


def test_owners_see_their_own_and_the_public_nothing(world, client):
    booking = world.book()
    other = make_world().book()

    client.force_login(world.owner)
    page = client.get(reverse(LIST)).content.decode()
    assert booking.reference in page
    assert other.reference not in page

    client.force_login(UserFactory())
    assert client.get(reverse(LIST)).status_code == 302


def test_declines_offers_absences_and_reviews_are_shown_and_a_review_is_lifted(world, client):
    world.person()
    booking = world.paid()
    decline(booking, note="Fever.")
    leave = operations.report_sick(
        business_id=world.business.pk, staff_id=world.staff.pk, starts_at=START, ends_at=START + HOUR, by=world.desk,
        at=NOW,
    )  # fmt: skip
    review = RankingReview.objects.create(staff_member=world.staff, opened_at=NOW, declines=4, clears_at=START)
    client.force_login(world.ops)

    for model, key in (
        ("decline", booking.declines.get().pk),
        ("replacementoffer", booking.offers.get().pk),
        ("sickleave", leave.pk),
        ("rankingreview", review.pk),
        ("booking", booking.pk),
    ):
        assert client.get(reverse(f"admin:bookings_{model}_changelist")).status_code == 200
        assert client.get(reverse(f"admin:bookings_{model}_change", args=[key])).status_code == 200
    page = client.get(reverse("admin:bookings_booking_change", args=[booking.pk])).content.decode()
    assert "Fever." in page
    reviews = reverse("admin:bookings_rankingreview_changelist")
    client.post(reviews, {"action": "lift", "_selected_action": [str(review.pk)]})

    review.refresh_from_db()
    assert (review.end, review.ended_by) == ("LIFTED", world.ops)


def test_an_owner_sees_the_declines_of_their_own_business_only(world, client):
    mine, other = world.paid(), make_world().paid()
    decline(mine)
    decline(other)
    client.force_login(world.owner)

    page = client.get(reverse("admin:bookings_decline_changelist")).content.decode()

    assert mine.reference in page
    assert other.reference not in page
