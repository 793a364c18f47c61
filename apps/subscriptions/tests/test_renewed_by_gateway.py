"""Gateways that renew by themselves: their web hooks renew or fail a month, once, however often and late they come."""

import pytest
from django.db import transaction

from apps.bookings.tests.world import NOW, let_through, make_world
from apps.core import clock, outbox
from apps.core.models import OutboxMessage
from apps.ledger.queries import wallet_for
from apps.ledger.testing import assert_ledger_sound
from apps.ledger.tests.threads import at_once
from apps.payments import operations as payments
from apps.payments.gateways.errors import GatewayRefused, GatewayTimeout
from apps.payments.gateways.registry import gateway
from apps.payments.models import Payment, SandboxHook, SavedMethod
from apps.payments.sandbox import hooks
from apps.payments.sandbox.play import end_renewals, refuse_renewal
from apps.payments.sandbox.play import renew as renew_at_gateway
from apps.subscriptions import operations
from apps.subscriptions.calendar import months_after
from apps.subscriptions.models import PlanPrice
from apps.subscriptions.states import PayFrom
from apps.subscriptions.tests.paid import (
    DAY,
    PREMIUM,
    PRO,
    by_card,
    checkout,
    due,
    fresh,
    payments_of,
    renew,
    revenue,
)


@pytest.fixture
def coded(db):
    _code()


def _code():
    for price in PlanPrice.objects.filter(currency="NGN"):
        price.gateway_code = f"PLN_{price.plan.code}"
        price.save()


def drain(at):
    with clock.frozen(at):
        OutboxMessage.objects.filter(task__endswith="deliver_sandbox_hook").delete()
        while outbox.drain(at=at):
            pass


def by_gateway(world):
    """The business is on PRO, and the gateway renews it by itself."""
    subscription = by_card(world, pay_from=PayFrom.GATEWAY)
    drain(clock.now())
    return fresh(subscription)


def hear(at, *, copies=1):
    """Every web hook of the sandbox has arrived, each so often."""
    with clock.frozen(at):
        for hook in SandboxHook.objects.order_by("pk"):
            body, headers = hooks.signed(hook, at=at)
            for _ in range(copies):
                payments.receive_webhook(gateway="sandbox", body=body, headers=headers, at=at)
        while payments.process_inbox(at, 100):
            pass


def charged(subscription, at, *, amount=PRO, **more):
    with clock.frozen(at):
        charge = renew_at_gateway(
            subscription_id=subscription.gateway_subscription_id, amount_minor=amount, currency="NGN", at=at, **more
        )
    hear(at)
    return charge


def test_the_gateway_is_asked_to_renew_once_the_first_month_is_paid(world, coded):
    subscription = by_gateway(world)

    assert subscription.gateway == "sandbox"
    assert subscription.gateway_subscription_id.startswith(f"sbx_sub_sub-{subscription.pk.hex}")


def test_its_web_hook_renews_the_month_once_however_often_it_comes(world, coded, now):
    subscription = by_gateway(world)
    end = subscription.period_ends_at
    renew(end)
    assert fresh(subscription).months_paid == 1

    charge = charged(subscription, end + DAY / 24)
    hear(end + DAY / 12, copies=3)
    with clock.frozen(end + DAY / 12):
        hooks_before = SandboxHook.objects.count()
        hooks.announce(
            "renewal.succeeded",
            SandboxHook.objects.get(event_type="renewal.succeeded").payload["data"],
            at=end + DAY / 12,
        )
    hear(end + DAY / 12)

    assert SandboxHook.objects.count() == hooks_before + 1
    subscription = fresh(subscription)
    assert (subscription.state, subscription.months_paid) == ("ACTIVE", 2)
    assert subscription.period_ends_at == months_after(now, 2)
    payment = payments_of(subscription).last()
    assert (payment.reference, payment.gateway_id, payment.status) == (charge.reference, str(charge.pk), "SUCCEEDED")
    assert revenue() == 2 * PRO
    renew(end + 2 * DAY)
    assert payments_of(subscription).count() == 2
    assert_ledger_sound()


def test_a_renewal_that_is_a_little_early_is_of_the_next_month(world, coded, now):
    subscription = by_gateway(world)

    charged(subscription, subscription.period_ends_at - DAY / 2)

    assert (fresh(subscription).months_paid, fresh(subscription).period_ends_at) == (2, months_after(now, 2))


