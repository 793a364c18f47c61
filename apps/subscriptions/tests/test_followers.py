"""Followers of practitioners: their money waits in escrow month by month, and clears like every trade's."""

from datetime import timedelta

import pytest

from apps.bookings.tests.world import let_through
from apps.catalog.tests.factories import UserFactory
from apps.core import clock
from apps.core.money import Money
from apps.ledger import operations as ledger
from apps.ledger.models import EscrowHold
from apps.ledger.testing import assert_ledger_sound
from apps.notifications.models import Notification
from apps.payments import operations as payments
from apps.payments.operations import PayWith
from apps.subscriptions import operations
from apps.subscriptions.calendar import months_after
from apps.subscriptions.errors import AlreadySubscribed, NoSuchPlan, NoSuchSubscription, OwnPlan
from apps.subscriptions.models import PractitionerPlan, Subscription
from apps.subscriptions.queries import is_member
from apps.subscriptions.states import PayFrom
from apps.subscriptions.tests.paid import (
    DAY,
    available,
    by_card,
    checkout,
    declines,
    due,
    fresh,
    joined,
    member_by_card,
    offer,
    renew,
)

PRICE = 250_000


def holds():
    return list(EscrowHold.objects.filter(unit_type="MEMBERSHIP").order_by("funded_at", "pk"))


def has_wallet(member, amount_minor):
    ledger.credit_wallet(
        customer_id=member.pk, currency="NGN", amount_minor=amount_minor, source="SYSTEM::SUSPENSE:NGN",
        idempotency_key=f"wallet:{member.pk}", cause_type="TEST", cause_id=member.pk, at=clock.now(),
    )  # fmt: skip


