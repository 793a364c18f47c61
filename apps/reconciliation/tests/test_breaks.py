"""What people do about a break: proposed by one, resolved by another, posted once; and what the database keeps."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import Error, connection, transaction

from apps.core.ids import new_id
from apps.core.models import AuditEntry
from apps.ledger import addresses, queries
from apps.ledger import operations as ledger
from apps.ledger.models import Transfer
from apps.ledger.testing import assert_ledger_sound
from apps.ledger.tests.sql import run as sql
from apps.ledger.tests.sql import without_triggers
from apps.ledger.tests.threads import at_once
from apps.payments.gateways.values import RefundRequest
from apps.payments.models import SandboxCharge
from apps.reconciliation import operations
from apps.reconciliation.errors import BreakInWrongState, LegsDoNotFit, NotReversible, ResolvedByAnother
from apps.reconciliation.models import Break, ReconciliationRun
from apps.reconciliation.operations import CorrectionLeg, Proposal
from apps.reconciliation.states import BREAK_MOVES, RUN_MOVES, BreakState, Resolution, RunState
from apps.reconciliation.tests.conftest import reconciled

CLEARING, SUSPENSE = addresses.gateway_clearing("sandbox", "NGN"), addresses.suspense("NGN")
EXPLAINED = Proposal(resolution=Resolution.EXPLAINED, reason="A test charge of ours.")


@pytest.fixture
def found(db, now):
    """A charge of ₦7.00 at the sandbox for which there is no payment."""
    SandboxCharge.objects.create(
        reference="GP-STRANGER", amount_minor=700, currency="NGN", method="CARD", status="PAID", paid_minor=700,
        paid_currency="NGN", paid_at=now,
    )  # fmt: skip
    reconciled("sandbox", now)
    return Break.objects.get(list_kind="CHARGE")


def correction(amount=700, debit=CLEARING, credit=SUSPENSE):
    legs = [CorrectionLeg(address=debit, amount_minor=-amount), CorrectionLeg(address=credit, amount_minor=amount)]
    return Proposal(resolution=Resolution.CORRECTED, reason="Paid by hand.", legs=legs)


def propose(found, by, now, proposal=None):
    return operations.propose_break(break_id=found.pk, proposal=proposal or correction(), by=by, at=now)


def test_a_correction_is_posted_once_it_is_resolved_and_the_books_stay_exact(found, ops, admin, now, sound):
    propose(found, ops, now)
    again = propose(found, ops, now)
    assert (again.state, Transfer.objects.count()) == (BreakState.PROPOSED, 0)

    done = operations.resolve_break(break_id=found.pk, by=admin, at=now)
    operations.resolve_break(break_id=found.pk, by=admin, at=now)

    transfer = Transfer.objects.get()
    assert (done.state, done.transfer_id, transfer.kind, transfer.cause_id) == (
        "RESOLVED", transfer.pk, "ADJUSTMENT", found.pk,
    )  # fmt: skip
    assert (queries.balance(CLEARING), queries.balance(SUSPENSE)) == (-700, 700)
    actions = AuditEntry.objects.filter(target_id=str(found.pk)).order_by("pk").values_list("action", flat=True)
    assert [name.partition(".")[2] for name in actions] == ["break_found", "break_proposed", "break_resolved"]
    run = reconciled("sandbox", now)
    found.refresh_from_db()
    assert (run.fresh, found.state) == (0, BreakState.RESOLVED)


def test_a_correction_that_was_changed_afterwards_is_named_by_its_break(found, ops, admin, now):
    propose(found, ops, now)
    operations.resolve_break(break_id=found.pk, by=admin, at=now)
    with without_triggers():
        sql("UPDATE ledger_entry SET amount = amount + 1")

    from apps.ledger import soundness

    named = {fault.subject for fault in soundness.faults_of("S8")}
    assert {f"break {found.pk} on {CLEARING}", f"break {found.pk} on {SUSPENSE}"} <= named
    with without_triggers():
        sql("UPDATE ledger_entry SET amount = amount - 1")
    assert_ledger_sound()


def test_the_proposer_and_whoever_is_no_administrator_resolve_nothing(found, ops, admin, now):
    propose(found, admin, now)

    for person in (admin, ops):
        with pytest.raises(ResolvedByAnother):
            operations.resolve_break(break_id=found.pk, by=person, at=now)

    found.refresh_from_db()
    assert (found.state, Transfer.objects.count()) == (BreakState.PROPOSED, 0)


def test_sent_back_it_is_open_again_and_another_proposal_may_follow(found, ops, admin, now):
    propose(found, ops, now)
    with pytest.raises(BreakInWrongState):
        propose(found, ops, now, EXPLAINED)

    back = operations.send_back_break(break_id=found.pk, reason="Whose is it?", by=admin, at=now)
    assert (back.state, back.sent_back_reason, back.legs, back.proposed_by) == ("OPEN", "Whose is it?", [], None)
    propose(found, ops, now, EXPLAINED)
    done = operations.resolve_break(break_id=found.pk, by=admin, at=now)

    assert (done.state, done.transfer_id, Transfer.objects.count()) == ("RESOLVED", None, 0)
    for late in (
        partial(operations.send_back_break, reason="x", by=admin, at=now),
        partial(operations.propose_break, proposal=EXPLAINED, by=ops, at=now),
    ):
        with pytest.raises(BreakInWrongState):
            late(break_id=found.pk)


@pytest.mark.parametrize(
    "proposal",
    [
        correction(debit=addresses.escrow("NGN")),
        correction(credit=addresses.gateway_clearing("stripe", "NGN")),
        correction(credit=addresses.business_available(new_id(), "NGN")),
        correction(credit=addresses.wallet(new_id(), "NGN")),
        correction(credit=addresses.suspense("USD")),
        correction(amount=0),
        correction(credit="nonsense"),
        Proposal(resolution=Resolution.CORRECTED, reason="x"),
        Proposal(resolution=Resolution.EXPLAINED, reason="x", legs=correction().legs),
    ],
)
def test_a_correction_balances_and_touches_only_what_it_may(found, ops, now, proposal):
    with pytest.raises(LegsDoNotFit):
        propose(found, ops, now, proposal)

    found.refresh_from_db()
    assert found.state == BreakState.OPEN


def test_a_transfer_is_reversed_through_a_break_once(found, ops, admin, now):
    propose(found, ops, now)
    first = operations.resolve_break(break_id=found.pk, by=admin, at=now)
    SandboxCharge.objects.update(paid_minor=701, amount_minor=701)
    reconciled("sandbox", now)
    other = Break.objects.get(state="OPEN", list_kind="CHARGE")
    reversal = Proposal(resolution=Resolution.REVERSED, reason="The wrong sum.", reverses_id=first.transfer_id)

    propose(other, ops, now, reversal)
    done = operations.resolve_break(break_id=other.pk, by=admin, at=now)

    assert Transfer.objects.get(pk=done.transfer_id).reverses_id == first.transfer_id
    assert (queries.balance(CLEARING), queries.balance(SUSPENSE)) == (0, 0)
    assert_ledger_sound()


def test_what_is_not_there_or_moved_escrow_cannot_be_reversed(found, ops, desk, ada, now):
    payment = desk.pay(ada)
    funding = Transfer.objects.get(cause_id=payment.pk, kind="PAYMENT")
    for transfer_id in (None, new_id(), funding.pk):
        with pytest.raises(NotReversible):
            propose(found, ops, now, Proposal(resolution=Resolution.REVERSED, reason="x", reverses_id=transfer_id))


def test_a_wallet_that_there_is_may_be_credited(found, ops, admin, ada, now):
    ledger.credit_wallet(
        customer_id=ada.pk,
        currency="NGN",
        amount_minor=5,
        source=addresses.promotions("NGN"),
        idempotency_key="w",
        at=now,
    )
    propose(found, ops, now, correction(credit=addresses.wallet(ada.pk, "NGN")))
    operations.resolve_break(break_id=found.pk, by=admin, at=now)

    assert queries.balance(addresses.wallet(ada.pk, "NGN")) == 705


def test_a_break_that_is_gone_takes_its_proposal_with_it(found, ops, admin, now):
    propose(found, ops, now)
    SandboxCharge.objects.update(status="FAILED")
    reconciled("sandbox", now)

    found.refresh_from_db()
    assert (found.state, found.resolution, found.proposed_by) == ("CLOSED", "", None)
    with pytest.raises(BreakInWrongState):
        operations.resolve_break(break_id=found.pk, by=admin, at=now)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(3))
def test_resolving_and_sending_back_at_once_have_one_outcome(found, ops, admin, now, turn):
    propose(found, ops, now)

    outcomes = at_once(
        partial(operations.resolve_break, break_id=found.pk, by=admin, at=now),
        partial(operations.send_back_break, break_id=found.pk, reason="x", by=ops, at=now),
        partial(operations.resolve_break, break_id=found.pk, by=admin, at=now),
    )

    found.refresh_from_db()
    posted = Transfer.objects.filter(cause_id=found.pk).count()
    assert (found.state, posted) in {("RESOLVED", 1), ("OPEN", 0)}
    refused = [each for each in outcomes if isinstance(each, Exception)]
    assert all(isinstance(each, BreakInWrongState) for each in refused)
    assert len(refused) == (1 if posted else 2)


# --- What the database keeps -------------------------------------------------------------------------------------------
def refused(statement, *values, match):
    with pytest.raises(Error, match=match), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values or None)


@pytest.mark.parametrize(
    ("table", "states", "moves", "tied"),
    [
        ("break", BreakState, BREAK_MOVES, ["proposal_is_whole", "resolved_by_somebody", "ended_has_its_moment"]),
        ("reconciliationrun", RunState, RUN_MOVES, ["ended_has_its_moment"]),
    ],
)
def test_rows_move_only_along_the_drawing(found, table, states, moves, tied):
    name = f"reconciliation_{table}"
    prefix = "break" if table == "break" else "run"
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql(f"ALTER TABLE {name} " + ", ".join(f"DROP CONSTRAINT {prefix}_{each}" for each in tied))
    for source, target in ((a, b) for a in states for b in states if a != b):
        with without_triggers():
            sql(
                f"UPDATE {name} SET state = %s WHERE id = %s",
                source,
                found.pk if table == "break" else found.first_run_id,
            )
        statement = f"UPDATE {name} SET state = %s WHERE state = %s"
        if (source, target) in moves:
            assert sql(statement, target, source) == 1
        else:
            refused(statement, target, source, match="Invalid transition")


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ("state = 'PROPOSED'", "break_proposal_is_whole"),
        ("state = 'CLOSED'", "break_ended_has_its_moment"),
        ("legs = '[1]'", "break_"),
        ("decided_by_id = (SELECT id FROM accounts_user LIMIT 1)", "break_resolved_by_somebody"),
        ("transfer_id = gen_random_uuid()", "break_corrected_names_its_transfer"),
        ("subject = 'x'", "Cannot update"),
        ("gap_minor = 1", "Cannot update"),
    ],
)
def test_the_table_refuses_a_break_that_makes_no_sense(found, ops, change, match):
    refused(f"UPDATE reconciliation_break SET {change}", match=match)


def test_what_was_resolved_stays_and_by_another_than_whoever_proposed(found, ops, admin, now):
    propose(found, ops, now)
    refused(
        "UPDATE reconciliation_break SET state = 'RESOLVED', decided_by_id = proposed_by_id, ended_at = now(),"
        " transfer_id = gen_random_uuid()",
        match="break_resolved_by_another",
    )
    refused(
        "UPDATE reconciliation_break SET state = 'RESOLVED', decided_by_id = %s, ended_at = now()",
        admin.pk, match="break_corrected_names_its_transfer",
    )  # fmt: skip
    operations.resolve_break(break_id=found.pk, by=admin, at=now)
    refused("UPDATE reconciliation_break SET reason = 'Another'", match="Cannot update")
    refused("DELETE FROM reconciliation_break", match="Cannot delete")
    refused("DELETE FROM reconciliation_gatewayline", match="Cannot delete")
    refused("UPDATE reconciliation_gatewayline SET line_id = 'x'", match="Cannot update")
    refused("DELETE FROM reconciliation_reconciliationrun", match="Cannot delete")
    refused("UPDATE reconciliation_reconciliationrun SET day = day + 1", match="Cannot update")


def test_the_same_line_and_the_same_difference_are_there_once(found, now):
    for table, name in (("gatewayline", "line_once"), ("break", "break_same_difference_once")):
        columns = ", ".join(
            row[0]
            for row in sql(
                "SELECT quote_ident(column_name) FROM information_schema.columns WHERE table_name = %s AND column_name <> 'id'",
                f"reconciliation_{table}",
            )
        )
        refused(
            f"INSERT INTO reconciliation_{table} (id, {columns})"
            f" SELECT gen_random_uuid(), {columns} FROM reconciliation_{table} LIMIT 1",
            match=name,
        )


@pytest.mark.django_db(transaction=True)
def test_one_run_at_a_time_per_gateway(now):
    at = now + timedelta(hours=18)
    outcomes = at_once(*[partial(operations.reconcile, gateway="sandbox", by=None, at=at)] * 3)

    done = [each for each in outcomes if not isinstance(each, Exception)]
    assert done
    assert {each.state for each in done} == {"DONE"}
    assert {type(each).__name__ for each in outcomes} <= {"ReconciliationRun", "AlreadyReconciling"}
    assert ReconciliationRun.objects.count() == len(done)


def test_a_run_without_length_or_without_its_moment_is_refused(found):
    refused("UPDATE reconciliation_reconciliationrun SET finished_at = NULL", match="run_ended_has_its_moment")


def test_a_refund_at_the_sandbox_is_no_reason_for_a_break_when_it_is_of_a_stranger(found, now):
    from apps.payments.gateways.registry import gateway

    gateway("sandbox").refund(
        RefundRequest(
            reference="R",
            payment_reference="GP-STRANGER",
            payment_gateway_id="",
            amount_minor=700,
            currency="NGN",
            reason="x",
        )
    )
    reconciled("sandbox", now)

    assert Break.objects.get(list_kind="REFUND").gap_minor == -700
