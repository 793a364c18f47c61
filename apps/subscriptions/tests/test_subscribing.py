"""A business chooses a plan: what it pays, and what it has for it."""

import pytest

from apps.bookings.tests.world import let_through
from apps.catalog.errors import BusinessNotFound, NotYourBusiness
from apps.catalog.tests.factories import OwnerFactory
from apps.core import clock
from apps.ledger.models import EscrowHold, Transfer
from apps.ledger.testing import assert_ledger_sound
from apps.notifications.models import Notification
from apps.payments.models import SavedMethod
from apps.payments.sandbox.play import Act
from apps.subscriptions.errors import AlreadySubscribed, NoSuchPlan, NotEnoughAvailable, PlanNotOffered
from apps.subscriptions.models import Bill, Subscription
from apps.subscriptions.states import PayFrom
from apps.subscriptions.tests.paid import (
    DAY,
    PREMIUM,
    PRO,
    available,
    by_card,
    checkout,
    chosen,
    due,
    fresh,
    from_available,
    has_available,
    renew,
    revenue,
)


def test_a_card_pays_the_first_month_and_is_saved(world, now):
    subscription = chosen(world)
    assert (subscription.state, fresh(world.business).plan_code) == ("INCOMPLETE", "BASIC")

    let_through(checkout(due(subscription), world.owner))

    subscription = fresh(subscription)
    assert (subscription.state, subscription.period_starts_at, subscription.months_paid) == ("ACTIVE", now, 1)
    assert subscription.period_ends_at == now.replace(month=12)
    business = fresh(world.business)
    assert (business.plan_code, business.plan_commission_bp, business.plan_is_featured) == ("PRO", 400, False)
    assert business.staff_seats == 250
    assert SavedMethod.objects.filter(owner=world.owner).count() == 1
    assert (revenue(), EscrowHold.objects.count()) == (PRO, 0)
    kinds = list(Notification.objects.filter(user=world.owner).values_list("notification_type", flat=True))
    assert kinds == ["subscription_started"]
    assert_ledger_sound()


def test_from_available_it_holds_at_once(world, now):
    subscription = from_available(world, "PREMIUM", amount_minor=PREMIUM + 5)

    assert subscription.state == "ACTIVE"
    assert (available(world), revenue()) == (5, PREMIUM)
    bill = Bill.objects.get(subscription=subscription)
    assert (bill.state, bill.payment_id) == ("PAID", None)
    assert Transfer.objects.get(pk=bill.transfer_id).kind == "SUBSCRIPTION"
    business = fresh(world.business)
    assert (business.plan_commission_bp, business.plan_is_featured, business.staff_seats) == (300, True, None)
    assert_ledger_sound()


def test_too_little_to_withdraw_leaves_nothing_behind(world):
    has_available(world, PRO - 1)

    with pytest.raises(NotEnoughAvailable) as refusal:
        chosen(world, pay_from=PayFrom.AVAILABLE)

    assert refusal.value.data["needed"] == {"amount": "15000.00", "currency": "NGN"}
    assert (Subscription.objects.count(), Bill.objects.count(), available(world)) == (0, 0, PRO - 1)
    assert_ledger_sound()


@pytest.mark.parametrize(("plan", "error"), [("GOLD", NoSuchPlan), ("BASIC", PlanNotOffered)])
def test_plans_that_cannot_be_subscribed_to(world, plan, error):
    with pytest.raises(error):
        chosen(world, plan)

    assert Subscription.objects.count() == 0


def test_a_plan_is_not_sold_in_every_currency(world):
    world.business.currency = "ZAR"
    world.business.save()

    with pytest.raises(PlanNotOffered):
        chosen(world)


def test_only_the_owner_subscribes(world):
    for person, error in [
        (world.desk, NotYourBusiness),
        (world.ops, NotYourBusiness),
        (OwnerFactory(), BusinessNotFound),
    ]:
        world.business.refresh_from_db()
        with pytest.raises(error):
            from apps.subscriptions import operations

            operations.subscribe(
                business_id=world.business.pk, plan_code="PRO", pay_from=PayFrom.CARD, by=person, at=clock.now()
            )
    assert Subscription.objects.count() == 0


def test_one_living_subscription_per_business(world):
    subscription = by_card(world)

    with pytest.raises(AlreadySubscribed) as refusal:
        chosen(world, "PREMIUM")

    assert refusal.value.data == {"id": str(subscription.pk)}


def test_one_that_was_never_paid_makes_room_and_its_late_money_goes_back(world, drain_outbox):
    first = chosen(world)
    payment = checkout(due(first), world.owner)
    second = chosen(world, "PREMIUM")
    let_through(payment)
    drain_outbox()

    assert (fresh(first).state, fresh(first).end_reason) == ("ENDED", "REPLACED")
    assert fresh(second).state == "INCOMPLETE"
    payment.refresh_from_db()
    assert (payment.status, revenue()) == ("REFUNDED", 0)
    assert_ledger_sound()


def test_one_that_is_not_paid_in_time_ends(world, now):
    subscription = chosen(world)

    renew(now + DAY)

    assert (fresh(subscription).state, fresh(subscription).end_reason) == ("ENDED", "NEVER_PAID")
    assert Bill.objects.get().state == "VOID"
    assert Notification.objects.filter(notification_type="subscription_ended").count() == 0


def test_a_refused_first_payment_can_be_tried_again(world):
    subscription = chosen(world)
    let_through(checkout(due(subscription), world.owner), Act.FAIL)
    assert fresh(subscription).state == "INCOMPLETE"

    let_through(checkout(due(subscription), world.owner))

    assert fresh(subscription).state == "ACTIVE"
