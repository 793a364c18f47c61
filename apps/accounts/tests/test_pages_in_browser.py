"""The links of our mails in a real browser, which says where a form comes from only as far as the page lets it."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from apps.accounts import operations
from apps.accounts.events import PasswordResetRequested
from apps.accounts.tests.factories import UserFactory
from apps.core import clock

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


def _fill_in(address: str) -> str:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(address)
        page.get_by_label("New password").fill("Another-Good-One-4")
        page.get_by_role("button", name="Save the new password").click()
        page.wait_for_load_state()
        said = page.inner_text("main")
        browser.close()
    return said


def test_the_link_of_a_reset_mail_takes_a_new_password_in_a_browser(heard, now, live_server, monkeypatch):
    user = UserFactory()
    operations.send_password_reset(email=user.email, at=now)
    address = live_server.url + heard.last(PasswordResetRequested).path
    monkeypatch.setattr(clock, "now", lambda: now)  # the server answers in threads of its own

    with ThreadPoolExecutor(1) as apart:  # the browser's driver keeps an event loop, which Django refuses beside itself
        said = apart.submit(_fill_in, address).result()

    assert "Your password is changed." in said
    user.refresh_from_db()
    assert user.check_password("Another-Good-One-4")
