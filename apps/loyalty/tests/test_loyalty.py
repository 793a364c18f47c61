"""Points come with completed trades, go back with refunds, and are redeemed as credits."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, transaction

from apps.bookings import operations as bookings
from apps.bookings.tests.test_races import at_once
from apps.bookings.tests.world import HOUR, NOW, START, make_world
from apps.catalog.tests.factories import UserFactory
from apps.core import clock
from apps.core.ids import new_id
from apps.core.sweeps import run_sweep
from apps.credits.models import Grant
from apps.credits.queries import spendable_by_currency
from apps.loyalty import operations, queries
from apps.loyalty.models import LoyaltyAccount, PointEntry
from apps.loyalty.operations import Trade
from apps.loyalty.rules import next_tier, points_for, tier_of, worth_of
from apps.loyalty.states import PointKind, Tier
from apps.payments import operations as payments
from apps.payments.models import Payment
from apps.payments.states import RefundDestination

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
AS_SET = dict(settings.GUILD)  # before tests have rates of their own
URL = "/api/v1/loyalty/"


def earn(user, naira, *, at=NOW, hold_id=None):
    """A trade of so many naira is complete."""
    trade = Trade(hold_id=hold_id or new_id(), customer_id=user.pk, gross_minor=naira * 100, currency="NGN")
    return operations.earn_points(trades=[trade], at=at)


def release(world, booking):
    bookings.confirm_release(booking_id=booking.pk, by=world.customer, at=clock.now())


# --- Rules ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("earned", "tier", "following"),
    [
        (0, "MEMBER", ("SILVER", 2_000)),
        (1_999, "MEMBER", ("SILVER", 1)),
        (2_000, "SILVER", ("GOLD", 8_000)),
        (10_000, "GOLD", None),
        (10**9, "GOLD", None),
    ],
)
def test_the_tier_is_by_what_was_earned(earned, tier, following):
    assert (tier_of(earned), next_tier(earned)) == (tier, following)


@pytest.mark.parametrize(
    ("gross", "currency", "tier", "points"),
    [
        (500_000, "NGN", Tier.MEMBER, 50),
        (500_000, "NGN", Tier.SILVER, 62),
        (500_000, "NGN", Tier.GOLD, 75),
        (9_999, "NGN", Tier.MEMBER, 0),
        (10_000, "NGN", Tier.MEMBER, 1),
        (5_000, "USD", Tier.MEMBER, 50),
        (5_000, "JPY", Tier.GOLD, 0),
    ],
)
def test_points_are_whole_and_more_in_a_higher_tier(gross, currency, tier, points):
    assert points_for(gross, currency, tier) == points


def test_points_are_worth_something_where_they_are_redeemed():
    assert (worth_of(100, "NGN"), worth_of(100, "JPY")) == (10_000, None)


def test_points_are_worth_the_same_share_of_what_was_spent_in_every_currency():
    """Else whoever earns in one currency and redeems in another would make money."""
    spent, worth = AS_SET["LOYALTY_SPENT_PER_POINT"], AS_SET["LOYALTY_POINT_WORTH"]
    assert {currency: worth[currency] * 100 for currency in spent} == spent


# --- Coming and going -----------------------------------------------------------------------------------------------
def test_a_completed_booking_brings_points_once_its_money_is_released(world, api):
    booking = world.completed()
    assert queries.points_of(world.customer.pk) == 0

    release(world, booking)

    shown = api(world.customer).get(URL).json()["data"]
    assert (shown["points"], shown["tier"], shown["points_to_next_tier"]) == (50, "MEMBER", 1_950)
    assert {"currency": "NGN", "worth": {"amount": "50.00", "currency": "NGN"}} in shown["worth"]
    profile = api(world.customer).get("/api/v1/profile/").json()["data"]
    assert (profile["loyalty_points"], profile["loyalty_tier"]) == (50, "MEMBER")


def test_the_sweep_brings_points_in_a_handful_of_statements(world, count_queries):
    for number in range(2):
        world.completed(start=START + number * DAY)
    with clock.frozen(START + 3 * DAY), count_queries() as few:
        run_sweep("ledger.release_due")
    for number in range(4, 10):
        world.completed(start=START + number * DAY, customer=UserFactory())
    with clock.frozen(START + 30 * DAY), count_queries() as many:
        run_sweep("ledger.release_due")

    assert PointEntry.objects.count() == 8
    of_points = [sum("loyalty_" in each["sql"] for each in counted) for counted in (few, many)]
    assert of_points[0] == of_points[1] <= 6


def test_the_same_trade_brings_points_once():
    user, hold_id = UserFactory(), new_id()

    assert [earn(user, 5_000, hold_id=hold_id) for _ in range(2)] == [1, 0]
    assert queries.points_of(user.pk) == 50


def test_a_higher_tier_earns_more_and_ends_a_year_later():
    user = UserFactory()
    earn(user, 200_000)
    earn(user, 10_000, at=NOW + HOUR)
    assert queries.points_of(user.pk) == 2_000 + 125

    earn(user, 10_000, at=NOW + timedelta(days=365, hours=2))

    assert queries.points_of(user.pk) == 2_000 + 125 + 100


def test_guests_and_people_who_are_gone_collect_none():
    for user in (UserFactory(is_guest=True), UserFactory(is_active=False)):
        assert earn(user, 5_000) == 0
    assert not LoyaltyAccount.objects.exists()


def test_points_go_back_with_money_that_went_back_after_its_release(world, drain_outbox):
    release(world, world.completed())
    payment, admin = Payment.objects.get(), UserFactory(role="ADMIN", is_staff=True)

    points = []
    for amount in (200_000, 300_000):
        (refund,) = payments.propose_refund(
            payment_id=payment.pk, amount_minor=amount, destination=RefundDestination.WALLET, reason="Not done.",
            by=world.ops, at=clock.now(),
        )  # fmt: skip
        payments.approve_refund(refund_id=refund.pk, by=admin, at=clock.now())
        drain_outbox()
        points.append(queries.points_of(world.customer.pk))

    assert points == [30, 0]
    assert list(PointEntry.objects.order_by("pk").values_list("kind", "points")) == [
        ("EARNED", 50), ("RETURNED", -20), ("RETURNED", -30),
    ]  # fmt: skip


def test_of_points_that_were_redeemed_none_are_taken_back():
    user, hold_id = UserFactory(), new_id()
    earn(user, 10_000, hold_id=hold_id)
    operations.redeem_points(points=100, currency="NGN", by=user, at=NOW)

    gone = operations.return_points(hold_id=hold_id, transfer_id=new_id(), amount_minor=1, left_minor=0, at=NOW)

    assert (gone, queries.points_of(user.pk)) == (None, 0)


def test_the_same_refund_takes_points_back_once():
    user, hold_id, transfer_id = UserFactory(), new_id(), new_id()
    earn(user, 10_000, hold_id=hold_id)

    for _ in range(2):
        operations.return_points(hold_id=hold_id, transfer_id=transfer_id, amount_minor=1, left_minor=1, at=NOW)

    assert queries.points_of(user.pk) == 50


# --- Redeeming ------------------------------------------------------------------------------------------------------
def test_points_are_redeemed_as_credits_that_run_out(api):
    user = UserFactory()
    earn(user, 20_000)

    answer = api(user).post(f"{URL}redeem/", {"points": 150, "currency": "NGN"})

    assert (answer.status_code, answer.json()["data"]["points"]) == (200, 50)
    grant = Grant.objects.get()
    assert (grant.source, grant.amount_minor, grant.expires_at) == ("LOYALTY", 15_000, NOW + timedelta(days=365))
    assert spendable_by_currency(user.pk) == {"NGN": 15_000}
    history = api(user).get(f"{URL}history/").json()["data"]["results"]
    assert [(each["kind"], each["points"]) for each in history] == [("REDEEMED", -150), ("EARNED", 200)]
    assert history[0]["credits"] == {"amount": "150.00", "currency": "NGN"}
    assert api(UserFactory()).get(f"{URL}history/").json()["data"]["results"] == []


@pytest.mark.parametrize(
    ("wish", "status", "code"),
    [
        ({"points": 201, "currency": "NGN"}, 409, "not_enough_points"),
        ({"points": 99, "currency": "NGN"}, 422, "too_few_points"),
        ({"points": 150, "currency": "JPY"}, 400, "invalid"),
        ({"points": 0, "currency": "NGN"}, 400, "invalid"),
        ({"points": -5, "currency": "NGN"}, 400, "invalid"),
        ({"points": 10**12, "currency": "NGN"}, 400, "invalid"),
        ({"points": "many", "currency": "NGN"}, 400, "invalid"),
        ({"points": 150}, 400, "invalid"),
    ],
)
def test_what_cannot_be_redeemed_changes_nothing(api, wish, status, code):
    user = UserFactory()
    earn(user, 20_000)

    answer = api(user).post(f"{URL}redeem/", wish)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert queries.points_of(user.pk) == 200
    assert not Grant.objects.exists()


def test_the_same_key_redeems_once(api):
    user = UserFactory()
    earn(user, 40_000)
    client = api(user, **{"idempotency-key": "redeem-0001"})

    first, again = (client.post(f"{URL}redeem/", {"points": 150, "currency": "NGN"}) for _ in range(2))

    assert first.json()["data"] == again.json()["data"]
    assert queries.points_of(user.pk) == 250


# --- What the database keeps ----------------------------------------------------------------------------------------
@pytest.fixture
def account(db):
    user = UserFactory()
    earn(user, 10_000)
    return LoyaltyAccount.objects.get(user=user)


def refused(words):
    return pytest.raises(DatabaseError, match=words)


def test_points_are_never_below_nothing(account):
    with refused("loyalty_points_not_negative"), transaction.atomic():
        PointEntry.objects.create(
            account=account, kind=PointKind.RETURNED, points=-101, hold_id=new_id(), transfer_id=new_id()
        )


def test_points_are_the_sum_of_their_entries_which_never_change(account):
    with refused("sum of their entries"), transaction.atomic():
        LoyaltyAccount.objects.update(points=1_000)
    with refused("Cannot delete"), transaction.atomic():
        LoyaltyAccount.objects.all().delete()
    with refused("Cannot update or delete"), transaction.atomic():
        PointEntry.objects.update(points=1)
    with refused("Cannot update or delete"), transaction.atomic():
        PointEntry.objects.all().delete()


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"kind": "EARNED", "points": -1}, "points_say_whence"),
        ({"kind": "EARNED", "points": 1}, "points_say_whence"),
        ({"kind": "RETURNED", "points": -1, "hold_id": "00000000-0000-7000-8000-000000000001"}, "points_say_whence"),
        ({"kind": "REDEEMED", "points": -1}, "points_say_whence"),
        ({"kind": "FOUND", "points": 1, "hold_id": "00000000-0000-7000-8000-000000000001"}, "points_say_whence"),
    ],
)
def test_an_entry_says_whence_and_whither(account, wrong, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        PointEntry.objects.create(account=account, **wrong)


def test_points_are_earned_and_returned_once(account):
    earned = PointEntry.objects.get()
    with refused("points_earned_once"), transaction.atomic():
        PointEntry.objects.create(account=account, kind=PointKind.EARNED, points=1, hold_id=earned.hold_id)
    terms = {"account": account, "kind": PointKind.RETURNED, "points": -1, "hold_id": earned.hold_id}
    transfer_id = new_id()
    PointEntry.objects.create(transfer_id=transfer_id, **terms)
    with refused("points_returned_once"), transaction.atomic():
        PointEntry.objects.create(transfer_id=transfer_id, **terms)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_points_wanted_twice_at_once_are_redeemed_once():
    user = UserFactory()
    for _ in range(10):
        earn(user, 10_000, at=NOW - timedelta(days=400))
        answers = at_once(
            *(lambda: operations.redeem_points(points=100, currency="NGN", by=user, at=NOW) for _ in range(4))
        )
        assert sorted(type(each).__name__ for each in answers) == ["Grant"] + ["NotEnoughPoints"] * 3
    assert queries.points_of(user.pk) == 0


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_releases_at_once_for_the_same_customers_in_another_order_bring_all_points():
    make_world()
    people = UserFactory.create_batch(4)
    trades = [[Trade(hold_id=new_id(), customer_id=each.pk, gross_minor=10_000, currency="NGN") for each in people] for _ in range(8)]  # fmt: skip
    for number in range(0, 8, 4):
        sets = [list(reversed(each)) if index % 2 else each for index, each in enumerate(trades[number : number + 4])]
        answers = at_once(*(lambda each=each: operations.earn_points(trades=each, at=NOW) for each in sets))
        assert answers == [4] * 4
    assert [queries.points_of(each.pk) for each in people] == [8] * 4
