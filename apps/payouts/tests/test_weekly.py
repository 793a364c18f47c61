"""Mondays at six by the business's clock: once a week and owner, whatever clocks and machines do."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core import clock, sweeps
from apps.payouts import operations
from apps.payouts.calendar import monday_of, next_monday
from apps.payouts.models import Payout
from apps.payouts.states import PayoutKind
from apps.payouts.tests.payees import (
    DAY,
    HOUR,
    ask,
    available,
    customer,
    earn,
    fresh,
    new_account,
    of_business,
    of_person,
    performer,
    shop,
    usable_account,
)

B, T, W = PayoutKind.BUSINESS, PayoutKind.TIPS, PayoutKind.WALLET
MONDAY = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)  # 06:00 in Lagos
WEEK = timedelta(days=7)
ZONES = st.sampled_from(["Africa/Lagos", "America/New_York", "Europe/London", "Asia/Kathmandu", "Australia/Lord_Howe"])


@given(
    after=st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    zone=ZONES,
)
def test_the_next_monday_is_a_monday_at_six_there_and_at_most_a_week_and_an_hour_away(after, zone):
    due = next_monday(after, zone)
    there = due.astimezone(ZoneInfo(zone))

    assert (there.weekday(), there.hour, there.minute) == (0, 6, 0)
    assert after < due <= after + WEEK + HOUR
    assert monday_of(due, zone) == there.date()


def test_mondays_follow_the_clock_of_the_place_over_a_change_of_clocks():
    before = next_monday(datetime(2026, 10, 20, tzinfo=UTC), "America/New_York")
    after = next_monday(before, "America/New_York")

    assert (before, after) == (datetime(2026, 10, 26, 10, tzinfo=UTC), datetime(2026, 11, 2, 11, tzinfo=UTC))


def run(at):
    with clock.frozen(at):
        return operations.request_weekly_payouts(at, 100)


def weekly():
    return list(Payout.objects.order_by("pk").values_list("kind", "amount_minor", "week_of"))


@pytest.mark.django_db
def test_everybody_with_enough_is_paid_out_on_monday_once(business):
    earn(B, of_business(business), 1_000_000)
    account = usable_account(of_business(business), business.owner)
    assert account.weekly_at == MONDAY

    assert run(MONDAY - timedelta(seconds=1)) == 0
    assert run(MONDAY) == 1
    assert run(MONDAY) == 0
    earn(B, of_business(business), 700_000)
    assert run(MONDAY + DAY) == 0

    assert weekly() == [("BUSINESS", 1_000_000, MONDAY.date())]
    assert fresh(account).weekly_at == MONDAY + WEEK
    assert run(MONDAY + WEEK) == 1
    assert [amount for _, amount, _ in weekly()] == [1_000_000, 700_000]


@pytest.mark.django_db
def test_a_second_payout_of_the_same_week_is_refused_by_the_database(business):
    from django.db import IntegrityError, transaction

    earn(B, of_business(business), 2_000_000)
    usable_account(of_business(business), business.owner)
    run(MONDAY)
    earn(B, of_business(business), 2_000_000)

    with pytest.raises(IntegrityError, match="payout_once_a_week"), transaction.atomic():
        operations.request_payout(
            kind=B, owner=of_business(business), currency="NGN", by=None, at=MONDAY, week_of=MONDAY.date()
        )
    assert available(B, of_business(business)) == 2_000_000


@pytest.mark.django_db
def test_tips_go_weekly_too_and_a_customers_wallet_never(business):
    chidi, ada = performer(business), customer()
    earn(T, of_person(chidi), 200_000)
    earn(W, of_person(ada), 900_000)
    for person in (chidi, ada):
        usable_account(of_person(person), person)
    run(MONDAY)

    assert weekly() == [("TIPS", 200_000, MONDAY.date())]
    assert available(W, of_person(ada)) == 900_000


@pytest.mark.django_db
def test_who_has_too_little_owes_cools_off_or_is_frozen_waits_a_week_and_holds_up_nobody(business):
    from apps.payouts.tests.payees import owe

    shops = [shop(name=f"Shop {number}") for number in range(4)]
    for number, each in enumerate(shops):
        earn(B, of_business(each), 100 if number == 0 else 800_000)
        usable_account(of_business(each), each.owner, number=f"333333333{number}")
    owe(of_business(shops[1]), 5)
    operations.freeze_payouts(owner=of_business(shops[2]), reason="x", by=shops[2].owner, at=clock.now())

    assert run(MONDAY) == 4
    assert [payout.business_id for payout in Payout.objects.all()] == [shops[3].pk]


@pytest.mark.django_db
def test_a_monday_that_was_missed_is_made_up_for_once(business):
    earn(B, of_business(business), 1_000_000)
    account = usable_account(of_business(business), business.owner)
    late = MONDAY + 2 * WEEK + 2 * DAY

    assert run(late) == 1
    assert weekly() == [("BUSINESS", 1_000_000, MONDAY.date())]
    assert fresh(account).weekly_at == MONDAY + 3 * WEEK


@pytest.mark.django_db
def test_a_business_in_new_york_is_paid_at_six_there():
    made = shop(name="Brooklyn Cuts", time_zone="America/New_York")
    earn(B, of_business(made), 1_000_000)
    account = new_account(of_business(made), made.owner)

    assert account.weekly_at == datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
    assert run(MONDAY) == 0
    assert run(MONDAY + 6 * HOUR) == 1
    assert weekly() == [("BUSINESS", 1_000_000, MONDAY.date())]


@pytest.mark.django_db
def test_the_sweeps_know_when_something_is_due(business, now):
    due = {each.name: each for each in sweeps.registered()}
    assert due["payouts.weekly"].next_due() is None
    assert due["payouts.carry_out"].next_due() is None
    earn(B, of_business(business), 1_000_000)
    usable_account(of_business(business), business.owner)
    assert due["payouts.weekly"].next_due() == MONDAY
    with clock.frozen(MONDAY):
        assert sweeps.run_sweep("payouts.weekly") == 1
        assert due["payouts.carry_out"].next_due() == MONDAY
        assert sweeps.run_sweep("payouts.carry_out") == 1

    assert Payout.objects.get().state == "PAID"


@pytest.mark.django_db
def test_what_was_asked_for_before_leaves_the_rest_for_monday(business):
    earn(B, of_business(business), 1_500_000)
    usable_account(of_business(business), business.owner)
    ask(B, of_business(business), business.owner, amount_minor=600_000)
    run(MONDAY)

    assert [amount for _, amount, _ in weekly()] == [600_000, 900_000]
