"""Mail at its edges: files of one machine, the provider's reports, the link that stops it."""

import re
from base64 import b64encode
from email import message_from_bytes, policy
from types import SimpleNamespace

import pytest
from anymail.signals import EventType, tracking
from django.core import mail
from django.core.mail import EmailMessage

from apps.notifications import kinds
from apps.notifications.models import DeliveryLog, Preference, SuppressedAddress
from apps.notifications.operations import send_due
from apps.notifications.tests.factories import delivery, notified

pytestmark = pytest.mark.django_db


def test_a_mail_is_one_file_however_often_it_is_sent(ada, now, settings, tmp_path):
    settings.EMAIL_BACKEND = "apps.notifications.mailboxes.FileBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    notified(ada, kinds.WELCOME, at=now)
    send_due(at=now)
    row = delivery()
    EmailMessage("again", "again", to=["a@b.example"], headers={"Message-ID": f"<{row.pk}@guild.example>"}).send()

    (path,) = (tmp_path / "mail").iterdir()

    assert path.name == f"{row.pk}.eml"
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert message["Subject"] == "again"


def test_a_mail_of_somebody_else_cannot_leave_the_folder(settings, tmp_path):
    settings.EMAIL_BACKEND = "apps.notifications.mailboxes.FileBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")

    EmailMessage("x", "x", to=["a@b.example"], headers={"Message-ID": "<../../evil@guild.example>"}).send()

    assert [path.parent for path in tmp_path.rglob("*.eml")] == [tmp_path / "mail"]


def report(event_type, provider_id, **fields):
    event = SimpleNamespace(
        **{
            "event_type": event_type,
            "message_id": provider_id,
            "recipient": "Ada@Example.com",
            "description": "",
            "reject_reason": None,
            **fields,
        }
    )
    tracking.send(sender=None, event=event, esp_name="Test")


@pytest.mark.parametrize(("event_type", "reason"), [(EventType.BOUNCED, "BOUNCE"), (EventType.COMPLAINED, "COMPLAINT")])
def test_a_bounce_or_complaint_ends_mail_to_the_address(ada, now, event_type, reason):
    notified(ada, kinds.WELCOME, at=now)
    send_due(at=now)
    for _ in range(2):
        report(event_type, delivery().provider_id, description="550 no such user")

    notified(ada, kinds.PASSWORD_CHANGED, at=now)
    send_due(at=now)

    stopped = SuppressedAddress.objects.get()
    assert (stopped.address, stopped.reason, stopped.detail) == ("ada@example.com", reason, "550 no such user")
    assert len(mail.outbox) == 1
    assert set(DeliveryLog.objects.values_list("state", "bounced_at")) == {("SENT", now), ("SUPPRESSED", None)}


def test_the_first_opening_is_noted(ada, now):
    notified(ada, kinds.WELCOME, at=now)
    send_due(at=now)

    report(EventType.OPENED, delivery().provider_id)
    report(EventType.DELIVERED, "somebody-else")

    assert delivery().opened_at == now
    assert not SuppressedAddress.objects.exists()


@pytest.mark.parametrize("provider", ["mailgun", "postmark", "nothing"])
def test_reports_of_providers_that_are_not_configured_have_no_address(client, provider):
    assert client.post(f"/webhooks/mail/{provider}/tracking/", "{}", content_type="application/json").status_code == 404


def test_the_configured_provider_reports_with_the_secret_only(ada, now, client, settings):
    notified(ada, kinds.WELCOME, at=now)
    send_due(at=now)
    settings.MAIL_REPORTS_FROM = "postmark"
    settings.ANYMAIL = {**settings.ANYMAIL, "WEBHOOK_SECRET": "user:pass"}
    body = {
        "RecordType": "Bounce", "Type": "HardBounce", "MessageID": delivery().provider_id, "Email": "ada@example.com",
        "BouncedAt": "2026-11-18T09:00:00Z", "Description": "no such user", "ID": 1, "Metadata": {},
    }  # fmt: skip

    def reported(**headers):
        address = "/webhooks/mail/postmark/tracking/"
        return client.post(address, body, content_type="application/json", headers=headers).status_code

    assert reported() == 400
    assert not SuppressedAddress.objects.exists()
    assert reported(authorization="Basic " + b64encode(b"user:pass").decode()) == 200
    assert SuppressedAddress.objects.get().address == "ada@example.com"


def link_in(message):
    return (
        re.search(r"<(http[^>]+)>", message.extra_headers["List-Unsubscribe"])[1].partition("://")[2].partition("/")[2]
    )


def test_offers_can_be_stopped_with_one_click_and_by_a_page_that_asks(ada, now, client):
    notified(ada, kinds.REVIEW_REQUEST, at=now)
    send_due(at=now)
    (message,) = mail.outbox
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = "/" + link_in(message)
    assert path in message.body

    opened = client.get(path)
    assert b"Stop these e-mails?" in opened.content
    assert not Preference.objects.exists()

    for _ in range(2):
        clicked = client.post(path, {"List-Unsubscribe": "One-Click"})
    assert b"Done" in clicked.content
    assert Preference.objects.values_list("notification_type", "channel", "is_enabled").get() == (
        "review_request",
        "EMAIL",
        False,
    )
    notified(ada, kinds.REVIEW_REQUEST, at=now)
    assert DeliveryLog.objects.count() == 1


def test_receipts_cannot_be_stopped_by_a_link(ada, now):
    notified(ada, kinds.PAYMENT_RECEIVED, at=now)
    send_due(at=now)

    assert "List-Unsubscribe" not in mail.outbox[0].extra_headers
    assert "Stop receiving" not in mail.outbox[0].body


@pytest.mark.parametrize("token", ["nonsense", "a:b:c", "%F0%9F%98%80"])
def test_a_link_that_is_none_of_ours_says_so(client, token):
    answer = client.post(f"/unsubscribe/{token}/")

    assert answer.status_code == 404
    assert not Preference.objects.exists()
