import pytest
from django.urls import reverse
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_static.models import StaticDevice

from apps.bookings.tests.world import fresh, make_world
from apps.catalog.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def sign_in(client, user):
    """Signed in with a second factor, as operations have to be."""
    client.force_login(user)
    device = StaticDevice.objects.create(user=user, name="test", confirmed=True)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()


LIST = "admin:bookings_booking_changelist"


def test_ops_look_and_act(world, client):
    booking = world.paid()
    sign_in(client, world.ops)

    page = client.get(reverse("admin:bookings_booking_change", args=[booking.pk]))
    for action in ("approve", "start", "complete"):
        client.post(reverse(LIST), {"action": action, "_selected_action": [str(booking.pk)]})

    assert page.status_code == 200
    assert "NGN 5000.00" in page.content.decode()
    assert fresh(booking).status == "COMPLETED"
    assert client.get(reverse("admin:bookings_bookingtransition_changelist")).status_code == 200


def test_ops_cancel(world, client):
    booking = world.book()
    sign_in(client, world.ops)

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
