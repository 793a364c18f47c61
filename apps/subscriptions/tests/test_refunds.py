"""Giving back what was paid for plans: out of AVAILABLE there again, by card to the card; what it means for the plan."""

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, transaction

from apps.bookings.tests.world import NOW, make_world
from apps.catalog.tests.factories import UserFactory
from apps.core import clock
from apps.core.ids import new_id
from apps.core.models import AuditEntry
from apps.ledger.testing import assert_ledger_sound
from apps.ledger.tests.threads import at_once
from apps.notifications.models import Notification
from apps.payments import operations as payments
from apps.payments.errors import RefundDecided, RefundNotFound, RefundTooLarge, SecondPersonNeeded
from apps.subscriptions import operations
from apps.subscriptions.errors import BillNotPaid, NoSuchBill, PaidByPayment
from apps.subscriptions.models import Bill, BillRefund
from apps.subscriptions.states import BILL_REFUND_MOVES, BillRefundState
from apps.subscriptions.tests.paid import (
    DAY,
    PREMIUM,
    PRO,
    available,
    by_card,
    chosen,
    fresh,
    from_available,
    joined,
    member_by_card,
    offer,
    renew,
    revenue,
)

pytestmark = pytest.mark.django_db
BILLS, REFUNDS = "/api/v1/subscriptions/bills/", "/api/v1/subscriptions/refunds/"


@pytest.fixture(autouse=True)
def _books_are_sound(db):
    yield
    assert_ledger_sound()


def proposed(world, bill, amount_minor=None):
    """Operations have proposed to give so much of the bill back, or all that is left."""
    return operations.propose_bill_refund(
        bill_id=bill.pk, amount_minor=amount_minor, reason="Began by mistake", by=world.ops, at=clock.now()
    )


def approved(refund, *, by=None, at=None):
    """Another person has approved it."""
    by = by or UserFactory(role="ADMIN", is_staff=True)
    return operations.approve_bill_refund(refund_id=refund.pk, by=by, at=at or clock.now())


def given_back(world, bill, amount_minor=None):
    return approved(proposed(world, bill, amount_minor))


def told():
    (letter,) = Notification.objects.filter(notification_type="subscription_given_back")
    return letter


def refunded_to_card(world, subscription, amount_minor=None):
    """Operations have given the last month, or a part of it, back to the card."""
    bill = subscription.bills.filter(state="PAID").latest("id")
    (refund,) = payments.propose_refund(
        payment_id=bill.payment_id, amount_minor=amount_minor, destination="GATEWAY", reason="A mistake", by=world.ops,
        at=clock.now(),
    )  # fmt: skip
    payments.approve_refund(refund_id=refund.pk, by=UserFactory(role="ADMIN", is_staff=True), at=clock.now())
    payments.carry_out_refund(refund_id=refund.pk, at=clock.now())
    refund.refresh_from_db()
    return refund


# --- Out of what can be withdrawn -----------------------------------------------------------------------------------
def test_a_part_goes_back_and_the_plan_is_as_it_was(world):
    subscription = from_available(world)

    refund = given_back(world, subscription.bills.get(), 400_000)

    bill = subscription.bills.get()
    assert (refund.state, refund.amount_minor, bill.given_back_minor, bill.left_minor) == (
        "GIVEN_BACK", 400_000, 400_000, PRO - 400_000,
    )  # fmt: skip
    assert (available(world), revenue()) == (400_000, PRO - 400_000)
    assert (fresh(subscription).state, fresh(world.business).plan_code) == ("ACTIVE", "PRO")
    letter = told()
    assert (letter.user, letter.context.get("ended"), letter.context["reason"]) == (
        world.owner,
        None,
        "Began by mistake",
    )


def test_all_of_the_month_that_runs_ends_the_plan_now(world):
    subscription = from_available(world)
    bill = subscription.bills.get()
    given_back(world, bill, 400_000)
    Notification.objects.all().delete()

    given_back(world, bill)

    subscription = fresh(subscription)
    assert (subscription.state, subscription.end_reason, subscription.ended_at) == ("ENDED", "GIVEN_BACK", clock.now())
    assert (available(world), revenue(), fresh(world.business).plan_code) == (PRO, 0, "BASIC")
    assert told().context["ended"] == "yes"
    assert not Notification.objects.filter(notification_type="subscription_ended").exists()  # one letter tells it
    assert chosen(world, pay_from="AVAILABLE").state == "ACTIVE"  # they may begin anew at once


