"""Unused uses: given back on request, warned of, run out; by whom, until when, once."""

from datetime import timedelta

import pytest

from apps.bookings.tests.world import HOUR, NOW, START, fresh
from apps.catalog.tests.factories import UserFactory
from apps.core import clock
from apps.core.models import AuditEntry
from apps.core.sweeps import run_sweep
from apps.ledger import addresses
from apps.ledger import operations as ledger
from apps.ledger.models import Balance
from apps.ledger.operations import Unit
from apps.ledger.testing import assert_ledger_sound
from apps.notifications.models import Notification
from apps.packages import operations
from apps.packages.errors import NoSuchPurchase, NothingToRefund, PurchaseNotYours, PurchaseReasonMissing
from apps.packages.models import Purchase
from apps.packages.tests.sold import USE, bought, hold_of, open_payment, states, unpaid
from apps.payments import operations as payments
from apps.payments.models import Payment, Refund
from apps.payments.operations import ItemToPay
from apps.payments.states import RefundDestination

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WORTH = 450_000


@pytest.fixture(autouse=True)
def _books_are_sound(db):
    yield
    assert_ledger_sound()


def balance(address):
    row = Balance.objects.filter(account__address=address).first()
    return row.posted if row else 0


def wallet_of(user):
    return balance(addresses.wallet(user.pk, "NGN"))


def told(kind):
    return list(Notification.objects.filter(notification_type=kind).order_by("pk"))


# --- Given back -----------------------------------------------------------------------------------------------------
def test_the_customer_gives_unused_uses_back_and_keeps_what_is_booked(world, drain_outbox):
    purchase = bought(world)
    world.book(package_id=purchase.pk)

    operations.refund_uses(purchase_id=purchase.pk, by=world.customer, at=NOW)
    assert states(purchase) == ["SPENT", "RETURNING", "RETURNING"]
    drain_outbox()

    assert states(purchase) == ["SPENT", "REFUNDED", "REFUNDED"]
    assert wallet_of(world.customer) == 2 * WORTH
    assert Payment.objects.get().status == "PARTIALLY_REFUNDED"
    assert AuditEntry.objects.filter(action="package.refunded").count() == 0
    with pytest.raises(NothingToRefund):
        operations.refund_uses(purchase_id=purchase.pk, by=world.customer, at=NOW)
    assert wallet_of(world.customer) == 2 * WORTH


def test_one_of_several_is_given_back(world, drain_outbox):
    purchase = bought(world)
    second = purchase.uses.get(number=2)

    operations.refund_uses(purchase_id=purchase.pk, use_ids=[second.pk], by=world.customer, at=NOW)
    drain_outbox()

    assert (states(purchase), wallet_of(world.customer)) == (["OPEN", "REFUNDED", "OPEN"], WORTH)


@pytest.mark.parametrize("who", ["desk", "owner", "ops"])
def test_the_business_and_operations_give_back_in_the_trail(world, drain_outbox, who):
    purchase = bought(world)
    by = getattr(world, who)

    operations.refund_uses(purchase_id=purchase.pk, by=by, at=NOW, reason="She moved away.")
    drain_outbox()

    assert wallet_of(world.customer) == 3 * WORTH
    entry = AuditEntry.objects.get(action="package.refunded")
    assert (entry.actor_id, entry.reason) == (by.pk, "She moved away.")


def test_who_may_not_and_what_is_not_left(world):
    purchase, awaited = bought(world), unpaid(world)
    stranger, viewer = UserFactory(), UserFactory(role="VIEWER", is_staff=True)
    refund = {"purchase_id": purchase.pk, "at": NOW}

    for refusal, more in (
        (NoSuchPurchase, {"by": stranger}),
        (NoSuchPurchase, {"by": world.performer}),
        (PurchaseNotYours, {"by": viewer}),
        (PurchaseReasonMissing, {"by": world.ops}),
        (NothingToRefund, {"by": world.customer, "at": purchase.expires_at}),
        (NothingToRefund, {"by": world.customer, "use_ids": [awaited.uses.first().pk]}),
        (NothingToRefund, {"by": world.customer, "purchase_id": awaited.pk}),
    ):
        with pytest.raises(refusal):
            operations.refund_uses(**{**refund, **more})

    assert states(purchase) == ["OPEN"] * 3
    assert Refund.objects.count() == 0


def test_a_refund_that_operations_propose_and_an_administrator_approves_ends_the_use(world, drain_outbox):
    purchase = bought(world)
    use = purchase.uses.get(number=3)
    (refund,) = payments.propose_refund(
        payment_id=Payment.objects.get().pk, item=ItemToPay(item_type=USE, item_id=use.pk),
        destination=RefundDestination.WALLET, reason="Goodwill", by=world.ops, at=NOW,
    )  # fmt: skip
    assert states(purchase) == ["OPEN"] * 3

    payments.approve_refund(refund_id=refund.pk, by=UserFactory(role="ADMIN", is_staff=True), at=NOW)
    drain_outbox()

    assert (states(purchase), wallet_of(world.customer)) == (["OPEN", "OPEN", "REFUNDED"], WORTH)


