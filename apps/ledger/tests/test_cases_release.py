"""Section B of the ledger's cases: release, auto-release, commission, tips."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from apps.core import conf
from apps.core.ids import new_id
from apps.ledger import addresses, operations, queries
from apps.ledger.errors import HoldAlreadyRefunded, HoldAlreadyReleased, HoldFrozen, HoldNotDue
from apps.ledger.models import Account, Entry, EscrowHold, Transfer
from apps.ledger.operations import FundAllocation, Unit
from apps.ledger.states import HoldState, RefundDestination, ReleaseReason, TransferKind
from apps.ledger.testing import assert_ledger_sound
from apps.ledger.tests.threads import at_once

DAY = timedelta(hours=24)
MOMENT = timedelta(microseconds=1)


def confirm(hold, at):
    return operations.release_hold(hold_id=hold.pk, reason=ReleaseReason.CUSTOMER_CONFIRMED, by=None, at=at)


def refund_whole(hold, at):
    return operations.refund_hold(
        hold_id=hold.pk,
        destination=RefundDestination.WALLET,
        reason="CANCELLED",
        by=None,
        at=at,
        idempotency_key=f"refund:{hold.pk}",
    )


@pytest.mark.django_db(transaction=True)
def test_case_26_32_parallel_confirmations_make_one_transfer_and_31_replies_with_it(cleared, now):
    hold = cleared(10_000)

    outcomes = at_once(*[partial(confirm, hold, now)] * 32)

    transfer = Transfer.objects.get(kind=TransferKind.ESCROW_RELEASE)
    assert {outcome.transfer_id for outcome in outcomes} == {transfer.pk}
    assert sorted(outcome.replayed for outcome in outcomes) == [False] + [True] * 31
    assert queries.balance(addresses.business_available(hold.business_id, "NGN")) == 9_500
    assert_ledger_sound()


@pytest.mark.django_db(transaction=True)
def test_case_89_a_thousand_attempts_make_one_release(cleared, now):
    hold = cleared(10_000)

    def try_on():
        return [confirm(hold, now + number * MOMENT).transfer_id for number in range(125)]

    outcomes = at_once(*[try_on] * 8)

    transfer = Transfer.objects.get(kind=TransferKind.ESCROW_RELEASE)
    assert [each for outcome in outcomes for each in outcome] == [transfer.pk] * 1_000
    assert queries.balance(addresses.business_available(hold.business_id, "NGN")) == 9_500
    assert_ledger_sound()


@pytest.mark.django_db(transaction=True)
def test_case_28_four_sweeps_at_once_release_each_hold_once(cleared, now):
    holds = [cleared(1_000) for _ in range(40)]

    outcomes = at_once(*[partial(operations.release_due_holds, at=now + DAY, limit=25)] * 4)

    assert sum(outcomes) == 40
    assert Transfer.objects.filter(kind=TransferKind.ESCROW_RELEASE).count() == 40
    assert set(EscrowHold.objects.values_list("state", flat=True)) == {HoldState.RELEASED}
    assert len(holds) == 40
    assert_ledger_sound()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(6))
def test_case_29_dispute_against_auto_release_has_one_outcome(cleared, now, turn):
    hold = cleared(10_000)
    dispute = partial(operations.freeze_hold, hold_id=hold.pk, reason="DISPUTE", by=None, at=now + DAY)

    released, frozen = at_once(partial(operations.release_due_holds, at=now + DAY, limit=10), dispute)

    hold.refresh_from_db()
    if hold.state == HoldState.FROZEN:
        assert (released, hold.released_minor) == (0, 0)
        assert frozen.pk == hold.pk
    else:
        assert hold.state == HoldState.RELEASED
        assert released == 1
        assert isinstance(frozen, HoldAlreadyReleased)
    assert_ledger_sound()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(6))
def test_confirm_sweep_dispute_and_refund_at_one_instant_have_one_outcome(cleared, now, turn):
    hold = cleared(10_000)
    at = now + DAY

    confirmed, swept, frozen, refunded = at_once(
        partial(confirm, hold, at),
        partial(operations.release_due_holds, at=at, limit=10),
        partial(operations.freeze_hold, hold_id=hold.pk, reason="DISPUTE", by=None, at=at),
        partial(refund_whole, hold, at),
    )

    hold.refresh_from_db()
    refusals = (HoldFrozen, HoldAlreadyReleased, HoldAlreadyRefunded)
    if hold.state == HoldState.RELEASED:
        assert isinstance(frozen, refusals)
        assert isinstance(refunded, refusals)
        assert hold.released_minor == 10_000
    else:
        assert hold.state == HoldState.REFUNDED  # a frozen hold may still be refunded
        assert isinstance(confirmed, refusals)
        assert swept == 0
    assert Entry.objects.filter(hold=hold).count() == 2
    assert_ledger_sound()


@pytest.mark.django_db
@pytest.mark.parametrize(("past_due", "released"), [(-MOMENT, 0), (timedelta(0), 1), (MOMENT, 1)])
def test_case_31_released_from_the_24th_hour_on_to_the_microsecond(cleared, now, past_due, released):
    hold = cleared(10_000)

    assert operations.release_due_holds(at=now + DAY + past_due, limit=10) == released

    hold.refresh_from_db()
    assert hold.state == (HoldState.RELEASED if released else HoldState.PENDING_CLEARANCE)


@pytest.mark.django_db
def test_case_31_single_auto_release_before_its_time_is_refused(cleared, now):
    hold = cleared(10_000)

    with pytest.raises(HoldNotDue):
        operations.release_hold(hold_id=hold.pk, reason=ReleaseReason.AUTO, by=None, at=now + DAY - MOMENT)


@pytest.mark.django_db
def test_case_31_a_change_of_clocks_neither_shortens_nor_lengthens_the_wait(cleared):
    before_the_change = datetime(2026, 10, 24, 22, 30, tzinfo=UTC)

    hold = cleared(10_000, at=before_the_change)

    assert hold.release_due_at == datetime(2026, 10, 25, 22, 30, tzinfo=UTC)


@pytest.mark.django_db
def test_case_32_completing_again_restarts_the_timer(cleared, now, sound):
    hold = cleared(10_000)
    unit = {"unit_type": hold.unit_type, "unit_id": hold.unit_id}

    reopened = operations.stop_clearance(**unit, at=now + timedelta(hours=2))
    again = operations.start_clearance(**unit, at=now + timedelta(hours=20))

    assert (reopened.state, reopened.release_due_at) == (HoldState.HELD, None)
    assert again.release_due_at == now + timedelta(hours=44)
    assert operations.release_due_holds(at=now + timedelta(hours=43), limit=10) == 0
    assert operations.release_due_holds(at=now + timedelta(hours=44), limit=10) == 1


@pytest.mark.django_db
def test_case_32_a_second_start_without_a_stop_counts_from_the_last(cleared, now):
    hold = cleared(10_000)

    later = operations.start_clearance(unit_type=hold.unit_type, unit_id=hold.unit_id, at=now + timedelta(hours=5))

    assert later.release_due_at == now + timedelta(hours=29)


@pytest.mark.django_db
@pytest.mark.parametrize("rate_bp", [500, 400, 300])
@pytest.mark.parametrize("amount", [1, 2, 19, 33, 99, 101, 10**15])
def test_case_34_share_and_commission_make_the_amount_exactly(cleared, now, amount, rate_bp, sound):
    hold = cleared(amount, rate_bp=rate_bp)

    released = confirm(hold, now).hold

    commission = (amount * rate_bp * 2 + 10_000) // 20_000
    assert (released.commission_minor, released.net_minor) == (commission, amount - commission)
    assert queries.balance(addresses.business_available(hold.business_id, "NGN")) == amount - commission
    assert queries.balance(addresses.platform_revenue("NGN")) == commission


@pytest.mark.django_db
def test_case_35_the_rate_of_the_payment_is_used_and_recorded_when_the_tier_has_changed(cleared, fund, now, sound):
    hold = cleared(10_000)
    fund(2_000_000_000, business_id=hold.business_id)

    confirm(hold, now)

    transfer = Transfer.objects.get(kind=TransferKind.ESCROW_RELEASE)
    assert queries.commission_rate_for(business_id=hold.business_id, currency="NGN", at=now).rate_bp == 300
    assert transfer.metadata == {
        "reason": "CUSTOMER_CONFIRMED",
        "commission_rate_bp": 500,
        "commission_rule": "STANDARD",
    }
    assert queries.balance(addresses.platform_revenue("NGN")) == 500


@pytest.mark.django_db
def test_case_37_a_tip_goes_whole_to_the_performer_after_the_release_without_touching_the_hold(cleared, now, sound):
    hold, performer = cleared(10_000), new_id()
    before = confirm(hold, now).hold
    tip = {"tip_id": new_id(), "gateway": "paystack", "currency": "NGN", "amount_minor": 777, "performer_id": performer}

    first = operations.post_tip(**tip, idempotency_key="tip-1", at=now)
    again = operations.post_tip(**tip, idempotency_key="tip-1", at=now)

    hold.refresh_from_db()
    assert queries.balance(addresses.tips(performer, "NGN")) == 777
    assert (again.transfer_id, again.replayed) == (first.transfer_id, True)
    assert EscrowHold.objects.values().get(pk=hold.pk) == EscrowHold.objects.values().get(pk=before.pk)
    assert hold.state == HoldState.RELEASED


@pytest.mark.django_db
def test_case_38_a_tip_to_one_who_left_is_kept_and_can_be_claimed(now, sound):
    performer = new_id()
    tip = {"gateway": "paystack", "currency": "NGN", "amount_minor": 500, "performer_id": performer, "at": now}

    operations.post_tip(**tip, tip_id=new_id(), idempotency_key="tip-1", has_left=True)

    assert queries.balance(addresses.tips(performer, "NGN")) == 0
    assert queries.balance(addresses.tips_payable(performer, "NGN")) == 500
    assert operations.claim_kept_tips(performer_id=performer, currency="NGN", at=now) is not None
    assert queries.balance(addresses.tips(performer, "NGN")) == 500
    assert operations.claim_kept_tips(performer_id=performer, currency="NGN", at=now) is None


@pytest.mark.django_db
def test_case_38_a_tip_to_a_closed_account_is_kept(now, sound):
    performer = new_id()
    tip = {"gateway": "paystack", "currency": "NGN", "amount_minor": 500, "performer_id": performer, "at": now}
    operations.post_tip(**tip, tip_id=new_id(), idempotency_key="tip-1")
    operations.close_account(address=addresses.tips(performer, "NGN"), by=None, reason="suspended", at=now)

    operations.post_tip(**tip, tip_id=new_id(), idempotency_key="tip-2")

    assert queries.balance(addresses.tips_payable(performer, "NGN")) == 500


@pytest.mark.django_db
def test_case_40_a_free_job_runs_through_without_a_row_of_nothing(now, sound):
    unit = Unit(unit_type="BOOKING", unit_id=new_id())
    allocation = FundAllocation(
        unit_type="BOOKING", unit_id=unit.unit_id, business_id=new_id(), customer_id=new_id(), amount_minor=0
    )

    funding = operations.fund_payment(
        payment_id=new_id(),
        gateway="paystack",
        currency="NGN",
        amount_minor=0,
        payer_id=new_id(),
        allocations=[allocation],
        idempotency_key="free",
        at=now,
    )

    assert (funding.transfer_id, funding.excess_minor) == (None, 0)
    assert operations.start_clearance(unit_type="BOOKING", unit_id=unit.unit_id, at=now) is None
    assert operations.stop_clearance(unit_type="BOOKING", unit_id=unit.unit_id, at=now) is None
    assert operations.release_due_holds(at=now + DAY, limit=10) == 0
    assert (Transfer.objects.count(), Entry.objects.count(), EscrowHold.objects.count()) == (0, 0, 0)


@pytest.mark.django_db
def test_case_40_a_share_of_nothing_makes_no_hold_beside_one_that_costs(fund, now, sound):
    hold = fund(5_000, rate_bp=0)

    confirmed = operations.start_clearance(unit_type=hold.unit_type, unit_id=hold.unit_id, at=now)
    confirm(confirmed, now)

    assert list(Account.objects.filter(kind="PLATFORM_REVENUE", entries__isnull=False)) == []
    assert Entry.objects.filter(amount=0).count() == 0


def test_the_clearance_takes_a_day():
    assert conf.timer("ESCROW_AUTO_RELEASE") == DAY
