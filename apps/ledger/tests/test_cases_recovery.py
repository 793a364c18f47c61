"""Money that comes back after its release: who gives it, who owes it, and what pays it off."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import Error, transaction

from apps.accounts.tests.factories import UserFactory
from apps.core.errors import Invalid, NotFound
from apps.core.ids import new_id
from apps.core.models import AuditEntry
from apps.core.money import Money
from apps.ledger import addresses, operations, queries
from apps.ledger.errors import HoldClaimed, HoldInWrongState, NothingOwed, RefundExceedsHold
from apps.ledger.models import Account, Balance, Entry, EscrowHold, Transfer
from apps.ledger.states import HoldState, OwnerType, RefundDestination, ReleaseReason
from apps.ledger.tests.recovering import BUSINESS, WALLET, recover, release, standing, withdraw
from apps.ledger.tests.sql import run
from apps.notifications.models import Notification


def legs_of(transfer_id):
    return {
        entry.account.kind: entry.amount
        for entry in Entry.objects.filter(transfer_id=transfer_id).select_related("account")
    }


@pytest.mark.django_db
def test_case_50_what_comes_back_is_a_new_transfer_that_names_the_release_and_gives_its_commission_back(
    cleared, now, sound
):
    hold = release(cleared(10_000), now)

    recovery = recover(hold, 4_000, now)

    transfer = Transfer.objects.get(pk=recovery.transfer_id)
    assert legs_of(transfer.pk) == {"AVAILABLE": -3_800, "PLATFORM_REVENUE": -200, "WALLET": 4_000}
    assert (transfer.kind, transfer.reverses_id, transfer.hold_id) == ("RECOVERY", hold.release_transfer_id, hold.pk)
    hold.refresh_from_db()
    assert (hold.state, hold.recovered_minor, hold.recoverable_minor, hold.net_minor) == (
        "RELEASED",
        4_000,
        6_000,
        9_500,
    )
    assert standing(hold.business_id) == (5_700, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("parts", [[1] * 101, [33, 33, 35], [100, 1]])
def test_case_50_parts_give_back_exactly_the_commission_of_the_whole(cleared, now, sound, parts):
    hold = release(cleared(101), now)

    for part in parts:
        recover(hold, part, now)

    assert queries.balance(addresses.platform_revenue("NGN")) == 0
    assert standing(hold.business_id) == (0, 0)


@pytest.mark.django_db
def test_case_47_what_is_not_there_is_owed_and_nothing_falls_below_zero(cleared, now, sound):
    hold = release(cleared(10_000), now)
    withdraw(hold.business_id, 9_000, now)

    recovery = recover(hold, 10_000, now)

    assert recovery.owed_minor == 9_000
    assert standing(hold.business_id) == (0, 9_000)
    assert queries.owed_by(BUSINESS, [hold.business_id]) == {"NGN": 9_000}


@pytest.mark.django_db
def test_recovering_is_refused_before_a_release_beyond_it_and_of_nothing(cleared, now, sound):
    held, released = cleared(10_000), release(cleared(10_000), now)

    with pytest.raises(HoldInWrongState):
        recover(held, 1, now)
    with pytest.raises(Invalid):
        recover(released, 0, now)
    with pytest.raises(RefundExceedsHold), transaction.atomic():
        recover(released, 10_001, now)
    assert Transfer.objects.filter(kind="RECOVERY").count() == 0


@pytest.mark.django_db
def test_the_same_key_recovers_once(cleared, now, sound):
    hold = release(cleared(10_000), now)

    first, second = recover(hold, 4_000, now, key="once"), recover(hold, 4_000, now, key="once")

    assert (first.transfer_id, first.replayed) == (second.transfer_id, False)
    assert second.replayed
    assert queries.balance(addresses.wallet(hold.customer_id, "NGN")) == 4_000


@pytest.mark.django_db
@pytest.mark.parametrize("release_again", ["by_hand", "sweep"])
def test_later_releases_pay_what_is_owed_first_by_lines_of_their_own(cleared, now, sound, release_again):
    hold = release(cleared(10_000), now)
    withdraw(hold.business_id, 9_500, now)
    recover(hold, 10_000, now)
    later = [cleared(6_000, business_id=hold.business_id) for _ in range(2)]

    if release_again == "by_hand":
        for each in later:
            release(each, now)
    else:
        operations.release_due_holds(at=now + timedelta(hours=25), limit=10)

    assert standing(hold.business_id) == (1_900, 0)
    netted = Transfer.objects.filter(kind="NETTING")
    assert {(t.cause_type, t.cause_id) for t in netted} == {("BUSINESS", hold.business_id)}
    assert sum(legs_of(each.pk)["RECEIVABLE"] for each in netted) == 9_500
    assert len(netted) == (2 if release_again == "by_hand" else 1)


@pytest.mark.django_db
def test_a_set_of_releases_nets_each_who_owes_and_nobody_else(cleared, now, sound):
    owing = release(cleared(10_000), now)
    withdraw(owing.business_id, 9_500, now)
    recover(owing, 10_000, now)
    owed_in_dollars = release(cleared(2_000, business_id=owing.business_id, currency="USD"), now)
    free = [cleared(1_000) for _ in range(3)]
    cleared(2_000, business_id=owing.business_id)

    operations.release_due_holds(at=now + timedelta(hours=25), limit=100)

    assert standing(owing.business_id) == (0, 7_600)
    assert [standing(each.business_id) for each in free] == [(950, 0)] * 3
    assert queries.available_to_business(owed_in_dollars.business_id, "USD") == 1_900


@pytest.mark.django_db
def test_who_owes_nothing_is_released_by_the_same_calls(cleared, now, sound, django_assert_num_queries):
    hold = cleared(10_000)

    with django_assert_num_queries(12):  # half of them for referrals and points, for any number of releases
        release(hold, now)


@pytest.mark.django_db
def test_of_money_kept_for_a_payout_nothing_is_taken(cleared, now, sound):
    hold = release(cleared(10_000), now)
    Balance.objects.filter(account__address=addresses.business_available(hold.business_id, "NGN")).update(held=9_000)

    assert recover(hold, 10_000, now).owed_minor == 9_000

    release(cleared(1_000, business_id=hold.business_id), now)
    assert queries.balance(addresses.business_available(hold.business_id, "NGN")) == 9_000
    assert queries.owes(BUSINESS, hold.business_id, "NGN") == 8_050


@pytest.mark.django_db
def test_a_tip_comes_back_from_tips_then_as_a_debt_that_later_tips_pay_off(now, sound):
    performer, payment = UserFactory(), new_id()

    def tip(amount_minor):
        operations.post_tip(
            tip_id=new_id(), gateway="paystack", currency="NGN", amount_minor=amount_minor, performer_id=performer.pk,
            idempotency_key=str(new_id()), at=now,
        )  # fmt: skip

    def recover_tip(key):
        return operations.recover_tip(
            performer_id=performer.pk, customer_id=new_id(), payment_id=payment, gateway="paystack", currency="NGN",
            amount_minor=1_500, destination=RefundDestination.GATEWAY, reason="By mistake", at=now, idempotency_key=key,
        )  # fmt: skip

    tip(1_000)
    first, again = recover_tip("tip"), recover_tip("tip")

    assert (first.owed_minor, again.replayed) == (500, True)
    assert queries.owes(OwnerType.STAFF, performer.pk, "NGN") == 500
    assert Notification.objects.filter(notification_type="receivable_opened", user=performer).count() == 1
    tip(800)
    assert queries.withdrawable(addresses.tips(performer.pk, "NGN")) == 300
    assert queries.owes(OwnerType.STAFF, performer.pk, "NGN") == 0
    with pytest.raises(Invalid):
        operations.recover_tip(
            performer_id=performer.pk, customer_id=new_id(), payment_id=payment, gateway="paystack", currency="NGN",
            amount_minor=0, destination=WALLET, reason="-", at=now, idempotency_key="nothing",
        )  # fmt: skip


@pytest.mark.django_db
def test_tips_in_a_payment_pay_the_debt_off_too(now, fund, sound):
    performer = new_id()
    operations.recover_tip(
        performer_id=performer, customer_id=new_id(), payment_id=new_id(), gateway="paystack", currency="NGN",
        amount_minor=700, destination=WALLET, reason="By mistake", at=now, idempotency_key="t",
    )  # fmt: skip

    fund(1_000, paid_minor=2_000, tips=[operations.TipAllocation(performer_id=performer, amount_minor=1_000)])

    assert queries.withdrawable(addresses.tips(performer, "NGN")) == 300


@pytest.mark.django_db
def test_a_debt_is_written_off_in_part_and_whole_as_the_platforms_loss(cleared, now, sound):
    admin, hold = UserFactory(role="ADMIN"), release(cleared(10_000), now)
    withdraw(hold.business_id, 9_500, now)
    recover(hold, 10_000, now)
    account = Account.objects.get(kind="RECEIVABLE")

    def write_off(amount=None):
        return operations.write_off_receivable(account_id=account.pk, amount=amount, reason="Gone", by=admin, at=now)

    for wrong in (Money(9_501, "NGN"), Money(1, "USD")):
        with pytest.raises(NothingOwed):
            write_off(wrong)
    write_off(Money(500, "NGN"))
    write_off()

    assert standing(hold.business_id) == (0, 0)
    assert queries.balance(addresses.losses("NGN")) == -9_500
    written = AuditEntry.objects.filter(action="ledger.written_off")
    assert [(entry.actor_id, entry.reason) for entry in written] == [(admin.pk, "Gone")] * 2
    with pytest.raises(NothingOwed):
        write_off()
    with pytest.raises(NotFound):
        operations.write_off_receivable(account_id=new_id(), reason="Gone", by=admin, at=now)


@pytest.mark.django_db
def test_a_claimed_hold_moves_for_nobody_until_the_claim_is_dropped(cleared, now, sound):
    hold = cleared(10_000)
    operations.claim_hold(hold_id=hold.pk, amount_minor=6_000, reason="Fraud", by=None, at=now)

    for refused in (
        partial(release, hold, now),
        partial(operations.release_hold, hold_id=hold.pk, reason=ReleaseReason.OPS_DECISION, by=None, at=now),
        partial(operations.unfreeze_hold, hold_id=hold.pk, reason="-", by=None, at=now),
        partial(
            operations.refund_hold, hold_id=hold.pk, amount_minor=4_001, destination=WALLET, reason="-", by=None, at=now,
            idempotency_key="k",
        ),
        partial(operations.claim_hold, hold_id=hold.pk, amount_minor=4_001, reason="-", by=None, at=now),
    ):  # fmt: skip
        with pytest.raises(HoldClaimed):
            refused()
    assert operations.release_due_holds(at=now + timedelta(days=9), limit=10) == 0
    hold.refresh_from_db()
    assert (hold.state, hold.disputed_minor) == (HoldState.FROZEN, 6_000)
    with pytest.raises(Invalid):
        operations.drop_claim(hold_id=hold.pk, amount_minor=6_001, reason="-", by=None, at=now)
    operations.drop_claim(hold_id=hold.pk, amount_minor=6_000, reason="Won", by=None, at=now)
    assert operations.release_due_holds(at=now + timedelta(days=9), limit=10) == 1


@pytest.mark.django_db
def test_work_done_while_the_money_is_claimed_clears_when_it_is_thawed(fund, now, sound):
    hold = fund(10_000)
    operations.claim_hold(hold_id=hold.pk, amount_minor=10_000, reason="Fraud", by=None, at=now)

    operations.start_clearance(unit_type=hold.unit_type, unit_id=hold.unit_id, at=now)
    operations.stop_clearance(unit_type=hold.unit_type, unit_id=hold.unit_id, at=now)
    operations.start_clearance(unit_type=hold.unit_type, unit_id=hold.unit_id, at=now + timedelta(hours=1))

    assert EscrowHold.objects.get().state == HoldState.FROZEN
    thawed = operations.drop_claim(hold_id=hold.pk, amount_minor=10_000, reason="Won", by=None, at=now)
    assert (thawed.state, thawed.release_due_at) == (HoldState.PENDING_CLEARANCE, now + timedelta(hours=25))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "guard"),
    [
        ("recovered_minor = 1", "ledger_hold_recovered_was_released"),
        ("recovered_minor = -1", "ledger_hold_recovered_was_released"),
        ("disputed_minor = 1", "ledger_hold_claimed_stays_frozen"),
        ("disputed_minor = -1, state = 'FROZEN', frozen_at = now(), frozen_from = 'HELD'", "claimed_stays_frozen"),
        ("disputed_minor = 1001, state = 'FROZEN', frozen_at = now(), frozen_from = 'HELD'", "claimed_stays_frozen"),
    ],
)
def test_the_database_refuses_a_hold_that_lies_about_claims_and_recoveries(fund, change, guard):
    hold = fund(1_000)

    with pytest.raises(Error, match=guard):
        run(f"UPDATE ledger_hold SET {change} WHERE id = %s", hold.pk)


@pytest.mark.django_db
def test_the_application_may_claim_and_never_recover_by_hand(fund, cleared, now):
    from apps.ledger.tests.sql import as_application

    hold = release(cleared(1_000), now)
    with pytest.raises(Error, match="permission denied"), as_application():
        run("UPDATE ledger_hold SET recovered_minor = 1 WHERE id = %s", hold.pk)
    run("RESET ROLE")
