"""Plans that Stripe and Paystack renew, against their stand-ins: ordered over HTTP, told by signed web hooks to our address."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.bookings.tests.world import MINUTE, make_world
from apps.catalog.tests.factories import UserFactory
from apps.core import clock, outbox
from apps.core.models import OutboxMessage
from apps.core.money import Money
from apps.ledger.queries import wallet_for
from apps.ledger.testing import assert_ledger_sound
from apps.payments import operations as payments
from apps.payments.gateways.errors import GatewayRefused
from apps.payments.gateways.registry import gateway
from apps.payments.gateways.resilience import RetryPolicy
from apps.payments.gateways.values import RecurringOrder
from apps.payments.models import Payment, SavedMethod, WebhookEvent
from apps.payments.standins.faults import Fault, FaultKind
from apps.payments.standins.paystack import PaystackStandIn
from apps.payments.standins.server import StandIn
from apps.payments.standins.stripe import StripeStandIn
from apps.subscriptions import operations
from apps.subscriptions.calendar import months_after
from apps.subscriptions.models import PlanPrice
from apps.subscriptions.states import PayFrom
from apps.subscriptions.tests.paid import DAY, PREMIUM, PRO, checkout, chosen, due, fresh, payments_of, renew, revenue

pytestmark = pytest.mark.django_db


@dataclass
class Desk:
    """One gateway's stand-in and what happens there; its threads have no frozen clock and are told the time."""

    name: str
    stand_in: StandIn
    moment: Any
    heard: int = 0
    answers: list[int] = field(default_factory=list)

    def at(self, moment: Any) -> Any:
        self.moment = moment
        return clock.frozen(moment)

    def seconds(self) -> float:
        return self.moment.timestamp()

    def pay(self, payment: Payment) -> None:
        """The payer has paid at the gateway's page."""
        named = {"intent_id": payment.gateway_id} if self.name == "stripe" else {"reference": payment.reference}
        self.stand_in.control("pay", **named)

    def hear(self, *, again: bool = False) -> None:
        """The new web hooks, or all there ever were and the newest first, are posted to our address and acted on."""
        hooks = self.stand_in.hooks.sent[::-1] if again else self.stand_in.hooks.sent[self.heard :]
        self.heard = len(self.stand_in.hooks.sent)
        for hook in hooks:
            headers = {name: value for name, value in hook.headers.items() if name != "Content-Type"}
            answer = APIClient().post(
                f"/api/v1/payments/webhooks/{self.name}/", hook.body, content_type="application/json", headers=headers
            )
            self.answers.append(answer.status_code)
        while payments.process_inbox(clock.now(), 100):
            pass

    def work(self) -> None:
        """What was put into the outbox is done."""
        while outbox.drain(at=clock.now()):
            pass

    def asked(self, method: str, path: str) -> int:
        """How often the gateway was called so."""
        return sum(call.method == method and call.path == path for call in self.stand_in.calls)

    def stops(self, gateway_id: str) -> int:
        """How often the gateway was told to renew it no more."""
        if self.name == "stripe":
            return self.asked("DELETE", f"/v1/subscriptions/{gateway_id}")
        calls = [call for call in self.stand_in.calls if call.path == "/subscription/disable"]
        return sum(call.body["code"] == gateway_id for call in calls)

    def act(self, name: str, subscription: Any, moment: Any, amount: int = PRO, *, again: bool = False) -> Any:
        """It has renewed, could not, or gives up; and we have heard of it."""
        known = {"subscription_id": subscription.gateway_subscription_id}
        with self.at(moment):
            told = {} if name == "end_renewals" else {"amount": amount, "currency": "NGN"}
            outcome = self.stand_in.control(name, **known, **told)
            self.hear(again=again)
        return outcome


@pytest.fixture(params=["stripe", "paystack"])
def desk(request, settings, now, monkeypatch):
    monkeypatch.setattr(RetryPolicy, "_pause_after", lambda *_: 0.0)
    name, kind = request.param, {"stripe": StripeStandIn, "paystack": PaystackStandIn}[request.param]
    made = Desk(name, kind(secret_key="sk_test_x", webhook_secret="sk_test_x"), now)
    made.stand_in.clock = made.seconds
    made.stand_in.start()
    keys = {"SECRET_KEY": "sk_test_x", "WEBHOOK_SECRET": "sk_test_x", "BASE_URL": made.stand_in.url}
    for setting, value in keys.items():
        setattr(settings, f"{name.upper()}_{setting}", value)
    settings.GATEWAY_TIMEOUT_S, settings.GATEWAY_BY_CURRENCY = 2, {"*": name}
    for price in PlanPrice.objects.filter(currency="NGN"):
        price.gateway_code = f"PLN_{price.plan.code}"
        price.save()
    yield made
    made.stand_in.stop()


