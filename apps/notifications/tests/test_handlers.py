from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction

from apps.accounts import events
from apps.accounts.models import User
from apps.core.events import publish
from apps.core.ids import new_id
from apps.notifications import kinds, sms
from apps.notifications.models import DeliveryLog, Notification
from apps.notifications.operations import send_due
from apps.notifications.tests.factories import notified

pytestmark = pytest.mark.django_db


def stated(event):
    with transaction.atomic():
        publish(event)


def test_verification_goes_to_the_address_that_is_to_be_proven(ada, now):
    stated(
        events.VerificationRequested(
            user_id=ada.pk, email="new@example.com", token="t", path="/v/?token=t", expires_at=now + timedelta(days=3)
        )
    )
    send_due(at=now)

    assert mail.outbox[0].to == ["new@example.com"]
    assert "http://127.0.0.1:8000/v/?token=t" in mail.outbox[0].body


def test_each_request_for_a_link_or_a_code_is_its_own(ada, now):
    for _ in range(2):
        stated(
            events.PasswordResetRequested(
                user_id=ada.pk, token="t", path="/r/?token=t", expires_at=now + timedelta(hours=1)
            )
        )
    send_due(at=now)

    assert [message.subject for message in mail.outbox] == ["Choose a new password"] * 2


def test_a_code_goes_by_sms(ada, now):
    stated(
        events.OneTimeCodeRequested(
            user_id=ada.pk,
            phone="+2348012345678",
            code="482913",
            purpose="SIGN_IN",
            expires_at=now + timedelta(minutes=5),
        )
    )
    send_due(at=now)

    (message,) = sms.MemoryBackend.outbox
    assert message["to"] == "+2348012345678"
    assert message["text"].startswith("482913 is your The Guild code")
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda user, now: events.UserRegistered(user_id=user, role="CUSTOMER", registered_at=now), "welcome"),
        (lambda user, now: events.PasswordChanged(user_id=user, by_reset=True, changed_at=now), "password_changed"),
        (
            lambda user, now: events.SecondFactorChanged(user_id=user, enabled=True, changed_at=now),
            "second_factor_changed",
        ),
        (lambda user, now: events.SignInFamilyEnded(user_id=user, ended_at=now), "sign_in_ended"),
        (lambda user, now: events.ApiKeyCreated(user_id=user, api_key_id=new_id(), created_at=now), "api_key_created"),
    ],
)
def test_the_person_is_told(ada, now, make, name):
    stated(make(ada.pk, now))
    send_due(at=now)

    assert Notification.objects.get().notification_type == name
    assert len(mail.outbox) == 1


def test_a_guests_history_comes_along(ada, now):
    guest = User.objects.create_user(email="guest@example.com")
    notified(guest, kinds.WELCOME, at=now)

    stated(events.GuestTakenOver(guest_id=guest.pk, user_id=ada.pk, taken_over_at=now))

    assert Notification.objects.get().user == ada


def test_an_erased_person_leaves_no_words_and_gets_no_more(ada, now):
    notified(ada, kinds.PAYMENT_RECEIVED, at=now)
    send_due(at=now)
    notified(ada, kinds.WELCOME, at=now)

    stated(events.UserErased(user_id=ada.pk, erased_at=now))
    send_due(at=now)

    assert len(mail.outbox) == 1
    assert set(DeliveryLog.objects.values_list("address", flat=True)) == {""}
    assert set(Notification.objects.values_list("message", "to_email", "on_dashboard")) == {("", "", False)}
    assert all(row.context == {} for row in Notification.objects.all())
