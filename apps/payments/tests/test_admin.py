"""The back office sees money and changes none of it."""

from __future__ import annotations

import pytest

from apps.payments import admin as registered
from apps.payments.models import Payment, Refund, WebhookEvent
from apps.payments.tests.operations.test_parked import park

pytestmark = pytest.mark.django_db
PAGES = [
    "payment", "paymentaudit", "refund", "webhookevent", "savedmethod", "sandboxcharge", "sandboxmove", "sandboxdispute",
    "sandboxhook",
]  # fmt: skip


@pytest.fixture
def office(client, admin):
    admin.is_staff = True
    admin.save()
    client.force_login(admin)
    return client


@pytest.fixture
def proposed(desk, ada, ops, now):
    from apps.payments import operations

    payment = desk.pay(ada, save_method=True)
    (refund,) = operations.propose_refund(payment_id=payment.pk, destination="WALLET", reason="x", by=ops, at=now)
    return refund


@pytest.mark.parametrize("page", PAGES)
def test_each_list_opens_and_nothing_can_be_added(office, proposed, page):
    assert office.get(f"/admin/payments/{page}/").status_code == 200
    assert office.get(f"/admin/payments/{page}/add/").status_code == 403


def test_a_payment_and_an_event_are_shown_without_secrets(office, proposed):
    payment, event = Payment.objects.get(), WebhookEvent.objects.get()
    Payment.objects.filter(pk=payment.pk).update(client_secret="pi_secret_shown_to_nobody")

    assert b"pi_secret_shown_to_nobody" not in office.get(f"/admin/payments/payment/{payment.pk}/change/").content
    assert b"charge.succeeded" in office.get(f"/admin/payments/webhookevent/{event.pk}/change/").content


@pytest.mark.parametrize(("action", "status"), [("approve", "APPROVED"), ("deny", "DENIED")])
def test_refunds_are_decided_by_operations(office, proposed, action, status):
    office.post("/admin/payments/refund/", {"action": action, "_selected_action": [str(proposed.pk)]})

    assert Refund.objects.get().status == status


def test_a_parked_event_can_be_replayed(office, proposed, db):
    event = WebhookEvent.objects.get()
    office.post("/admin/payments/webhookevent/", {"action": "replay", "_selected_action": [str(event.pk)]})
    event.refresh_from_db()

    assert event.state == "PROCESSED"
    assert registered.WebhookEventAdmin.actions == ("replay",)


@pytest.mark.parametrize(
    ("action", "way"), [("give_back_parked", "GATEWAY"), ("credit_parked", "WALLET"), ("apply_parked", "ITEM")]
)
def test_where_parked_money_goes_is_proposed_with_a_reason(office, desk, ada, admin, action, way):
    item = desk.trade.sell(ada)
    payment = park(desk, ada, item)
    desk.trade.sell_for(item, 400_000)
    wish = {"action": action, "_selected_action": [str(payment.pk)]}

    office.post("/admin/payments/payment/", wish)
    assert not Refund.objects.exists()
    office.post("/admin/payments/payment/", {**wish, "reason": "A kobo short"})

    refund = Refund.objects.get()
    assert (refund.destination, refund.reason, refund.proposed_by_id) == (way, "A kobo short", admin.pk)
    office.post("/admin/payments/refund/", {"action": "approve", "_selected_action": [str(refund.pk)]})
    refund.refresh_from_db()
    assert refund.status == "PROPOSED"  # not by the same person
