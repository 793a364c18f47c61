"""What the desk and its guests do in tests, over HTTP and on the pages of their links."""

import re

from django.test import Client

from apps.bookings.models import Booking
from apps.bookings.tests.world import START

URL = "/api/v1/bookings/"

NGOZI = {"name": "Ngozi Eze", "phone": "+234 803 123 4567"}


def book(api, world, *, who=None, customer=NGOZI, **more):
    body = {"service": str(world.service.pk), "start": START.isoformat(), "customer": customer, **more}
    return api(who or world.desk).post(f"/api/v1/businesses/{world.business.pk}/bookings/", body)


def made(answer):
    assert answer.status_code == 201, answer.json()
    return Booking.objects.with_people().get(pk=answer.json()["data"]["id"])


def visit(link, method="get"):
    return getattr(Client(enforce_csrf_checks=True), method)(link.split("testserver")[-1].split("8000")[-1])


def press(page, act, **more):
    client = page.wsgi_request.COOKIES
    browser = Client(enforce_csrf_checks=True)
    browser.cookies["csrftoken"] = (
        page.cookies["csrftoken"].value if "csrftoken" in page.cookies else client["csrftoken"]
    )
    return browser.post(page.wsgi_request.path, {**_form(page), "act": act, **more})


def _form(page):
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())
    token = re.search(r'name="token" value="([^"]+)"', page.content.decode())
    return {"csrfmiddlewaretoken": found[1], "token": token[1]}