def test_a_months_money_waits_a_day_and_goes_to_the_business_less_commission(world, now):
    membership = member_by_card(world)
    assert (membership.state, is_member(membership.payer, world.staff.pk)) == ("ACTIVE", True)
    [hold] = holds()
    assert (hold.gross_minor, hold.commission_minor, hold.state) == (PRICE, PRICE // 20, "PENDING_CLEARANCE")
    assert hold.release_due_at == now + DAY

    ledger.release_due_holds(at=now + DAY, limit=10)

    assert available(world) == PRICE - PRICE // 20
    assert_ledger_sound()


def test_a_plan_of_the_business_lowers_the_commission_on_its_followers(world):
    by_card(world, "PREMIUM")

    member_by_card(world)

    assert [hold.commission_rate_bp for hold in holds()] == [300]


def test_a_month_that_is_refunded_while_it_is_held_ends_with_its_money(world, drain_outbox):
    membership = member_by_card(world)
    [hold] = holds()
    payments.request_refund(payment_id=hold.payment_id, reason="A mistake", at=clock.now())
    drain_outbox()

    assert [each.state for each in holds()] == ["REFUNDED"]
    assert fresh(membership).state == "ENDED"
    assert_ledger_sound()


def test_it_is_renewed_by_card_with_a_hold_for_each_month(world, now):
    membership = member_by_card(world)

    renew(membership.period_ends_at)

    assert (fresh(membership).months_paid, fresh(membership).period_ends_at) == (2, months_after(now, 2))
    assert [hold.release_due_at for hold in holds()] == [now + DAY, months_after(now, 1) + DAY]
    assert_ledger_sound()


def test_it_is_paid_and_renewed_from_the_wallet(world):
    member = UserFactory()
    has_wallet(member, 2 * PRICE + 1)
    membership = joined(world, member=member, pay_from=PayFrom.WALLET)
    checkout(due(membership), member, pay_with=PayWith(wallet=True, credits=False))
    assert fresh(membership).state == "ACTIVE"

    renew(fresh(membership).period_ends_at)
    renew(fresh(membership).period_ends_at)

    membership = fresh(membership)
    assert (membership.state, membership.problem) == ("PAST_DUE", "There is not enough money in the wallet.")
    assert len(holds()) == 2
    assert is_member(member, world.staff.pk)
    renew(membership.past_due_since + 7 * DAY)
    assert (fresh(membership).state, is_member(member, world.staff.pk)) == ("ENDED", False)
    assert_ledger_sound()


def test_a_declined_card_has_the_same_days_of_grace(world):
    membership = member_by_card(world)
    declines(membership.payer)
    end = membership.period_ends_at

    for day in range(8):
        renew(end + day * DAY)

    assert (fresh(membership).state, fresh(membership).end_reason) == ("ENDED", "NOT_PAID")
    kinds = Notification.objects.filter(user=membership.payer).order_by("pk")
    assert list(kinds.values_list("notification_type", flat=True)) == [
        "subscription_started", "subscription_payment_failed", "subscription_last_warning", "subscription_ended",
    ]  # fmt: skip


def test_one_living_membership_for_each_practitioner(world):
    membership = member_by_card(world)

    with pytest.raises(AlreadySubscribed):
        operations.join(plan_id=membership.offer.pk, pay_from=PayFrom.CARD, by=membership.payer, at=clock.now())

    other = operations.join(plan_id=membership.offer.pk, pay_from=PayFrom.CARD, by=UserFactory(), at=clock.now())
    assert other.state == "INCOMPLETE"


def test_nobody_joins_a_plan_of_their_own(world):
    plan = offer(world)

    for person in (world.performer, world.owner):
        with pytest.raises(OwnPlan):
            joined(world, member=person, plan=plan)


@pytest.mark.parametrize("what", ["plan", "page", "person", "business"])
def test_what_is_not_offered_cannot_be_joined(world, what):
    plan = offer(world)
    if what == "plan":
        PractitionerPlan.objects.update(is_active=False)
    elif what == "page":
        type(world.staff).objects.update(has_public_page=False)
    elif what == "person":
        type(world.staff).objects.update(is_active=False)
    else:
        type(world.business).objects.update(is_active=False)

    with pytest.raises(NoSuchPlan):
        joined(world, plan=plan)


def test_it_ends_with_its_month_where_the_practitioner_has_gone(world):
    membership = member_by_card(world)
    type(world.staff).objects.update(is_active=False)

    renew(membership.period_ends_at)

    assert (fresh(membership).state, fresh(membership).end_reason, len(holds())) == ("ENDED", "NOT_OFFERED", 1)


def test_a_follower_calls_it_off_and_goes_on_after_all(world, now):
    membership = member_by_card(world)
    about = {"subscription_id": membership.pk, "by": membership.payer, "at": now}
    operations.cancel_membership(**about)
    operations.resume_membership(**about)
    renew(membership.period_ends_at)
    assert fresh(membership).months_paid == 2

    operations.cancel_membership(**about)
    renew(fresh(membership).period_ends_at)

    assert (fresh(membership).state, fresh(membership).end_reason) == ("ENDED", "CALLED_OFF")
    assert fresh(operations.cancel_membership(**about)).ended_at == fresh(membership).ended_at


def test_nobody_calls_off_anothers(world, now):
    membership = member_by_card(world)

    with pytest.raises(NoSuchSubscription):
        operations.cancel_membership(subscription_id=membership.pk, by=UserFactory(), at=now)


def test_offers_are_made_and_changed_by_the_practitioner_and_the_owner(world, now):
    offer(world)
    made = operations.offer_plan(
        practitioner_id=world.staff.pk,
        name="Gold",
        description="",
        price=Money(100_000, "NGN"),
        by=world.performer,
        at=now,
    )
    about = {"practitioner_id": world.staff.pk, "plan_id": made.pk, "at": now}

    changed = operations.edit_offer(**about, changes={"name": "Silver"}, price=Money(90_000, "NGN"), by=world.owner)

    assert (changed.name, changed.price_minor) == ("Silver", 90_000)
    with pytest.raises(NoSuchPlan):
        operations.edit_offer(**about, changes={}, price=None, by=UserFactory())
    with pytest.raises(NoSuchPlan):
        operations.edit_offer(**{**about, "plan_id": world.staff.pk}, changes={}, price=None, by=world.owner)


def test_followers_hear_of_a_new_price_a_month_before(world, now):
    membership = member_by_card(world)
    operations.edit_offer(
        practitioner_id=world.staff.pk, plan_id=membership.offer.pk, changes={}, price=Money(PRICE * 2, "NGN"),
        by=world.performer, at=now + timedelta(days=2),
    )  # fmt: skip

    renew(months_after(now, 1))
    renew(months_after(now, 2))

    assert [hold.gross_minor for hold in holds()] == [PRICE, PRICE, 2 * PRICE]
    assert Notification.objects.filter(notification_type="subscription_price_change").count() == 1


def test_who_is_erased_follows_nobody(world, now):
    membership = member_by_card(world)

    operations.end_for(user_id=membership.payer.pk, at=now)

    assert (fresh(membership).state, fresh(membership).end_reason) == ("ENDED", "ERASED")
    assert Subscription.objects.living().count() == 0


def test_a_late_month_of_a_member_goes_back_where_it_came_from(world, now, drain_outbox):
    membership = joined(world)
    payment = checkout(due(membership), membership.payer)
    operations.cancel_membership(subscription_id=membership.pk, by=membership.payer, at=now)

    let_through(payment)
    drain_outbox()

    payment.refresh_from_db()
    assert (payment.status, fresh(membership).state) == ("REFUNDED", "ENDED")
    assert_ledger_sound()
