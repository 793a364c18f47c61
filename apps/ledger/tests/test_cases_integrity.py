"""Section F of the ledger's cases: the books under direct attack."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import Error, transaction

from apps.core.ids import new_id
from apps.ledger import addresses, operations
from apps.ledger.errors import IdempotencyKeyReused, UnbalancedTransfer
from apps.ledger.models import Account, Entry, Transfer
from apps.ledger.operations import Leg
from apps.ledger.states import ReleaseReason, TransferKind
from apps.ledger.testing import assert_ledger_sound
from apps.ledger.tests.payments import escrow_and_clearing, payment
from apps.ledger.tests.sql import as_application, raw_entries, raw_transfer, run
from apps.ledger.tests.threads import at_once

KEPT = ["ledger_entry", "ledger_transfer", "ledger_sealbatch", "ledger_sealedtransfer", "ledger_balancesnapshot"]
ATTACKS = ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"]


@pytest.fixture
def books(cleared, now):
    """A release, sealed and snapshotted, so that no table is empty."""
    hold = cleared(10_000)
    operations.release_hold(hold_id=hold.pk, reason=ReleaseReason.CUSTOMER_CONFIRMED, by=None, at=now)
    run("INSERT INTO ledger_sealedtransfer VALUES (%s, '', 1)", hold.funding_transfer_id)
    run("INSERT INTO ledger_sealbatch VALUES (1, '', 'x', 1, 1, 1, now())")
    run(
        "INSERT INTO ledger_balancesnapshot (account_id, cluster, horizon, amount, entries, taken_at)"
        " SELECT id, 1, 1, 0, 0, now() FROM ledger_account LIMIT 1"
    )
    run("SET CONSTRAINTS ALL IMMEDIATE")
    return hold


@pytest.mark.django_db
@pytest.mark.parametrize("table", KEPT)
@pytest.mark.parametrize("attack", ATTACKS)
def test_case_64_the_owner_is_refused_by_trigger(books, table, attack):
    statement = attack.format(table)
    if table == "ledger_sealedtransfer":
        statement = statement.replace("id = id", "hash = ''")

    with pytest.raises(Error, match=r"Cannot (update|delete)|cannot be truncated"):
        run(statement)


@pytest.mark.django_db
@pytest.mark.parametrize("table", [*KEPT, "ledger_hold", "ledger_account", "ledger_balance", "ledger_dailytotal"])
@pytest.mark.parametrize("attack", ["DELETE FROM {}", "TRUNCATE {} CASCADE", "UPDATE {} SET created_at = now()"])
def test_case_64_the_application_is_refused_by_privilege(books, table, attack):
    columns = {
        "ledger_hold": "gross_minor = 1",
        "ledger_balance": "posted = 1",
        "ledger_sealbatch": "transfers = 1",
        "ledger_sealedtransfer": "batch_id = 1",
        "ledger_balancesnapshot": "amount = 1",
        "ledger_dailytotal": "amount = 1",
    }
    statement = attack.format(table).replace("created_at = now()", columns.get(table, "created_at = now()"))

    with as_application(), pytest.raises(Error, match="permission denied"):
        run(statement)


@pytest.mark.django_db
@pytest.mark.parametrize("table", [*KEPT, "ledger_hold", "ledger_account", "ledger_balance", "ledger_dailytotal"])
def test_case_64_the_application_inserts_nothing_past_the_functions(books, table):
    with as_application(), pytest.raises(Error, match="permission denied"):
        run(f"INSERT INTO {table} DEFAULT VALUES")


@pytest.mark.django_db
def test_case_64_the_orm_is_refused_too(books):
    entry = Entry.objects.first()

    for attack in (
        partial(Entry.objects.update, amount=1),
        partial(Entry.objects.bulk_update, [entry], ["amount"]),
        entry.save,
        Transfer.objects.first().save,
    ):
        with pytest.raises(Error, match="Cannot update"), transaction.atomic():
            attack()


@pytest.mark.django_db(transaction=True)
def test_case_64_the_application_can_do_its_work_under_its_role(now, fund, sound):
    run("SET ROLE guild_app")
    try:
        hold = fund(10_000)
        operations.start_clearance(unit_type=hold.unit_type, unit_id=hold.unit_id, at=now)
        operations.freeze_hold(hold_id=hold.pk, reason="DISPUTE", by=None, at=now)
        operations.unfreeze_hold(hold_id=hold.pk, reason="settled", by=None, at=now)
        assert operations.release_due_holds(at=now + timedelta(days=1), limit=10) == 1
        operations.take_snapshot(at=now)
        operations.seal_batch(at=now, limit=10)
        tip = operations.post_tip(
            tip_id=new_id(),
            gateway="x",
            currency="NGN",
            amount_minor=5,
            performer_id=new_id(),
            idempotency_key="t",
            at=now,
        )
        operations.reverse_transfer(transfer_id=tip.transfer_id, reason="mistake", by=None, at=now)
        address = addresses.business_available(hold.business_id, "NGN")
        operations.close_account(address=address, by=None, reason="gone", at=now)
        operations.sweep_closed_account(address=address, by=None, reason="gone", at=now)
    finally:
        run("RESET ROLE")


@pytest.mark.django_db
def test_case_65_a_single_leg_is_refused(fund):
    hold = fund(10_000)
    escrow, _ = escrow_and_clearing()
    transfer = new_id()
    raw_transfer(transfer)

    with pytest.raises(Error, match="does not balance"):
        raw_entries((transfer, escrow, 5, "NGN", hold.pk))


@pytest.mark.django_db
def test_case_65_legs_in_two_currencies_are_refused(fund):
    fund(10_000)
    fund(10_000, currency="USD", gateway="stripe")
    naira = Account.objects.get(address=addresses.gateway_clearing("paystack", "NGN")).pk
    dollar = Account.objects.get(address=addresses.gateway_clearing("stripe", "USD")).pk
    transfer = new_id()
    raw_transfer(transfer)

    with pytest.raises(Error, match="does not balance"):
        raw_entries((transfer, naira, -5, "NGN", None), (transfer, dollar, 5, "USD", None))


@pytest.mark.django_db(transaction=True)
def test_case_65_a_balanced_pair_added_later_to_a_committed_transfer_is_refused(fund):
    hold = fund(10_000)
    escrow, clearing = escrow_and_clearing()

    with pytest.raises(Error, match="late entry"):
        raw_entries(
            (hold.funding_transfer_id, escrow, 5, "NGN", hold.pk), (hold.funding_transfer_id, clearing, -5, "NGN", None)
        )

    assert_ledger_sound()


@pytest.mark.django_db
def test_case_65_legs_come_in_one_statement(fund):
    hold = fund(10_000)
    escrow, clearing = escrow_and_clearing()

    with pytest.raises(Error, match="late entry"):
        raw_entries(
            (hold.funding_transfer_id, escrow, 5, "NGN", hold.pk), (hold.funding_transfer_id, clearing, -5, "NGN", None)
        )


@pytest.mark.django_db
def test_case_65_a_leg_that_is_moved_to_another_transfer_is_refused(fund):
    one, other = fund(10_000), fund(10_000)

    with pytest.raises(Error, match="Cannot update"):
        run(
            "UPDATE ledger_entry SET transfer_id = %s WHERE transfer_id = %s",
            one.funding_transfer_id,
            other.funding_transfer_id,
        )


@pytest.mark.django_db
def test_case_65_entries_of_no_transfer_or_no_account_are_refused(fund):
    fund(10_000)
    _, clearing = escrow_and_clearing()
    transfer = new_id()

    with pytest.raises(Error, match="unknown transfer"):
        raw_entries((transfer, clearing, 5, "NGN", None), (transfer, clearing, -5, "NGN", None))
    raw_transfer(transfer)
    with pytest.raises(Error, match="unknown account"):
        raw_entries((transfer, clearing, 5, "NGN", None), (transfer, new_id(), -5, "NGN", None))


@pytest.mark.django_db
def test_case_65_an_escrow_entry_names_its_hold_and_no_other_entry_does(fund):
    hold = fund(10_000)
    escrow, clearing = escrow_and_clearing()
    transfer = new_id()
    raw_transfer(transfer)

    with pytest.raises(Error, match="name a hold"):
        raw_entries((transfer, clearing, -5, "NGN", None), (transfer, escrow, 5, "NGN", None))
    with pytest.raises(Error, match="name a hold"):
        raw_entries((transfer, clearing, -5, "NGN", hold.pk), (transfer, escrow, 5, "NGN", hold.pk))


@pytest.mark.django_db
def test_case_65_a_zero_amount_is_refused(fund):
    fund(10_000)
    _, clearing = escrow_and_clearing()
    transfer = new_id()
    raw_transfer(transfer)

    with pytest.raises(Error, match="ledger_entry_not_zero"):
        raw_entries((transfer, clearing, 0, "NGN", None))


@pytest.mark.django_db
def test_case_65_the_service_refuses_unbalanced_and_empty_transfers(now):
    leg = Leg(address=addresses.suspense("NGN"), amount_minor=5)

    for legs in ([leg], []):
        with pytest.raises(UnbalancedTransfer), transaction.atomic():
            operations.post_transfer(kind=TransferKind.ADJUSTMENT, legs=legs, idempotency_key="one", at=now)

    assert Transfer.objects.count() == 0


@pytest.mark.django_db
def test_case_67_a_leg_in_another_currency_than_its_account_is_refused(fund):
    fund(10_000)
    _, clearing = escrow_and_clearing()
    transfer = new_id()
    raw_transfer(transfer)

    with pytest.raises(Error, match="another currency"):
        raw_entries((transfer, clearing, 5, "USD", None), (transfer, clearing, -5, "USD", None))


@pytest.mark.django_db
def test_case_68_the_same_key_with_another_body_is_refused_and_with_the_same_body_replayed(now, sound):
    payment_id = new_id()
    first = payment(10_000, now, payment_id=payment_id)

    again = payment(10_000, now + timedelta(days=40), payment_id=payment_id)

    assert (again.transfer_id, again.replayed, again.holds) == (first.transfer_id, True, first.holds)
    with pytest.raises(IdempotencyKeyReused) as refused, transaction.atomic():
        payment(20_000, now, payment_id=payment_id)
    assert (refused.value.code, refused.value.status) == ("idempotency_key_reused", 409)
    assert Transfer.objects.count() == 1


@pytest.mark.django_db
def test_case_68_another_key_for_the_same_payment_is_replayed_too(now, sound):
    payment_id = new_id()
    first = payment(10_000, now, payment_id=payment_id)

    again = payment(10_000, now, key="key-2", payment_id=payment_id)

    assert (again.transfer_id, again.replayed) == (first.transfer_id, True)


@pytest.mark.django_db(transaction=True)
def test_case_68_fifty_events_of_one_payment_at_once_make_one_transfer(now):
    payment_id = new_id()

    outcomes = at_once(*[partial(payment, 10_000, now, f"event-{n}", payment_id) for n in range(50)])

    assert len({outcome.transfer_id for outcome in outcomes}) == 1
    assert sorted(outcome.replayed for outcome in outcomes) == [False] + [True] * 49
    assert_ledger_sound()


@pytest.mark.django_db(transaction=True)
def test_two_payments_for_one_unit_at_once_make_one_hold_and_one_credit(now):
    unit = new_id()

    one, other = at_once(*[partial(payment, 10_000, now, f"key-{n}", None, unit) for n in range(2)])

    assert sorted([one.excess_minor, other.excess_minor]) == [0, 10_000]
    assert sorted([one.holds[0].hold_id is None, other.holds[0].hold_id is None]) == [False, True]
    assert_ledger_sound()
