"""What the database keeps about subscriptions, bills and seats; each test fails when its guard is dropped."""

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from apps.bookings.tests.world import NOW
from apps.catalog.models import Business, StaffMember
from apps.catalog.tests.factories import StaffMemberFactory, UserFactory
from apps.core.ids import new_id
from apps.subscriptions.models import Bill, Plan, PlanPrice, PractitionerPlan, Subscription, SubscriptionAudit
from apps.subscriptions.states import BILL_MOVES, SUBSCRIPTION_MOVES, BillState, SubscriptionState
from apps.subscriptions.tests.paid import DAY, by_card, chosen, fresh, joined, member_by_card

pytestmark = pytest.mark.django_db


def refused(name):
    return pytest.raises(IntegrityError, match=name)


def kept():
    return pytest.raises(ProgrammingError)


def copy_of(row, **changes):
    """The row's values under another key."""
    copied = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return type(row)(**copied | {"id": new_id(), **changes})


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"payer_id": None}, "payer"),
        ({"plan_id": None}, "subscription_of_a_business_or_a_follower"),
        ({"pay_from": "WALLET"}, "subscription_of_a_business_or_a_follower"),
        ({"price_minor": 0}, "subscription_price_positive"),
        ({"next_price_minor": 5}, "subscription_next_price_has_a_moment"),
        ({"state": "ACTIVE"}, "subscription_running_has_its_month"),
        ({"past_due_since": NOW}, "subscription_past_due_has_a_moment"),
        ({"due_at": None}, "subscription_ended_or_not_forgotten"),
        ({"state": "ENDED"}, "subscription_ended_or_not_forgotten"),
        ({"ended_at": NOW}, "subscription_ended_or_not_forgotten"),
    ],
)
def test_a_subscription_says_what_belongs_to_its_state(world, wrong, name):
    row = chosen(world)
    Subscription.objects.filter(pk=row.pk).update(state="ENDED", due_at=None, ended_at=NOW, end_reason="REPLACED")

    with refused(name), transaction.atomic():
        copy_of(row, **wrong).save(force_insert=True)


def test_a_business_has_one_living_subscription(world):
    row = chosen(world)

    with refused("subscription_one_living_per_business"), transaction.atomic():
        copy_of(row).save(force_insert=True)


def test_a_follower_has_one_living_membership_of_a_practitioner(world):
    row = joined(world)

    with refused("subscription_one_living_per_follower"), transaction.atomic():
        copy_of(row).save(force_insert=True)


def test_a_follower_subscribes_to_no_plan_of_the_platform(world):
    row = joined(world)

    with refused("subscription_of_a_business_or_a_follower"), transaction.atomic():
        copy_of(row, payer_id=UserFactory().pk, plan_id=Plan.objects.get(code="PRO").pk).save(force_insert=True)


def test_a_gateways_subscription_is_known_once(world):
    row = by_card(world)
    Subscription.objects.update(gateway="stripe", gateway_subscription_id="sub_1")
    other = joined(world)

    with refused("subscription_gateway_id_once"), transaction.atomic():
        Subscription.objects.filter(pk=other.pk).update(gateway="stripe", gateway_subscription_id="sub_1")
    assert fresh(row).gateway_subscription_id == "sub_1"


@pytest.mark.parametrize("source", list(SubscriptionState))
@pytest.mark.parametrize("target", list(SubscriptionState))
def test_the_database_keeps_the_moves_of_a_subscription(world, source, target):
    row = by_card(world)
    needs = {
        SubscriptionState.PAST_DUE: {"past_due_since": NOW},
        SubscriptionState.ENDED: {"ended_at": NOW, "end_reason": "NOT_PAID", "due_at": None},
    }
    plain = {"past_due_since": None, "ended_at": None, "end_reason": "", "due_at": NOW}
    row = copy_of(row, state=source, **plain | needs.get(source, {}))
    Subscription.objects.update(state="ENDED", **plain | needs[SubscriptionState.ENDED])
    row.save(force_insert=True)
    wanted = {"state": target, **plain, **needs.get(target, {})}

    def move():
        with transaction.atomic():
            Subscription.objects.filter(pk=row.pk).update(**wanted)

    if source == target or (source, target) in SUBSCRIPTION_MOVES:
        move()
    else:
        with kept():
            move()


@pytest.mark.parametrize("field", ["business_id", "payer_id", "currency", "created_at"])
def test_the_terms_of_a_subscription_stay(world, field):
    row = chosen(world)
    value = {"currency": "USD", "created_at": NOW + DAY}.get(field, new_id())

    with kept(), transaction.atomic():
        Subscription.objects.filter(pk=row.pk).update(**{field: value})


def test_nothing_is_deleted(world):
    membership = member_by_card(world)
    for model in (Bill, Subscription, PractitionerPlan, Plan):
        with kept(), transaction.atomic():
            model.objects.all()._raw_delete("default")
    assert fresh(membership).state == "ACTIVE"


