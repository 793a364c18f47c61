"""Section F of the ledger's cases: lost connections, late commits, tampering, dead clients, closed accounts."""

import threading
from datetime import timedelta
from functools import partial

import psycopg
import pytest
from django.db import connection, transaction

from apps.core.ids import new_id
from apps.ledger import addresses, operations, queries, soundness
from apps.ledger.errors import AccountClosed, UnbalancedTransfer
from apps.ledger.models import SealBatch, Transfer
from apps.ledger.operations import Leg
from apps.ledger.states import HoldState, ReleaseReason, TransferKind
from apps.ledger.testing import assert_ledger_sound
from apps.ledger.tests.payments import escrow_and_clearing, payment
from apps.ledger.tests.sql import run, until_settled, without_triggers
from apps.ledger.tests.threads import at_once


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("committed", [True, False])
def test_case_70_an_unknown_commit_is_settled_by_the_same_key(now, committed):
    """The connection is cut around COMMIT; whichever it was, asking again leaves one transfer."""
    payment_id = new_id()

    def pay_and_lose_the_connection():
        transaction.set_autocommit(False)
        payment(10_000, now, payment_id=payment_id)
        if committed:
            connection.connection.commit()
        (backend,) = connection.connection.execute("SELECT pg_backend_pid()").fetchone()
        with psycopg.connect(**_outside(), autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
        connection.connection.commit()

    (outcome,) = at_once(pay_and_lose_the_connection)
    again = payment(10_000, now, payment_id=payment_id)

    assert isinstance(outcome, Exception)
    assert again.replayed is committed
    assert Transfer.objects.count() == 1
    assert_ledger_sound()


def _outside():
    given = connection.get_connection_params()
    return {name: given[name] for name in ("dbname", "user", "password", "host", "port") if name in given}


@pytest.mark.django_db(transaction=True)
def test_case_73_snapshot_and_tail_are_the_whole_sum_while_others_write_and_commit_late(now, fund):
    fund(1_000)
    escrow, _ = escrow_and_clearing()
    done = threading.Event()
    differences = []

    def write():
        for n in range(25):
            with transaction.atomic():
                fund(1_000 + n)

    def watch():
        while not done.is_set():
            operations.take_snapshot(at=now)
            with transaction.atomic():
                run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                fast = queries.derived_balance(escrow)
                past = queries.balance_before(escrow, now + timedelta(days=2))
                ((full,),) = run("SELECT sum(amount) FROM ledger_entry WHERE account_id = %s", escrow)
            if not fast == full == past:
                differences.append((fast, past, full))

    def write_all():
        try:
            return at_once(write, write, write)
        finally:
            done.set()

    outcomes = at_once(watch, write_all)

    assert differences == []
    assert outcomes[1] == [None, None, None]
    assert queries.derived_balance(escrow) == 1_000 + 3 * sum(1_000 + n for n in range(25))
    operations.take_snapshot(at=now)
    assert_ledger_sound()


@pytest.mark.django_db(transaction=True)
def test_case_73_an_entry_that_commits_after_a_later_one_is_not_lost(now, fund):
    """By max(id) the snapshot would pass over the entry that was numbered first and committed last."""
    fund(1_000)
    escrow, _ = escrow_and_clearing()
    written, go_on = threading.Event(), threading.Event()

    def late():
        with transaction.atomic():
            fund(7)
            written.set()
            go_on.wait()

    def others():
        written.wait()
        fund(100)
        operations.take_snapshot(at=now)
        go_on.set()

    assert at_once(late, others) == [None, None]
    until_settled()
    operations.take_snapshot(at=now)
    assert queries.derived_balance(escrow) == 1_107
    assert_ledger_sound()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE ledger_entry SET amount = amount + 1 WHERE transfer_id = %s",
        "UPDATE ledger_entry SET account_id = (SELECT max(id::text)::uuid FROM ledger_account) WHERE transfer_id = %s",
        'UPDATE ledger_transfer SET metadata = \'{"by": "hand"}\' WHERE id = %s',
        "UPDATE ledger_transfer SET created_at = created_at + interval '1 second' WHERE id = %s",
        "DELETE FROM ledger_transfer WHERE id = %s",
        "DELETE FROM ledger_entry WHERE transfer_id = %s",
    ],
)
def test_case_74_the_chain_names_the_row_that_was_changed_by_hand(fund, now, attack):
    holds = [fund(1_000 + n) for n in range(5)]
    until_settled()
    assert operations.seal_batch(at=now, limit=2) == 2
    assert operations.seal_batch(at=now, limit=100) == 3
    assert operations.seal_batch(at=now, limit=100) == 0
    victim = holds[1].funding_transfer_id

    with without_triggers():
        run(attack, victim)

    found = [fault.subject for fault in soundness.faults_of("S7")]
    assert found == [f"transfer {victim}"]


@pytest.mark.django_db(transaction=True)
def test_case_74_hiding_the_change_in_the_seal_breaks_its_batch_and_hiding_it_there_breaks_the_chain(fund, now):
    holds = [fund(1_000 + n) for n in range(4)]
    until_settled()
    for _ in range(2):
        operations.seal_batch(at=now, limit=2)
    victim = holds[0].funding_transfer_id
    first, second = SealBatch.objects.order_by("pk").values_list("pk", flat=True)

    with without_triggers():
        run("UPDATE ledger_entry SET amount = amount * 2 WHERE transfer_id = %s", victim)
        run(
            "UPDATE ledger_sealedtransfer s SET hash = ledger_transfer_hash(t) FROM ledger_transfer t"
            " WHERE t.id = s.transfer_id AND t.id = %s",
            victim,
        )
    in_the_seal = [fault.subject for fault in soundness.faults_of("S7")]
    with without_triggers():
        run("UPDATE ledger_sealbatch SET hash = ledger_batch_hash(previous_hash, sealed_at, id) WHERE id = %s", first)
    in_the_chain = [fault.subject for fault in soundness.faults_of("S7")]

    assert in_the_seal == [f"seal batch {first}"]
    assert in_the_chain == [f"seal batch {second}"]


