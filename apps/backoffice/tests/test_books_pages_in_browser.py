"""The accountant's pages in a real browser: on a phone and at a desk, light and dark, with nothing asked of anybody else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from apps.accounts.tests.factories import UserFactory
from apps.backoffice.tests.test_books_pages import booked, fund  # noqa: F401  # a fixture
from apps.backoffice.tests.test_day_page_in_browser import CHROMIUM, NOW, PICTURES, in_browser
from apps.core import clock
from apps.core.testing import BackOfficeBrowser
from apps.ledger import operations
from apps.ledger.states import ReleaseReason

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
DAY = timedelta(days=1)


def busy_month():
    """A month of trade: every other day something is paid and released, now and then in dollars."""
    for n in range(28):
        at = NOW - (28 - n) * DAY
        hold_id, unit_id = fund(400_000 + 37_500 * (n * n % 11), at)
        if n % 2:
            operations.start_clearance(unit_type="BOOKING", unit_id=unit_id, at=at)
            operations.release_hold(hold_id=hold_id, reason=ReleaseReason.AUTO, by=None, at=at + DAY)
    fund(5_000, NOW - DAY, "USD")


def test_the_books_on_a_phone_and_at_a_desk(booked, live_server, monkeypatch, settings):  # noqa: F811
    settings.SECOND_FACTOR_REQUIRED = False
    monkeypatch.setattr(clock, "now", lambda: NOW)  # the server answers in threads of its own
    busy_month()
    client = BackOfficeBrowser()
    client.force_login(UserFactory(viewer=True))
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}
    paths = {"trial": "trial-balance/", "charts": "charts/", "accounts": "accounts/AVAILABLE/NGN/", "statement": f"statements/{booked.pk}/"}  # fmt: skip

    def look(browser):
        seen = {}
        for width, scheme in ((375, "light"), (375, "dark"), (1280, "light"), (1280, "dark")):
            context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
            context.add_cookies([{**cookie, "url": live_server.url}])
            page = context.new_page()
            asked = []
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            for name, path in paths.items():
                page.goto(f"{live_server.url}/admin/books/{path}")
                page.wait_for_selector(".books")
                seen[width, scheme, name] = {
                    "overflow": page.evaluate("document.documentElement.scrollWidth > window.innerWidth"),
                    "smallest": page.evaluate(
                        "Math.min(...[...document.querySelectorAll('.books-tabs a, .books button, .books select, .books"
                        " input:not([type=hidden])')].map(each => each.getBoundingClientRect().height))"
                    ),
                    "unnamed": page.evaluate(
                        "[...document.querySelectorAll('.books svg, .books select, .books input:not([type=hidden])')]"
                        ".filter(e => !(e.getAttribute('aria-label') || (e.labels && e.labels.length))).length"
                    ),
                    "abroad": [url for url in asked if not url.startswith((live_server.url, "data:"))],
                }
                if PICTURES:
                    page.screenshot(path=str(Path(PICTURES) / f"books-{name}-{width}-{scheme}.png"), full_page=True)
            page.goto(f"{live_server.url}/admin/books/charts/")
            page.locator(".books-chart summary").first.focus()
            page.keyboard.press("Enter")
            page.wait_for_selector(".books-chart details[open] td")
            context.close()
        return seen

    seen = in_browser(look)

    assert len(seen) == 16
    for shown in seen.values():
        assert (shown["overflow"], shown["unnamed"], shown["abroad"]) == (False, 0, [])
        assert shown["smallest"] >= 40