def by_gateway(desk, world):
    """The business has paid its first month there, and the gateway renews it."""
    subscription = chosen(world, pay_from=PayFrom.GATEWAY)
    desk.pay(checkout(due(subscription), world.owner))
    desk.hear()
    desk.work()
    desk.hear()
    return fresh(subscription)


def is_at(subscription, state, months):
    subscription = fresh(subscription)
    return (subscription.state, subscription.months_paid) == (state, months)


def test_renewed_by_web_hook_the_due_month_is_paid_once(desk, world, now):
    subscription = by_gateway(desk, world)
    assert (subscription.gateway, subscription.gateway_subscription_id[:3].lower()) == (desk.name, "sub")
    assert is_at(subscription, "ACTIVE", 1)

    charge = desk.act("renew", subscription, subscription.period_ends_at + MINUTE)

    assert is_at(subscription, "ACTIVE", 2)
    assert fresh(subscription).period_ends_at == months_after(now, 2)
    payment = payments_of(subscription).last()
    assert (payment.gateway, payment.status, payment.captured_minor) == (desk.name, "SUCCEEDED", PRO)
    assert payment.gateway_id == str(charge["id"])
    assert payment.fee_minor > 0
    assert revenue() == 2 * PRO
    assert set(desk.answers) == {200}
    assert not WebhookEvent.objects.exclude(state__in=["PROCESSED", "IGNORED"]).exists()
    assert_ledger_sound()


def test_web_hooks_that_come_again_and_the_newest_first_extend_nothing_twice(desk, world, now):
    subscription = by_gateway(desk, world)
    end = subscription.period_ends_at
    desk.act("renew", subscription, end + MINUTE, again=True)
    for minutes in (1, 2):
        with desk.at(end + minutes * MINUTE):
            desk.hear(again=True)
    renew(end + 2 * DAY)

    assert is_at(subscription, "ACTIVE", 2)
    assert (payments_of(subscription).count(), revenue()) == (2, 2 * PRO)
    assert_ledger_sound()


def test_each_month_is_its_own(desk, world, now):
    subscription = by_gateway(desk, world)
    for month in (1, 2, 3):
        desk.act("renew", subscription, months_after(now, month) + MINUTE)

    assert is_at(subscription, "ACTIVE", 4)
    assert fresh(subscription).period_ends_at == months_after(now, 4)
    assert revenue() == 4 * PRO
    assert_ledger_sound()


def test_a_failure_begins_the_days_of_grace_and_money_within_them_ends_them(desk, world, now):
    subscription = by_gateway(desk, world)
    end = subscription.period_ends_at
    desk.act("fail_renewal", subscription, end + MINUTE)
    assert is_at(subscription, "PAST_DUE", 1)
    assert fresh(subscription).problem == "The card was declined."

    desk.act("renew", subscription, end + 3 * DAY, again=True)

    assert is_at(subscription, "ACTIVE", 2)
    assert fresh(subscription).period_ends_at == months_after(now, 2)
    assert (fresh(subscription).past_due_since, revenue()) == (None, 2 * PRO)
    assert_ledger_sound()


def test_what_the_gateway_gives_up_our_sweep_charges_to_the_saved_card(desk, world):
    subscription = by_gateway(desk, world)
    end = subscription.period_ends_at
    desk.act("fail_renewal", subscription, end + MINUTE)
    desk.act("end_renewals", subscription, end + DAY / 2)
    assert fresh(subscription).pay_from == "CARD"

    desk.moment = end + DAY
    renew(end + DAY)

    assert is_at(subscription, "ACTIVE", 2)
    payment = payments_of(subscription).last()
    assert (payment.gateway, payment.status, revenue()) == (desk.name, "SUCCEEDED", 2 * PRO)
    renew(end + 2 * DAY)
    assert payments_of(subscription).count() == 2
    assert_ledger_sound()


