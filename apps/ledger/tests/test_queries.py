from datetime import timedelta

import pytest

from apps.core import conf
from apps.core.ids import new_id
from apps.core.sweeps import registered
from apps.ledger import addresses, operations, queries
from apps.ledger import sweeps as ledger_sweeps
from apps.ledger.models import Account, BalanceSnapshot, DailyTotal
from apps.ledger.states import RefundDestination, ReleaseReason
from apps.ledger.tests.sql import run, until_settled

DAYS_30 = timedelta(days=30)
MOMENT = timedelta(microseconds=1)


def terms(business_id, at, currency="USD", **rates):
    found = queries.commission_rate_for(business_id=business_id, currency=currency, at=at, **rates)
    return found.rate_bp, found.rule


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("volume", "rate_bp", "rule"),
    [
        (500_000, 500, "STANDARD"),
        (500_001, 400, "VOLUME_ABOVE_500000"),
        (1_000_000, 400, "VOLUME_ABOVE_500000"),
        (1_000_001, 300, "VOLUME_ABOVE_1000000"),
    ],
)
def test_the_tier_is_that_of_the_gross_volume_of_the_last_30_days(fund, now, volume, rate_bp, rule):
    hold = fund(volume, currency="USD", gateway="stripe")

    assert terms(hold.business_id, now) == (rate_bp, rule)
    assert terms(hold.business_id, now + DAYS_30 - MOMENT) == (rate_bp, rule)
    assert terms(hold.business_id, now + DAYS_30) == (500, "STANDARD")
    assert terms(new_id(), now) == (500, "STANDARD")
    assert terms(hold.business_id, now, "NGN") == (500, "STANDARD")


@pytest.mark.django_db
def test_what_was_refunded_is_no_volume(fund, now):
    hold = fund(600_000, currency="USD", gateway="stripe")
    operations.refund_hold(
        hold_id=hold.pk,
        amount_minor=100_000,
        destination=RefundDestination.WALLET,
        reason="x",
        by=None,
        at=now,
        idempotency_key="r",
    )

    assert terms(hold.business_id, now) == (500, "STANDARD")


@pytest.mark.django_db
def test_an_own_rate_wins_and_a_plan_only_lowers(fund, now):
    business = fund(600_000, currency="USD", gateway="stripe").business_id

    assert terms(business, now, own_rate_bp=700, plan_rate_bp=100) == (700, "OWN_RATE")
    assert terms(business, now, plan_rate_bp=350) == (350, "PLAN")
    assert terms(business, now, plan_rate_bp=450) == (400, "VOLUME_ABOVE_500000")
    assert terms(business, now, "JPY") == (500, "STANDARD")


@pytest.mark.django_db
def test_rates_of_a_payment_are_frozen_with_their_rule(fund):
    own, plan = fund(1_000, rate_bp=0), fund(1_000, plan_rate_bp=250)

    assert (own.commission_rate_bp, own.commission_rule, own.net_minor) == (0, "OWN_RATE", 1_000)
    assert (plan.commission_rate_bp, plan.commission_rule, plan.commission_minor) == (250, "PLAN", 25)


@pytest.mark.django_db
def test_the_volume_is_read_from_its_index_and_no_further_than_it_takes(fund, now):
    for n in range(30):
        fund(100_000 + n, currency="USD", gateway="stripe", business_id=new_id())
    business = new_id()
    for n in range(30):
        fund(100_000 + n, currency="USD", gateway="stripe", business_id=business, at=now - timedelta(hours=n))
    plan = run(
        "EXPLAIN SELECT gross_minor - refunded_minor FROM ledger_hold WHERE business_id = %s AND currency = 'USD'"
        " AND funded_at > %s AND funded_at <= %s ORDER BY funded_at DESC LIMIT 12",
        business,
        now - DAYS_30,
        now,
    )
    ((volume,),) = run("SELECT ledger_volume(%s, 'USD', %s, %s, 1000000)", business, now - DAYS_30, now)

    assert "ledger_hold_volume" in str(plan)
    assert 1_000_000 < volume <= 1_000_000 + 100_000