def test_a_refund_that_does_not_work_out_opens_the_use_again(world, drain_outbox):
    purchase = bought(world, uses=1)
    use = purchase.uses.get()
    operations.refund_uses(purchase_id=purchase.pk, by=world.customer, at=NOW)
    # Operations were faster with a part of it
    ledger.refund_hold(
        unit=Unit(unit_type=USE, unit_id=use.pk), amount_minor=100, destination="WALLET", reason="Goodwill", by=world.ops,
        at=NOW, idempotency_key="part",
    )  # fmt: skip

    drain_outbox()

    assert Refund.objects.get().status == "FAILED"
    assert (states(purchase), hold_of(use).state, wallet_of(world.customer)) == (["OPEN"], "HELD", 100)


# --- Running out ----------------------------------------------------------------------------------------------------
def test_seven_days_before_the_end_the_customer_is_warned_once_of_what_is_left(world):
    purchase = bought(world, valid_days=30)
    world.book(package_id=purchase.pk)
    used_up = bought(world, uses=1, valid_days=30)
    world.book(package_id=used_up.pk, start=START + 3 * HOUR)

    with clock.frozen(NOW + 23 * DAY - HOUR):
        run_sweep("packages.warn_of_expiry")
    assert told("package_expiring") == []
    for later in (timedelta(), HOUR, 2 * DAY):
        with clock.frozen(NOW + 23 * DAY + later):
            run_sweep("packages.warn_of_expiry")

    [letter] = told("package_expiring")
    assert (letter.user_id, letter.context["uses"]) == (world.customer.pk, "2 × Massage")
    assert Purchase.objects.get(pk=purchase.pk).warned_at == NOW + 23 * DAY


def test_at_the_end_unused_uses_clear_to_the_business_a_day_later(world):
    purchase = bought(world, valid_days=30)
    booking = world.book(package_id=purchase.pk)
    with clock.frozen(purchase.expires_at - HOUR):
        run_sweep("packages.expire_uses")
    assert states(purchase) == ["SPENT", "OPEN", "OPEN"]

    with clock.frozen(purchase.expires_at):
        run_sweep("packages.expire_uses")
        run_sweep("packages.expire_uses")

    assert states(purchase) == ["SPENT", "EXPIRED", "EXPIRED"]
    assert [hold_of(use).state for use in purchase.uses.all()] == ["HELD", "PENDING_CLEARANCE", "PENDING_CLEARANCE"]
    [letter] = told("package_expired")
    assert letter.context["uses"] == "2 × Massage"
    with clock.frozen(purchase.expires_at + 24 * HOUR):
        run_sweep("ledger.release_due")
    assert balance(addresses.business_available(world.business.pk, "NGN")) == 2 * WORTH * 95 // 100
    assert fresh(booking).payment_status == "HELD"


def test_a_disputed_use_runs_out_and_clears_when_the_dispute_is_over(world):
    purchase = bought(world, uses=1)
    unit = Unit(unit_type=USE, unit_id=purchase.uses.get().pk)
    ledger.freeze_hold(unit=unit, reason="Wrong", by=world.ops, at=NOW)

    with clock.frozen(purchase.expires_at):
        assert run_sweep("packages.expire_uses") == 1
        assert run_sweep("packages.expire_uses") == 0
        assert (states(purchase), hold_of(purchase.uses.get()).state) == (["EXPIRED"], "FROZEN")
        ledger.unfreeze_hold(unit=unit, reason="Settled", by=world.ops, at=purchase.expires_at)

    assert hold_of(purchase.uses.get()).state == "PENDING_CLEARANCE"


def test_the_sweeps_cost_by_what_is_due_in_batches(world, count_queries):
    purchases = [bought(world, uses=1, valid_days=30) for _ in range(3)]

    assert operations.warn_of_expiry(at=NOW + 23 * DAY, limit=2) == 2
    assert operations.warn_of_expiry(at=NOW + 23 * DAY, limit=2) == 1
    assert operations.expire_uses(at=NOW + 30 * DAY, limit=2) == 2
    assert operations.expire_uses(at=NOW + 30 * DAY, limit=2) == 1

    assert [states(each) for each in purchases] == [["EXPIRED"]] * 3


def test_what_was_never_paid_neither_warns_nor_runs_out(world):
    purchase = unpaid(world)
    open_payment(purchase)

    for name in ("packages.warn_of_expiry", "packages.expire_uses"):
        with clock.frozen(NOW + 400 * DAY):
            assert run_sweep(name) == 0

    assert states(purchase) == ["AWAITED"] * 3