def test_its_failure_begins_the_days_of_grace_and_its_next_try_ends_them(world, coded):
    subscription = by_gateway(world)
    end = subscription.period_ends_at
    with clock.frozen(end):
        refuse_renewal(subscription_id=subscription.gateway_subscription_id, message="Card expired", at=end)
    hear(end)
    assert (fresh(subscription).state, fresh(subscription).problem) == ("PAST_DUE", "Card expired")
    renew(end + DAY)
    assert payments_of(subscription).count() == 1

    charged(subscription, end + 2 * DAY)

    assert (fresh(subscription).state, fresh(subscription).months_paid) == ("ACTIVE", 2)
    assert_ledger_sound()


def test_a_failure_that_is_told_after_the_month_was_paid_changes_nothing(world, coded):
    subscription = by_gateway(world)
    end = subscription.period_ends_at
    charged(subscription, end)
    with clock.frozen(end + DAY):
        refuse_renewal(subscription_id=subscription.gateway_subscription_id, message="Card expired", at=end + DAY)

    hear(end + DAY)

    assert fresh(subscription).state == "ACTIVE"


def test_without_news_it_is_unpaid_after_a_day_and_ends_after_a_week(world, coded):
    subscription = by_gateway(world)
    end = subscription.period_ends_at

    renew(end + DAY)
    assert (fresh(subscription).state, fresh(subscription).problem) == ("PAST_DUE", "The gateway has not renewed it.")
    for day in range(2, 8):
        renew(end + day * DAY)

    assert (fresh(subscription).state, fresh(subscription).end_reason) == ("ENDED", "NOT_PAID")


def test_money_of_the_gateway_for_a_month_that_is_paid_goes_to_the_wallet(world, coded, now):
    subscription = by_gateway(world)
    end = subscription.period_ends_at
    renew(end + DAY)
    with clock.frozen(end + 2 * DAY):
        let_through(checkout(due(subscription), world.owner))

    charged(subscription, end + 3 * DAY)

    assert (fresh(subscription).months_paid, fresh(subscription).period_ends_at) == (2, months_after(now, 2))
    assert wallet_for(world.owner.pk) == {"NGN": PRO}
    assert revenue() == 2 * PRO
    assert_ledger_sound()


def test_money_of_the_gateway_for_one_that_has_ended_goes_back(world, coded):
    subscription = by_gateway(world)
    end = subscription.period_ends_at
    for day in range(1, 8):
        renew(end + day * DAY)

    charged(subscription, end + 8 * DAY)
    drain(end + 8 * DAY)

    assert (fresh(subscription).state, revenue()) == ("ENDED", PRO)
    assert payments_of(subscription).last().status == "REFUNDED"
    assert_ledger_sound()


def test_too_little_renews_nothing(world, coded):
    subscription = by_gateway(world)

    charged(subscription, subscription.period_ends_at, amount=PRO - 1)

    assert fresh(subscription).months_paid == 1
    assert payments_of(subscription).last().status == "NEEDS_REVIEW"
    assert_ledger_sound()


def test_what_a_gateway_gives_up_is_charged_by_us(world, coded):
    subscription = by_gateway(world)
    end = subscription.period_ends_at
    with clock.frozen(end - DAY):
        end_renewals(subscription_id=subscription.gateway_subscription_id, at=end - DAY)
    hear(end - DAY)
    assert fresh(subscription).pay_from == "CARD"

    renew(end)

    assert (fresh(subscription).state, fresh(subscription).months_paid) == ("ACTIVE", 2)


def test_what_nobody_knows_is_left_to_the_reconciliation(world, coded):
    by_gateway(world)

    with clock.frozen(NOW):
        renew_at_gateway(subscription_id="sbx_sub_else", amount_minor=PRO, currency="NGN", at=NOW)
    hear(NOW)

    assert Payment.objects.count() == 1


def stopped(monkeypatch):
    seen = []
    desk = gateway("sandbox")
    monkeypatch.setattr(desk, "stop_recurring", lambda *, gateway_id: seen.append(gateway_id))
    return seen


