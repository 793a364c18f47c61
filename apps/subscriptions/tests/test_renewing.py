"""Months follow each other: paid again, or tried again for a week and then ended."""

from datetime import UTC, datetime, timedelta

import pytest

from apps.bookings.tests.world import let_through
from apps.core import clock
from apps.core.sweeps import run_sweep
from apps.ledger.testing import assert_ledger_sound
from apps.notifications.models import Notification
from apps.payments import operations as payments
from apps.payments.gateways.errors import GatewayTimeout, GatewayUnavailable
from apps.payments.gateways.registry import gateway
from apps.payments.models import Payment, SavedMethod
from apps.payments.models.sandbox import SandboxCharge
from apps.subscriptions import operations
from apps.subscriptions.calendar import months_after, share_of_rest
from apps.subscriptions.models import Bill
from apps.subscriptions.sweeps import _due as next_due
from apps.subscriptions.tests.paid import (
    DAY,
    PRO,
    available,
    by_card,
    checkout,
    declines,
    due,
    fresh,
    from_available,
    has_available,
    payments_of,
    renew,
    revenue,
)

HOUR = timedelta(hours=1)


def told(kind):
    return Notification.objects.filter(notification_type=kind).count()


@pytest.mark.parametrize(
    ("anchor", "months", "expected"),
    [
        ((2026, 1, 31), 1, (2026, 2, 28)),
        ((2026, 1, 31), 2, (2026, 3, 31)),
        ((2027, 12, 31), 2, (2028, 2, 29)),
        ((2026, 11, 18), 12, (2027, 11, 18)),
        ((2026, 8, 31), 25, (2028, 9, 30)),
    ],
)
def test_months_are_counted_from_the_anchor_and_do_not_drift(anchor, months, expected):
    assert months_after(datetime(*anchor, 9, 30, tzinfo=UTC), months) == datetime(*expected, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount", "day", "expected"), [(3_000, 1, 3_000), (3_001, 16, 1_500), (3_000, 31, 0), (1, 2, 0), (3_000, 40, 0)]
)
def test_the_share_of_the_rest_is_rounded_in_favour_of_whoever_pays(amount, day, expected):
    start = datetime(2026, 6, 1, tzinfo=UTC)
    at = start + DAY * (day - 1)

    assert share_of_rest(amount, starts_at=start, ends_at=start + 30 * DAY, at=at) == expected


def test_a_month_is_renewed_from_what_can_be_withdrawn(world, now):
    subscription = from_available(world, amount_minor=2 * PRO)
    assert next_due() == subscription.period_ends_at

    renew(subscription.period_ends_at)

    subscription = fresh(subscription)
    assert (subscription.state, subscription.months_paid) == ("ACTIVE", 2)
    assert (subscription.period_starts_at, subscription.period_ends_at) == (months_after(now, 1), months_after(now, 2))
    assert (available(world), revenue(), told("subscription_renewed")) == (0, 2 * PRO, 1)
    assert_ledger_sound()


def test_nothing_is_renewed_before_the_month_is_over(world):
    subscription = from_available(world, amount_minor=2 * PRO)

    renew(subscription.period_ends_at - timedelta(seconds=1))
    operations.renew(subscription_id=subscription.pk, at=subscription.period_ends_at - HOUR)

    assert (fresh(subscription).months_paid, available(world)) == (1, PRO)


def test_a_month_is_renewed_by_the_saved_card(world):
    subscription = by_card(world)

    renew(subscription.period_ends_at)

    assert (fresh(subscription).state, fresh(subscription).months_paid) == ("ACTIVE", 2)
    first, second = payments_of(subscription)
    assert (second.status, second.gateway_minor, second.save_method) == ("SUCCEEDED", PRO, False)
    assert SandboxCharge.objects.get(reference=second.reference).paid_minor == PRO
    assert first.reference != second.reference
    assert revenue() == 2 * PRO
    assert_ledger_sound()