def test_all_of_a_larger_plan_brings_back_the_one_before_for_what_it_cost(world, now):
    subscription = from_available(world, amount_minor=PRO + PREMIUM)
    with clock.frozen(now + 10 * DAY):
        operations.change_plan(business_id=world.business.pk, plan_code="PREMIUM", by=world.owner, at=clock.now())
        upgrade = subscription.bills.get(kind="UPGRADE")
        given_back(world, upgrade, upgrade.amount_minor - 1)
        assert fresh(subscription).plan.code == "PREMIUM"
        Notification.objects.all().delete()

        given_back(world, upgrade, 1)

        subscription = fresh(subscription)
        assert (subscription.state, subscription.plan.code, subscription.price_minor) == ("ACTIVE", "PRO", PRO)
        assert (available(world), fresh(world.business).plan_code) == (PREMIUM, "PRO")
        assert told().context["goes_on_with"] == "Pro"


def test_a_month_that_is_over_gives_money_and_changes_nothing_else(world):
    subscription = from_available(world, amount_minor=2 * PRO)
    renew(subscription.period_ends_at)
    first = subscription.bills.get(number=0)

    with clock.frozen(subscription.period_ends_at):
        given_back(world, first)

    assert (fresh(subscription).state, fresh(subscription).months_paid, available(world)) == ("ACTIVE", 2, PRO)


def test_what_was_given_back_of_the_last_month_does_not_end_days_of_grace(world):
    subscription = from_available(world)
    end = subscription.period_ends_at
    renew(end)
    assert fresh(subscription).state == "PAST_DUE"

    with clock.frozen(end):
        given_back(world, subscription.bills.get(number=0))

    assert fresh(subscription).state == "PAST_DUE"


def test_more_than_was_paid_is_refused_and_changes_nothing(world):
    bill = from_available(world).bills.get()
    whole, again = proposed(world, bill), proposed(world, bill)
    with pytest.raises(RefundTooLarge):
        proposed(world, bill, PRO + 1)
    approved(whole)

    with pytest.raises(RefundTooLarge):
        approved(again)
    with pytest.raises(RefundTooLarge):
        proposed(world, bill)

    assert (available(world), revenue(), fresh(again).state) == (PRO, 0, "PROPOSED")


def test_it_is_decided_once_and_above_a_limit_by_another_person(world, settings):
    settings.GUILD = {**settings.GUILD, "REFUND_SECOND_PERSON_ABOVE": {"NGN": 100_000}}
    bill = from_available(world, "PREMIUM", amount_minor=PREMIUM).bills.get()
    admin = UserFactory(role="ADMIN", is_staff=True)
    own = operations.propose_bill_refund(bill_id=bill.pk, amount_minor=100_001, reason="x", by=admin, at=clock.now())
    small = operations.propose_bill_refund(bill_id=bill.pk, amount_minor=100_000, reason="x", by=admin, at=clock.now())
    with pytest.raises(SecondPersonNeeded):
        approved(own, by=admin)
    approved(small, by=admin)
    denied = operations.deny_bill_refund(refund_id=own.pk, reason="It was used.", by=admin, at=clock.now())

    assert (denied.state, denied.problem, available(world)) == ("DENIED", "It was used.", 100_000)
    for refund in (own, small):
        with pytest.raises(RefundDecided):
            approved(refund)
    assert {*AuditEntry.objects.filter(action__startswith="subscription.refund_").values_list("action", flat=True)} == {
        "subscription.refund_proposed", "subscription.refund_approved", "subscription.refund_denied",
    }  # fmt: skip


def test_only_what_was_paid_out_of_available_is_given_back_here(world):
    with pytest.raises(NoSuchBill):
        operations.propose_bill_refund(bill_id=new_id(), amount_minor=1, reason="x", by=world.ops, at=clock.now())
    with pytest.raises(RefundNotFound):
        operations.deny_bill_refund(refund_id=new_id(), reason="x", by=world.ops, at=clock.now())
    with pytest.raises(BillNotPaid):
        proposed(world, chosen(world).bills.get())
    bill = by_card(world).bills.get()

    with pytest.raises(PaidByPayment) as refusal:
        proposed(world, bill)

    assert refusal.value.data == {"payment": str(bill.payment_id)}


# --- By card, and followers -----------------------------------------------------------------------------------------
def test_a_month_paid_by_card_goes_back_to_the_card_and_ends_the_plan(world):
    subscription = by_card(world)

    part = refunded_to_card(world, subscription, 500_000)
    assert (part.status, fresh(subscription).state, subscription.bills.get().given_back_minor) == (
        "SUCCEEDED", "ACTIVE", 500_000,
    )  # fmt: skip
    refunded_to_card(world, subscription)

    subscription = fresh(subscription)
    assert (subscription.state, subscription.end_reason, fresh(world.business).plan_code) == (
        "ENDED", "GIVEN_BACK", "BASIC",
    )  # fmt: skip
    assert (subscription.bills.get().given_back_minor, revenue()) == (PRO, 0)
    letters = Notification.objects.filter(notification_type="subscription_given_back").order_by("pk")
    assert [letter.context.get("ended") for letter in letters] == [None, "yes"]


