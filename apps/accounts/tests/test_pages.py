import pytest
from django.test import Client

from apps.accounts import operations
from apps.accounts.events import PasswordResetRequested, VerificationRequested
from apps.accounts.models import User
from apps.accounts.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_the_link_of_a_verification_mail_changes_nothing_until_the_button_is_pressed(heard, now):
    operations.register(email="ada@example.com", password="Harmattan-Breeze-7", role="CUSTOMER", at=now)
    asked = heard.last(VerificationRequested)
    browser = Client(enforce_csrf_checks=False)

    page = browser.get(asked.path)
    assert page.status_code == 200
    assert page["Referrer-Policy"] == "same-origin"
    assert User.objects.get().email_verified_at is None
    done = browser.post("/account/verify-email/", {"token": asked.token})

    assert "Your e-mail is verified" in done.content.decode()
    assert User.objects.get().email_verified_at == now


def test_the_link_of_a_reset_mail_takes_a_new_password(heard, now):
    user = UserFactory()
    operations.send_password_reset(email=user.email, at=now)
    asked = heard.last(PasswordResetRequested)
    browser = Client()
    assert browser.get(asked.path).status_code == 200

    weak = browser.post("/account/reset-password/", {"token": asked.token, "new_password": "short"})
    empty = browser.post("/account/reset-password/", {"token": asked.token, "new_password": ""})
    good = browser.post("/account/reset-password/", {"token": asked.token, "new_password": "Another-Good-One-4"})
    again = browser.post("/account/reset-password/", {"token": asked.token, "new_password": "Another-Good-One-5"})

    assert [page.status_code for page in (weak, empty, good, again)] == [400, 400, 200, 400]
    assert "too short" in weak.content.decode()
    assert "has been used" in again.content.decode()
    user.refresh_from_db()
    assert user.check_password("Another-Good-One-4")


def test_a_token_is_written_into_the_page_safely():
    page = Client().get("/account/verify-email/", {"token": '"><script>alert(1)</script>'}).content.decode()

    assert "<script>" not in page


def test_the_pages_hold_against_forged_forms():
    browser = Client(enforce_csrf_checks=True)

    assert browser.post("/account/verify-email/", {"token": "x"}).status_code == 403
