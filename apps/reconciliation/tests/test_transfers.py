"""Payouts against both gateways' lists of transfers: found by kind, healed by asking, resolved by two people."""

import pytest

from apps.ledger import addresses, queries
from apps.ledger.tests.sql import run as sql
from apps.ledger.tests.sql import without_triggers
from apps.payments.standins.faults import Fault, FaultKind
from apps.payouts.operations.onboard import begin_onboarding, refresh_by_gateway
from apps.payouts.states import PayoutKind
from apps.payouts.tests.payees import (
    DAY,
    NUMBER,
    RETURN_URL,
    ask,
    carry_out,
    earn,
    fresh,
    of_business,
    shop,
    usable_account,
)
from apps.reconciliation import operations
from apps.reconciliation.models import Break, GatewayLine
from apps.reconciliation.operations import CorrectionLeg, Proposal
from apps.reconciliation.states import Resolution
from apps.reconciliation.tests.conftest import breaks, figures, reconciled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound")]
CLEARING, SUSPENSE = addresses.gateway_clearing("paystack", "NGN"), addresses.suspense("NGN")


def sent(business, amount_minor=1_000_000):
    """A payout that Paystack has taken up."""
    return carry_out(ask(PayoutKind.BUSINESS, of_business(business), business.owner, amount_minor=amount_minor))


def ended(paystack, payout, status="success"):
    """Its transfer has ended, and we have asked."""
    paystack.control("settle_transfer", reference=payout.reference, status=status)
    return carry_out(payout)


@pytest.fixture
def business(paystack):
    made = shop()
    paystack.control("name_account", number=NUMBER, holder="SERENITY SPA LIMITED")
    usable_account(of_business(made), made.owner)
    earn(PayoutKind.BUSINESS, of_business(made), 5_000_000)
    return made


def test_payouts_that_both_sides_know_are_no_breaks(business, paystack, now):
    paystack.transfer_fee = 2_500
    arrived, back = ended(paystack, sent(business)), ended(paystack, sent(business), "failed")
    reversed_later = ended(paystack, ended(paystack, sent(business)), "reversed")
    on_its_way = sent(business)
    assert [row.state for row in (arrived, back, reversed_later, on_its_way)] == [
        "PAID", "FAILED", "REVERSED", "IN_TRANSIT",
    ]  # fmt: skip

    run = reconciled("paystack", now)

    assert figures(run) == {"state": "DONE", "lines": 4, "found": 0, "fresh": 0, "healed": 0, "closed": 0}
    assert run.balances == [
        {"currency": "NGN", "ours_minor": -1_005_000, "theirs_minor": -2_007_500, "in_flight_minor": -1_002_500,
         "known_minor": 0, "is_certain": True}
    ]  # fmt: skip


@pytest.mark.parametrize(("status", "ends"), [("success", "PAID"), ("failed", "FAILED"), ("reversed", "FAILED")])
def test_an_end_of_which_we_never_heard_is_booked_by_asking(business, paystack, now, status, ends):
    payout = sent(business)
    paystack.control("settle_transfer", reference=payout.reference, status=status)

    run = reconciled("paystack", now)

    assert (fresh(payout).state, run.healed, run.found) == (ends, 1, 0)
    assert breaks("kind", "subject", "state") == [("STATUS", f"payout {payout.reference}", "CLOSED")]


def test_a_payout_that_came_back_later_is_booked_by_asking(business, paystack, now):
    payout = ended(paystack, sent(business))
    paystack.control("settle_transfer", reference=payout.reference, status="reversed")

    run = reconciled("paystack", now)

    assert (fresh(payout).state, run.healed, run.found) == ("REVERSED", 1, 0)
    assert breaks("kind", "here", "there", "gap_minor", "net_gap_minor") == [
        ("STATUS", "Done", "Failed or sent back", 1_000_000, 1_000_000)
    ]


def test_a_transfer_that_somebody_made_there_by_hand_is_corrected_by_two_people(business, paystack, now, ops, admin):
    code = next(iter(paystack.recipients))
    call = {"source": "balance", "reference": "BY-HAND", "amount": 70_000, "currency": "NGN", "recipient": code}
    _initiate(paystack, call)
    paystack.control("settle_transfer", reference="BY-HAND", status="success")
    reconciled("paystack", now)
    found = Break.objects.get()
    assert (found.kind, found.subject, found.gap_minor, found.account) == (
        "MISSING_HERE", "transfer BY-HAND", -70_000, CLEARING,
    )  # fmt: skip

    legs = [
        CorrectionLeg(address=SUSPENSE, amount_minor=-70_000),
        CorrectionLeg(address=CLEARING, amount_minor=70_000),
    ]
    proposal = Proposal(resolution=Resolution.CORRECTED, reason="Rent, sent from there.", legs=legs)
    operations.propose_break(break_id=found.pk, proposal=proposal, by=ops, at=now)
    operations.resolve_break(break_id=found.pk, by=admin, at=now)
    run = reconciled("paystack", now)

    found.refresh_from_db()
    assert (found.state, run.fresh, queries.balance(CLEARING)) == ("RESOLVED", 0, 70_000)
    assert [(each["ours_minor"], each["theirs_minor"], each["known_minor"]) for each in run.balances] == [
        (-70_000, -70_000, 0)
    ]


def _initiate(paystack, body):
    from apps.payments.standins.server import Call

    paystack.initiate_transfer(Call(method="POST", path="/transfer", query={}, body=body, headers={}))