def test_a_followers_month_that_goes_back_ends_what_they_follow(world):
    membership = member_by_card(world)

    refunded_to_card(world, membership)

    assert (fresh(membership).state, fresh(membership).end_reason, told().user) == (
        "ENDED", "GIVEN_BACK", membership.payer,
    )  # fmt: skip


def test_money_that_goes_back_because_it_came_too_late_is_no_months(world, drain_outbox):
    subscription = by_card(world)
    bill = subscription.bills.get()

    operations.note_refund(
        refund_id=new_id(), bill_id=bill.pk, payment_id=new_id(), amount_minor=PRO, reason="x", at=clock.now()
    )

    assert (fresh(bill).given_back_minor, fresh(subscription).state) == (0, "ACTIVE")


# --- Over HTTP and in the back office -------------------------------------------------------------------------------
def test_ops_propose_and_admin_approves_over_http(world, api):
    bill = from_available(world).bills.get()
    admin = UserFactory(role="ADMIN", is_staff=True)
    body = {"amount": {"amount": "4000.00", "currency": "NGN"}, "reason": "A slow day"}
    assert api(world.owner).post(f"{BILLS}{bill.pk}/refunds/", body, format="json").status_code == 403
    wrong = {**body, "amount": {"amount": "4.00", "currency": "USD"}}
    assert api(world.ops).post(f"{BILLS}{bill.pk}/refunds/", wrong, format="json").status_code == 400

    made = api(world.ops).post(f"{BILLS}{bill.pk}/refunds/", body, format="json")

    assert made.status_code == 201, made.json()
    refund = made.json()["data"]
    assert (refund["state"], refund["amount"]) == ("PROPOSED", {"amount": "4000.00", "currency": "NGN"})
    assert api(world.ops).post(f"{REFUNDS}{refund['id']}/approve/", {}, format="json").status_code == 403
    done = api(admin).post(f"{REFUNDS}{refund['id']}/approve/", {}, format="json")
    assert (done.status_code, done.json()["data"]["state"]) == (200, "GIVEN_BACK")
    again = api(admin).post(f"{REFUNDS}{refund['id']}/deny/", {"reason": "x"}, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "refund_decided")
    (period,) = (
        api(world.owner).get(f"/api/v1/businesses/{world.business.pk}/subscription/periods/").json()["data"]["results"]
    )
    assert period["given_back"] == {"amount": "4000.00", "currency": "NGN"}


def test_it_is_denied_over_http_with_a_reason(world, api):
    refund = proposed(world, from_available(world).bills.get())
    admin = api(UserFactory(role="ADMIN", is_staff=True))

    denied = admin.post(f"{REFUNDS}{refund.pk}/deny/", {"reason": "It was used."}, format="json")

    assert (denied.json()["data"]["state"], denied.json()["data"]["problem"]) == ("DENIED", "It was used.")
    assert available(world) == 0


def test_it_is_proposed_and_approved_in_the_back_office(world, client):
    bill = from_available(world).bills.get()
    bills, refunds = "/admin/subscriptions/bill/", "/admin/subscriptions/billrefund/"
    client.force_login(world.ops)
    body = {"action": "propose_refund", "_selected_action": [str(bill.pk)]}
    for wrong in (
        {"reason": ""},
        {"reason": "x", "amount_minor": "all"},
        {"reason": "x", "amount_minor": str(PRO + 1)},
    ):
        client.post(bills, {**body, **wrong}, follow=True)
    assert not BillRefund.objects.exists()

    client.post(bills, {**body, "reason": "A slow day", "amount_minor": "400000"}, follow=True)

    refund = BillRefund.objects.get()
    assert (refund.amount_minor, refund.proposed_by) == (400_000, world.ops)
    assert client.get(f"{bills}{bill.pk}/change/").status_code == 200
    body = {"action": "approve", "_selected_action": [str(refund.pk)]}
    client.post(refunds, body, follow=True)
    assert fresh(refund).state == "PROPOSED"  # operations propose; administrators approve
    client.force_login(UserFactory(role="ADMIN", is_staff=True))
    assert client.get(refunds).status_code == 200
    client.post(refunds, body, follow=True)
    assert (fresh(refund).state, available(world)) == ("GIVEN_BACK", 400_000)


