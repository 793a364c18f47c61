"""Each guard of the tables, broken on purpose by raw SQL as the owner: the test fails where the guard is gone."""

from itertools import product

import pytest
from django.db import Error

from apps.core.ids import new_id
from apps.ledger import addresses, operations
from apps.ledger.models import Account
from apps.ledger.models.hold import ALLOWED_MOVES
from apps.ledger.states import HoldState, RefundDestination, ReleaseReason
from apps.ledger.tests.sql import as_application, raw_transfer, run

pytestmark = pytest.mark.django_db


def account(**columns):
    row = {
        "id": new_id(), "owner_type": "CUSTOMER", "owner_id": new_id(), "kind": "WALLET", "gateway": "",
        "currency": "NGN", "state": "ACTIVE", "created_at": "2026-11-18T09:00:00Z", **columns,
    }  # fmt: skip
    run(f"INSERT INTO ledger_account ({', '.join(row)}) VALUES ({', '.join(['%s'] * len(row))})", *row.values())
    return row["id"]


@pytest.mark.parametrize(
    ("columns", "guard"),
    [
        ({"kind": "AVAILABLE"}, "ledger_account_kind_of_owner"),
        ({"owner_type": "SYSTEM", "kind": "SUSPENSE"}, "ledger_account_system_has_no_owner"),
        ({"owner_id": None}, "ledger_account_system_has_no_owner"),
        ({"owner_type": "SYSTEM", "owner_id": None, "kind": "GATEWAY_CLEARING"}, "ledger_account_gateway_of_clearing"),
        ({"gateway": "stripe"}, "ledger_account_gateway_of_clearing"),
        ({"state": "CLOSED"}, "ledger_account_closed_has_moment"),
        (
            {
                "owner_type": "SYSTEM", "owner_id": None, "kind": "SUSPENSE", "state": "CLOSED",
                "closed_at": "2026-11-18T09:00:00Z",
            },
            "ledger_account_closed_has_moment",
        ),
    ],
)  # fmt: skip
def test_an_account_is_what_its_kind_says(columns, guard):
    with pytest.raises(Error, match=guard):
        account(**columns)


def test_there_is_one_account_for_an_address():
    owner = new_id()
    account(owner_id=owner)

    with pytest.raises(Error, match="ledger_account_address"):
        account(owner_id=owner)


@pytest.mark.parametrize("column", ["owner_id", "kind", "currency", "owner_type", "created_at"])
def test_an_account_never_becomes_another(column):
    key = account()
    value = {
        "owner_id": new_id(), "kind": "CREDITS", "currency": "USD", "owner_type": "STAFF", "created_at": "2020-01-01T00:00:00Z",
    }[column]  # fmt: skip

    with pytest.raises(Error, match="Cannot update"):
        run(f"UPDATE ledger_account SET {column} = %s WHERE id = %s", value, key)


