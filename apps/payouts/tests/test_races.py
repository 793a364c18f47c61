"""Two at once about one owner's money: one outcome, and sound books. Real threads on real connections."""

from datetime import timedelta

import pytest

from apps.core import clock
from apps.ledger.tests.threads import at_once
from apps.payments.standins.faults import Fault, FaultKind
from apps.payouts import operations
from apps.payouts.errors import BelowMinimum, MoneyOwed, NotEnoughMoney, PayoutAccountMissing, PayoutsFrozen
from apps.payouts.models import Payout, PayoutAccount
from apps.payouts.states import PayoutKind
from apps.payouts.tests.payees import (
    ask,
    available,
    carry_out,
    earn,
    fresh,
    in_transit,
    new_account,
    of_business,
    owe,
    shop,
    transfers_at,
    usable_account,
)
from apps.payouts.tests.test_weekly import MONDAY

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
B = PayoutKind.BUSINESS


def frozen(act, at=None):
    at = at or clock.now()

    def run():
        with clock.frozen(at):
            return act()

    return run


@pytest.fixture
def rich(paystack):
    made = shop()
    earn(B, of_business(made), 1_000_000)
    usable_account(of_business(made), made.owner)
    return made


@pytest.mark.parametrize("round_", range(5))
def test_two_requests_for_all_there_is_pay_once(rich, round_):
    owner = of_business(rich)

    outcomes = at_once(*[frozen(lambda: ask(B, owner, rich.owner))] * 2)

    assert sorted(type(each).__name__ for each in outcomes) == ["BelowMinimum", "Payout"]
    assert (available(B, owner), in_transit(), Payout.objects.count()) == (0, 1_000_000, 1)


def test_as_many_requests_as_there_is_money_for_all_go(rich):
    owner = of_business(rich)

    outcomes = at_once(*[frozen(lambda: ask(B, owner, rich.owner, amount_minor=500_000))] * 6)

    assert sum(isinstance(each, Payout) for each in outcomes) == 2
    assert all(isinstance(each, Payout | NotEnoughMoney | BelowMinimum) for each in outcomes)
    assert (available(B, owner), in_transit()) == (0, 1_000_000)


@pytest.mark.parametrize("round_", range(4))
def test_a_request_and_the_weekly_payout_pay_once(rich, round_):
    owner = of_business(rich)

    asked, _ = at_once(
        frozen(lambda: ask(B, owner, rich.owner), MONDAY),
        frozen(lambda: operations.request_weekly_payouts(MONDAY, 10), MONDAY),
    )

    (payout,) = Payout.objects.all()
    assert payout.is_weekly is not isinstance(asked, Payout)
    assert (available(B, owner), in_transit()) == (0, 1_000_000)


def test_two_weekly_sweeps_pay_each_owner_once(rich, paystack):
    others = [shop(name=f"Shop {number}") for number in range(3)]
    for number, each in enumerate(others):
        earn(B, of_business(each), 900_000 + number)
        paystack.control("name_account", number=f"333333333{number}", holder=each.name)
        usable_account(of_business(each), each.owner, number=f"333333333{number}")

    at_once(*[frozen(lambda: operations.request_weekly_payouts(MONDAY, 10), MONDAY)] * 3)

    assert sorted(Payout.objects.values_list("amount_minor", flat=True)) == [900_000, 900_001, 900_002, 1_000_000]


@pytest.mark.parametrize("round_", range(4))
def test_a_chargeback_that_leaves_a_debt_and_a_request_end_in_one_order(rich, round_):
    owner = of_business(rich)

    asked, _ = at_once(frozen(lambda: ask(B, owner, rich.owner)), frozen(lambda: owe(owner, 10_000)))

    assert isinstance(asked, Payout | MoneyOwed)
    assert in_transit() == (1_000_000 if isinstance(asked, Payout) else 0)
    if isinstance(asked, Payout):  # not sent yet: what is owed comes first
        assert carry_out(asked).state == "FAILED"
    assert available(B, owner) == (990_000 if isinstance(asked, Payout) else 1_000_000)


