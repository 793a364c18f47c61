"""Two at once about one subscription: one outcome, and sound books. Real threads on real connections."""

from datetime import timedelta

import pytest

from apps.bookings.tests.world import NOW, make_world
from apps.catalog.errors import SeatsTaken
from apps.catalog.models import Business, StaffMember
from apps.catalog.tests.factories import StaffMemberFactory, UserFactory
from apps.core import clock, outbox
from apps.ledger import addresses
from apps.ledger.errors import InsufficientFunds
from apps.ledger.operations import take_for_payout
from apps.ledger.testing import assert_ledger_sound
from apps.ledger.tests.threads import at_once
from apps.payments import operations as payments
from apps.payments.models import SandboxHook
from apps.payments.models.sandbox import SandboxCharge
from apps.payments.operations import ItemToPay
from apps.payments.sandbox import hooks
from apps.payments.sandbox.play import Act, act
from apps.subscriptions import operations
from apps.subscriptions.calendar import months_after
from apps.subscriptions.errors import AlreadySubscribed, NotEnoughAvailable
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
    declines,
    due,
    fresh,
    from_available,
    has_available,
    joined,
    offer,
    payments_of,
    renew,
    revenue,
)
from apps.subscriptions.tests.test_effects import accept, invitation

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def frozen(act_, at=NOW):
    def run():
        with clock.frozen(at):
            return act_()

    return run


def settle(at):
    with clock.frozen(at):
        while outbox.drain(at=clock.now()):
            pass
    assert_ledger_sound()


def sweep(at):
    return frozen(lambda: operations.renew_due(at, 10), at)


def renewing(subscription, at):
    return frozen(lambda: operations.renew(subscription_id=subscription.pk, at=at), at)


def failures(outcomes, *allowed):
    return [each for each in outcomes if isinstance(each, Exception) and not isinstance(each, allowed)]


@pytest.mark.parametrize("round_", range(3))
def test_many_sweeps_renew_a_month_once(round_):
    world = make_world()
    subscription = from_available(world, amount_minor=5 * PRO)
    end = subscription.period_ends_at

    outcomes = at_once(*[sweep(end)] * 2, *[renewing(subscription, end)] * 2)

    assert failures(outcomes) == []
    assert (fresh(subscription).months_paid, available(world), revenue()) == (2, 3 * PRO, 2 * PRO)
    settle(end)


@pytest.mark.parametrize("round_", range(3))
def test_a_card_is_charged_once_however_many_renew(round_):
    world = make_world()
    subscription = by_card(world)
    end = subscription.period_ends_at

    outcomes = at_once(sweep(end), *[renewing(subscription, end)] * 3)

    assert failures(outcomes) == []
    assert fresh(subscription).months_paid == 2
    assert SandboxCharge.objects.filter(status="PAID").count() == 2
    assert revenue() == 2 * PRO
    settle(end)


def hook_of(payment, at):
    """The web hook that says that the payment is paid."""
    act(reference=payment.reference, choice=Act.APPROVE, at=at)
    hook = SandboxHook.objects.order_by("-pk").first()
    body, headers = hooks.signed(hook, at=at)
    payments.receive_webhook(gateway="sandbox", body=body, headers=headers, at=at)
    return frozen(lambda: payments.process_inbox(at, 100), at)


@pytest.mark.parametrize("round_", range(3))
def test_a_web_hook_the_sweep_and_calling_off_meet_in_the_days_of_grace(round_):
    world = make_world()
    subscription = by_card(world)
    declines(world.owner)
    end = subscription.period_ends_at
    renew(end)
    at = end + DAY
    with clock.frozen(at):
        payment = checkout(due(subscription), world.owner)
        tell = hook_of(payment, at)

    def cancel():
        return operations.cancel_subscription(business_id=world.business.pk, by=world.owner, at=at)

    outcomes = at_once(tell, sweep(at), frozen(cancel, at))
    settle(at)

    assert failures(outcomes) == []
    subscription = fresh(subscription)
    payment.refresh_from_db()
    told = (subscription.state, subscription.cancels_at_end, subscription.months_paid, payment.status)
    assert told in [("ACTIVE", True, 2, "SUCCEEDED"), ("ENDED", False, 1, "REFUNDED")]
    assert revenue() == PRO * subscription.months_paid


@pytest.mark.parametrize("round_", range(3))
def test_an_upgrade_and_the_renewal_meet(round_):
    world = make_world()
    subscription = from_available(world, amount_minor=3 * PREMIUM)
    end = subscription.period_ends_at

    def upgrade():
        at = end - timedelta(seconds=100_000)
        return operations.change_plan(business_id=world.business.pk, plan_code="PREMIUM", by=world.owner, at=at)

    outcomes = at_once(sweep(end), frozen(upgrade, end))
    settle(end)

    assert failures(outcomes) == []
    subscription = fresh(subscription)
    assert (subscription.plan.code, subscription.months_paid) == ("PREMIUM", 2)
    assert fresh(world.business).plan_code == "PREMIUM"
    paid = sum(Bill.objects.filter(state="PAID").values_list("amount_minor", flat=True))
    assert (available(world), revenue()) == (PRO + 3 * PREMIUM - PRO - paid, paid)


