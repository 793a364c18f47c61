from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction

from apps.core import events
from apps.core.errors import Conflict, Invalid, NotFound, WrongState
from apps.core.ids import new_id
from apps.core.models import AuditEntry
from apps.ledger import addresses, operations, queries
from apps.ledger.errors import (
    AccountClosed,
    HoldAlreadyRefunded,
    HoldAlreadyReleased,
    HoldFrozen,
    HoldInWrongState,
    InsufficientFunds,
)
from apps.ledger.events import ClearanceStarted, EscrowFrozen, EscrowReleased, EscrowUnfrozen
from apps.ledger.models import Account, Balance, EscrowHold, Transfer
from apps.ledger.operations import Leg, Unit
from apps.ledger.states import HoldState, RefundDestination, ReleaseReason, TransferKind
from apps.ledger.testing import assert_ledger_sound
from apps.ledger.tests.threads import at_once


@pytest.fixture
def heard(monkeypatch):
    """Every fact of the ledger that was stated."""
    facts = []
    kinds = (ClearanceStarted, EscrowFrozen, EscrowUnfrozen, EscrowReleased)
    monkeypatch.setattr(events, "_handlers", dict.fromkeys(kinds, (facts.append,)))
    return facts


def release(hold, at, reason=ReleaseReason.CUSTOMER_CONFIRMED):
    return operations.release_hold(hold_id=hold.pk, reason=reason, by=None, at=at)


@pytest.mark.django_db
def test_what_is_frozen_waits_for_operations(cleared, now, heard, sound):
    hold = cleared(10_000)
    due = now + timedelta(days=2)

    frozen = operations.freeze_hold(hold_id=hold.pk, reason="DISPUTE", by=None, at=now)
    again = operations.freeze_hold(hold_id=hold.pk, reason="TWICE", by=None, at=due)

    assert (frozen.frozen_from, again.frozen_reason, again.frozen_at) == (HoldState.PENDING_CLEARANCE, "DISPUTE", now)
    assert operations.release_due_holds(at=due, limit=10) == 0
    for refused in (
        partial(release, hold, due),
        partial(release, hold, due, ReleaseReason.AUTO),
        partial(operations.start_clearance, unit_type=hold.unit_type, unit_id=hold.unit_id, at=due),
        partial(operations.stop_clearance, unit_type=hold.unit_type, unit_id=hold.unit_id, at=due),
    ):
        with pytest.raises(HoldFrozen):
            refused()
    decided = operations.release_hold(
        hold_id=hold.pk, reason=ReleaseReason.OPS_DECISION, by=None, at=due, note="the work was done"
    )
    assert decided.hold.state == HoldState.RELEASED
    assert AuditEntry.objects.get(action="escrow.released").reason == "the work was done"
    assert [type(fact) for fact in heard] == [ClearanceStarted, EscrowFrozen, EscrowReleased]


@pytest.mark.django_db
@pytest.mark.parametrize("was", [HoldState.HELD, HoldState.PENDING_CLEARANCE])
def test_unfreezing_goes_back_to_where_it_was(fund, cleared, now, was, heard, sound):
    hold = fund(1_000) if was == HoldState.HELD else cleared(1_000)
    operations.freeze_hold(hold_id=hold.pk, reason="DISPUTE", by=None, at=now)

    back = operations.unfreeze_hold(hold_id=hold.pk, reason="withdrawn", by=None, at=now)

    assert back.state == was
    assert isinstance(heard[-1], EscrowUnfrozen)
    assert operations.release_due_holds(at=now + timedelta(days=1), limit=10) == (was == HoldState.PENDING_CLEARANCE)


@pytest.mark.django_db
def test_what_is_not_frozen_cannot_be_unfrozen(fund, now):
    with pytest.raises(HoldInWrongState):
        operations.unfreeze_hold(hold_id=fund(1_000).pk, reason="x", by=None, at=now)


@pytest.mark.django_db
def test_what_is_held_is_not_released_before_the_work_is_done(fund, now):
    hold = fund(1_000)

    for reason in ReleaseReason:
        with pytest.raises(HoldInWrongState):
            release(hold, now, reason)


