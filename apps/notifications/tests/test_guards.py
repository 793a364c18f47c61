"""Each guard of the database, tried past the code that keeps it."""

import pytest
from django.db import DatabaseError, transaction

from apps.core.ids import new_id
from apps.notifications.models import DeliveryLog, Notification, Preference, SuppressedAddress, Template
from apps.notifications.states import DELIVERY_MOVES, DeliveryState

pytestmark = pytest.mark.django_db


@pytest.fixture
def notification(ada):
    return Notification.objects.create(
        user=ada, recipient=str(ada.pk), notification_type="welcome", dedupe_key="welcome"
    )


def row_in(state, notification, now):
    DeliveryLog.objects.filter(notification=notification).delete()
    return DeliveryLog.objects.create(
        notification=notification, channel="EMAIL", state=state, next_attempt_at=now, sent_at=now
    )


def refused(action):
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        action()
    return str(caught.value)


def test_one_notification_per_recipient_and_event(ada, notification):
    again = {"recipient": notification.recipient, "notification_type": "x", "dedupe_key": "welcome"}

    assert "notification_once" in refused(lambda: Notification.objects.create(**again))


@pytest.mark.parametrize(
    ("fields", "guard"),
    [
        ({"is_read": True}, "notification_read_when"),
        ({"sent_to_email": True}, "notification_emailed_when"),
        ({"priority": "WILD"}, "notification_priority_known"),
    ],
)
def test_a_notification_says_when(notification, fields, guard):
    assert guard in refused(lambda: Notification.objects.filter(pk=notification.pk).update(**fields))


def test_one_delivery_per_channel(notification, now):
    row_in("PENDING", notification, now)

    assert "delivery_once_per_channel" in refused(
        lambda: DeliveryLog.objects.create(notification=notification, channel="EMAIL", next_attempt_at=now)
    )


@pytest.mark.parametrize(
    ("fields", "guard"),
    [
        ({"state": "SENT", "sent_at": None}, "delivery_sent_when"),
        ({"state": "PENDING", "next_attempt_at": None}, "delivery_open_has_due_time"),
        ({"state": "FAILED", "next_attempt_at": None}, "delivery_open_has_due_time"),
        ({"state": "SENDING", "next_attempt_at": None}, "delivery_open_has_due_time"),
        ({"state": "GONE"}, "delivery_state_known"),
        ({"channel": "DASHBOARD"}, "delivery_channel_known"),
    ],
)
def test_a_delivery_is_what_it_says(notification, now, fields, guard):
    row = {"notification": notification, "channel": "SMS", "next_attempt_at": now, "sent_at": now, **fields}

    assert guard in refused(lambda: DeliveryLog.objects.create(**row))


@pytest.mark.parametrize("source", DeliveryState.values)
@pytest.mark.parametrize("target", DeliveryState.values)
def test_every_pair_of_states(notification, now, source, target):
    row = row_in(source, notification, now)

    def move():
        DeliveryLog.objects.filter(pk=row.pk).update(state=target)

    if source == target or (source, target) in DELIVERY_MOVES:
        move()
        assert DeliveryLog.objects.get(pk=row.pk).state == target
    else:
        refused(move)
        assert DeliveryLog.objects.get(pk=row.pk).state == source


def test_one_wish_per_kind_and_channel(ada):
    wish = {"user": ada, "notification_type": "welcome", "channel": "EMAIL", "is_enabled": False}
    Preference.objects.create(**wish)

    assert "preference_once" in refused(lambda: Preference.objects.create(**wish))


def test_an_address_is_suppressed_once_whatever_its_case():
    SuppressedAddress.objects.create(channel="EMAIL", address="a@example.com", reason="BOUNCE")

    assert "suppressed_address_once" in refused(
        lambda: SuppressedAddress.objects.create(channel="EMAIL", address="A@example.com", reason="OPS")
    )


@pytest.mark.parametrize(
    ("fields", "guard"),
    [({"version": 1, "is_current": False}, "template_version_once"), ({"version": 2}, "template_one_current")],
)
def test_one_template_is_in_force(fields, guard):
    parts = dict.fromkeys(("subject", "html", "text", "title", "push", "sms"), "x")
    Template.objects.create(kind="welcome", version=1, **parts)

    assert guard in refused(lambda: Template.objects.create(id=new_id(), kind="welcome", **parts, **fields))