def test_a_year_is_twelve_months_without_drift(world, now):
    subscription = from_available(world, amount_minor=13 * PRO)

    for month in range(1, 13):
        renew(months_after(now, month))

    assert (fresh(subscription).months_paid, fresh(subscription).period_ends_at) == (13, months_after(now, 13))
    numbers = list(Bill.objects.filter(subscription=subscription).order_by("number").values_list("number", flat=True))
    assert numbers == list(range(13))
    assert_ledger_sound()


def test_a_declined_card_keeps_the_plan_for_a_week_of_tries_and_then_ends_it(world):
    subscription = by_card(world)
    declines(world.owner)
    end = subscription.period_ends_at

    renew(end)
    subscription = fresh(subscription)
    assert (subscription.state, subscription.past_due_since, subscription.due_at) == ("PAST_DUE", end, end + DAY)
    assert fresh(world.business).plan_code == "PRO"
    seen = []
    for day in range(1, 7):
        renew(end + day * DAY)
        seen.append((payments_of(subscription).count(), fresh(subscription).due_at - end))
    assert seen == [
        (3, 3 * DAY), (3, 3 * DAY), (4, 5 * DAY), (4, 5 * DAY), (5, 7 * DAY), (5, 7 * DAY),
    ]  # fmt: skip
    assert (told("subscription_payment_failed"), told("subscription_last_warning")) == (1, 1)
    assert fresh(world.business).plan_code == "PRO"

    renew(end + 7 * DAY)

    subscription = fresh(subscription)
    assert (subscription.state, subscription.end_reason) == ("ENDED", "NOT_PAID")
    business = fresh(world.business)
    assert (business.plan_code, business.plan_commission_bp, business.staff_seats) == ("BASIC", None, 100)
    assert (told("subscription_ended"), due(subscription), next_due()) == (1, None, None)
    assert revenue() == PRO
    assert_ledger_sound()


def test_what_is_there_on_a_later_day_pays_the_month_from_its_beginning(world, now):
    subscription = from_available(world)
    end = subscription.period_ends_at
    renew(end)
    assert (fresh(subscription).state, fresh(subscription).problem) == (
        "PAST_DUE", "There is not enough money to withdraw.",
    )  # fmt: skip
    has_available(world, PRO, key="later")

    renew(end + DAY)

    subscription = fresh(subscription)
    assert (subscription.state, subscription.past_due_since, subscription.problem) == ("ACTIVE", None, "")
    assert (subscription.period_starts_at, subscription.period_ends_at) == (end, months_after(now, 2))
    assert_ledger_sound()


def test_an_owner_pays_by_hand_in_the_days_of_grace(world):
    subscription = by_card(world)
    declines(world.owner)
    end = subscription.period_ends_at
    renew(end)

    with clock.frozen(end + 2 * DAY):
        let_through(checkout(due(subscription), world.owner))

    assert (fresh(subscription).state, fresh(subscription).months_paid) == ("ACTIVE", 2)
    assert_ledger_sound()


def test_without_a_saved_card_the_renewal_is_not_paid(world):
    subscription = by_card(world)
    SavedMethod.objects.all().delete()

    renew(subscription.period_ends_at)

    assert (fresh(subscription).state, fresh(subscription).problem) == ("PAST_DUE", "There is no saved card to charge.")
    assert payments_of(subscription).count() == 1


def _breaking(monkeypatch, error, *, after=False):
    """The sandbox's charges of saved cards end in the error, after it has acted or before."""
    desk = gateway("sandbox")
    really = desk.charge_saved

    def charge(request):
        if after:
            really(request)
        raise error

    monkeypatch.setattr(desk, "charge_saved", charge)


def test_a_gateway_that_answers_nothing_after_it_acted_is_asked_and_never_charged_twice(world, monkeypatch):
    subscription = by_card(world)
    end = subscription.period_ends_at
    _breaking(monkeypatch, GatewayTimeout("nothing"), after=True)

    renew(end)
    assert (fresh(subscription).state, fresh(subscription).months_paid) == ("ACTIVE", 1)
    renew(end + HOUR)

    assert (fresh(subscription).state, fresh(subscription).months_paid) == ("ACTIVE", 2)
    assert SandboxCharge.objects.count() == 2
    assert_ledger_sound()