@pytest.mark.django_db(transaction=True)
def test_case_77_the_locks_of_a_client_that_dies_go_and_no_hold_stays_stuck(cleared, now):
    hold = cleared(10_000)
    at = now + timedelta(days=1)
    with psycopg.connect(**_outside()) as dying:
        dying.execute("SELECT pg_advisory_xact_lock(hashtext('ledger_take_snapshot'))")
        dying.execute("SELECT * FROM ledger_hold WHERE id = %s FOR UPDATE", [hold.pk])
        (backend,) = dying.execute("SELECT pg_backend_pid()").fetchone()
        assert operations.release_due_holds(at=at, limit=10) == 0
        run("SELECT pg_terminate_backend(%s, 5000)", backend)

        assert operations.release_due_holds(at=at, limit=10) == 1
        until_settled()
        assert operations.take_snapshot(at=at) > 0
        dying.close()
    hold.refresh_from_db()
    assert hold.state == HoldState.RELEASED


@pytest.mark.django_db(transaction=True)
def test_case_77_a_transaction_that_sits_idle_loses_its_locks_within_the_timeout(cleared, now):
    hold = cleared(10_000)
    with psycopg.connect(**_outside(), options="-c idle_in_transaction_session_timeout=200") as idle:
        idle.execute("SELECT * FROM ledger_hold WHERE id = %s FOR UPDATE", [hold.pk])

        released = operations.release_hold(
            hold_id=hold.pk, reason=ReleaseReason.CUSTOMER_CONFIRMED, by=None, at=now
        )  # waits for the row until the server ends the idle session
        idle.close()

    assert released.hold.state == HoldState.RELEASED


@pytest.mark.django_db
def test_case_79_currencies_stay_apart_and_an_exchange_has_four_legs_and_its_rate(fund, now, sound):
    fund(10_000)
    fund(2_500, currency="USD", gateway="stripe")

    operations.post_transfer(
        kind=TransferKind.EXCHANGE,
        legs=[
            Leg(address=addresses.gateway_clearing("stripe", "USD"), amount_minor=100),
            Leg(address=addresses.suspense("USD"), amount_minor=-100),
            Leg(address=addresses.suspense("NGN"), amount_minor=160_000),
            Leg(address=addresses.gateway_clearing("paystack", "NGN"), amount_minor=-160_000),
        ],
        idempotency_key="exchange-1",
        metadata={"rate": "1600"},
        at=now,
    )

    assert Transfer.objects.get(kind=TransferKind.EXCHANGE).metadata == {"rate": "1600"}
    assert queries.balance(addresses.escrow("NGN")) == 10_000
    assert queries.balance(addresses.escrow("USD")) == 2_500
    assert queries.balance(addresses.suspense("NGN")) == 160_000
    with pytest.raises(UnbalancedTransfer), transaction.atomic():
        operations.post_transfer(
            kind=TransferKind.EXCHANGE,
            legs=[
                Leg(address=addresses.suspense("USD"), amount_minor=-100),
                Leg(address=addresses.suspense("NGN"), amount_minor=100),
            ],
            idempotency_key="exchange-2",
            at=now,
        )


@pytest.mark.django_db
def test_case_80_a_closed_account_takes_nothing_but_its_sweep(cleared, now, sound):
    hold, customer = cleared(10_000), new_id()
    credit = {"customer_id": customer, "currency": "NGN", "source": addresses.suspense("NGN"), "at": now}
    operations.credit_wallet(**credit, amount_minor=300, idempotency_key="one")
    wallet = addresses.wallet(customer, "NGN")
    closed = operations.close_account(address=wallet, by=None, reason="erased", at=now)
    again = operations.close_account(address=wallet, by=None, reason="erased", at=now + timedelta(days=1))

    with pytest.raises(AccountClosed), transaction.atomic():
        operations.credit_wallet(**credit, amount_minor=5, idempotency_key="two")
    swept = operations.sweep_closed_account(address=wallet, by=None, reason="erased", at=now)

    assert closed.closed_at == again.closed_at == now
    assert swept is not None
    assert queries.balance(wallet) == 0
    assert queries.balance(addresses.suspense("NGN")) == 0
    assert operations.sweep_closed_account(address=wallet, by=None, reason="erased", at=now) is None
    assert hold.state == HoldState.PENDING_CLEARANCE


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(4))
def test_case_80_closing_and_posting_at_once_leave_nothing_posted_to_a_closed_account(now, turn):
    customer = new_id()
    credit = {"customer_id": customer, "currency": "NGN", "source": addresses.suspense("NGN"), "at": now}
    operations.credit_wallet(**credit, amount_minor=300, idempotency_key="one")
    wallet = addresses.wallet(customer, "NGN")

    posted, closed = at_once(
        partial(operations.credit_wallet, **credit, amount_minor=5, idempotency_key="two"),
        partial(operations.close_account, address=wallet, by=None, reason="erased", at=now),
    )

    assert closed.state == "CLOSED"
    assert queries.balance(wallet) == (300 if isinstance(posted, AccountClosed) else 305)
    assert_ledger_sound()