@pytest.mark.django_db
def test_what_has_ended_stays_ended(cleared, now, sound):
    released, refunded = cleared(1_000), cleared(1_000)
    release(released, now)
    operations.refund_hold(
        hold_id=refunded.pk, destination=RefundDestination.WALLET, reason="x", by=None, at=now, idempotency_key="r"
    )

    for hold, refusal in ((released, HoldAlreadyReleased), (refunded, HoldAlreadyRefunded)):
        unit = {"unit_type": hold.unit_type, "unit_id": hold.unit_id}
        for act in (
            partial(operations.start_clearance, **unit, at=now),
            partial(operations.stop_clearance, **unit, at=now),
            partial(operations.freeze_hold, unit=Unit(**unit), reason="late", by=None, at=now),
        ):
            with pytest.raises(refusal) as refused:
                act()
            assert isinstance(refused.value, WrongState)
    with pytest.raises(HoldAlreadyRefunded):
        release(refunded, now)


@pytest.mark.django_db
def test_a_sweep_speaks_of_all_it_released_in_one_fact_and_in_the_same_number_of_queries(
    cleared, now, heard, count_queries
):
    at, counts = now + timedelta(days=1), []
    for size in (2, 60):
        holds = [cleared(1_000) for _ in range(size)]
        heard.clear()
        with count_queries() as counted:
            assert operations.release_due_holds(at=at, limit=100) == size
        counts.append(len(counted))
        (fact,) = heard
        assert {(each.hold_id, each.net_minor, each.commission_minor) for each in fact.releases} == {
            (hold.pk, 950, 50) for hold in holds
        }
        assert (fact.reason, fact.released_at) == ("AUTO", at)

    assert counts[0] == counts[1] == 1
    assert operations.release_due_holds(at=at, limit=100) == 0
    assert_ledger_sound()


@pytest.mark.django_db
def test_many_holds_of_one_business_fall_due_together(cleared, now, sound):
    business = new_id()
    for _ in range(20):
        cleared(1_000, business_id=business)

    operations.release_due_holds(at=now + timedelta(days=1), limit=100)

    assert queries.available_to_business(business, "NGN") == 20 * 950


@pytest.mark.django_db
def test_the_sweep_takes_the_longest_due_first_and_no_more_than_its_limit(cleared, now, sound):
    late, early = cleared(1_000, at=now + timedelta(hours=1)), cleared(1_000)

    assert operations.release_due_holds(at=now + timedelta(days=2), limit=1) == 1
    early.refresh_from_db()
    late.refresh_from_db()
    assert (early.state, late.state) == (HoldState.RELEASED, HoldState.PENDING_CLEARANCE)


@pytest.mark.django_db
def test_a_business_whose_account_is_closed_keeps_nobody_else_waiting(cleared, now, sound):
    closed = cleared(1_000)
    operations.release_hold(hold_id=closed.pk, reason=ReleaseReason.CUSTOMER_CONFIRMED, by=None, at=now)
    address = addresses.business_available(closed.business_id, "NGN")
    operations.close_account(address=address, by=None, reason="fraud", at=now)
    stuck, other = cleared(1_000, business_id=closed.business_id), cleared(1_000)

    assert operations.release_due_holds(at=now + timedelta(days=1), limit=10) == 1

    stuck.refresh_from_db()
    other.refresh_from_db()
    assert (stuck.state, other.state) == (HoldState.PENDING_CLEARANCE, HoldState.RELEASED)
    with pytest.raises(AccountClosed), transaction.atomic():
        release(stuck, now)


@pytest.mark.django_db
def test_a_transfer_is_reversed_once_by_its_opposite(now, sound):
    performer = new_id()
    tip = operations.post_tip(
        tip_id=new_id(),
        gateway="g",
        currency="NGN",
        amount_minor=70,
        performer_id=performer,
        idempotency_key="t",
        at=now,
    )

    first = operations.reverse_transfer(transfer_id=tip.transfer_id, reason="mistake", by=None, at=now)
    again = operations.reverse_transfer(transfer_id=tip.transfer_id, reason="mistake", by=None, at=now)

    assert queries.balance(addresses.tips(performer, "NGN")) == 0
    assert (again.transfer_id, again.replayed) == (first.transfer_id, True)
    assert Transfer.objects.get(pk=first.transfer_id).reverses_id == tip.transfer_id
    assert AuditEntry.objects.filter(action="ledger.transfer_reversed").count() == 1


@pytest.mark.django_db
def test_money_in_escrow_is_not_reversed_past_its_hold(fund, now):
    with pytest.raises(Invalid):
        operations.reverse_transfer(transfer_id=fund(1_000).funding_transfer_id, reason="x", by=None, at=now)


