import smtplib
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.core import mail

from apps.accounts.models import PushDevice, User
from apps.core.encryption import digest
from apps.notifications import kinds, push, sms
from apps.notifications.models import DeliveryLog, Notification, SuppressedAddress
from apps.notifications.operations import CalendarFile, notify, send_due
from apps.notifications.tests.factories import delivery, example_context, notified

pytestmark = pytest.mark.django_db


def device_of(user, **fields):
    return PushDevice.objects.create(
        **{
            "user": user,
            "kind": "FCM",
            "address": "token-1",
            "address_digest": digest("token-1"),
            "last_seen_at": user.created_at,
            **fields,
        }
    )


def test_a_due_mail_leaves_with_both_parts_and_is_recorded(ada, now):
    notified(ada, kinds.PASSWORD_CHANGED, at=now)

    assert send_due(at=now) == 1

    (message,) = mail.outbox
    assert message.to == ["ada@example.com"]
    assert message.subject == "Your password was changed"
    assert message.body.startswith("Your password was changed\n\nHello Ada,")
    html, mimetype = message.alternatives[0]
    assert (mimetype, "#1A237E" in html, "#FFB74D" in html) == ("text/html", True, True)
    row = delivery()
    assert message.extra_headers["Message-ID"] == f"<{row.pk}@guild.example>"
    assert (row.state, row.sent_at, row.address, row.attempts) == ("SENT", now, "ada@example.com", 1)
    notification = Notification.objects.get()
    assert (notification.sent_to_email, notification.email_sent_at) == (True, now)


def test_what_was_sent_is_not_sent_again(ada, now):
    notified(ada, kinds.WELCOME, at=now)
    send_due(at=now)

    assert send_due(at=now + timedelta(days=2)) == 0
    assert len(mail.outbox) == 1


def test_the_urgent_goes_first(ada, now):
    notified(ada, kinds.WELCOME, at=now - timedelta(hours=1))
    notified(ada, kinds.PASSWORD_CHANGED, at=now)

    send_due(at=now, limit=1)

    assert mail.outbox[0].subject == "Your password was changed"


def test_a_dead_provider_delays_and_loses_nothing(ada, now, provider):
    for _ in range(5):
        notified(ada, kinds.WELCOME, at=now)
    provider.failures = [ConnectionRefusedError("no route")]
    moment = now
    for _ in range(100):
        send_due(at=moment)
        moment += timedelta(minutes=10)

    assert mail.outbox == []
    assert set(DeliveryLog.objects.values_list("state", flat=True)) <= {"PENDING", "FAILED"}

    provider.failures = []
    for _ in range(8):
        send_due(at=moment)
        moment += timedelta(minutes=10)
    assert len(mail.outbox) == 5
    assert set(DeliveryLog.objects.values_list("state", flat=True)) == {"SENT"}


def test_a_dead_provider_is_asked_once_per_pause_not_once_per_mail(ada, now, provider):
    for _ in range(10):
        notified(ada, kinds.WELCOME, at=now)
    provider.failures = [TimeoutError()]

    send_due(at=now)
    send_due(at=now)

    assert provider.attempts == 1
    assert DeliveryLog.objects.filter(attempts=0).count() == 9


def test_a_failure_of_one_mail_is_retried_later_and_later(ada, now, provider):
    notified(ada, kinds.WELCOME, at=now)
    provider.failures = [smtplib.SMTPRecipientsRefused({"ada@example.com": (451, b"greylisted")})]
    pauses, moment = [], now
    for _ in range(9):
        send_due(at=moment)
        row = delivery()
        assert row.state == "FAILED"
        pauses.append((row.next_attempt_at - moment).total_seconds())
        moment = row.next_attempt_at

    assert pauses == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]


def test_after_a_day_of_failures_it_is_given_up_and_ops_hear_of_it(ada, ops, now, provider):
    notified(ada, kinds.WELCOME, at=now)
    provider.failures = [RuntimeError("odd")]
    moment = now
    while delivery().state != "DEAD":
        send_due(at=moment)
        moment = delivery().next_attempt_at

    assert moment - now >= timedelta(days=1)
    alert = Notification.objects.get(user=ops)
    assert alert.notification_type == "delivery_failed"
    assert alert.context == {"failed_kind": "welcome", "channel_label": "e-mail", "reason": "odd"}


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPRecipientsRefused({"ada@example.com": (550, b"no such user")}),
        smtplib.SMTPDataError(554, b"no"),
    ],
)
def test_a_refusal_is_final_and_ops_hear_once_an_hour(ada, ops, now, provider, error):
    for _ in range(3):
        notified(ada, kinds.WELCOME, at=now)
    provider.failures = [error]

    send_due(at=now)
    send_due(at=now + timedelta(days=1))

    assert set(DeliveryLog.objects.values_list("state", flat=True)) == {"DEAD"}
    assert provider.attempts == 3
    assert Notification.objects.filter(user=ops).count() == 1


