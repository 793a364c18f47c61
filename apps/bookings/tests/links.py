"""Links of letters, as the customer finds them, and a browser that opens them."""

from urllib.parse import parse_qs, urlsplit

from django.test import Client

from apps.core import encryption
from apps.notifications.models import Notification

PAGE = "/appointment/"


def links_of(booking, kind="booking_confirmed"):
    """The tokens of the latest letter of the kind: to cancel, and to move it."""
    told = Notification.objects.filter(notification_type=kind, user=booking.customer, subject_id=str(booking.pk))
    context = told.latest("created_at", "pk").context
    return tuple(token_in(encryption.decrypt(context[name]["sealed"])) for name in ("cancel_url", "reschedule_url"))


def token_in(address):
    return parse_qs(urlsplit(address).query)["token"][0]


def visit(token, **more):
    return Client().get(PAGE, {"token": token, **more})


def press(token, **more):
    return Client().post(PAGE, {"token": token, **more})


def words(page):
    return " ".join(page.content.decode().split())