@pytest.mark.django_db
def test_accounts_that_cannot_be_closed_or_swept(fund, now):
    fund(1_000)
    common = {"by": None, "reason": "x", "at": now}

    with pytest.raises(Conflict):
        operations.close_account(address=addresses.escrow("NGN"), **common)
    with pytest.raises(Conflict):
        operations.sweep_closed_account(address=addresses.escrow("NGN"), **common)
    with pytest.raises(NotFound):
        operations.close_account(address=addresses.wallet(new_id(), "NGN"), **common)


@pytest.mark.django_db
def test_a_guarded_account_is_not_overdrawn_and_a_receivable_may_be(now, sound):
    business, person = new_id(), new_id()

    def move(source, target, key):
        legs = [Leg(address=source, amount_minor=-5), Leg(address=target, amount_minor=5)]
        return operations.post_transfer(kind=TransferKind.ADJUSTMENT, legs=legs, idempotency_key=key, at=now)

    available, wallet = addresses.business_available(business, "NGN"), addresses.wallet(person, "NGN")
    with pytest.raises(InsufficientFunds), transaction.atomic():
        move(available, wallet, "a")
    move(addresses.business_receivable(business, "NGN"), wallet, "b")
    move(addresses.staff_receivable(person, "NGN"), addresses.customer_credits(person, "NGN"), "c")
    move(addresses.promotions("NGN"), addresses.payouts_in_transit("NGN"), "d")

    assert queries.balance(addresses.business_receivable(business, "NGN")) == -5
    assert queries.withdrawable(available) == 0
    assert queries.withdrawable(wallet) == 5


@pytest.mark.django_db(transaction=True)
def test_case_49_opposite_transfers_from_eight_threads_never_wait_in_a_ring(now):
    one, other = addresses.wallet(new_id(), "NGN"), addresses.wallet(new_id(), "NGN")
    for address in (one, other):
        legs = [Leg(address=addresses.suspense("NGN"), amount_minor=-1_000), Leg(address=address, amount_minor=1_000)]
        operations.post_transfer(kind=TransferKind.ADJUSTMENT, legs=legs, idempotency_key=address, at=now)

    def move(source, target, thread):
        for n in range(25):
            legs = [Leg(address=source, amount_minor=-1), Leg(address=target, amount_minor=1)]
            operations.post_transfer(kind=TransferKind.ADJUSTMENT, legs=legs, idempotency_key=f"{thread}:{n}", at=now)

    outcomes = at_once(*[partial(move, *((one, other) if thread % 2 else (other, one)), thread) for thread in range(8)])

    assert outcomes == [None] * 8
    assert list(Balance.objects.order_by("posted").values_list("posted", flat=True)) == [1_000, 1_000]
    assert_ledger_sound()


@pytest.mark.django_db
def test_rows_say_what_they_are(cleared, now):
    hold = cleared(1_000)
    operations.release_due_holds(at=now + timedelta(days=1), limit=5)
    entry = hold.entries.order_by("pk").first()

    assert str(hold) == f"BOOKING {hold.unit_id}: 1000 NGN, PENDING_CLEARANCE"
    assert hold.left_minor == 1_000
    assert str(entry) == "1000 NGN"
    assert str(entry.transfer).startswith("PAYMENT ")
    assert str(entry.account) == addresses.escrow("NGN")
    assert str(Balance.objects.get(account__owner_id=hold.business_id)) == "950 (0 held)"
    assert Account.objects.owned_by("BUSINESS", [hold.business_id]).count() == 1
    assert EscrowHold.objects.due(now).count() == 0


@pytest.mark.django_db
def test_thawed_money_may_be_given_a_moment_of_its_own_to_clear(cleared, now, sound):
    hold, at = cleared(1_000), now + timedelta(days=3)
    operations.freeze_hold(hold_id=hold.pk, reason="DISPUTE", by=None, at=now)

    due_at = at + timedelta(hours=1)
    back = operations.unfreeze_hold(hold_id=hold.pk, reason="withdrawn", by=None, at=at, due_at=due_at)

    assert (back.state, back.release_due_at) == (HoldState.PENDING_CLEARANCE, due_at)
    assert operations.release_due_holds(at=due_at - timedelta(seconds=1), limit=10) == 0
    assert operations.release_due_holds(at=due_at, limit=10) == 1
