"""Hundreds of payments told of thousands of times by both gateways, in no order, to several at once: exact in the end."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from rest_framework.test import APIRequestFactory

from apps.core import clock
from apps.payments import operations
from apps.payments.api.webhooks import WebhookView
from apps.payments.models import WebhookEvent
from apps.payments.tests.storm import SETTINGS, Storm, stand_ins

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
PAYMENTS, DELIVERIES, AT_ONCE = 200, 800, 6


@pytest.fixture
def gateways(settings, now):
    made = stand_ins(now.timestamp)
    for name, value in SETTINGS.items():
        setattr(settings, name, value)
    settings.PAYSTACK_BASE_URL, settings.STRIPE_BASE_URL = made["paystack"].url, made["stripe"].url
    yield made
    for each in made.values():
        each.stop()


def test_a_storm_of_web_hooks_ends_exact(gateways, ada, bayo, now):
    storm = Storm(gateways, [ada.pk, bayo.pk], now, random.Random(11))
    storm.brew(PAYMENTS)
    end_point = WebhookView.as_view()

    def hear(delivery):
        name, hook = delivery
        headers = {key: value for key, value in hook.headers.items() if key != "Content-Type"}
        with clock.frozen(now):
            request = APIRequestFactory(headers=headers).generic(
                "POST", "/", hook.body, content_type="application/json"
            )
            status = end_point(request, gateway=name).status_code
            operations.process_inbox(now, 3)
        connections.close_all()
        return status

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(hear, storm.deliveries(DELIVERIES)))
    at = now
    while WebhookEvent.objects.filter(next_attempt_at__isnull=False).exists():
        at += timedelta(minutes=5)
        while operations.process_inbox(at, 100):
            pass

    assert answers == [200] * DELIVERIES
    assert storm.faults() == []