def test_a_missing_value_sends_nothing_and_ops_hear_of_it(ada, ops, now):
    context = example_context(kinds.PAYMENT_RECEIVED)
    del context["amount"]
    notify(user=ada, kind=kinds.PAYMENT_RECEIVED, context=context, at=now)

    send_due(at=now)

    assert mail.outbox == []
    assert delivery().state == "DEAD"
    assert delivery().last_error == "A value is missing: amount"
    assert Notification.objects.filter(user=ops, notification_type="delivery_failed").exists()


def test_a_suppressed_address_gets_nothing(ada, now):
    SuppressedAddress.objects.create(channel="EMAIL", address="ADA@example.com", reason="BOUNCE")
    notified(ada, kinds.WELCOME, at=now)

    send_due(at=now)

    assert mail.outbox == []
    assert delivery().state == "SUPPRESSED"


def test_what_is_too_late_to_be_of_use_is_dropped(ada, now):
    ada.phone = "+2348012345678"
    ada.save()
    notified(ada, kinds.ONE_TIME_CODE, at=now)

    send_due(at=now + timedelta(minutes=5))

    assert sms.MemoryBackend.outbox == []
    assert delivery("SMS").state == "SUPPRESSED"


def test_mail_goes_by_sms_to_those_who_have_none(now):
    person = User.objects.create_user(phone="+2348012345678")
    notified(person, kinds.PASSWORD_RESET, at=now)

    send_due(at=now)
    send_due(at=now)

    (message,) = sms.MemoryBackend.outbox
    assert message["to"] == "+2348012345678"
    assert "https://guild.example/reset/abc" in message["text"]
    assert delivery("EMAIL").state == "SUPPRESSED"


def test_secrets_are_forgotten_once_sent(ada, now):
    ada.phone = "+2348012345678"
    ada.save()
    notified(ada, kinds.ONE_TIME_CODE, at=now)

    send_due(at=now)

    assert "482913" in sms.MemoryBackend.outbox[0]["text"]
    assert Notification.objects.get().context == {"code": {"forgotten": True}, "minutes": 5}


def test_a_push_reaches_every_device_and_none_means_suppressed(ada, now):
    notified(ada, kinds.BOOKING_STARTED, at=now)
    send_due(at=now)
    assert delivery("PUSH").state == "SUPPRESSED"

    device_of(ada)
    device_of(ada, address="token-2", address_digest=digest("token-2"))
    notified(ada, kinds.BOOKING_STARTED, at=now)
    send_due(at=now)

    assert [address for address, _ in push.MemoryBackend.outbox] == ["token-1", "token-2"]
    message = push.MemoryBackend.outbox[0][1]
    assert (message.title, message.data["notification_type"]) == ("Your appointment has started", "booking_started")


def test_a_calendar_file_travels_with_the_mail(ada, now):
    file = CalendarFile(
        uid="b-1@guild", summary="Massage", starts_at=now, ends_at=now + timedelta(hours=1), location="Lekki"
    )
    notified(ada, kinds.WELCOME, at=now, attachments=[file])

    send_due(at=now)

    parsed = message_from_bytes(mail.outbox[0].message().as_bytes(), policy=policy.default)
    (part,) = [each for each in parsed.walk() if each.get_content_type() == "text/calendar"]
    content = part.get_content()
    assert part.get_filename() == "appointment.ics"
    assert "DTSTART:20261118T090000Z" in content
    assert "UID:b-1@guild" in content
    assert "METHOD:REQUEST" in content


def test_one_batch_costs_the_same_reads_for_two_and_for_many(ada, now, count_queries):
    def reads(number):
        for _ in range(number):
            notified(ada, kinds.WELCOME, at=now)
        with count_queries() as counted:
            send_due(at=now)
        return sum(each["sql"].startswith("SELECT") for each in counted)

    assert reads(2) == reads(20)


def test_a_person_who_reads_french_gets_a_french_mail_with_its_date_in_french(ada, now):
    ada.language = "fr"
    ada.save()
    notified(ada, "booking_confirmed", at=now)

    send_due(at=now, limit=10)

    sent = mail.outbox[-1]
    assert sent.subject.startswith("Confirmée : ")
    assert "vendredi 20 novembre 2026" in sent.body
    assert "Des questions ? Écrivez à" in sent.body
    assert 'lang="fr"' in sent.alternatives[0][0]