@pytest.mark.parametrize("amount", [PRO - 1, 1])
def test_another_amount_renews_nothing_and_is_looked_at(desk, world, amount):
    subscription = by_gateway(desk, world)

    desk.act("renew", subscription, subscription.period_ends_at + MINUTE, amount)

    assert is_at(subscription, "ACTIVE", 1)
    assert payments_of(subscription).last().status == "NEEDS_REVIEW"
    assert revenue() == PRO
    assert_ledger_sound()


def test_more_than_was_due_renews_and_the_rest_is_in_the_wallet(desk, world):
    subscription = by_gateway(desk, world)

    desk.act("renew", subscription, subscription.period_ends_at + MINUTE, PRO + 700)

    assert is_at(subscription, "ACTIVE", 2)
    assert (wallet_for(world.owner.pk), revenue()) == ({"NGN": 700}, 2 * PRO)
    assert_ledger_sound()


def test_called_off_the_gateway_is_told_once_and_what_it_says_of_that_changes_nothing(desk, world, now):
    subscription = by_gateway(desk, world)
    gateway_id = subscription.gateway_subscription_id
    operations.cancel_subscription(business_id=world.business.pk, by=world.owner, at=now)
    desk.work()
    desk.hear()
    payments.stop_recurring(gateway=desk.name, gateway_id=gateway_id)  # repeated, it is no error

    assert fresh(subscription).pay_from == "GATEWAY"
    assert desk.stops(gateway_id) == (2 if desk.name == "stripe" else 1)
    assert revenue() == PRO


def test_gone_on_after_all_it_is_another_subscription_there(desk, world, now):
    subscription = by_gateway(desk, world)
    before = subscription.gateway_subscription_id
    operations.cancel_subscription(business_id=world.business.pk, by=world.owner, at=now)
    desk.work()
    operations.resume_subscription(business_id=world.business.pk, by=world.owner, at=now)
    desk.work()
    desk.hear()

    subscription = fresh(subscription)
    assert subscription.gateway_subscription_id not in {"", before}
    desk.act("renew", subscription, subscription.period_ends_at + MINUTE)
    assert is_at(subscription, "ACTIVE", 2)


def test_ended_unpaid_the_gateway_is_told_and_its_late_money_goes_back(desk, world):
    subscription = by_gateway(desk, world)
    end = subscription.period_ends_at
    desk.act("fail_renewal", subscription, end + MINUTE)
    for day in range(1, 8):
        renew(end + day * DAY)
    with desk.at(end + 7 * DAY):
        desk.work()
    assert fresh(subscription).state == "ENDED"
    assert desk.stops(subscription.gateway_subscription_id) == 1

    desk.act("renew", subscription, end + 8 * DAY)
    with desk.at(end + 8 * DAY):
        desk.work()
        desk.hear()

    assert (fresh(subscription).state, revenue()) == ("ENDED", PRO)
    refund = payments_of(subscription).last().refunds.get()
    assert refund.amount_minor == PRO
    assert_ledger_sound()


def test_a_larger_plan_is_ordered_there_and_the_smaller_one_called_off(desk, world, now):
    subscription = by_gateway(desk, world)
    before = subscription.gateway_subscription_id
    operations.change_plan(business_id=world.business.pk, plan_code="PREMIUM", by=world.owner, at=now)
    desk.work()
    desk.hear()

    subscription = fresh(subscription)
    assert (subscription.plan.code, desk.stops(before)) == ("PREMIUM", 1)
    assert subscription.gateway_subscription_id not in {"", before}
    desk.act("renew", subscription, subscription.period_ends_at + MINUTE, PREMIUM)
    assert is_at(subscription, "ACTIVE", 2)
    assert_ledger_sound()


def test_a_new_price_is_ordered_there_for_the_first_month_that_costs_it(desk, world, now):
    subscription = by_gateway(desk, world)
    before = subscription.gateway_subscription_id
    admin = UserFactory(role="ADMIN", is_staff=True)
    at = now + 10 * DAY
    with desk.at(at):
        price = operations.change_price(
            plan_id=subscription.plan_id, price=Money(PRO + 900, "NGN"), gateway_code="PLN_NEW", by=admin, at=at
        )
        desk.work()
    assert price.gateway_code == "PLN_NEW"
    assert fresh(subscription).gateway_subscription_id == before

    desk.act("renew", subscription, subscription.period_ends_at + MINUTE)
    with desk.at(subscription.period_ends_at + MINUTE):
        desk.work()

    assert is_at(subscription, "ACTIVE", 2)
    subscription = fresh(subscription)
    assert (desk.stops(before), subscription.gateway_subscription_id in {"", before}) == (1, False)
    desk.act("renew", subscription, subscription.period_ends_at + MINUTE, PRO + 900)
    assert is_at(subscription, "ACTIVE", 3)
    assert revenue() == 3 * PRO + 900
    assert_ledger_sound()


