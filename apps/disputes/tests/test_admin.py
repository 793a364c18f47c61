"""Disputes in the back office: found by age, read in full by operations, decided with a reason."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages

from apps.accounts.tests.factories import UserFactory
from apps.bookings.tests.world import NOW, START
from apps.core import clock
from apps.core.models import AuditEntry
from apps.core.testing import BackOfficeBrowser
from apps.disputes import operations
from apps.disputes.models import DisputeMessage
from apps.disputes.operations import Exhibit
from apps.disputes.tests.conftest import disputed
from apps.ledger.models import EscrowHold

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_books_are_sound")]
LIST = "/admin/disputes/dispute/"


def signed_in(user):
    client = BackOfficeBrowser()
    client.force_login(user)
    return client


def act(client, dispute, action="decide", **fields):
    return client.post(LIST, {"action": action, "_selected_action": [str(dispute.pk)], **fields})


def said(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


@pytest.fixture
def talked(world):
    """A dispute in which everybody has said something."""
    made = disputed(world, evidence=[Exhibit(title="The kitchen", file_name="disputes/kitchen.jpg")])
    told = {"dispute_id": made.pk, "at": NOW}
    operations.post_message(words="We came twice.", by=world.owner, **told)
    operations.post_message(words="The third this month.", is_internal=True, by=world.ops, **told)
    return made


def test_operations_read_messages_money_and_the_job(world, talked):
    page = signed_in(world.ops).get(f"{LIST}{talked.pk}/change/").content.decode()

    hold = EscrowHold.objects.get()
    for words in (
        talked.note, "We came twice.", "The third this month.", "disputes/kitchen.jpg", "₦5,000.00",
        f"/admin/bookings/booking/{talked.unit_id}/change/", f"/admin/ledger/escrowhold/{hold.pk}/change/",
    ):  # fmt: skip
        assert words in page


def test_a_business_reads_its_own_without_what_operations_note(world, talked, monkeypatch):
    world.owner.is_staff = True
    world.owner.save()
    mine = signed_in(world.owner).get(f"{LIST}{talked.pk}/change/").content.decode()

    assert "We came twice." in mine
    assert "The third this month." not in mine
    assert "roposed" not in mine
    stranger = UserFactory(role="CEO", is_staff=True)
    assert signed_in(stranger).get(f"{LIST}{talked.pk}/change/").status_code in {302, 404}


@pytest.mark.parametrize(
    ("age", "days", "found"),
    [
        ("new", 0, True), ("new", 1, False), ("old", 0, False), ("old", 1, True), ("overdue", 2, False),
        ("overdue", 3, True),
    ],
)  # fmt: skip
def test_disputes_are_found_by_age(world, dispute, age, days, found):
    with clock.frozen(NOW + timedelta(days=days)):
        page = signed_in(world.ops).get(LIST, {"age": age}).content.decode()

    assert (f"{dispute.pk}/change/" in page) == found


def test_a_decided_dispute_has_no_age(world, dispute):
    operations.decide_dispute(dispute_id=dispute.pk, decision="RELEASE", reason="Why", by=world.ops, at=NOW)

    page = signed_in(world.ops).get(LIST, {"age": "new"}).content.decode()

    assert f"{dispute.pk}/change/" not in page


def test_operations_decide_with_a_reason(world, dispute):
    client = signed_in(world.ops)

    answer = act(client, dispute, decision="SPLIT", refund="1500.00", reason="Half was done.")

    assert said(answer) == ["Decide: 1 done."]
    dispute.refresh_from_db()
    assert (dispute.state, dispute.decision, dispute.refund_minor) == ("DECIDED", "SPLIT", 150_000)
    assert AuditEntry.objects.get(action="dispute.decided").actor == world.ops


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"decision": "RELEASE"}, "Say why, in the field beside the action."),
        ({"reason": "Why"}, "Choose a decision, in the field beside the action."),
        ({"decision": "SPLIT", "reason": "Why"}, "The refund does not fit the decision."),
        ({"decision": "SPLIT", "refund": "1.001", "reason": "Why"}, "NGN has 2 decimal places."),
    ],
)
def test_a_decision_that_is_not_whole_is_refused_in_words(world, dispute, fields, words):
    answer = act(signed_in(world.ops), dispute, **fields)

    assert said(answer) == [f"{dispute}: {words}"]
    dispute.refresh_from_db()
    assert dispute.state == "OPEN"


def test_operations_note_something_for_themselves(world, dispute):
    act(signed_in(world.ops), dispute, "note_for_ops", reason="Called the customer.")

    message = DisputeMessage.objects.get()
    assert (message.words, message.is_internal, message.side) == ("Called the customer.", True, "OPS")


def test_a_viewer_looks_and_does_not_decide(world, dispute):
    viewer = signed_in(UserFactory(viewer=True))
    assert viewer.get(LIST).status_code == 200

    answer = act(viewer, dispute, decision="RELEASE", reason="Why")

    assert "Your level does not allow this." in said(answer)
    dispute.refresh_from_db()
    assert dispute.state == "OPEN"


def test_the_list_costs_the_same_for_one_and_for_many(world, dispute, django_assert_max_num_queries):
    client = signed_in(world.ops)
    with django_assert_max_num_queries(30) as one:
        client.get(LIST)
    for day in (1, 2):
        disputed(world, world.completed(start=START + timedelta(days=day)))

    with django_assert_max_num_queries(30) as three:
        assert client.get(LIST).content.decode().count("/change/") >= 3
    assert len(three) == len(one)