@pytest.mark.parametrize("table", ["ledger_account", "ledger_balance", "ledger_hold"])
def test_accounts_balances_and_holds_are_kept(fund, table):
    fund(1_000)
    account()

    with pytest.raises(Error, match="Cannot delete"):
        run(f"DELETE FROM {table}")
    run("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(Error, match="cannot be truncated"):
        run(f"TRUNCATE {table} CASCADE")


def test_a_guarded_account_is_born_with_its_balance_and_a_derived_one_is_not(fund):
    fund(1_000)
    key = account()

    assert run("SELECT posted, held, may_be_negative FROM ledger_balance WHERE account_id = %s", key) == [(0, 0, False)]
    assert not Account.objects.filter(owner_type="SYSTEM", balance__isnull=False).exists()


def test_a_guarded_balance_is_never_below_what_is_held_of_it():
    key = account()

    with pytest.raises(Error, match="ledger_balance_not_below_zero"):
        run("UPDATE ledger_balance SET posted = -1 WHERE account_id = %s", key)
    with pytest.raises(Error, match="ledger_balance_not_below_zero"):
        run("UPDATE ledger_balance SET posted = 5, held = 6 WHERE account_id = %s", key)
    with pytest.raises(Error, match="ledger_balance_held_not_negative"):
        run("UPDATE ledger_balance SET held = -1 WHERE account_id = %s", key)


def test_a_receivable_may_be_below_zero():
    key = account(owner_type="BUSINESS", kind="RECEIVABLE")

    assert run("UPDATE ledger_balance SET posted = -1 WHERE account_id = %s", key) == 1


def test_keys_of_transfers_are_unique_for_ever(now):
    raw_transfer(new_id(), idempotency_key="key", business_key="thing")

    with pytest.raises(Error, match="ledger_transfer_idempotency_key"):
        raw_transfer(new_id(), idempotency_key="key")
    with pytest.raises(Error, match="ledger_transfer_business_key"):
        raw_transfer(new_id(), business_key="thing")


def test_a_hold_has_one_release(fund):
    hold = fund(1_000)
    raw_transfer(new_id(), kind="ESCROW_RELEASE", hold_id=hold.pk)

    with pytest.raises(Error, match="ledger_transfer_one_release_per_hold"):
        raw_transfer(new_id(), kind="ESCROW_RELEASE", hold_id=hold.pk)


def test_transfers_say_what_they_are_about(fund):
    original, own = fund(1_000).funding_transfer_id, new_id()

    with pytest.raises(Error, match="ledger_transfer_hold_of_escrow_kinds"):
        raw_transfer(new_id(), kind="ESCROW_REFUND")
    with pytest.raises(Error, match="ledger_transfer_reversal_names_original"):
        raw_transfer(new_id(), kind="REVERSAL")
    with pytest.raises(Error, match="ledger_transfer_not_its_own_reversal"):
        raw_transfer(own, kind="REVERSAL", reverses_id=own)
    raw_transfer(new_id(), kind="REVERSAL", reverses_id=original)


@pytest.mark.parametrize(
    ("change", "guard"),
    [
        ("refunded_minor = 1001, net_minor = 0, commission_minor = 0", "ledger_hold_never_more_than_paid"),
        ("refunded_minor = -1", "ledger_hold_never_more_than_paid"),
        ("released_minor = -1", "ledger_hold_never_more_than_paid"),
        ("net_minor = net_minor + 1", "ledger_hold_shares_make_the_whole"),
        ("net_minor = 1001, commission_minor = -1", "ledger_hold_shares_make_the_whole"),
        ("released_minor = 1", "ledger_hold_released_means_paid_out"),
        ("release_reason = 'AUTO'", "ledger_hold_released_means_paid_out"),
        ("state = 'PENDING_CLEARANCE'", "ledger_hold_clearance_has_timer"),
        ("state = 'REFUNDED'", "ledger_hold_refunded_means_given_back"),
        ("refunded_minor = 1000, net_minor = 0, commission_minor = 0", "ledger_hold_refunded_means_given_back"),
        ("state = 'FROZEN'", "ledger_hold_frozen_says_from_where"),
    ],
)
def test_a_hold_tells_no_lie(fund, change, guard):
    hold = fund(1_000)

    with pytest.raises(Error, match=guard):
        run(f"UPDATE ledger_hold SET {change} WHERE id = %s", hold.pk)


def test_a_hold_is_not_released_without_its_transfer(cleared):
    hold = cleared(1_000)

    with pytest.raises(Error, match="ledger_hold_released_means_paid_out"):
        run("UPDATE ledger_hold SET state = 'RELEASED' WHERE id = %s", hold.pk)
    with as_application(), pytest.raises(Error, match="ledger_hold_released_means_paid_out"):
        run("UPDATE ledger_hold SET state = 'RELEASED' WHERE id = %s", hold.pk)


@pytest.mark.parametrize(
    ("column", "value"),
    [("gross_minor", 2_000), ("commission_rate_bp", 100), ("business_id", new_id()), ("customer_id", new_id()),
     ("unit_id", new_id()), ("currency", "USD"), ("payment_id", new_id()), ("gateway", "other"), ("commission_rule", "x")],
)  # fmt: skip
def test_the_terms_of_a_hold_are_frozen(fund, column, value):
    hold = fund(1_000)

    with pytest.raises(Error, match="Cannot update"):
        run(f"UPDATE ledger_hold SET {column} = %s WHERE id = %s", value, hold.pk)


def copy_of(hold, **columns):
    names = [
        name
        for (name,) in run("SELECT attname FROM pg_attribute WHERE attrelid = 'ledger_hold'::regclass AND attnum > 0")
    ]
    values = {"id": new_id(), **columns}
    chosen = ", ".join("%s" if name in values else name for name in names)
    given = [values[name] for name in names if name in values]
    run(f"INSERT INTO ledger_hold ({', '.join(names)}) SELECT {chosen} FROM ledger_hold WHERE id = %s", *given, hold.pk)


def test_a_unit_has_one_hold_that_is_not_refunded(fund, now):
    hold = fund(1_000)

    with pytest.raises(Error, match="ledger_hold_one_per_unit"):
        copy_of(hold)
    operations.refund_hold(
        hold_id=hold.pk, destination=RefundDestination.WALLET, reason="x", by=None, at=now, idempotency_key="r"
    )
    assert fund(1_000, unit_type=hold.unit_type, unit_id=hold.unit_id).state == HoldState.HELD


def test_a_hold_is_of_something_at_a_rate_that_is_a_share(fund):
    hold = fund(1_000)

    with pytest.raises(Error, match="ledger_hold_gross_positive"):
        copy_of(hold, unit_id=new_id(), gross_minor=-5, net_minor=0, commission_minor=0)
    with pytest.raises(Error, match="ledger_hold_rate_is_a_share"):
        copy_of(hold, unit_id=new_id(), commission_rate_bp=10_001)


def in_state(state, cleared, now):
    """A hold in the state, brought there by the operations."""
    hold = cleared(1_000)
    if state == HoldState.HELD:
        operations.stop_clearance(unit_type=hold.unit_type, unit_id=hold.unit_id, at=now)
    elif state == HoldState.FROZEN:
        operations.freeze_hold(hold_id=hold.pk, reason="DISPUTE", by=None, at=now)
    elif state == HoldState.RELEASED:
        operations.release_hold(hold_id=hold.pk, reason=ReleaseReason.CUSTOMER_CONFIRMED, by=None, at=now)
    elif state == HoldState.REFUNDED:
        operations.refund_hold(
            hold_id=hold.pk,
            destination=RefundDestination.WALLET,
            reason="x",
            by=None,
            at=now,
            idempotency_key=str(hold.pk),
        )
    return hold


@pytest.mark.parametrize(
    ("source", "target"),
    [pair for pair in product(HoldState, HoldState) if pair[0] != pair[1] and pair not in ALLOWED_MOVES],
)
def test_the_database_refuses_every_move_that_is_not_drawn(cleared, now, source, target):
    hold = in_state(source, cleared, now)

    with pytest.raises(Error, match="Invalid transition"):
        run("UPDATE ledger_hold SET state = %s WHERE id = %s", target.value, hold.pk)


@pytest.mark.parametrize(("source", "target"), ALLOWED_MOVES)
def test_the_trigger_of_moves_lets_every_drawn_move_through(cleared, now, source, target):
    """A drawn move may still be refused by what the state needs; never by the drawing."""
    hold = in_state(source, cleared, now)

    try:
        run("UPDATE ledger_hold SET state = %s WHERE id = %s", target.value, hold.pk)
    except Error as error:
        assert "violates check" in str(error)  # noqa: PT017  # either outcome is right


def test_a_daily_total_a_snapshot_and_a_link_are_there_once(fund):
    fund(1_000)
    snapshot = (
        "INSERT INTO ledger_balancesnapshot (account_id, cluster, horizon, amount, entries, taken_at)"
        " SELECT id, 1, 1, 0, 0, now() FROM ledger_account WHERE address = %s"
    )
    day = "INSERT INTO ledger_dailytotal (account_id, day, amount, entries) SELECT id, now(), 0, 0 FROM ledger_account WHERE address = %s"
    link = (
        "INSERT INTO ledger_sealbatch (previous_hash, hash, transfers, cluster, horizon, sealed_at)"
        " VALUES (%s, %s, 1, 1, 1, now())"
    )
    address = addresses.escrow("NGN")

    run(snapshot, address)
    with pytest.raises(Error, match="ledger_snapshot_account_horizon"):
        run(snapshot, address)
    run(day, address)
    with pytest.raises(Error, match="ledger_daily_total_account_day"):
        run(day, address)
    run(link, b"a", b"b")
    with pytest.raises(Error, match="ledger_seal_chain_does_not_fork"):
        run(link, b"a", b"c")
    with pytest.raises(Error, match="ledger_sealbatch_hash"):
        run(link, b"z", b"b")