@pytest.mark.django_db
@pytest.mark.parametrize("amount", [1, 2, 19, 33, 99, 101, 10**15])
@pytest.mark.parametrize("rate_bp", [0, 1, 250, 300, 400, 500, 9_999, 10_000])
def test_the_databases_share_is_the_one_rounding_rule(amount, rate_bp):
    from apps.core.money import apply_rate

    assert run("SELECT ledger_share(%s, %s)", amount, rate_bp) == [(apply_rate(amount, rate_bp),)]


@pytest.mark.django_db(transaction=True)
def test_past_balances_by_daily_totals_day_parts_and_tail(fund, now):
    for day in range(5):
        fund(100 * (day + 1), at=now + timedelta(days=day))
    account = Account.objects.get(address=addresses.escrow("NGN")).pk
    expected = [100, 300, 600, 1_000, 1_500]

    def balances():
        return [queries.balance_on(account, (now + timedelta(days=day)).date()) for day in range(5)]

    before = balances()
    until_settled()
    operations.take_snapshot(at=now)
    after = balances()
    fund(50, at=now)  # booked late, for a day that is totalled already
    with_tail = balances()
    until_settled()
    operations.take_snapshot(at=now)

    assert before == after == expected
    assert with_tail == balances() == [amount + 50 for amount in expected]
    assert queries.balance_on(account, (now - timedelta(days=1)).date()) == 0
    assert queries.balance_before(account, now) == 0
    assert queries.balance_before(account, now + MOMENT) == 150
    assert queries.derived_balance(account) == 1_550


@pytest.mark.django_db(transaction=True)
def test_snapshots_of_another_server_are_ignored_and_made_anew(fund, now):
    """A copy restored elsewhere counts its own transactions; the old edges mean nothing there."""
    fund(1_000)
    until_settled()
    operations.take_snapshot(at=now)
    account = Account.objects.get(address=addresses.escrow("NGN")).pk
    run("SET session_replication_role = replica")
    run("UPDATE ledger_balancesnapshot SET cluster = 1, horizon = horizon * 1000, amount = 5")
    run("SET session_replication_role = origin")

    assert queries.derived_balance(account) == 1_000
    assert queries.balance_before(account, now + MOMENT) == 1_000
    until_settled()
    assert operations.take_snapshot(at=now) == 2
    assert queries.derived_balance(account) == 1_000
    assert DailyTotal.objects.get(account_id=account).amount == 1_000
    assert [str(each) for each in DailyTotal.objects.filter(account_id=account)] == [f"{now:%Y-%m-%d}: 1000"]
    assert str(BalanceSnapshot.objects.filter(account_id=account).latest("id")).startswith("1000 before ")


@pytest.mark.django_db(transaction=True)
def test_the_sweeps_release_snapshot_and_seal(cleared, now):
    cleared(1_000)
    due = now + conf.timer("ESCROW_AUTO_RELEASE")
    by_name = {sweep.name: sweep for sweep in registered()}

    assert queries.next_release_due() == due
    assert by_name["ledger.release_due"].next_due() == due
    assert by_name["ledger.release_due"].every == timedelta(minutes=1)
    assert ledger_sweeps.release_due(due, 10) == 1
    assert queries.next_release_due() is None
    until_settled()
    assert ledger_sweeps.snapshot(due, 10) == 0
    assert BalanceSnapshot.objects.count() == 4
    assert ledger_sweeps.seal(due, 10) == 2


@pytest.mark.django_db
def test_balances_of_what_was_never_opened_are_nothing():
    assert queries.balance(addresses.wallet(new_id(), "NGN")) == 0
    assert queries.withdrawable(addresses.wallet(new_id(), "NGN")) == 0
    assert queries.wallet_for(new_id()) == {}
    assert queries.pending_escrow([]) == {}
    assert queries.total_revenue([]) == {}


@pytest.mark.django_db
def test_escrow_and_revenue_of_a_business(cleared, fund, now):
    hold = cleared(10_000)
    fund(2_000, business_id=hold.business_id)
    assert queries.pending_escrow([hold.business_id]) == {"NGN": 11_400}

    operations.release_hold(hold_id=hold.pk, reason=ReleaseReason.CUSTOMER_CONFIRMED, by=None, at=now)

    assert queries.pending_escrow([hold.business_id]) == {"NGN": 1_900}
    assert queries.total_revenue([hold.business_id]) == {"NGN": 9_500}
