"""A package is bought and paid for: worth by use, holds, letters; late and double money."""

from datetime import timedelta

import pytest

from apps.bookings.tests.world import HOUR, MINUTE, NOW, let_through
from apps.catalog.errors import PriceChanged
from apps.catalog.models import Package
from apps.catalog.tests.factories import PackageFactory, ServiceFactory, UserFactory
from apps.core import clock
from apps.core.money import Money
from apps.ledger.models import EscrowHold
from apps.ledger.testing import assert_ledger_sound
from apps.notifications.models import Notification
from apps.packages import operations
from apps.packages.errors import NotForSale
from apps.packages.models import Purchase, Use
from apps.packages.tests.sold import USE, bought, facial, open_payment, pay, states, unpaid, unpaid_bundle
from apps.payments.models import Payment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _books_are_sound(db):
    yield
    assert_ledger_sound()


def test_each_use_is_worth_its_share_by_list_price_and_has_a_hold_of_its_own(world):
    other = facial(world)

    purchase = bought(world, services={world.service: 2, other: 1})

    # 13,333.33 less 10 % is 12,000.00; 500000 : 500000 : 333333 of it
    uses = list(purchase.uses.order_by("number"))
    assert (purchase.list_minor, purchase.price_minor) == (1_333_333, 1_200_000)
    assert [use.worth_minor for use in uses] == [450_000, 450_000, 300_000]
    holds = EscrowHold.objects.filter(unit_type=USE).order_by("gross_minor")
    assert [(hold.gross_minor, hold.commission_minor, hold.state) for hold in holds] == [
        (300_000, 15_000, "HELD"), (450_000, 22_500, "HELD"), (450_000, 22_500, "HELD"),
    ]  # fmt: skip
    assert {hold.unit_id for hold in holds} == {use.pk for use in uses}


def test_what_does_not_divide_goes_to_the_first(world):
    world.service.price_minor = 333_334
    world.service.save()

    purchase = unpaid(world, uses=3, discount_percent=1)

    # 1 % of 1,000,002 is 10,000.02; 990,002 in three parts leaves two over
    assert purchase.price_minor == 990_002
    assert [use.worth_minor for use in purchase.uses.all()] == [330_001, 330_001, 330_000]


def test_money_makes_it_last_from_then_on_and_the_customer_hears_of_it(world):
    purchase = unpaid(world, valid_days=90)
    assert (purchase.status, states(purchase), purchase.expires_at) == ("PENDING", ["AWAITED"] * 3, None)
    paid_at = NOW + 10 * MINUTE

    with clock.frozen(paid_at):
        purchase = pay(purchase)

    assert (purchase.status, states(purchase)) == ("ACTIVE", ["OPEN"] * 3)
    assert (purchase.paid_at, purchase.expires_at) == (paid_at, paid_at + timedelta(days=90))
    assert purchase.warn_at == paid_at + timedelta(days=83)
    letter = Notification.objects.get(notification_type="package_bought")
    assert letter.user_id == world.customer.pk
    assert (letter.context["uses"], letter.context["package_name"]) == ("3 × Massage", "Calm")
    sold = Notification.objects.get(notification_type="package_sold")
    assert (sold.user, sold.context["customer_name"]) == (world.owner, world.customer.name)


def test_a_short_one_warns_at_half_of_its_time(world):
    purchase = bought(world, valid_days=4)

    assert purchase.warn_at == NOW + timedelta(days=2)


def test_a_bundle_gives_one_use_of_each_service(world):
    purchase = pay(unpaid_bundle(world))

    assert [(use.service.title, use.worth_minor) for use in purchase.uses.select_related("service")] == [
        ("Massage", 420_000), ("Facial", 280_000),
    ]  # fmt: skip
    assert (purchase.kind, purchase.saved_minor) == ("BUNDLE", 133_333)
    assert set(Payment.objects.get().allocations.values_list("item_type", "kind")) == {("BUNDLE", "BUNDLE")}


def test_what_is_withdrawn_changed_or_not_bookable_is_not_bought(world):
    package = PackageFactory(business=world.business, services={world.service: 1})
    buy = {"kind": Package, "deal_id": package.pk, "by": world.customer, "at": NOW}

    with pytest.raises(PriceChanged) as refusal:
        operations.buy(**buy, expected_price=Money(400_000, "NGN"))
    assert refusal.value.data == {"price": {"amount": "4500.00", "currency": "NGN"}}
    world.business.papers_lapsed_at = NOW - timedelta(days=30)
    world.business.save()
    with pytest.raises(NotForSale):
        operations.buy(**buy)
    assert Purchase.objects.count() == 0


def test_a_use_that_would_be_worth_nothing_is_not_sold(world):
    cheap = ServiceFactory(business=world.business, price_minor=1)
    package = PackageFactory(business=world.business, services={cheap: 3}, discount_percent=99)

    with pytest.raises(NotForSale):
        operations.buy(kind=Package, deal_id=package.pk, by=world.customer, at=NOW)

    assert Use.objects.count() == 0


def test_money_that_comes_late_counts(world):
    purchase = unpaid(world)
    payment = open_payment(purchase)

    with clock.frozen(NOW + 5 * HOUR):
        let_through(payment, acted_at=NOW)

    purchase.refresh_from_db()
    assert (purchase.status, purchase.paid_at) == ("ACTIVE", NOW + 5 * HOUR)


def test_paid_twice_goes_to_the_wallet(world, drain_outbox):
    purchase = unpaid(world)
    first, second = open_payment(purchase), open_payment(purchase)
    let_through(first)

    let_through(second)

    assert states(purchase) == ["OPEN"] * 3
    assert EscrowHold.objects.filter(state="HELD").count() == 3
    assert set(second.allocations.values_list("state", flat=True)) == {"CREDITED"}


def test_paid_twice_after_a_refund_goes_back_instead_of_selling_the_use_again(world, drain_outbox):
    purchase = unpaid(world)
    first, second = open_payment(purchase), open_payment(purchase)
    let_through(first)
    use = purchase.uses.get(number=1)
    operations.refund_uses(purchase_id=purchase.pk, use_ids=[use.pk], by=world.customer, at=NOW)
    drain_outbox()

    let_through(second)
    drain_outbox()

    assert states(purchase) == ["REFUNDED", "OPEN", "OPEN"]
    assert list(EscrowHold.objects.filter(unit_id=use.pk).values_list("state", flat=True)) == ["REFUNDED", "REFUNDED"]


def test_somebody_elses_purchase_is_not_paid_by_a_stranger_nor_under_another_name(api, world):
    purchase = unpaid(world)
    stranger = api(UserFactory())

    for client, kind in ((stranger, "PACKAGE"), (api(world.customer), "BUNDLE")):
        answer = client.post(
            "/api/v1/payments/initialize/", {"items": [{"type": kind, "id": str(purchase.pk)}]}, format="json"
        )
        assert answer.status_code == 404, answer.json()


def test_time_to_pay_runs_out(api, world):
    purchase = unpaid(world)
    body = {"items": [{"type": "PACKAGE", "id": str(purchase.pk)}]}

    with clock.frozen(NOW + 30 * MINUTE):
        answer = api(world.customer).post("/api/v1/payments/initialize/", body, format="json")

    assert (answer.status_code, answer.json()["code"]) == (409, "not_payable")
