"""Recoveries, releases, tips and payouts at once: nothing falls below zero, and nobody waits in a ring."""

from functools import partial

import pytest
from django.db import Error

from apps.core.ids import new_id
from apps.ledger import addresses, operations, queries
from apps.ledger.errors import RefundExceedsHold
from apps.ledger.testing import assert_ledger_sound
from apps.ledger.tests.recovering import WALLET, recover, release, standing, withdraw
from apps.ledger.tests.threads import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def test_case_47_recoveries_releases_and_payouts_at_once_leave_nothing_below_zero(fund, now):
    business = new_id()
    held = [fund(10_000, business_id=business) for _ in range(8)]
    for hold in held:
        operations.start_clearance(unit_type=hold.unit_type, unit_id=hold.unit_id, at=now)
    for hold in held[:4]:
        release(hold, now)

    def once(index):
        return [
            partial(recover, held[index], 10_000, now),
            partial(release, held[4 + index], now),
            partial(withdraw, business, 9_500, now),
        ]

    outcomes = at_once(*[act for index in range(4) for act in once(index)])

    assert_ledger_sound()
    paid_out = queries.balance(addresses.payouts_in_transit("NGN"))
    available, owed = standing(business)
    assert [each for each in outcomes if isinstance(each, Error)] == []
    assert available - owed + paid_out == 4 * 9_500
    assert available == 0 or owed == 0


def test_case_50_thirty_two_recoveries_of_all_at_once_take_it_back_once(fund, now):
    hold = fund(10_000)
    operations.start_clearance(unit_type=hold.unit_type, unit_id=hold.unit_id, at=now)
    release(hold, now)

    outcomes = at_once(*[partial(recover, hold, 10_000, now) for _ in range(32)])

    assert sum(isinstance(each, RefundExceedsHold) for each in outcomes) == 31
    assert_ledger_sound()


def test_case_49_opposite_recoveries_and_tips_to_each_other_never_wait_in_a_ring(now):
    one, other = new_id(), new_id()

    def tip(performer, giver, number):
        operations.post_transfer(
            kind="WALLET_CREDIT", idempotency_key=f"top:{giver}:{number}", at=now,
            legs=[
                operations.Leg(address=addresses.gateway_clearing("paystack", "NGN"), amount_minor=-100),
                operations.Leg(address=addresses.wallet(giver, "NGN"), amount_minor=100),
            ],
        )  # fmt: skip
        operations.post_tip(
            tip_id=new_id(), gateway="", currency="NGN", amount_minor=100, performer_id=performer,
            idempotency_key=str(new_id()), at=now, from_wallet_of=giver,
        )  # fmt: skip
        operations.recover_tip(
            performer_id=performer, customer_id=giver, payment_id=new_id(), gateway="paystack", currency="NGN",
            amount_minor=150, destination=WALLET, reason="-", at=now, idempotency_key=str(new_id()),
        )  # fmt: skip

    def work(pair, thread):
        for number in range(30):
            tip(*pair, f"{thread}:{number}")

    outcomes = at_once(*[partial(work, (one, other) if n % 2 else (other, one), n) for n in range(8)])

    assert outcomes == [None] * 8
    assert_ledger_sound()


def test_case_49_a_thousand_opposite_transfers_from_eight_threads_never_wait_in_a_ring(now):
    one, other = addresses.wallet(new_id(), "NGN"), addresses.wallet(new_id(), "NGN")
    for wallet in (one, other):
        operations.credit_wallet(
            customer_id=wallet.split(":")[1], currency="NGN", amount_minor=1_000, idempotency_key=f"start:{wallet}",
            source=addresses.gateway_clearing("paystack", "NGN"), at=now,
        )  # fmt: skip

    def work(source, target, thread):
        for number in range(125):
            operations.post_transfer(
                kind="ADJUSTMENT", idempotency_key=f"{thread}:{number}", at=now,
                legs=[
                    operations.Leg(address=source, amount_minor=-1), operations.Leg(address=target, amount_minor=1),
                ],
            )  # fmt: skip

    outcomes = at_once(*[partial(work, *((one, other) if n % 2 else (other, one)), n) for n in range(8)])

    assert outcomes == [None] * 8
    assert (queries.balance(one), queries.balance(other)) == (1_000, 1_000)
    assert_ledger_sound()
