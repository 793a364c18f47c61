"""Senders that die, are overtaken, or work side by side: each mail leaves once."""

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, transaction

from apps.accounts.models import User
from apps.notifications import kinds
from apps.notifications.channels import made_for
from apps.notifications.models import DeliveryLog, Notification
from apps.notifications.operations import send_due
from apps.notifications.operations.send import LEASE, _begin_hand_over, _claim
from apps.notifications.states import Channel
from apps.notifications.tests.factories import delivery, notified

pytestmark = pytest.mark.django_db


def senders():
    return {channel: made_for(channel) for channel in (Channel.EMAIL, Channel.PUSH, Channel.SMS)}


def test_a_sender_that_died_before_handing_over_is_replaced(ada, now):
    notified(ada, kinds.WELCOME, at=now)
    _claim(senders(), at=now, limit=10)

    assert send_due(at=now + LEASE - timedelta(seconds=1)) == 0
    assert send_due(at=now + LEASE) == 1

    assert len(mail.outbox) == 1
    assert delivery().attempts == 2


def test_a_sender_that_died_while_handing_over_is_not_repeated_but_told(ada, ops, now, provider):
    notified(ada, kinds.WELCOME, at=now)
    (row,) = _claim(senders(), at=now, limit=10)
    _begin_hand_over(row, at=now)

    send_due(at=now + LEASE)

    assert mail.outbox == []
    assert delivery().state == "DEAD"
    assert Notification.objects.filter(user=ops, notification_type="delivery_failed").exists()


def test_a_provider_that_knows_repeats_is_handed_it_again(ada, now, provider):
    provider.is_idempotent = True
    notified(ada, kinds.WELCOME, at=now)
    (row,) = _claim(senders(), at=now, limit=10)
    _begin_hand_over(row, at=now)

    send_due(at=now + LEASE)

    assert len(mail.outbox) == 1
    assert delivery().state == "SENT"


def test_an_overtaken_sender_does_not_hand_over(ada, now):
    notified(ada, kinds.WELCOME, at=now)
    (slow,) = _claim(senders(), at=now, limit=10)
    send_due(at=now + LEASE)

    assert _begin_hand_over(slow, at=now + LEASE) is False
    assert len(mail.outbox) == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_several_workers_send_each_mail_once(now, settings, tmp_path):
    settings.EMAIL_BACKEND = "apps.notifications.tests.operations.test_send_once.CountingBackend"
    sent.clear()
    people = [User.objects.create_user(email=f"p{number}@example.com") for number in range(40)]
    with transaction.atomic():
        for person in people:
            notified(person, kinds.WELCOME, at=now)
    barrier = threading.Barrier(6)

    def work():
        try:
            barrier.wait()
            while send_due(at=now, limit=7):
                pass
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(sent) == sorted(f"p{number}@example.com" for number in range(40))
    assert set(DeliveryLog.objects.values_list("state", flat=True)) == {"SENT"}


sent: list[str] = []


class CountingBackend:
    def __init__(self, *args, **kwargs):
        pass

    def send_messages(self, messages):
        sent.extend(message.to[0] for message in messages)
        return len(messages)

    def close(self):
        pass
