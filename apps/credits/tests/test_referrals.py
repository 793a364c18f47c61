"""Who brings somebody, and who was brought, have credits after the first completed trade."""

from __future__ import annotations

import pytest

from apps.accounts.operations import register
from apps.core import clock
from apps.credits import operations
from apps.credits.models import Grant, Referral
from apps.credits.queries import brought_by
from apps.credits.states import Source
from apps.credits.tests.purse import purse_of
from apps.ledger.operations import release_hold, start_clearance
from apps.ledger.states import ReleaseReason
from apps.notifications.models import Notification
from apps.payments.tests.conftest import hold_of

pytestmark = pytest.mark.django_db


def join(name, code=""):
    return register(
        role="CUSTOMER", email=f"{name}@example.com", password="Harmattan-Breeze-7", at=clock.now(), referral_code=code
    )


def trade(desk, customer, currency="NGN"):
    hold = hold_of(desk.pay(customer, desk.trade.sell(customer, 10_000, currency)))
    start_clearance(unit_type=hold.unit_type, unit_id=hold.unit_id, at=clock.now())
    release_hold(hold_id=hold.pk, reason=ReleaseReason.CUSTOMER_CONFIRMED, by=customer, at=clock.now())


def test_everybody_who_registers_has_a_code_and_is_brought_by_whoevers_code_they_gave(ada):
    ngozi = join("ngozi")
    code = Referral.objects.get(user=ngozi).code

    bisi = join("bisi", f" {code.lower()} ")
    other = join("other", "NOBODYS")

    assert [each.user for each in brought_by(ngozi.pk)] == [bisi]
    assert Referral.objects.get(user=other).referred_by is None
    assert operations.own_code(by=ngozi, at=clock.now()).code == code
    assert operations.own_code(by=ada, at=clock.now()) == operations.own_code(by=ada, at=clock.now())


def test_both_sides_are_rewarded_once_after_the_first_completed_trade(desk, ada):
    ngozi = join("ngozi")
    bisi = join("bisi", Referral.objects.get(user=ngozi).code)
    desk.pay(bisi)
    assert Grant.objects.count() == 0

    trade(desk, bisi)
    trade(desk, bisi)
    trade(desk, ada)

    assert (purse_of(ngozi)[0], purse_of(bisi)[0], Grant.objects.count()) == (100_000, 100_000, 2)
    assert set(Grant.objects.values_list("source", flat=True)) == {Source.REFERRAL}
    assert Notification.objects.filter(notification_type="referral_reward").count() == 2
    assert Referral.objects.get(user=bisi).reward_minor == 100_000


def test_a_trade_in_a_currency_without_a_reward_leaves_it_to_the_next(desk):
    ngozi = join("ngozi")
    bisi = join("bisi", Referral.objects.get(user=ngozi).code)

    trade(desk, bisi, "EUR")
    assert Grant.objects.count() == 0
    trade(desk, bisi, "USD")

    assert (purse_of(ngozi, "USD")[0], purse_of(bisi, "USD")[0]) == (500, 500)
