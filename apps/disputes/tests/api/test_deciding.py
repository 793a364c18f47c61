"""Deciding: where the money goes, who may, and what overtakes it."""

import pytest

from apps.accounts.tests.factories import UserFactory
from apps.bookings.tests.world import NOW
from apps.catalog.tests.factories import MembershipFactory
from apps.core.models import AuditEntry
from apps.disputes.tests.api.disputing import URL, decide, fresh_booking, holds, money, naira, names, told
from apps.disputes.tests.conftest import disputed, with_extra
from apps.ledger import operations as ledger
from apps.ledger.models import EscrowHold
from apps.payments import operations as payments
from apps.payments.models import Payment, Refund
from apps.payments.states import RefundDestination

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_books_are_sound")]


@pytest.fixture
def _small_limit(settings):
    settings.GUILD = {**settings.GUILD, "REFUND_SECOND_PERSON_ABOVE": {"NGN": 100_000}}


@pytest.mark.parametrize(
    ("decision", "more", "state", "whose", "status"),
    [
        ("RELEASE", {}, "RELEASED", (475_000, 25_000, 0), "RELEASED"),
        ("REFUND", {}, "REFUNDED", (0, 0, 500_000), "REFUNDED"),
        ("SPLIT", {"refund": naira("1500.00")}, "RELEASED", (332_500, 17_500, 150_000), "PARTIALLY_REFUNDED"),
    ],
)
def test_operations_decide_and_the_money_goes_there(world, api, dispute, decision, more, state, whose, status):
    answer = decide(api(world.ops), dispute, decision, **more)

    assert answer.status_code == 200, answer.json()
    shown = answer.json()["data"]
    assert (shown["state"], shown["decision"], shown["decided_reason"]) == ("DECIDED", decision, "We looked.")
    assert shown["decided_by"]["id"] == str(world.ops.pk)
    assert (holds(), money(world)) == ([state], whose)
    booking = fresh_booking(dispute)
    assert (booking.payment_status, booking.release_due_at) == (status, None)
    assert told("dispute_decided") == {world.customer.pk, world.owner.pk, world.desk.pk}
    audit = AuditEntry.objects.get(action="dispute.decided")
    assert (audit.actor, audit.reason, audit.after["decision"]) == (world.ops, "We looked.", decision)
    for who in (world.customer, world.owner):
        assert api(who).get(f"{URL}{dispute.pk}/").json()["data"]["decided_by"] is None
    assert Refund.objects.filter(status="SUCCEEDED").count() == (decision != "RELEASE")
    paid = {"RELEASE": "SUCCEEDED", "REFUND": "REFUNDED", "SPLIT": "PARTIALLY_REFUNDED"}[decision]
    assert Payment.objects.get().status == paid


def test_a_split_over_several_holds_sums_to_what_was_decided(world, api):
    booking, added = with_extra(world)
    dispute = disputed(world, booking)

    answer = decide(api(world.ops), dispute, "SPLIT", refund=naira("1000.01"))

    assert answer.status_code == 200, answer.json()
    parts = dict(EscrowHold.objects.values_list("unit_type", "refunded_minor"))
    assert parts == {"BOOKING": 83_334, "EXTRA": 16_667}
    assert set(holds()) == {"RELEASED"}
    assert (answer.json()["data"]["refund"], answer.json()["data"]["released"]) == (naira("1000.01"), naira("4999.99"))
    assert sum(money(world)) == 600_000
    assert money(world)[2] == 100_001
    added.refresh_from_db()
    assert added.state == "PAID"


def test_a_refund_may_go_back_to_the_card(world, api, dispute):
    answer = decide(api(world.ops), dispute, "REFUND", destination="GATEWAY")

    assert answer.status_code == 200, answer.json()
    assert (holds(), money(world)) == (["REFUNDED"], (0, 0, 0))
    refund = Refund.objects.get()
    assert (refund.status, refund.destination, refund.has_left_escrow) == ("APPROVED", "GATEWAY", True)


def test_the_same_person_may_repeat_their_decision_and_nobody_else_decides_again(world, api, dispute):
    first = decide(api(world.ops), dispute, "SPLIT", refund=naira("1500.00"))
    before = money(world)

    again = decide(api(world.ops), dispute, "SPLIT", refund=naira("1500.00"))
    otherwise = decide(api(world.ops), dispute, "REFUND")
    another = decide(api(UserFactory(admin=True)), dispute, "SPLIT", refund=naira("1500.00"))

    assert (first.status_code, again.status_code) == (200, 200)
    for answer in (otherwise, another):
        assert (answer.status_code, answer.json()["code"]) == (409, "dispute_ended")
    assert money(world) == before
    assert AuditEntry.objects.filter(action="dispute.decided").count() == 1


@pytest.mark.parametrize(
    ("decision", "refund"),
    [
        ("SPLIT", None), ("SPLIT", naira("5000.00")), ("SPLIT", naira("5000.01")), ("REFUND", naira("4999.99")),
        ("RELEASE", naira("1.00")), ("SPLIT", {"amount": "1.00", "currency": "USD"}),
    ],
)  # fmt: skip
def test_a_refund_that_does_not_fit_the_decision_changes_nothing(world, api, dispute, decision, refund):
    answer = decide(api(world.ops), dispute, decision, **({"refund": refund} if refund else {}))

    assert (answer.status_code, answer.json()["code"]) == (400, "refund_does_not_fit")
    assert holds() == ["FROZEN"]
    assert not AuditEntry.objects.filter(action="dispute.decided").exists()


