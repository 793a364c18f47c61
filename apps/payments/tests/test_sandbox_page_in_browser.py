"""The sandbox's page in a real browser: on a phone, by keyboard alone."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from apps.core import clock
from apps.payments.models import SandboxCharge

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


def _pay_by_keyboard(address: str) -> dict[str, object]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 360, "height": 740})
        page.goto(address)
        seen = {
            "focused": page.evaluate("document.activeElement.value"),
            "overflow": page.evaluate("document.documentElement.scrollWidth > window.innerWidth"),
            "smallest_button": page.evaluate(
                "Math.min(...[...document.querySelectorAll('button')].map(b => b.getBoundingClientRect().height))"
            ),
        }
        if picture := os.environ.get("SANDBOX_PAGE_PICTURE"):
            page.screenshot(path=picture, full_page=True)
        page.keyboard.press("Enter")
        page.wait_for_selector("text=Paid.")
        browser.close()
    return seen


def test_a_phone_pays_by_keyboard_alone(desk, ada, live_server, monkeypatch, now):
    payment = desk.open(ada)
    monkeypatch.setattr(clock, "now", lambda: now)  # the server answers in threads of its own

    with ThreadPoolExecutor(1) as apart:  # the browser's driver keeps an event loop, which Django refuses beside itself
        seen = apart.submit(_pay_by_keyboard, f"{live_server.url}/sandbox/checkout/{payment.reference}/").result()

    assert (seen["focused"], seen["overflow"]) == ("approve", False)
    assert seen["smallest_button"] >= 44
    assert SandboxCharge.objects.get().status == "PAID"