@pytest.mark.parametrize("round_", range(3))
def test_calling_off_and_the_renewal_meet(round_):
    world = make_world()
    subscription = from_available(world, amount_minor=2 * PRO)
    end = subscription.period_ends_at

    def cancel():
        return operations.cancel_subscription(business_id=world.business.pk, by=world.owner, at=end)

    outcomes = at_once(sweep(end), frozen(cancel, end))
    settle(end)

    assert failures(outcomes) == []
    subscription = fresh(subscription)
    assert (subscription.state, subscription.cancels_at_end, subscription.months_paid) in [
        ("ACTIVE", True, 2), ("ENDED", True, 1),
    ]  # fmt: skip
    assert available(world) == 2 * PRO - PRO * subscription.months_paid


@pytest.mark.parametrize("round_", range(3))
def test_a_payout_and_a_subscription_want_the_same_money(round_):
    world = make_world()
    has_available(world, PRO)

    def pay_out():
        return take_for_payout(
            payout_id=world.business.pk, source=addresses.business_available(world.business.pk, "NGN"), currency="NGN",
            amount_minor=PRO, at=NOW,
        )  # fmt: skip

    paid_out, subscribed = at_once(frozen(pay_out), frozen(lambda: chosen(world, pay_from=PayFrom.AVAILABLE)))

    assert available(world) == 0
    if isinstance(subscribed, Subscription):
        assert isinstance(paid_out, InsufficientFunds)
        assert (subscribed.state, revenue()) == ("ACTIVE", PRO)
    else:
        assert isinstance(subscribed, NotEnoughAvailable)
        assert (Subscription.objects.count(), revenue()) == (0, 0)


@pytest.mark.parametrize("round_", range(3))
def test_two_subscribe_at_once(round_):
    world = make_world()
    has_available(world, 5 * PREMIUM)

    outcomes = at_once(
        frozen(lambda: chosen(world, "PRO", PayFrom.AVAILABLE)),
        frozen(lambda: chosen(world, "PREMIUM", PayFrom.AVAILABLE)),
    )

    assert sorted(type(each).__name__ for each in outcomes) == ["AlreadySubscribed", "Subscription"]
    assert Subscription.objects.count() == 1
    assert fresh(world.business).plan_code == Subscription.objects.get().plan.code
    settle(NOW)


def test_two_payments_of_one_month_pay_it_once():
    world = make_world()
    subscription = chosen(world)
    bill = due(subscription)
    first, second = checkout(bill, world.owner), checkout(bill, world.owner)
    tellers = [hook_of(payment, NOW) for payment in (first, second)]

    outcomes = at_once(*tellers, *tellers)
    while payments.process_inbox(NOW, 100):
        pass
    settle(NOW)

    assert failures(outcomes) == []
    assert (fresh(subscription).months_paid, revenue()) == (1, PRO)
    assert payments_of(subscription).filter(status="SUCCEEDED").count() == 2


def test_a_follower_joins_twice_at_once():
    world = make_world()
    plan, member = offer(world), UserFactory()

    outcomes = at_once(*[frozen(lambda: joined(world, member=member, plan=plan))] * 3)

    assert failures(outcomes, AlreadySubscribed) == []
    assert Subscription.objects.living().count() == 1


@pytest.mark.parametrize("round_", range(3))
def test_two_want_the_last_seat(round_):
    world = make_world()
    Business.objects.filter(pk=world.business.pk).update(staff_seats=2)
    invited = [invitation(world) for _ in range(2)]

    outcomes = at_once(*[frozen(lambda one=one: accept(world, *one)) for one in invited])

    assert sorted(type(each).__name__ for each in outcomes) == ["Membership", "SeatsTaken"]
    assert isinstance(next(each for each in outcomes if isinstance(each, Exception)), SeatsTaken)
    assert StaffMember.objects.assignable().filter(business=world.business).count() == 2


def test_two_rows_that_want_the_last_seat_meet_in_the_database():
    world = make_world()
    Business.objects.filter(pk=world.business.pk).update(staff_seats=2)
    people = [UserFactory(), UserFactory()]

    outcomes = at_once(*[lambda one=one: StaffMemberFactory(business=world.business, user=one) for one in people])

    assert sorted(type(each).__name__ for each in outcomes) == ["IntegrityError", "StaffMember"]


def test_a_year_of_sweeps_in_two_processes_is_twelve_months():
    world = make_world()
    subscription = from_available(world, amount_minor=13 * PRO)

    for month in range(1, 13):
        at_once(*[sweep(months_after(NOW, month))] * 2)

    assert (fresh(subscription).months_paid, available(world)) == (13, 0)
    settle(months_after(NOW, 12))


def test_an_owner_pays_by_hand_while_the_sweep_charges_the_card():
    world = make_world()
    subscription = by_card(world)
    end = subscription.period_ends_at
    declines(world.owner)
    renew(end)
    bill, at = due(subscription), end + DAY
    with clock.frozen(at):
        payment = checkout(bill, world.owner)
        tell = hook_of(payment, at)

    def by_hand():
        item = ItemToPay(item_type="SUBSCRIPTION", item_id=bill.pk)
        return payments.initialize_payment(items=[item], payer=world.owner, at=at)

    outcomes = at_once(tell, sweep(at), frozen(by_hand, at))
    settle(at)

    unexpected = failures(outcomes)
    assert [type(each).__name__ for each in unexpected] in ([], ["AlreadyPaid"])
    assert (fresh(subscription).months_paid, revenue()) == (2, 2 * PRO)