def test_it_is_denied_in_the_back_office(world, client):
    refund = proposed(world, from_available(world).bills.get())
    client.force_login(UserFactory(role="ADMIN", is_staff=True))
    body = {"action": "deny", "_selected_action": [str(refund.pk)], "reason": "It was used."}

    client.post("/admin/subscriptions/billrefund/", body, follow=True)

    assert (fresh(refund).state, fresh(refund).problem) == ("DENIED", "It was used.")


# --- What the database keeps ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("target", BillRefundState.values)
@pytest.mark.parametrize("source", BillRefundState.values)
def test_every_pair_of_states(world, source, target):
    refund = proposed(world, from_available(world).bills.get(), 1_000)
    more = {
        "PROPOSED": {"decided_at": None, "decided_by": None, "transfer_id": None},
        "DENIED": {"decided_at": NOW, "decided_by": world.ops, "transfer_id": None},
        "GIVEN_BACK": {"decided_at": NOW, "decided_by": world.ops, "transfer_id": new_id()},
    }
    row = BillRefund.objects.filter(pk=refund.pk)
    if source != "PROPOSED":
        row.update(state=source, **more[source])
    if source == target or (source, target) in BILL_REFUND_MOVES:
        row.update(state=target, **more[target])
        assert row.get().state == target
    else:
        with pytest.raises(ProgrammingError, match="Invalid transition"), transaction.atomic():
            row.update(state=target, **more[target])


def test_the_database_counts_what_goes_back_and_stops_at_what_was_paid(world):
    bill = from_available(world).bills.get()
    terms = {
        "bill": bill, "reason": "x", "proposed_by": world.ops, "decided_by": world.ops, "decided_at": NOW,
        "state": "GIVEN_BACK",
    }  # fmt: skip
    BillRefund.objects.create(**terms, amount_minor=PRO - 1, transfer_id=new_id())
    assert fresh(bill).given_back_minor == PRO - 1

    with pytest.raises(IntegrityError, match="bill_given_back_within"), transaction.atomic():
        BillRefund.objects.create(**terms, amount_minor=2, transfer_id=new_id())

    assert fresh(bill).given_back_minor == PRO - 1


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"amount_minor": 0}, "bill_refund_amount_positive"),
        ({"state": "GIVEN_BACK"}, "bill_refund_decided_or_waiting"),
        ({"state": "DENIED", "decided_at": NOW}, "bill_refund_decided_or_waiting"),
        ({"decided_at": NOW}, "bill_refund_decided_or_waiting"),
    ],
)
def test_a_refund_says_what_belongs_to_its_state(world, wrong, name):
    bill = from_available(world).bills.get()

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        BillRefund.objects.create(**{"bill": bill, "amount_minor": 5, "reason": "x", "proposed_by": world.ops} | wrong)


def test_a_refund_keeps_its_terms_and_is_of_a_bill_that_was_paid_so(world):
    refund = proposed(world, from_available(world).bills.get())
    card = joined(world, plan=offer(world)).bills.get()
    rows = BillRefund.objects.filter(pk=refund.pk)
    for change in ({"amount_minor": 1}, {"bill": card}, {"reason": "y"}):
        with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(ProgrammingError, match="Cannot delete"), transaction.atomic():
        rows.delete()

    with pytest.raises(DatabaseError, match="not paid out of what can be withdrawn"), transaction.atomic():
        BillRefund.objects.create(
            bill=card, amount_minor=5, reason="x", proposed_by=world.ops, decided_by=world.ops, decided_at=NOW,
            state="GIVEN_BACK", transfer_id=new_id(),
        )  # fmt: skip
    with pytest.raises(IntegrityError, match="bill_given_back_within"), transaction.atomic():
        Bill.objects.filter(pk=card.pk).update(given_back_minor=1)


# --- At once --------------------------------------------------------------------------------------------------------
@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", range(3))
def test_refunds_approved_at_once_never_give_more_than_was_paid(round_):
    world = make_world()
    with clock.frozen(NOW):
        bill = from_available(world).bills.get()
        refunds = [proposed(world, bill, PRO // 2 + 1) for _ in range(3)] + [proposed(world, bill, PRO // 3)]
        admin = UserFactory(role="ADMIN", is_staff=True)

    outcomes = at_once(*[lambda refund=refund: approved(refund, by=admin, at=NOW) for refund in refunds])

    went = [row.amount_minor for row in BillRefund.objects.filter(state="GIVEN_BACK")]
    assert sum(went) == fresh(bill).given_back_minor == PRO - revenue() == available(world)
    assert sorted(went) == [PRO // 3, PRO // 2 + 1]
    assert len([each for each in outcomes if isinstance(each, RefundTooLarge)]) == 2