def test_calling_off_stops_the_gateway_and_going_on_asks_it_again(world, coded, monkeypatch, now):
    seen = stopped(monkeypatch)
    subscription = by_gateway(world)
    before = subscription.gateway_subscription_id

    operations.cancel_subscription(business_id=world.business.pk, by=world.owner, at=now)
    drain(now)
    assert (seen, fresh(subscription).gateway_subscription_id) == ([before], "")
    operations.resume_subscription(business_id=world.business.pk, by=world.owner, at=now)
    drain(now)

    assert fresh(subscription).gateway_subscription_id not in {"", before}


def test_another_plan_is_another_subscription_at_the_gateway(world, coded, monkeypatch, now):
    seen = stopped(monkeypatch)
    subscription = by_gateway(world)
    before = subscription.gateway_subscription_id

    operations.change_plan(business_id=world.business.pk, plan_code="PREMIUM", by=world.owner, at=now)
    drain(now)

    subscription = fresh(subscription)
    assert (subscription.plan.code, seen) == ("PREMIUM", [before])
    assert subscription.gateway_subscription_id not in {"", before}
    charged(subscription, subscription.period_ends_at, amount=PREMIUM)
    assert fresh(subscription).months_paid == 2


def test_where_the_gateway_will_not_the_saved_card_is_charged(world, coded, monkeypatch):
    desk = gateway("sandbox")
    monkeypatch.setattr(desk, "start_recurring", _raising(GatewayRefused("no")))
    subscription = by_gateway(world)
    assert subscription.gateway_subscription_id == ""

    renew(subscription.period_ends_at)

    assert fresh(subscription).months_paid == 2


def _raising(error):
    def act(order):
        raise error

    return act


def test_a_gateway_that_gives_no_answer_is_asked_again_under_the_same_reference(world, coded, monkeypatch, now):
    desk, seen = gateway("sandbox"), []

    def slow(order):
        seen.append(order.reference)
        if len(seen) == 1:
            raise GatewayTimeout("nothing")
        return f"sbx_sub_{order.reference}"

    monkeypatch.setattr(desk, "start_recurring", slow)
    subscription = by_card(world, pay_from=PayFrom.GATEWAY)
    drain(now)
    drain(now + DAY / 24)

    assert len(seen) == 2
    assert len(set(seen)) == 1
    assert fresh(subscription).gateway_subscription_id.endswith(seen[0])


def test_without_a_saved_card_nothing_is_asked_for(world, coded, now):
    subscription = by_card(world, pay_from=PayFrom.GATEWAY)
    SavedMethod.objects.all().delete()

    drain(now)

    assert fresh(subscription).gateway_subscription_id == ""


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_many_web_hooks_of_one_renewal_the_sweep_and_calling_off_meet():
    world = make_world()
    _code()
    try:
        subscription = by_gateway(world)
        end = subscription.period_ends_at
        at = end + DAY
        with clock.frozen(at):
            renew_at_gateway(
                subscription_id=subscription.gateway_subscription_id, amount_minor=PRO, currency="NGN", at=at
            )
            data = SandboxHook.objects.get(event_type="renewal.succeeded").payload["data"]
            with transaction.atomic():
                for _ in range(3):
                    hooks.announce("renewal.succeeded", data, at=at)
            for hook in SandboxHook.objects.filter(event_type="renewal.succeeded"):
                body, headers = hooks.signed(hook, at=at)
                payments.receive_webhook(gateway="sandbox", body=body, headers=headers, at=at)

        def inside(act):
            def run():
                with clock.frozen(at):
                    return act()

            return run

        outcomes = at_once(
            *[inside(lambda: payments.process_inbox(at, 1))] * 4,
            inside(lambda: operations.renew_due(at, 10)),
            inside(lambda: operations.cancel_subscription(business_id=world.business.pk, by=world.owner, at=at)),
        )
        hear(at)
        drain(at)

        assert [each for each in outcomes if isinstance(each, Exception)] == []
        subscription = fresh(subscription)
        assert (subscription.state, subscription.months_paid) in [("ACTIVE", 2), ("ENDED", 1)]
        assert payments_of(subscription).count() == 2
        assert revenue() == PRO * subscription.months_paid
        assert_ledger_sound()
    finally:
        PlanPrice.objects.update(gateway_code="")