def test_told_of_a_new_price_early_enough_this_month_is_the_last_at_the_old_one(desk, world, now, settings):
    timers = {**settings.GUILD["TIMERS"], "SUBSCRIPTION_PRICE_NOTICE": 3 * DAY}
    settings.GUILD = {**settings.GUILD, "TIMERS": timers}
    subscription = by_gateway(desk, world)
    before = subscription.gateway_subscription_id
    admin = UserFactory(role="ADMIN", is_staff=True)
    operations.change_price(
        plan_id=subscription.plan_id, price=Money(PRO - 900, "NGN"), gateway_code="PLN_NEW", by=admin, at=now
    )
    desk.work()
    desk.hear()

    subscription = fresh(subscription)
    assert (desk.stops(before), subscription.gateway_subscription_id in {"", before}) == (1, False)
    desk.act("renew", subscription, subscription.period_ends_at + MINUTE, PRO - 900)
    assert is_at(subscription, "ACTIVE", 2)
    assert_ledger_sound()


def test_ordered_again_after_a_lost_answer_it_is_one_subscription_there(desk, world, now):
    desk.stand_in.faults.add(Fault(kind=FaultKind.LOST_ANSWER, times=3, matching="/subscription"))
    subscription = by_gateway(desk, world)
    with desk.at(now + timedelta(hours=2)):
        desk.work()

    subscription = fresh(subscription)
    rows = desk.stand_in.rows if desk.name == "stripe" else desk.stand_in.subscriptions
    assert [key for key in rows if key.lower().startswith("sub")] == [subscription.gateway_subscription_id]


def test_two_businesses_of_one_owner_are_each_paid_for(desk, world, now):
    """Paystack renews a plan once for each customer: for the other business the saved card is charged by us."""
    first = by_gateway(desk, world)
    other = make_world(business={"owner": world.owner})
    second = by_gateway(desk, other)
    assert not OutboxMessage.objects.exclude(last_error="").exists()
    held = {first.gateway_subscription_id, second.gateway_subscription_id}
    assert held == ({first.gateway_subscription_id, ""} if desk.name == "paystack" else held - {""})
    assert desk.stops(first.gateway_subscription_id) == 0

    end = first.period_ends_at
    desk.act("renew", first, end + MINUTE)
    if second.gateway_subscription_id:
        desk.act("renew", second, end + 2 * MINUTE)
    else:
        renew(end + 2 * MINUTE)

    assert is_at(first, "ACTIVE", 2)
    assert is_at(second, "ACTIVE", 2)
    assert revenue() == 4 * PRO
    assert_ledger_sound()


def test_the_order_names_the_saved_card_the_plan_and_the_day(desk, world, now):
    subscription = by_gateway(desk, world)
    method = SavedMethod.objects.get()
    if desk.name == "stripe":
        row = desk.stand_in.rows[subscription.gateway_subscription_id]
        told = (
            row["customer"],
            row["default_payment_method"],
            row["items"]["data"][0]["price"]["id"],
            row["trial_end"],
        )
        assert told[3] == int(subscription.period_ends_at.timestamp())
        assert row["metadata"]["environment"]
    else:
        row = desk.stand_in.subscriptions[subscription.gateway_subscription_id]
        told = (row["customer"]["customer_code"], row["authorization"], row["plan"]["plan_code"], row["start_date"])
        assert told[3] == subscription.period_ends_at.isoformat()
    assert told[:3] == (method.customer_gateway_id, method.token, "PLN_PRO")


def test_what_the_gateway_does_not_know_cannot_be_ordered(desk, now):
    order = RecurringOrder(
        reference="sub-x", plan_code="PLN_PRO", customer_gateway_id="cus_none", token="x", starts_at=now + DAY
    )
    with pytest.raises(GatewayRefused):
        gateway(desk.name).start_recurring(order)
