"""Disputes over HTTP: opened at the booking, talked in, withdrawn, decided; and where the money is after each."""

from datetime import timedelta

import pytest

from apps.accounts.tests.factories import UserFactory
from apps.bookings import operations as bookings
from apps.bookings.models import Booking
from apps.bookings.tests.world import HOUR, NOW, START, fresh
from apps.catalog.tests.factories import BusinessFactory, MembershipFactory
from apps.core import clock
from apps.core.models import AuditEntry
from apps.core.sweeps import run_sweep
from apps.disputes.models import Dispute, DisputeMessage, Evidence
from apps.disputes.tests.conftest import BODY, disputed, with_extra
from apps.ledger import addresses, queries
from apps.ledger import operations as ledger
from apps.ledger.models import Account, EscrowHold
from apps.ledger.states import AccountKind
from apps.notifications.models import Notification
from apps.payments import operations as payments
from apps.payments.models import Payment, Refund
from apps.payments.states import RefundDestination

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_books_are_sound")]
URL = "/api/v1/disputes/"
DAY = timedelta(days=1)
FILE = {"title": "The kitchen", "file_name": "disputes/kitchen.jpg"}


def naira(amount):
    return {"amount": amount, "currency": "NGN"}


def opened(client, booking, **more):
    return client.post(f"/api/v1/bookings/{booking.pk}/dispute/", {**BODY, **more})


def decide(client, dispute, decision, **more):
    return client.post(f"{URL}{dispute.pk}/decide/", {"decision": decision, "reason": "We looked.", **more})


def names(answer, *, enabled=True):
    return [each["name"] for each in answer.json()["data"]["available_actions"] if each["enabled"] == enabled]


def told(kind):
    rows = Notification.objects.filter(notification_type=kind)
    return set(rows.values_list("user_id", flat=True))


def money(world):
    """What is whose: the business's, the platform's, the customer's."""
    revenue = Account.objects.filter(kind=AccountKind.PLATFORM_REVENUE, currency="NGN").first()
    return (
        queries.available_to_business(world.business.pk, "NGN"),
        queries.derived_balance(revenue.pk) if revenue else 0,
        queries.balance(addresses.wallet(world.customer.pk, "NGN")),
    )


def holds():
    return list(EscrowHold.objects.order_by("pk").values_list("state", flat=True))


# --- Opening --------------------------------------------------------------------------------------------------------
def test_a_customer_disputes_a_job_and_its_money_is_frozen(world, api):
    booking, customer = world.completed(), api(world.customer)
    offered = {each["name"]: each for each in detail(customer, booking)["available_actions"]}["dispute"]
    assert (offered["enabled"], offered["deadline"]) == (True, "2026-11-19T09:00:00Z")

    answer = opened(customer, booking, amount=naira("2500.00"), evidence=[FILE])

    assert answer.status_code == 201, answer.json()
    shown = answer.json()["data"]
    assert shown["about"] == {
        "type": "BOOKING", "id": str(booking.pk), "reference": booking.reference, "title": "Massage at Serenity Spa",
    }  # fmt: skip
    assert (shown["state"], shown["reason"], shown["note"]) == ("OPEN", "POOR_WORK", BODY["note"])
    assert (shown["frozen"], shown["asked"], shown["refund"]) == (naira("5000.00"), naira("2500.00"), None)
    assert [(each["unit_type"], each["state"]) for each in shown["holds"]] == [("BOOKING", "FROZEN")]
    assert [(each["side"], each["file_name"]) for each in shown["evidence"]] == [("CUSTOMER", FILE["file_name"])]
    assert shown["due_at"] == "2026-11-21T09:00:00Z"
    assert names(answer) == ["message", "withdraw"]
    assert fresh(booking).payment_status == "FROZEN"
    assert told("dispute_opened") == {world.customer.pk, world.owner.pk, world.desk.pk}
    assert told("dispute_opened_ops") == {world.ops.pk}
    assert AuditEntry.objects.get(action="dispute.opened").actor == world.customer
    assert "dispute" not in [each["name"] for each in detail(customer, booking)["available_actions"]]


