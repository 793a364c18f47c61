"""What the sides say while a dispute is open, and withdrawing it."""

from datetime import timedelta

import pytest

from apps.accounts.tests.factories import UserFactory
from apps.bookings.tests.world import HOUR, NOW, fresh
from apps.catalog.tests.factories import BusinessFactory
from apps.core import clock
from apps.disputes.models import Dispute, DisputeMessage, Evidence
from apps.disputes.tests.api.disputing import (
    DAY,
    FILE,
    URL,
    decide,
    fresh_booking,
    holds,
    names,
    opened,
    told,
)
from apps.disputes.tests.conftest import disputed
from apps.ledger import operations as ledger
from apps.notifications.models import Notification

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_books_are_sound")]


def test_both_sides_and_operations_add_what_they_have(world, api, dispute):
    for who, words in ((world.customer, "Look."), (world.owner, "We came twice."), (world.ops, "Which rooms?")):
        answer = api(who).post(f"{URL}{dispute.pk}/messages/", {"words": words, "evidence": [FILE]})
        assert answer.status_code == 201, answer.json()
    internal = api(world.ops).post(f"{URL}{dispute.pk}/messages/", {
        "words": "The third this month.", "internal": True, "evidence": [FILE],
    })  # fmt: skip

    said = [("CUSTOMER", "Look."), ("BUSINESS", "We came twice."), ("OPS", "Which rooms?")]
    for who in (world.customer, world.desk):
        shown = api(who).get(f"{URL}{dispute.pk}/").json()["data"]
        assert [(each["side"], each["words"]) for each in shown["messages"]] == said
        assert len(shown["evidence"]) == 3
    assert [each["internal"] for each in internal.json()["data"]["messages"]] == [False, False, False, True]
    assert len(internal.json()["data"]["evidence"]) == 4
    messages = list(Notification.objects.filter(notification_type="dispute_message").values_list("user_id", flat=True))
    desk = [world.owner.pk, world.desk.pk]
    assert sorted(messages) == sorted([*desk, world.customer.pk, world.customer.pk, *desk])


def test_a_side_writes_no_notes_for_operations_and_others_write_nothing(world, api, dispute):
    viewer = UserFactory(viewer=True)
    for who, body, status in (
        (world.customer, {"words": "Psst.", "internal": True}, 403),
        (viewer, {"words": "Hm."}, 403),
        (world.performer, {"words": "It was me."}, 404),
        (BusinessFactory().owner, {"words": "Hello."}, 404),
    ):
        assert api(who).post(f"{URL}{dispute.pk}/messages/", body).status_code == status
    assert not DisputeMessage.objects.exists()
    assert api(viewer).get(f"{URL}{dispute.pk}/").status_code == 200


def test_after_the_end_nobody_adds_anything(world, api, dispute):
    decide(api(world.ops), dispute, "RELEASE")

    answer = api(world.customer).post(f"{URL}{dispute.pk}/messages/", {"words": "But!", "evidence": [FILE]})

    assert (answer.status_code, answer.json()["code"]) == (409, "dispute_ended")
    assert (DisputeMessage.objects.count(), Evidence.objects.count()) == (0, 0)


@pytest.mark.parametrize(("hours_left", "clears_after"), [(20, 20), (0.5, 1)])
def test_a_withdrawn_dispute_gives_the_money_what_was_left_of_its_time(world, api, hours_left, clears_after):
    booking = world.completed()
    dispute = disputed(world, booking, at=NOW + DAY - hours_left * HOUR)
    at = NOW + 5 * DAY

    with clock.frozen(at):
        answer = api(world.customer).post(f"{URL}{dispute.pk}/withdraw/", {})

    assert (answer.status_code, answer.json()["data"]["state"]) == (200, "WITHDRAWN")
    assert names(answer) == []
    due_at = at + clears_after * HOUR
    assert (fresh(booking).payment_status, fresh(booking).release_due_at) == ("PENDING_CLEARANCE", due_at)
    assert ledger.release_due_holds(at=due_at - timedelta(seconds=1), limit=10) == 0
    assert ledger.release_due_holds(at=due_at, limit=10) == 1
    assert fresh(booking).payment_status == "RELEASED"
    assert told("dispute_closed") == {world.customer.pk, world.owner.pk, world.desk.pk}


def test_while_it_clears_again_it_can_be_disputed_again(world, api, dispute):
    booking = fresh_booking(dispute)
    api(world.customer).post(f"{URL}{dispute.pk}/withdraw/", {})

    assert opened(api(world.customer), booking).status_code == 201
    assert Dispute.objects.count() == 2


@pytest.mark.parametrize("who", ["owner", "ops"])
def test_nobody_but_the_customer_withdraws(world, api, dispute, who):
    assert api(getattr(world, who)).post(f"{URL}{dispute.pk}/withdraw/", {}).status_code == 403
    assert holds() == ["FROZEN"]