@pytest.mark.parametrize("who", ["customer", "desk", "owner", "performer"])
def test_the_sides_do_not_decide(world, api, dispute, who):
    assert decide(api(getattr(world, who)), dispute, "RELEASE").status_code == 403
    assert holds() == ["FROZEN"]


def test_whoever_is_a_party_does_not_decide_even_as_operations(world, api):
    ops = UserFactory(ops=True)
    MembershipFactory(business=world.business, user=UserFactory(ops=True), kind="STAFF")
    member = world.business.memberships.get(kind="STAFF", user__role="OPS").user
    booking = world.completed()
    dispute = disputed(world, booking)

    answer = decide(api(member), dispute, "RELEASE")

    assert (answer.status_code, answer.json()["code"]) == (403, "party_cannot_decide")
    assert holds() == ["FROZEN"]
    actions = api(member).get(f"{URL}{dispute.pk}/")
    assert names(actions, enabled=False) == ["decide"]
    assert decide(api(ops), dispute, "RELEASE").status_code == 200


@pytest.mark.usefixtures("_small_limit")
def test_above_the_limit_one_proposes_and_an_administrator_decides(world, api, dispute):
    admin, other_ops = UserFactory(admin=True), UserFactory(ops=True)

    proposed = decide(api(world.ops), dispute, "REFUND")
    assert (proposed.status_code, proposed.json()["data"]["state"]) == (200, "OPEN")
    assert proposed.json()["data"]["proposal"] == {
        "decision": "REFUND", "refund": naira("5000.00"), "reason": "We looked.",
        "by": {"id": str(world.ops.pk), "name": world.ops.name}, "at": "2026-11-18T09:00:00Z",
    }  # fmt: skip
    assert api(world.owner).get(f"{URL}{dispute.pk}/").json()["data"]["proposal"] is None
    assert (holds(), money(world)) == (["FROZEN"], (0, 0, 0))

    assert decide(api(world.ops), dispute, "REFUND").json()["data"]["state"] == "OPEN"
    refused = decide(api(other_ops), dispute, "REFUND")
    assert (refused.status_code, refused.json()["code"]) == (403, "second_person_needed")

    decided = decide(api(admin), dispute, "REFUND")
    assert decided.json()["data"]["state"] == "DECIDED"
    assert (holds(), money(world)) == (["REFUNDED"], (0, 0, 500_000))
    assert AuditEntry.objects.get(action="dispute.decision_proposed").actor == world.ops


@pytest.mark.usefixtures("_small_limit")
def test_another_decision_above_the_limit_is_a_new_proposal_and_one_below_needs_one_person(world, api, dispute):
    admin = UserFactory(admin=True)
    decide(api(world.ops), dispute, "REFUND")

    instead = decide(api(admin), dispute, "SPLIT", refund=naira("2000.00"))
    assert instead.json()["data"]["state"] == "OPEN"
    assert instead.json()["data"]["proposal"]["by"]["id"] == str(admin.pk)

    below = decide(api(world.ops), dispute, "SPLIT", refund=naira("1000.00"))
    assert below.json()["data"]["state"] == "DECIDED"
    assert below.json()["data"]["proposal"] is None
    assert money(world)[2] == 100_000


def test_a_refund_approved_elsewhere_overtakes_the_dispute(world, api, dispute):
    (refund,) = payments.propose_refund(
        payment_id=Payment.objects.get().pk,
        destination=RefundDestination.WALLET,
        reason="Agreed.",
        by=world.ops,
        at=NOW,
    )
    payments.approve_refund(refund_id=refund.pk, by=UserFactory(admin=True), at=NOW)
    payments.carry_out_refund(refund_id=refund.pk, at=NOW)

    dispute.refresh_from_db()
    assert (dispute.state, holds()) == ("OVERTAKEN", ["REFUNDED"])
    answer = decide(api(world.ops), dispute, "RELEASE")
    assert (answer.status_code, answer.json()["code"]) == (409, "dispute_ended")
    assert told("dispute_closed") == {world.customer.pk, world.owner.pk, world.desk.pk}


@pytest.mark.parametrize("act", ["release", "unfreeze"])
def test_money_let_go_by_hand_overtakes_the_dispute_when_none_is_left(world, act):
    booking, _ = with_extra(world)
    dispute = disputed(world, booking)
    acts = {
        "release": lambda hold: ledger.release_hold(hold_id=hold.pk, reason="OPS_DECISION", by=world.ops, at=NOW),
        "unfreeze": lambda hold: ledger.unfreeze_hold(hold_id=hold.pk, reason="Settled", by=world.ops, at=NOW),
    }
    first, second = EscrowHold.objects.order_by("pk")

    acts[act](first)
    dispute.refresh_from_db()
    assert dispute.state == "OPEN"
    acts[act](second)

    dispute.refresh_from_db()
    assert dispute.state == "OVERTAKEN"


def test_a_part_refunded_elsewhere_leaves_the_rest_to_decide(world, api, dispute):
    (refund,) = payments.propose_refund(
        payment_id=Payment.objects.get().pk, amount_minor=100_000, destination=RefundDestination.WALLET, reason="A part.",
        by=world.ops, at=NOW,
    )  # fmt: skip
    payments.approve_refund(refund_id=refund.pk, by=UserFactory(admin=True), at=NOW)
    payments.carry_out_refund(refund_id=refund.pk, at=NOW)

    answer = decide(api(world.ops), dispute, "REFUND")

    assert answer.status_code == 200, answer.json()
    assert answer.json()["data"]["refund"] == naira("4000.00")
    assert (holds(), money(world)) == (["REFUNDED"], (0, 0, 500_000))