def test_frozen_money_is_released_neither_by_the_sweep_nor_by_the_customer(world, api, dispute):
    booking = fresh_booking(dispute)

    assert ledger.release_due_holds(at=NOW + 10 * DAY, limit=10) == 0
    answer = api(world.customer).post(f"/api/v1/bookings/{booking.pk}/confirm-release/")

    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
    assert holds() == ["FROZEN"]


def test_after_the_release_it_is_too_late(world, api):
    booking = world.completed()
    bookings.confirm_release(booking_id=booking.pk, by=world.customer, at=NOW)

    answer = opened(api(world.customer), booking)

    assert (answer.status_code, answer.json()["code"]) == (409, "too_late")
    assert holds() == ["RELEASED"]
    assert not Dispute.objects.exists()


def test_when_the_time_is_over_it_is_too_late_though_nobody_has_released_yet(world, api):
    booking = world.completed()

    with clock.frozen(NOW + DAY):
        answer = opened(api(world.customer), booking)

    assert (answer.status_code, answer.json()["code"]) == (409, "too_late")
    assert holds() == ["PENDING_CLEARANCE"]


def test_a_second_dispute_about_the_same_is_refused(world, api, dispute):
    answer = opened(api(world.customer), fresh_booking(dispute))

    assert (answer.status_code, answer.json()["code"]) == (409, "already_disputed")
    assert Dispute.objects.count() == 1


@pytest.mark.parametrize("who", ["performer", "desk", "owner", "ops"])
def test_nobody_but_the_customer_disputes(world, api, who):
    booking = world.completed()

    answer = opened(api(getattr(world, who)), booking)

    assert answer.status_code == 403
    assert holds() == ["PENDING_CLEARANCE"]


def test_a_job_that_is_not_over_cannot_be_disputed(world, api):
    booking = world.paid()

    answer = opened(api(world.customer), booking)

    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
    assert holds() == ["HELD"]


@pytest.mark.parametrize("amount", [naira("5000.01"), {"amount": "10.00", "currency": "USD"}])
def test_nobody_asks_for_more_than_is_held_or_in_another_currency(world, api, amount):
    booking = world.completed()

    answer = opened(api(world.customer), booking, amount=amount)

    assert (answer.status_code, answer.json()["code"]) == (400, "asked_too_much")
    assert holds() == ["PENDING_CLEARANCE"]
    assert not Dispute.objects.exists()


def test_a_paid_extra_is_frozen_with_its_job(world, api):
    booking, _added = with_extra(world)

    answer = opened(api(world.customer), booking)

    assert answer.json()["data"]["frozen"] == naira("6000.00")
    assert {(each["unit_type"], each["state"]) for each in answer.json()["data"]["holds"]} == {
        ("BOOKING", "FROZEN"), ("EXTRA", "FROZEN"),
    }  # fmt: skip
    assert ledger.release_due_holds(at=NOW + 10 * DAY, limit=10) == 0


def test_what_a_late_cancellation_keeps_can_be_disputed(world, api):
    booking = world.paid()
    late = START - HOUR
    with clock.frozen(late):
        bookings.cancel_booking(booking_id=booking.pk, by=world.customer, at=late)
        payments.carry_out_due_refunds(late, 10)
        kept = EscrowHold.objects.get().left_minor

        answer = opened(api(world.customer), booking)

    assert 0 < kept < 500_000
    assert answer.status_code == 201, answer.json()
    assert answer.json()["data"]["frozen"] == naira(f"{kept / 100:.2f}")


# --- Talking --------------------------------------------------------------------------------------------------------
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


# --- Withdrawing ----------------------------------------------------------------------------------------------------
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


# --- Deciding -------------------------------------------------------------------------------------------------------
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


@pytest.fixture
def _small_limit(settings):
    settings.GUILD = {**settings.GUILD, "REFUND_SECOND_PERSON_ABOVE": {"NGN": 100_000}}


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


