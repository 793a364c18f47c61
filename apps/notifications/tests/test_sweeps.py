from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction

from apps.core import sweeps
from apps.core.errors import WrongState
from apps.core.models import AuditEntry
from apps.notifications import kinds, queries, sms
from apps.notifications.models import DeliveryLog, Notification
from apps.notifications.operations import mark_read, resend_delivery, send_due, write_to
from apps.notifications.states import Priority
from apps.notifications.tasks import deliver
from apps.notifications.tests.factories import delivery, notified
from apps.notifications.tests.operations.test_send import device_of

pytestmark = pytest.mark.django_db


def urgent_push(user, now):
    device_of(user)
    user.phone = "+2348012345678"
    user.save()
    key = notified(user, kinds.BOOKING_STARTED, at=now, priority=Priority.URGENT)
    send_due(at=now)
    return key


def test_the_sweeps_pick_up_what_a_lost_wake_left(ada, now):
    notified(ada, kinds.WELCOME, at=now)
    assert queries.next_announcement() == queries.next_delivery() == now

    sweeps.run_sweep("notifications.announce", at=now)
    sweeps.run_sweep("notifications.send_due", at=now)

    assert Notification.objects.get().title == "Welcome to The Guild"
    assert len(mail.outbox) == 1
    assert queries.next_announcement() is queries.next_delivery() is None


def test_the_woken_worker_does_both(ada, now):
    notified(ada, kinds.WELCOME, at=now)

    assert deliver() == 1

    assert Notification.objects.get().sequence == 1
    assert len(mail.outbox) == 1


def test_an_urgent_push_that_nobody_saw_goes_by_sms_once(ada, now):
    urgent_push(ada, now)
    assert queries.next_fall_back() == now + timedelta(minutes=10)

    for minutes in (9, 10, 20, 30):
        sweeps.run_sweep("notifications.fall_back_to_sms", at=now + timedelta(minutes=minutes))
        send_due(at=now + timedelta(minutes=minutes))
        assert len(sms.MemoryBackend.outbox) == (minutes >= 10)


def test_a_push_that_was_seen_does_not_go_by_sms(ada, now):
    key = urgent_push(ada, now)
    mark_read(notification_id=key, by=ada, at=now + timedelta(minutes=1))

    sweeps.run_sweep("notifications.fall_back_to_sms", at=now + timedelta(minutes=20))

    assert not DeliveryLog.objects.filter(channel="SMS").exists()


def test_ops_send_again_what_was_given_up(ada, ops, now, provider):
    notified(ada, kinds.WELCOME, at=now)
    with pytest.raises(WrongState):
        resend_delivery(delivery_id=delivery().pk, by=ops, at=now)
    DeliveryLog.objects.update(state="SENDING")
    DeliveryLog.objects.update(state="DEAD", last_error="no such user")

    resend_delivery(delivery_id=delivery().pk, by=ops, at=now)
    send_due(at=now)

    assert len(mail.outbox) == 1
    assert AuditEntry.objects.get().action == "notifications.delivery_resent"


def test_ops_write_to_a_person(ada, ops, now):
    with transaction.atomic():
        write_to(user=ada, headline="About your booking", body="We moved it.\nSorry.", by=ops, at=now)
    send_due(at=now)

    assert mail.outbox[0].subject == "About your booking"
    assert "We moved it.\nSorry." in mail.outbox[0].body
    assert AuditEntry.objects.get().after["body"] == "We moved it.\nSorry."


def test_delivery_rates(ada, now):
    for _ in range(3):
        notified(ada, kinds.WELCOME, at=now)
    notified(ada, kinds.BOOKING_STARTED, at=now)
    send_due(at=now)
    DeliveryLog.objects.filter(channel="EMAIL").update(opened_at=now)

    rates = queries.delivery_rates(since=now, until=now + timedelta(days=1))

    assert [(rate.notification_type, rate.channel, rate.total, rate.sent, rate.opened) for rate in rates] == [
        ("booking_started", "PUSH", 1, 0, 0),
        ("welcome", "EMAIL", 3, 3, 3),
    ]
    assert queries.delivery_rates(since=now - timedelta(days=1), until=now) == []