@pytest.mark.parametrize("round_", range(4))
def test_a_freeze_and_a_request_end_in_one_order_and_nothing_is_sent(rich, paystack, round_):
    owner = of_business(rich)

    def freeze():
        return operations.freeze_payouts(owner=owner, reason="Looked into.", by=rich.owner, at=clock.now())

    asked, _ = at_once(frozen(lambda: ask(B, owner, rich.owner)), frozen(freeze))

    assert isinstance(asked, Payout | PayoutsFrozen)
    if isinstance(asked, Payout):
        assert carry_out(asked).state == "FAILED"
    assert (available(B, owner), in_transit(), transfers_at(paystack)) == (1_000_000, 0, [])


@pytest.mark.parametrize("round_", range(4))
def test_an_account_that_is_removed_while_it_is_asked_for_is_had_or_missing(rich, round_):
    owner, account = of_business(rich), PayoutAccount.objects.get()

    def remove():
        return operations.remove_account(account_id=account.pk, by=rich.owner, at=clock.now())

    asked, removed = at_once(frozen(lambda: ask(B, owner, rich.owner)), frozen(remove))

    assert isinstance(asked, Payout | PayoutAccountMissing)
    assert removed.state == "REMOVED"
    assert in_transit() == (1_000_000 if isinstance(asked, Payout) else 0)


@pytest.mark.parametrize("round_", range(3))
def test_a_web_hook_and_a_poll_book_once(rich, paystack, round_):
    payout = carry_out(ask(B, of_business(rich), rich.owner))
    paystack.control("settle_transfer", reference=payout.reference, status="success")
    later = clock.now() + timedelta(minutes=5)

    outcomes = at_once(
        *[frozen(lambda: operations.carry_out_payout(payout_id=payout.pk, at=later))] * 3,
        frozen(lambda: operations.carry_out_due_payouts(later, 10)),
    )

    assert not [each for each in outcomes if isinstance(each, Exception)]
    assert (fresh(payout).state, in_transit()) == ("PAID", 0)


@pytest.mark.parametrize("round_", range(3))
def test_success_and_failure_told_at_once_end_in_one(rich, paystack, round_):
    payout = carry_out(ask(B, of_business(rich), rich.owner))
    paystack.control("settle_transfer", reference=payout.reference, status="reversed")
    later = clock.now() + timedelta(minutes=5)

    at_once(*[frozen(lambda: operations.carry_out_payout(payout_id=payout.pk, at=later))] * 4)

    assert (fresh(payout).state, available(B, of_business(rich)), in_transit()) == ("FAILED", 1_000_000, 0)


@pytest.mark.parametrize("round_", range(3))
def test_several_workers_send_one_transfer(rich, paystack, round_):
    payout = ask(B, of_business(rich), rich.owner)
    paystack.faults.add(Fault(kind=FaultKind.SLOW, seconds=0.2, matching="/transfer"))
    at = clock.now()

    outcomes = at_once(*[frozen(lambda: operations.carry_out_payout(payout_id=payout.pk, at=at))] * 4)

    assert not [each for each in outcomes if isinstance(each, Exception)]
    assert [row["reference"] for row in transfers_at(paystack)] == [payout.reference]
    assert fresh(payout).attempts == 1


def test_the_same_account_added_twice_at_once_is_one(paystack):
    made = shop()

    outcomes = at_once(*[frozen(lambda: new_account(of_business(made), made.owner))] * 3)

    assert len({each.pk for each in outcomes}) == 1
    assert PayoutAccount.objects.count() == 1


def test_two_accounts_made_the_default_at_once_leave_one(paystack):
    made = shop()
    accounts = [new_account(of_business(made), made.owner, number=f"333333333{number}") for number in range(3)]
    at = clock.now()

    outcomes = at_once(
        *[
            frozen(lambda pk=each.pk: operations.make_default(account_id=pk, by=made.owner, at=at))
            for each in accounts[1:]
        ]
    )

    assert not [each for each in outcomes if isinstance(each, Exception)]
    assert PayoutAccount.objects.filter(is_default=True).count() == 1
