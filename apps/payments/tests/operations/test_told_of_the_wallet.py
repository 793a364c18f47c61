"""A payer whose money paid for nothing hears where it is."""

import pytest

from apps.core.money import Money
from apps.notifications.models import Notification
from apps.payments.tests.conftest import wallet_of

pytestmark = pytest.mark.django_db


def told():
    return Notification.objects.filter(notification_type="payment_in_wallet")


def test_of_too_much_the_payer_hears_how_much_is_in_the_wallet(desk, ada):
    payment = desk.open(ada)
    hooks = desk.act(payment, amount_minor=512_345)
    desk.receive(*hooks, *hooks)
    desk.work()

    (letter,) = told()
    assert (letter.user, letter.context["amount"]) == (ada, {"amount_minor": 12_345, "currency": "NGN"})
    assert wallet_of(ada) == Money(12_345, "NGN").amount_minor


def test_whoever_pays_what_is_due_hears_nothing_of_a_wallet(desk, ada):
    desk.pay(ada)

    assert not told().exists()


def test_a_guest_has_no_wallet_to_hear_of(desk, ada):
    ada.is_guest = True
    ada.save()
    payment = desk.open(ada)
    desk.receive(*desk.act(payment, amount_minor=500_001))
    desk.work()

    assert not told().exists()