# --- Lists ----------------------------------------------------------------------------------------------------------
def test_everybody_lists_what_is_theirs(world, api, dispute):
    stranger, owner = UserFactory(), BusinessFactory().owner
    viewer = UserFactory(viewer=True)
    rows = {"customer": world.customer, "owner": world.owner, "desk": world.desk, "ops": world.ops, "viewer": viewer}

    for who in rows.values():
        listed = api(who).get(URL).json()["data"]
        assert [each["id"] for each in listed["results"]] == [str(dispute.pk)]
    for who in (stranger, owner, world.performer):
        assert api(who).get(URL).json()["data"]["count"] == 0
        assert api(who).get(f"{URL}{dispute.pk}/").status_code == 404
    assert api().get(URL).status_code == 401


def test_lists_are_filtered_by_state_business_and_what_they_are_about(world, api, dispute):
    ops = api(world.ops)
    for query, count in (
        ({"state": "OPEN"}, 1), ({"state": "DECIDED"}, 0), ({"business": str(world.business.pk)}, 1),
        ({"business": str(BusinessFactory().pk)}, 0), ({"about": str(dispute.unit_id)}, 1),
        ({"about": str(dispute.pk)}, 0),
    ):  # fmt: skip
        assert ops.get(URL, query).json()["data"]["count"] == count
    assert ops.get(URL, {"state": "LOST"}).status_code == 400


def test_lists_and_details_cost_the_same_for_one_and_for_many(world, api, django_assert_num_queries):
    dispute = disputed(world)
    owner = api(world.owner)
    with django_assert_num_queries(6):
        assert owner.get(URL).json()["data"]["count"] == 1
    with django_assert_num_queries(6):
        assert owner.get(f"{URL}{dispute.pk}/").status_code == 200

    for day in (1, 2):
        disputed(world, world.completed(start=START + day * DAY))
        for _ in range(3):
            owner.post(f"{URL}{dispute.pk}/messages/", {"words": "And this.", "evidence": [FILE]})

    with django_assert_num_queries(6):
        assert owner.get(URL).json()["data"]["count"] == 3
    with django_assert_num_queries(6):
        assert len(owner.get(f"{URL}{dispute.pk}/").json()["data"]["messages"]) == 6


# --- Around ---------------------------------------------------------------------------------------------------------
def test_operations_are_told_once_when_it_is_overdue(world, dispute):
    assert run_sweep("disputes.alert_overdue", at=NOW + 3 * DAY - HOUR) == 0
    assert told("dispute_overdue") == set()

    assert run_sweep("disputes.alert_overdue", at=NOW + 3 * DAY) == 1
    assert run_sweep("disputes.alert_overdue", at=NOW + 4 * DAY) == 0

    assert list(Notification.objects.filter(notification_type="dispute_overdue").values_list("user_id", flat=True)) == [
        world.ops.pk
    ]


def test_the_bookings_timeline_tells_it(world, api, dispute):
    with clock.frozen(NOW + HOUR):
        decide(api(world.ops), dispute, "SPLIT", refund=naira("1500.00"))

    rows = api(world.customer).get(f"/api/v1/bookings/{dispute.unit_id}/timeline/").json()["data"]["results"]

    found = [(each["what"], each["reason"], each["amount"]) for each in rows if each["what"].startswith("dispute")]
    assert found == [
        ("dispute-opened", BODY["note"], naira("5000.00")),
        ("dispute-decided", "We looked.", naira("1500.00")),
    ]


def test_an_open_dispute_keeps_an_account_and_is_in_the_export(world, api, dispute):
    api(world.customer).post(f"{URL}{dispute.pk}/messages/", {"words": "Look."})

    (row,) = api(world.customer).get("/api/v1/profile/export/").json()["data"]["disputes"]

    assert (row["reference"], row["note"], row["messages"]) == (dispute.reference, BODY["note"], ["Look."])
    world.customer.set_password("correct horse 42")
    world.customer.save()
    answer = api(world.customer).post("/api/v1/profile/erase/", {"password": "correct horse 42"})
    assert answer.json()["data"]["reasons"] == ["A dispute of yours is open. Wait for its decision, or withdraw it."]


def detail(client, booking):
    return client.get(f"/api/v1/bookings/{booking.pk}/").json()["data"]


def fresh_booking(dispute):
    return Booking.objects.with_people().get(pk=dispute.unit_id)