def test_what_a_subscription_went_through_is_written_by_the_database(world):
    row = by_card(world)
    Subscription.objects.filter(pk=row.pk).update(cancels_at_end=True)

    trail = SubscriptionAudit.objects.filter(pgh_obj_id=row.pk).order_by("pgh_id")
    assert [(each.state, each.cancels_at_end) for each in trail] == [
        ("INCOMPLETE", False), ("ACTIVE", False), ("ACTIVE", True),
    ]  # fmt: skip
    with kept(), transaction.atomic():
        trail.update(state="ENDED")


def bill_of(row, **changes):
    return copy_of(Bill.objects.get(subscription=row, kind="MONTH"), **changes)


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"number": 0}, "bill_each_month_once"),
        ({"number": 1, "amount_minor": 0}, "bill_amount_positive"),
        ({"number": 1, "paid_at": None}, "bill_paid_once_from_one_source"),
        ({"number": 1, "payment_id": None}, "bill_paid_once_from_one_source"),
        ({"number": 1, "transfer_id": new_id()}, "bill_paid_once_from_one_source"),
        ({"number": 1, "state": "DUE"}, "bill_paid_once_from_one_source"),
        ({"number": 1, "ends_at": NOW}, "bill_paid_once_from_one_source"),
    ],
)
def test_a_bill_says_what_belongs_to_its_state(world, wrong, name):
    row = by_card(world)

    with refused(name), transaction.atomic():
        bill_of(row, **wrong).save(force_insert=True)


def test_one_upgrade_is_open_at_a_time(world):
    row = by_card(world)
    due = {"kind": "UPGRADE", "state": "DUE", "paid_at": None, "payment_id": None}
    bill_of(row, **due).save(force_insert=True)

    with refused("bill_one_open_upgrade"), transaction.atomic():
        bill_of(row, **due).save(force_insert=True)


@pytest.mark.parametrize("source", list(BillState))
@pytest.mark.parametrize("target", list(BillState))
def test_the_database_keeps_the_moves_of_a_bill(world, source, target):
    row = by_card(world)
    paid = {"paid_at": NOW, "payment_id": new_id()}
    unpaid = {"paid_at": None, "payment_id": None}

    def of(state):
        return {"state": state, **(paid if state == BillState.PAID else unpaid)}

    bill = bill_of(row, number=1, **of(source))
    bill.save(force_insert=True)

    def move():
        with transaction.atomic():
            Bill.objects.filter(pk=bill.pk).update(**of(target))

    if source == target or (source, target) in BILL_MOVES:
        move()
    else:
        with kept():
            move()


@pytest.mark.parametrize("changes", [{"amount_minor": 1}, {"number": 7}, {"kind": "UPGRADE"}, {"currency": "USD"}])
def test_the_terms_of_a_bill_stay(world, changes):
    chosen(world)

    with kept(), transaction.atomic():
        Bill.objects.update(**changes)


def test_plans_keep_their_code_and_have_prices_above_nothing():
    pro = Plan.objects.get(code="PRO")

    with kept(), transaction.atomic():
        Plan.objects.filter(pk=pro.pk).update(code="GOLD")
    with refused("plan_commission_in_range"), transaction.atomic():
        Plan.objects.filter(pk=pro.pk).update(commission_bp=10_001)
    with refused("plan_price_positive"), transaction.atomic():
        PlanPrice.objects.filter(plan=pro).update(price_minor=0)
    with refused("plan_price_once_per_currency"), transaction.atomic():
        PlanPrice.objects.create(plan=pro, currency="NGN", price_minor=1)


def test_a_practitioners_plan_keeps_its_currency_and_costs_something(world):
    joined(world)

    with kept(), transaction.atomic():
        PractitionerPlan.objects.update(currency="USD")
    with refused("practitioner_plan_price_positive"), transaction.atomic():
        PractitionerPlan.objects.update(price_minor=0)


def test_the_database_counts_seats(world):
    Business.objects.filter(pk=world.business.pk).update(staff_seats=2)
    away = StaffMemberFactory(business=world.business, is_active=False)
    StaffMemberFactory(business=world.business)

    with refused("all 2 seats"), transaction.atomic():
        StaffMemberFactory(business=world.business)
    with refused("all 2 seats"), transaction.atomic():
        StaffMember.objects.filter(pk=away.pk).update(is_active=True)
    StaffMember.objects.filter(pk=world.staff.pk).update(is_active=True, bio="Was here all the time.")
    StaffMemberFactory(business=world.business, is_active=False)


def test_a_plans_commission_is_at_most_all(world):
    with refused("business_plan_commission_in_range"), transaction.atomic():
        Business.objects.update(plan_commission_bp=10_001)
