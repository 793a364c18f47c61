import pytest
from django.urls import reverse

from apps.bookings.tests.world import fresh, make_world
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
    assert "NGN 5000.00" in page.content.decode()
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
