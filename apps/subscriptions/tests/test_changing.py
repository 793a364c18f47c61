"""Another plan, and none any more."""

import pytest

from apps.bookings.tests.world import let_through
from apps.core import clock
from apps.core.money import Money
from apps.ledger.testing import assert_ledger_sound
from apps.notifications.models import Notification
from apps.payments.models import SavedMethod
from apps.subscriptions import operations
from apps.subscriptions.calendar import months_after
from apps.subscriptions.errors import NoSuchSubscription, NotEnoughAvailable, SubscriptionNotRunning
from apps.subscriptions.models import Bill, Plan
from apps.subscriptions.tests.paid import (
    DAY,
    PREMIUM,
    PRO,
    available,
    by_card,
    checkout,
    chosen,
    declines,
    due,
    fresh,
    from_available,
    has_available,
    renew,
    revenue,
)


def change(world, plan, at):
    with clock.frozen(at):
        return operations.change_plan(business_id=world.business.pk, plan_code=plan, by=world.owner, at=at)


def rest_of(subscription, at):
    whole = (subscription.period_ends_at - subscription.period_starts_at).total_seconds()
    return int((PREMIUM - PRO) * int((subscription.period_ends_at - at).total_seconds()) // int(whole))


def test_an_upgrade_holds_at_once_for_its_share_of_the_rest(world, now):
    subscription = from_available(world)
    has_available(world, PREMIUM, key="more")
    at = now + 10 * DAY
    share = rest_of(subscription, at)
    assert 0 < share < PREMIUM - PRO

    change(world, "PREMIUM", at)

    subscription = fresh(subscription)
    assert (subscription.plan.code, subscription.price_minor, available(world)) == ("PREMIUM", PREMIUM, PREMIUM - share)
    assert subscription.period_ends_at == months_after(now, 1)
    assert fresh(world.business).plan_is_featured
    bill = Bill.objects.get(kind="UPGRADE")
    assert (bill.state, bill.starts_at, bill.ends_at) == ("PAID", at, subscription.period_ends_at)
    assert_ledger_sound()


def test_an_upgrade_that_cannot_be_paid_changes_nothing(world, now):
    subscription = from_available(world)

    with pytest.raises(NotEnoughAvailable):
        change(world, "PREMIUM", now + DAY)

    assert (fresh(subscription).plan.code, Bill.objects.count()) == ("PRO", 1)


def test_an_upgrade_by_card_is_charged_within_moments(world, now, drain_outbox):
    subscription = by_card(world)
    at = now + 10 * DAY
    change(world, "PREMIUM", at)
    assert (fresh(subscription).plan.code, due(subscription).amount_minor) == ("PRO", rest_of(subscription, at))

    with clock.frozen(at):
        drain_outbox(at)

    assert (fresh(subscription).plan.code, due(subscription)) == ("PREMIUM", None)
    assert revenue() == PRO + rest_of(subscription, at)
    assert Notification.objects.filter(notification_type="subscription_changed").count() == 1
    assert_ledger_sound()


def test_an_upgrade_without_a_saved_card_is_paid_by_hand(world, now, drain_outbox):
    subscription = by_card(world)
    SavedMethod.objects.all().delete()
    change(world, "PREMIUM", now)
    drain_outbox()
    assert fresh(subscription).plan.code == "PRO"

    let_through(checkout(due(subscription), world.owner))

    assert (fresh(subscription).plan.code, revenue()) == ("PREMIUM", PREMIUM)


def test_a_second_wish_replaces_an_upgrade_that_was_not_paid(world, now):
    subscription = by_card(world)
    change(world, "PREMIUM", now)
    first = due(subscription)

    change(world, "PREMIUM", now + DAY)

    assert (fresh(first).state, Bill.objects.filter(state="DUE").count()) == ("VOID", 1)


def test_an_upgrade_that_is_paid_after_the_month_goes_back(world, now, drain_outbox):
    subscription = by_card(world)
    declines(world.owner)
    end = subscription.period_ends_at
    change(world, "PREMIUM", end - DAY)
    with clock.frozen(end - DAY / 2):
        payment = checkout(due(subscription), world.owner)
    renew(end)

    with clock.frozen(end - DAY / 2):
        let_through(payment)
    drain_outbox(end + DAY)

    payment.refresh_from_db()
    assert (payment.status, fresh(subscription).plan.code) == ("REFUNDED", "PRO")
    assert_ledger_sound()


def test_a_last_second_costs_nothing(world, now):
    subscription = from_available(world)

    change(world, "PREMIUM", subscription.period_ends_at)

    assert (fresh(subscription).plan.code, Bill.objects.count(), available(world)) == ("PREMIUM", 1, 0)


def test_a_downgrade_holds_from_the_next_month_on(world, now):
    subscription = from_available(world, "PREMIUM", amount_minor=PREMIUM + PRO)

    change(world, "PRO", now + DAY)
    assert (fresh(subscription).plan.code, fresh(subscription).next_plan.code) == ("PREMIUM", "PRO")
    assert fresh(world.business).plan_code == "PREMIUM"
    renew(subscription.period_ends_at)

    subscription = fresh(subscription)
    assert (subscription.plan.code, subscription.next_plan, subscription.price_minor) == ("PRO", None, PRO)
    assert (fresh(world.business).plan_code, available(world), revenue()) == ("PRO", 0, PREMIUM + PRO)
    assert_ledger_sound()


def test_a_downgrade_is_taken_back_by_the_plan_that_holds(world, now):
    subscription = from_available(world, "PREMIUM", amount_minor=PREMIUM)
    change(world, "PRO", now)

    change(world, "PREMIUM", now)

    assert fresh(subscription).next_plan is None


def test_the_free_plan_calls_it_off(world, now):
    subscription = from_available(world)

    change(world, "BASIC", now)

    assert fresh(subscription).cancels_at_end


def test_a_preview_says_what_a_change_costs_and_changes_nothing(world, now):
    subscription = from_available(world)
    at = now + 10 * DAY

    seen = operations.preview_change(business_id=world.business.pk, plan_code="PREMIUM", by=world.owner, at=at)

    assert (seen.due_minor, seen.price_minor, seen.is_at_once, seen.starts_at) == (
        rest_of(subscription, at), PREMIUM, True, at,
    )  # fmt: skip
    assert fresh(subscription).plan.code == "PRO"


def test_what_is_not_paid_or_called_off_cannot_be_changed(world, now):
    subscription = chosen(world)
    with pytest.raises(SubscriptionNotRunning):
        change(world, "PREMIUM", now)
    let_through(checkout(due(subscription), world.owner))
    operations.cancel_subscription(business_id=world.business.pk, by=world.owner, at=now)

    with pytest.raises(SubscriptionNotRunning):
        change(world, "PREMIUM", now)


def test_it_ends_with_the_month_that_is_paid_for(world, now):
    subscription = from_available(world, amount_minor=2 * PRO)

    for _ in range(2):
        operations.cancel_subscription(business_id=world.business.pk, by=world.owner, at=now)
    assert (fresh(subscription).state, fresh(world.business).plan_code) == ("ACTIVE", "PRO")
    renew(subscription.period_ends_at)

    assert (fresh(subscription).state, fresh(subscription).end_reason) == ("ENDED", "CALLED_OFF")
    assert (fresh(world.business).plan_code, available(world)) == ("BASIC", PRO)
    with pytest.raises(NoSuchSubscription):
        operations.resume_subscription(business_id=world.business.pk, by=world.owner, at=now)


def test_it_goes_on_after_all(world, now):
    subscription = from_available(world, amount_minor=2 * PRO)
    operations.cancel_subscription(business_id=world.business.pk, by=world.owner, at=now)

    for _ in range(2):
        operations.resume_subscription(business_id=world.business.pk, by=world.owner, at=now)
    renew(subscription.period_ends_at)

    assert (fresh(subscription).state, fresh(subscription).months_paid) == ("ACTIVE", 2)


def test_one_that_is_not_paid_ends_when_it_is_called_off(world, now):
    subscription = from_available(world)
    renew(subscription.period_ends_at)
    with pytest.raises(SubscriptionNotRunning):
        operations.resume_subscription(business_id=world.business.pk, by=world.owner, at=now)

    operations.cancel_subscription(business_id=world.business.pk, by=world.owner, at=subscription.period_ends_at)

    assert (fresh(subscription).state, fresh(world.business).plan_code) == ("ENDED", "BASIC")


def test_a_new_price_is_told_a_month_before_it_is_asked_for(world, now):
    subscription = from_available(world, amount_minor=4 * PRO)
    admin = type(world.ops).objects.create(email="admin@guild.example", role="ADMIN", is_staff=True)
    pro = Plan.objects.get(code="PRO")

    operations.change_price(plan_id=pro.pk, price=Money(PRO + 100, "NGN"), by=admin, at=now + DAY)

    assert Notification.objects.filter(notification_type="subscription_price_change").count() == 1
    renew(months_after(now, 1))
    assert (fresh(subscription).price_minor, available(world)) == (PRO, 2 * PRO)
    renew(months_after(now, 2))
    assert (fresh(subscription).price_minor, available(world)) == (PRO + 100, PRO - 100)
    assert fresh(subscription).next_price_minor is None


def test_operations_end_one_at_once(world, now):
    subscription = from_available(world)

    operations.end_now(subscription_id=subscription.pk, reason="Fraud", by=world.ops, at=now)

    assert (fresh(subscription).state, fresh(world.business).plan_code) == ("ENDED", "BASIC")
    with pytest.raises(SubscriptionNotRunning):
        operations.end_now(subscription_id=subscription.pk, reason="Fraud", by=world.ops, at=now)
