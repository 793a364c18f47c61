"""The calendar in a real browser: on a phone and at a desk, light and dark, by keyboard alone."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from apps.availability import operations as availability
from apps.bookings.tests.sessions import paid_seat, session
from apps.bookings.tests.world import HOUR, NOW, START, decline, make_world
from apps.bookings.visits import visit_link
from apps.catalog.tests.factories import UserFactory
from apps.core import clock
from apps.core.testing import BackOfficeBrowser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PICTURES = os.environ.get("PAGE_PICTURES")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


def in_browser(look):
    """What ``look`` answers about a browser; its driver keeps an event loop, which Django refuses beside itself."""

    def run():
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            try:
                return look(browser)
            finally:
                browser.close()

    with ThreadPoolExecutor(1) as apart:
        return apart.submit(run).result()


def busy_world():
    world = make_world()
    efe = world.person("Efe")
    world.person("Uche")
    world.paid()
    world.book(start=START + 3 * HOUR, staff=efe)
    decline(world.paid(start=START + 6 * HOUR, staff=efe))
    availability.take_time_off(
        staff_member_id=world.staff.pk, starts_at=START + 3 * HOUR, ends_at=START + 30 * HOUR, note="Dentist",
        by=world.desk, at=NOW,
    )  # fmt: skip
    for half in (0, 1):
        paid_seat(world, session(world, seats=5, start=START + (4 + half) * HOUR / 2), customer=UserFactory())
    return world


def test_the_day_on_a_phone_and_at_a_desk(live_server, monkeypatch, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    monkeypatch.setattr(clock, "now", lambda: NOW)  # the server answers in threads of its own
    world = busy_world()
    client = BackOfficeBrowser()
    client.force_login(world.owner)
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}

    def look(browser):
        seen = {}
        for width, scheme in ((375, "light"), (375, "dark"), (1280, "light"), (1280, "dark")):
            context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
            context.add_cookies([{**cookie, "url": live_server.url}])
            page = context.new_page()
            page.goto(f"{live_server.url}/admin/calendar/?date=2026-11-20")
            page.wait_for_selector(".day-table section")
            seen[width, scheme] = {
                "overflow": page.evaluate("document.documentElement.scrollWidth > window.innerWidth"),
                "people": page.locator(".day-table h3").all_inner_texts(),
                "smallest": page.evaluate(
                    "Math.min(...[...document.querySelectorAll('.day-head a, .day-head button, .day-table li a')]"
                    ".map(each => each.getBoundingClientRect().height))"
                ),
            }
            if PICTURES:
                page.screenshot(path=str(Path(PICTURES) / f"day-{width}-{scheme}.png"), full_page=True)
        page.locator(".day-head nav a").first.focus()
        for _ in range(20):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.closest('.day-table li') !== null"):
                break
        page.keyboard.press("Enter")
        page.wait_for_url("**/bookings/booking/**")
        return seen

    seen = in_browser(look)

    for shown in seen.values():
        assert not shown["overflow"]
        assert shown["people"] == ["Chidi", "Efe", "Uche", "Nobody in particular"]
        assert shown["smallest"] >= 40


def test_a_guests_page_on_a_phone(live_server, monkeypatch, settings):
    from apps.bookings import operations
    from apps.bookings.operations import BookingRequest, Caller

    monkeypatch.setattr(clock, "now", lambda: NOW)
    settings.PUBLIC_BASE_URL = live_server.url
    world = make_world(business={"contact_phone": "+2348012345678"})
    booking = operations.book_for_caller(
        business_id=world.business.pk, caller=Caller(name="Ngozi Eze", phone="+2348031234567"), by=world.desk, at=NOW,
        request=BookingRequest(service_id=world.service.pk, start=START, staff_id=world.staff.pk), is_paid_in_cash=False,
    )  # fmt: skip
    token = visit_link(booking.pk, booking.customer_id).partition("?")[2]

    def look(browser):
        seen = []
        for scheme in ("light", "dark"):
            context = browser.new_context(viewport={"width": 375, "height": 740}, color_scheme=scheme)
            page = context.new_page()
            page.goto(f"{live_server.url}/visit/?{token}")
            seen.append(
                (
                    page.evaluate("document.documentElement.scrollWidth > window.innerWidth"),
                    page.evaluate(
                        "Math.min(...[...document.querySelectorAll('button')].map(b => b.offsetHeight)) >= 44"
                    ),
                    page.locator("button").all_inner_texts(),
                )
            )
            if PICTURES:
                page.screenshot(path=str(Path(PICTURES) / f"visit-{scheme}.png"), full_page=True)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=Go on to the payment page")
        page.keyboard.press("Enter")
        page.wait_for_url("**/sandbox/checkout/**")
        return seen

    assert in_browser(look) == [(False, True, ["Pay now", "Choose another time", "Cancel this booking"])] * 2
