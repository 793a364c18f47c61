"""A payout's way to a connected account through Stripe's stand-in over HTTP."""

from datetime import timedelta

import pytest

from apps.notifications.models import Notification
from apps.payments.standins.faults import Fault, FaultKind
from apps.payouts import operations
from apps.payouts.states import PayoutKind
from apps.payouts.tests.payees import (
    DAY,
    RETURN_URL,
    ask,
    available,
    clearing,
    earn,
    fresh,
    hear,
    of_business,
    shop,
    transfers_at,
)
from apps.payouts.tests.payees import carry_out as go

pytestmark = pytest.mark.django_db
B = PayoutKind.BUSINESS


@pytest.fixture
def dollars(stripe):
    business = shop(name="Brooklyn Cuts", currency="USD", country="US", time_zone="America/New_York")
    owner = of_business(business)
    earn(B, owner, 20_000, "USD")
    return business, owner


def onboard(stripe, business, owner, now, name="Brooklyn Cuts"):
    begun = operations.begin_onboarding(
        owner=owner, currency="USD", country="US", return_url=RETURN_URL, by=business.owner, at=now - 2 * DAY
    )
    stripe.control("onboard", account_id=begun.account.recipient_id, holder=name)
    hear(stripe, "stripe")
    return fresh(begun.account)


def test_dollars_go_to_a_connected_account_once_stripe_has_taken_its_owner_up(dollars, stripe, now):
    business, owner = dollars
    account = onboard(stripe, business, owner, now)
    assert (account.state, account.is_default, account.account_name) == ("VERIFIED", True, "Brooklyn Cuts")

    payout = go(ask(B, owner, business.owner, currency="USD"))

    assert (payout.state, available(B, owner, "USD"), clearing("stripe", "USD")) == ("PAID", 0, 20_000)
    stripe.control("reverse_transfer", transfer_id=payout.gateway_id)
    hear(stripe, "stripe")
    hear(stripe, "stripe")
    assert (fresh(payout).state, available(B, owner, "USD"), clearing("stripe", "USD")) == ("REVERSED", 20_000, 0)


def test_stripes_transfer_is_made_once_though_it_answered_500_after_having_acted(dollars, stripe, now):
    business, owner = dollars
    onboard(stripe, business, owner, now)
    stripe.faults.add(Fault(kind=FaultKind.ERROR_AFTER, times=3, matching="/v1/transfers"))
    payout = go(ask(B, owner, business.owner, currency="USD"))
    assert (payout.state, payout.outcome_unknown) == ("IN_TRANSIT", True)
    operations.carry_out_due_payouts(now + timedelta(minutes=3), 10)

    assert (fresh(payout).state, len(transfers_at(stripe))) == ("PAID", 1)


def test_too_little_at_stripe_is_tried_again(dollars, stripe, now):
    business, owner = dollars
    onboard(stripe, business, owner, now)
    stripe.control("fill", balance=5)
    payout = go(ask(B, owner, business.owner, currency="USD"))
    assert (payout.state, transfers_at(stripe)) == ("REQUESTED", [])


def test_a_bank_that_refuses_what_stripe_pays_out_is_told_to_the_owner(dollars, stripe, now):
    business, owner = dollars
    account = onboard(stripe, business, owner, now)
    stripe.control("fail_payout", account_id=account.recipient_id)
    hear(stripe, "stripe")

    assert fresh(account).problem == "The bank account has been closed."
    told = Notification.objects.filter(notification_type="payout_account_changed", user=business.owner)
    assert any("closed" in str(each.context) for each in told)


def test_a_connected_account_that_stripe_pays_out_no_more_is_not_verified_and_comes_back(dollars, stripe, now):
    business, owner = dollars
    account = onboard(stripe, business, owner, now)
    stripe.control("onboard", account_id=account.recipient_id, enabled=False)
    hear(stripe, "stripe")
    assert (fresh(account).state, fresh(account).weekly_at) == ("PENDING", None)
    stripe.control("onboard", account_id=account.recipient_id, holder="Brooklyn Cuts")
    hear(stripe, "stripe")

    assert fresh(account).state == "VERIFIED"
    assert fresh(account).weekly_at is not None
