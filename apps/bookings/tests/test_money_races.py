"""One booking's money, told of a thousand times while the customer asks: it comes once, and one letter says so."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import pytest
from django.core import mail
from django.db import connection
from rest_framework.test import APIClient

from apps.bookings.tests.world import fresh, make_world, open_payment
from apps.core import clock
from apps.ledger.models import EscrowHold, Transfer
from apps.ledger.testing import assert_ledger_sound
from apps.notifications.models import DeliveryLog, Notification
from apps.notifications.operations import send_due
from apps.payments import operations as payments
from apps.payments.models import Payment, SandboxHook, WebhookEvent
from apps.payments.sandbox import hooks
from apps.payments.sandbox.play import Act, act

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
HOOKS, WORKERS = 1_000, 16


def in_parallel(acts):
    """What each act answered, so many at a time on connections of their own."""

    def run(one):
        try:
            return one()
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        return [future.result() for future in [pool.submit(copy_context().run, run, one) for one in acts]]


def test_one_web_hook_1000_times_over_http_with_verify_and_workers_is_one_hold_and_one_letter():
    world = make_world()
    booking = world.book()
    payment = open_payment(booking)
    act(reference=payment.reference, choice=Act.APPROVE, at=clock.now())
    body, headers = hooks.signed(SandboxHook.objects.get(), at=clock.now())

    def tell():
        signature = headers["X-Sandbox-Signature"]
        answer = APIClient(headers={"X-Sandbox-Signature": signature}).generic(
            "POST", "/api/v1/payments/webhooks/sandbox/", body, content_type="application/json"
        )
        return answer.status_code

    def ask():
        client = APIClient()
        client.force_authenticate(world.customer)
        return client.get(f"/api/v1/payments/verify/{payment.reference}/").status_code

    def work():
        payments.process_inbox(clock.now(), 10)
        send_due(at=clock.now())
        return 200

    answers = in_parallel(
        ask if number % 20 == 0 else work if number % 20 == 10 else tell for number in range(HOOKS + HOOKS // 9)
    )
    while payments.process_inbox(clock.now(), 10):
        pass
    in_parallel([lambda: send_due(at=clock.now())] * WORKERS)

    assert answers == [200] * len(answers)
    assert WebhookEvent.objects.get().state == "PROCESSED"
    assert Payment.objects.get().status == "SUCCEEDED"
    assert Transfer.objects.filter(kind="PAYMENT").count() == EscrowHold.objects.count() == 1
    assert (fresh(booking).status, fresh(booking).payment_status) == ("CONFIRMED", "HELD")
    assert list(booking.history.values_list("change", flat=True)) == ["create", "confirm"]
    confirmed = Notification.objects.get(notification_type="booking_confirmed")
    assert confirmed.user_id == world.customer.pk
    letter = DeliveryLog.objects.get(notification=confirmed, channel="EMAIL")
    sent = [each for each in mail.outbox if str(letter.pk) in each.extra_headers["Message-ID"]]
    assert (letter.state, letter.attempts, len(sent)) == ("SENT", 1, 1)
    assert sent[0].to == [world.customer.email]
    assert_ledger_sound()
