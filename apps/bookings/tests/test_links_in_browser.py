"""The pages of a letter's links in a real browser: phone and desk, light and dark, by keyboard alone."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from apps.bookings import operations
from apps.bookings.states import LinkAction
from apps.bookings.tests.links import links_of
from apps.bookings.tests.world import NOW, START, fresh, make_world
from apps.core import clock

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PICTURES = os.environ.get("PAGE_PICTURES")
SIZES = [(375, 740), (1280, 900)]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]

# What a reader of the page needs: nothing beside the screen, targets for thumbs, words that stand out from what is behind.
_SEEN = """() => {
    const light = (colour) => {
        const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map(v => v / 255)
            .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (node) => {
        for (; node; node = node.parentElement) {
            const colour = getComputedStyle(node).backgroundColor;
            if (!/, 0\\)$|transparent/.test(colour)) return colour;
        }
        return 'rgb(255, 255, 255)';
    };
    const contrast = (node) => {
        const [one, two] = [light(getComputedStyle(node).color), light(behind(node))].sort((a, b) => b - a);
        return (one + 0.05) / (two + 0.05);
    };
    const worded = [...document.querySelectorAll('main *, header *')]
        .filter(n => n.offsetParent && [...n.childNodes].some(c => c.nodeType === 3 && c.textContent.trim()));
    const targets = [...document.querySelectorAll('button, summary, .times label, a.button')].filter(n => n.offsetParent);
    return {
        overflow: document.documentElement.scrollWidth > window.innerWidth,
        smallest: Math.min(...targets.map(n => n.getBoundingClientRect().height), 99),
        faintest: Math.min(...worded.map(contrast)),
    };
}"""


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


@pytest.fixture
def stopped_clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)  # the server answers in threads of its own


def test_every_page_is_readable_on_every_screen(live_server, stopped_clock):
    world = make_world(business={"contact_phone": "+2348012345678"})
    paid, ended = world.paid(), world.paid(start=START.replace(hour=15))
    used, _ = links_of(ended)
    operations.use_action_link(token=used, action=LinkAction.CANCEL, at=NOW)
    to_cancel, to_move = links_of(paid)
    pages = {"cancel": to_cancel, "move": to_move, "used": used, "broken": "no.such"}

    def look(browser):
        seen = {}
        for width, height in SIZES:
            for scheme in ("light", "dark"):
                page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
                for name, token in pages.items():
                    page.goto(f"{live_server.url}/appointment/?token={token}")
                    seen[name, width, scheme] = page.evaluate(_SEEN)
                    if PICTURES:
                        page.screenshot(path=str(Path(PICTURES) / f"{name}-{width}-{scheme}.png"), full_page=True)
                page.close()
        return seen

    for which, seen in in_browser(look).items():
        assert not seen["overflow"], which
        assert seen["smallest"] >= 44, (which, seen)
        assert seen["faintest"] >= 4.5, (which, seen)


def test_a_phone_moves_a_booking_by_keyboard_alone(live_server, stopped_clock):
    booking = make_world().paid()
    _, to_move = links_of(booking)

    def look(browser):
        page = browser.new_page(viewport={"width": 375, "height": 740})
        page.goto(f"{live_server.url}/appointment/?token={to_move}")
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.type") == "radio":
                break
        page.keyboard.press("Space")
        page.keyboard.press("ArrowRight")
        chosen = page.evaluate("document.querySelector('input[name=to]:checked').value")
        page.keyboard.press("Enter")
        page.wait_for_selector("[role=status]")
        return chosen, page.inner_text("[role=status]"), page.title()

    chosen, said, title = in_browser(look)

    assert fresh(booking).starts_at.isoformat() == chosen
    assert said == "Your booking has moved."
    assert title == "Your booking has moved. · The Guild"


def test_a_real_browser_presses_the_button_once(live_server, stopped_clock):
    booking = make_world().paid()
    to_cancel, _ = links_of(booking)

    def look(browser):
        page = browser.new_page()
        page.goto(f"{live_server.url}/appointment/?token={to_cancel}")
        page.get_by_role("button", name="Cancel the booking").click()
        page.wait_for_selector("[role=status]")
        answer = page.goto(f"{live_server.url}/appointment/?token={to_cancel}")
        return answer.status, page.inner_text("[role=alert]")

    status, said = in_browser(look)

    assert (status, fresh(booking).status) == (410, "CANCELLED")
    assert said.startswith("This link has been used")