def test_the_sweep_of_payments_settles_an_unknown_charge_as_well(world, monkeypatch):
    subscription = by_card(world)
    end = subscription.period_ends_at
    _breaking(monkeypatch, GatewayTimeout("nothing"), after=True)
    renew(end)

    with clock.frozen(end + timedelta(minutes=3)):
        run_sweep("payments.check")

    assert fresh(subscription).months_paid == 2
    assert_ledger_sound()


def test_a_charge_that_never_arrived_is_unpaid_and_tried_anew_the_next_day(world, monkeypatch):
    subscription = by_card(world)
    end = subscription.period_ends_at
    with monkeypatch.context() as patch:
        _breaking(patch, GatewayTimeout("nothing"))
        renew(end)
    with clock.frozen(end + HOUR):
        run_sweep("payments.check")
    assert fresh(subscription).state == "PAST_DUE"

    renew(end + DAY)

    assert (fresh(subscription).state, fresh(subscription).months_paid) == ("ACTIVE", 2)
    assert payments_of(subscription).count() == 3
    assert_ledger_sound()


def test_a_gateway_that_is_down_costs_nobody_anything_within_the_day(world, monkeypatch):
    subscription = by_card(world)
    end = subscription.period_ends_at
    with monkeypatch.context() as patch:
        _breaking(patch, GatewayUnavailable("down"))
        renew(end)
        assert (fresh(subscription).state, fresh(subscription).due_at) == ("ACTIVE", end + HOUR)
        renew(end + HOUR)

    renew(end + 2 * HOUR)

    assert (fresh(subscription).state, fresh(subscription).months_paid) == ("ACTIVE", 2)
    assert_ledger_sound()


def test_a_gateway_that_is_down_for_a_day_is_an_unpaid_month(world, monkeypatch):
    subscription = by_card(world)
    end = subscription.period_ends_at
    _breaking(monkeypatch, GatewayUnavailable("down"))

    renew(end)
    renew(end + DAY)

    assert (fresh(subscription).state, fresh(subscription).problem) == ("PAST_DUE", "The gateway gives no answer.")


def test_the_same_try_charges_once_however_often_it_is_begun(world):
    subscription = by_card(world)
    end = subscription.period_ends_at
    declines(world.owner)
    with clock.frozen(end):
        for _ in range(3):
            operations.renew(subscription_id=subscription.pk, at=end)

    assert payments_of(subscription).count() == 2


def test_money_for_a_month_of_one_that_has_ended_goes_back(world, drain_outbox, now):
    subscription = by_card(world)
    declines(world.owner)
    end = subscription.period_ends_at
    renew(end)
    with clock.frozen(end + 6 * DAY):
        payment = checkout(due(subscription), world.owner)
    renew(end + 7 * DAY)
    assert fresh(subscription).state == "ENDED"

    with clock.frozen(end + 6 * DAY):
        let_through(payment)
        drain_outbox(end + 8 * DAY)

    payment.refresh_from_db()
    assert (payment.status, fresh(subscription).state, revenue()) == ("REFUNDED", "ENDED", PRO)
    assert_ledger_sound()


def test_operations_give_a_month_back(world, drain_outbox):
    subscription = by_card(world)
    payment = payments_of(subscription).get()
    admin = type(world.ops).objects.create(email="admin@guild.example", role="ADMIN", is_staff=True)

    (refund,) = payments.propose_refund(
        payment_id=payment.pk, destination="GATEWAY", reason="A mistake", by=world.ops, at=clock.now()
    )
    payments.approve_refund(refund_id=refund.pk, by=admin, at=clock.now())
    drain_outbox()

    payment.refresh_from_db()
    assert (payment.status, revenue(), Payment.objects.count()) == ("REFUNDED", 0, 1)
    assert_ledger_sound()