def test_a_payout_that_the_gateway_does_not_know_any_more_is_a_break(business, paystack, now):
    payout = ended(paystack, sent(business))
    del paystack.transfers[payout.reference]

    reconciled("paystack", now)

    assert breaks("kind", "subject", "there", "gap_minor") == [
        ("MISSING_THERE", f"payout {payout.reference}", "nothing", 1_000_000)
    ]


def test_another_amount_and_another_fee_are_told_apart(business, paystack, now):
    first, second = ended(paystack, sent(business)), ended(paystack, sent(business))
    paystack.transfers[first.reference]["amount"] += 1
    paystack.transfers[second.reference]["fee_charged"] += 1

    run = reconciled("paystack", now)

    assert sorted(breaks("kind", "here", "there", "gap_minor")) == [
        ("AMOUNT", "10000.00 NGN", "10000.01 NGN", -1),
        ("FEE", "fee 0.00 NGN", "fee 0.01 NGN", -1),
    ]
    assert [(each["known_minor"], each["theirs_minor"] - each["ours_minor"]) for each in run.balances] == [(-2, -2)]


def test_a_payout_that_we_gave_back_while_the_gateway_still_pays_it_is_a_break(business, paystack, now):
    payout = ended(paystack, sent(business), "failed")
    paystack.transfers[payout.reference]["status"] = "pending"

    reconciled("paystack", now)

    assert breaks("kind", "here", "there")[0] == ("STATUS", "Failed or sent back", "Under way")


def test_a_transfer_that_is_there_twice_is_a_break(business, paystack, now):
    payout = ended(paystack, sent(business))
    paystack.transfers["again"] = dict(paystack.transfers[payout.reference], id=999, transfer_code="TRF_again")

    reconciled("paystack", now)

    assert breaks("kind", "subject", "there", "gap_minor", "net_gap_minor") == [
        ("DUPLICATE", f"payout {payout.reference}", "again as 999", -1_000_000, -1_000_000)
    ]


def test_a_payout_that_was_never_sent_is_not_sent_by_looking(business, paystack, now):
    """Restored to a moment before it was sent: the gateway has it, and nobody may send another."""
    payout = sent(business)
    paystack.control("settle_transfer", reference=payout.reference, status="success")
    with without_triggers():
        sql("UPDATE payouts_payout SET state = 'REQUESTED', attempts = 0, sent_at = NULL, outcome_unknown = false")

    reconciled("paystack", now)

    assert breaks("kind", "here") == [("STATUS", "under way")]
    assert len([call for call in paystack.calls if (call.method, call.path) == ("POST", "/transfer")]) == 1
    with without_triggers():
        sql("UPDATE payouts_payout SET state = 'IN_TRANSIT', attempts = 1, sent_at = requested_at")
    assert carry_out(payout).state == "PAID"


def test_pages_that_repeat_or_leave_out_rows_make_no_breaks(business, paystack, now):
    rows = [ended(paystack, sent(business, 500_000)) for _ in range(3)]
    for kind in (FaultKind.ROW_TWICE, FaultKind.ROW_MISSING):
        paystack.faults.add(Fault(kind=kind, matching="/transfer"))

    run = reconciled("paystack", now)

    assert (run.found, {row.state for row in rows}) == (0, {"PAID"})
    assert GatewayLine.objects.filter(kind="TRANSFER").count() == 3


def test_a_page_that_is_wrong_is_a_break_until_it_is_right(business, paystack, now):
    ended(paystack, sent(business))
    paystack.faults.add(Fault(kind=FaultKind.ROW_WRONG, matching="/transfer"))

    first, second = reconciled("paystack", now), reconciled("paystack", now)

    assert (first.found, second.found, second.closed) == (2, 0, 2)
    assert sorted(breaks("kind", "state")) == [("AMOUNT", "CLOSED"), ("BALANCE", "CLOSED")]


def test_stripes_transfers_are_held_against_payouts_as_well(stripe, now):
    made = shop(name="Ramp Studio", currency="USD", country="US", time_zone="America/New_York")
    owner = of_business(made)
    begun = begin_onboarding(
        owner=owner, currency="USD", country="US", return_url=RETURN_URL, by=made.owner, at=now - 2 * DAY
    )
    stripe.control("onboard", account_id=begun.account.recipient_id, holder="Ramp Studio")
    refresh_by_gateway(account_id=begun.account.pk, at=now - 2 * DAY)
    earn(PayoutKind.BUSINESS, owner, 30_000, "USD")
    payout = carry_out(ask(PayoutKind.BUSINESS, owner, made.owner, currency="USD", amount_minor=20_000))
    assert (payout.state, reconciled("stripe", now).found) == ("PAID", 0)

    stripe.control("reverse_transfer", transfer_id=payout.gateway_id)
    run = reconciled("stripe", now)

    assert (fresh(payout).state, run.healed, run.found) == ("REVERSED", 1, 0)
    stripe.rows[payout.gateway_id]["reversed"] = False
    run = reconciled("stripe", now)
    assert breaks("kind", "here", "there", "state", state="OPEN") == [("STATUS", "Failed or sent back", "Done", "OPEN")]
    assert [(each["theirs_minor"], each["ours_minor"], each["known_minor"]) for each in run.balances] == [
        (-20_000, 0, -20_000)
    ]
