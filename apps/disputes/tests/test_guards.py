"""What the database keeps about disputes, whatever the code does."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from apps.bookings.models import Booking
from apps.bookings.tests.world import NOW, START
from apps.disputes import operations
from apps.disputes.models import Dispute, DisputedHold, DisputeMessage, Evidence
from apps.disputes.states import MOVES
from apps.disputes.tests.conftest import disputed
from apps.ledger import operations as ledger
from apps.ledger.models import EscrowHold

pytestmark = pytest.mark.django_db
DECIDED = {"state": "DECIDED", "decision": "RELEASE", "released_minor": 1, "decided_reason": "Why", "ended_at": NOW}
PROPOSED = {
    "proposed_decision": "REFUND", "proposed_refund_minor": 1, "proposed_reason": "Why", "proposed_at": NOW,
}  # fmt: skip


def refused(name, act, error=IntegrityError):
    with pytest.raises(error, match=name), transaction.atomic():
        act()


def another_like(dispute, **changed):
    kept = {
        field.attname: getattr(dispute, field.attname) for field in Dispute._meta.fields if field.attname != "id"
    }  # fmt: skip
    return Dispute.objects.create(**{**kept, **changed})


def test_one_dispute_about_a_thing_is_open_at_a_time(dispute):
    refused("dispute_open_once", lambda: another_like(dispute))


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("dispute_is_about_money", {"frozen_minor": 0}),
        ("dispute_asks_what_is_held", {"asked_minor": 500_001}),
        ("dispute_asks_what_is_held", {"asked_minor": 0}),
        ("dispute_state_known", {"state": "LOST", "ended_at": NOW}),
        ("dispute_ended_has_its_moment", {"state": "WITHDRAWN"}),
        ("dispute_ended_has_its_moment", {"ended_at": NOW}),
        ("dispute_decided_by_whom_and_why", {"state": "DECIDED", "ended_at": NOW}),
        ("dispute_decided_by_whom_and_why", {**DECIDED, "decided_by": "ops", "decided_reason": ""}),
        ("dispute_decided_by_whom_and_why", {"decision": "RELEASE", "released_minor": 1}),
        ("dispute_money_goes_as_decided", {**DECIDED, "decided_by": "ops", "refund_minor": 1}),
        ("dispute_money_goes_as_decided", {**DECIDED, "decided_by": "ops", "decision": "REFUND"}),
        ("dispute_money_goes_as_decided", {**DECIDED, "decided_by": "ops", "decision": "SPLIT"}),
        ("dispute_never_more_than_frozen", {**DECIDED, "decided_by": "ops", "released_minor": 500_001}),
        ("dispute_not_decided_by_the_customer", {**DECIDED, "decided_by": "customer"}),
        ("dispute_decided_by_another", {**DECIDED, **PROPOSED, "decided_by": "ops", "proposed_by": "ops"}),
        ("dispute_proposal_is_whole", PROPOSED),
        ("dispute_proposal_is_whole", {**PROPOSED, "proposed_by": "ops", "proposed_reason": ""}),
        ("dispute_proposal_is_whole", {**PROPOSED, "proposed_by": "ops", "proposed_decision": "RELEASE"}),
    ],
)
def test_the_tables_own_guards(world, dispute, constraint, change):
    people = {name: getattr(world, who) for name, who in change.items() if name in {"decided_by", "proposed_by"}}

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        Dispute.objects.filter(pk=dispute.pk).update(**{**change, **people})


ENDINGS = {
    "DECIDED": lambda world, dispute: operations.decide_dispute(
        dispute_id=dispute.pk, decision="RELEASE", reason="Why", by=world.ops, at=NOW
    ),
    "WITHDRAWN": lambda world, dispute: operations.withdraw_dispute(dispute_id=dispute.pk, by=world.customer, at=NOW),
    "OVERTAKEN": lambda world, dispute: ledger.release_hold(
        hold_id=dispute.holds.get().hold_id, reason="OPS_DECISION", by=world.ops, at=NOW
    ),
}


@pytest.mark.parametrize("state", ENDINGS)
def test_what_has_ended_stays_as_it_is(world, dispute, state):
    ENDINGS[state](world, dispute)
    mine = Dispute.objects.filter(pk=dispute.pk)

    refused("Cannot update", lambda: mine.update(updated_at=START), DatabaseError)
    refused("Invalid transition|Cannot update", lambda: mine.update(state="OPEN", ended_at=None), DatabaseError)
    assert mine.get().state == state


def test_a_dispute_moves_only_as_drawn(dispute):
    moved = Dispute.objects.filter(pk=dispute.pk)

    refused("Invalid transition", lambda: moved.update(state="LOST", ended_at=NOW), DatabaseError)


def test_the_models_transitions_are_exactly_the_drawn_moves():
    drawn = {(each.source, each.target) for each in Dispute._meta.get_field("state").get_all_transitions(Dispute)}

    assert drawn == set(MOVES)


@pytest.mark.parametrize("change", [{"note": "Other"}, {"frozen_minor": 1}, {"due_at": NOW}, {"reason": "OTHER"}])
def test_a_dispute_keeps_its_terms(dispute, change):
    refused("dispute_terms|read", lambda: Dispute.objects.filter(pk=dispute.pk).update(**change), DatabaseError)


def test_a_dispute_stays(dispute):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    refused("Cannot delete", lambda: Dispute.objects.filter(pk=dispute.pk).delete(), DatabaseError)


def at_commit(act):
    """What a commit would say after ``act``."""
    with transaction.atomic(), connection.cursor() as cursor:
        act()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_no_dispute_ends_while_its_money_is_frozen(dispute):
    ended = {"state": "WITHDRAWN", "ended_at": NOW}

    refused("frozen while it is open", lambda: at_commit(lambda: Dispute.objects.filter(pk=dispute.pk).update(**ended)))


def test_no_dispute_opens_without_frozen_money(world, dispute):
    other = world.completed(start=START + timedelta(days=1))

    refused(
        "frozen while it is open",
        lambda: at_commit(lambda: another_like(dispute, unit_id=other.pk, reference=other.reference)),
    )


def test_an_ended_dispute_does_not_mind_what_a_later_one_has_frozen(world, dispute):
    operations.withdraw_dispute(dispute_id=dispute.pk, by=world.customer, at=NOW)
    booking = Booking.objects.get(pk=dispute.unit_id)

    at_commit(lambda: disputed(world, booking))

    assert EscrowHold.objects.get().state == "FROZEN"


def test_a_hold_stands_once_in_a_dispute_and_with_money(world, dispute):
    hold = EscrowHold.objects.get()
    other = EscrowHold.objects.get(unit_id=world.completed(start=START + timedelta(days=1)).pk)

    refused("disputed_hold_once", lambda: DisputedHold.objects.create(dispute=dispute, hold=hold, frozen_minor=1))
    refused("disputed_hold_has_money", lambda: DisputedHold.objects.create(dispute=dispute, hold=other, frozen_minor=0))


@pytest.mark.parametrize(
    ("constraint", "model", "change"),
    [
        ("dispute_message_says_something", DisputeMessage, {"words": ""}),
        ("dispute_message_side_known", DisputeMessage, {"side": "NOBODY"}),
        ("dispute_note_is_of_operations", DisputeMessage, {"is_internal": True}),
        ("evidence_names_its_file", Evidence, {"file_name": ""}),
        ("evidence_note_is_of_operations", Evidence, {"is_internal": True}),
    ],
)
def test_what_is_said_and_shown_is_whole(world, dispute, constraint, model, change):
    said = {"dispute": dispute, "by": world.customer, "side": "CUSTOMER", "at": NOW}
    more = {"words": "Look."} if model is DisputeMessage else {"title": "The door", "file_name": "door.jpg"}

    refused(constraint, lambda: model.objects.create(**{**said, **more, **change}))


@pytest.mark.parametrize("table", ["disputedhold", "disputemessage", "evidence"])
@pytest.mark.parametrize(
    "how", ["UPDATE disputes_{0} SET id = id", "DELETE FROM disputes_{0}", "TRUNCATE disputes_{0} CASCADE"]
)
def test_what_was_said_shown_and_frozen_cannot_be_rewritten(world, dispute, table, how):
    said = {"dispute": dispute, "by": world.customer, "side": "CUSTOMER", "at": NOW}
    message = DisputeMessage.objects.create(words="Look.", **said)
    Evidence.objects.create(title="The door", file_name="door.jpg", message=message, **said)

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        refused("append-only|Cannot", lambda: cursor.execute(how.format(table)), DatabaseError)


def test_frozen_money_is_not_let_go_by_hand_without_ending_its_dispute(world, dispute):
    at_commit(
        lambda: ledger.release_hold(
            hold_id=EscrowHold.objects.get().pk, reason="OPS_DECISION", by=world.ops, at=NOW
        )
    )  # fmt: skip

    dispute.refresh_from_db()
    assert dispute.state == "OVERTAKEN"
