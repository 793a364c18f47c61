import threading

import pytest
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import connection, transaction

from apps.accounts.models import User
from apps.notifications import kinds, live
from apps.notifications.models import Notification, Template
from apps.notifications.operations import announce_new, notify
from apps.notifications.tests.factories import example_context, notified

pytestmark = pytest.mark.django_db


def test_announce_writes_words_and_order(ada, now):
    for kind in (kinds.WELCOME, kinds.PAYMENT_RECEIVED):
        notified(ada, kind, at=now)

    assert announce_new(limit=10) == 2
    assert announce_new(limit=10) == 0

    rows = Notification.objects.order_by("sequence")
    assert [(row.title, row.sequence) for row in rows] == [("Welcome to The Guild", 1), ("Payment received", 2)]


def test_announce_costs_the_same_for_two_and_for_many(ada, now, count_queries):
    def cost(number):
        for _ in range(number):
            notified(ada, kinds.WELCOME, at=now)
        with count_queries() as counted:
            announce_new(limit=100)
        return len(counted)

    assert cost(2) == cost(50)


def test_words_that_fail_give_way_to_the_name_of_the_kind(ada, now):
    context = example_context(kinds.PAYMENT_RECEIVED)
    del context["amount"]
    notify(user=ada, kind=kinds.PAYMENT_RECEIVED, context=context, at=now)

    announce_new(limit=10)

    assert Notification.objects.get().title == "Payment received"


def test_the_words_of_ops_are_spoken(ada, now):
    Template.objects.create(
        kind="welcome", version=1, subject="s", html="h", text="t", title="Ẹ káàbọ̀, {{ recipient_name }}", push="p",
        sms="m",
    )  # fmt: skip
    notified(ada, kinds.WELCOME, at=now)

    announce_new(limit=10)

    assert Notification.objects.get().title == "Ẹ káàbọ̀, Ada"


def test_connected_clients_hear_of_it(ada, now):
    layer = get_channel_layer()
    name = async_to_sync(layer.new_channel)()
    async_to_sync(layer.group_add)(live.group_of(ada.pk), name)
    key = notified(ada, kinds.WELCOME, at=now)

    announce_new(limit=10)

    message = async_to_sync(layer.receive)(name)
    assert message["type"] == "live.event"
    assert (message["event"]["id"], message["event"]["sequence"]) == (str(key), 1)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_parallel_announcers_number_each_once(now):
    people = [User.objects.create_user(email=f"p{number}@example.com") for number in range(30)]
    with transaction.atomic():
        for person in people:
            notified(person, kinds.WELCOME, at=now)
    barrier = threading.Barrier(4)

    def work():
        try:
            barrier.wait()
            while announce_new(limit=4):
                pass
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(Notification.objects.values_list("sequence", flat=True)) == list(range(1, 31))
