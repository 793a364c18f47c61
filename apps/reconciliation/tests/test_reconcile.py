"""Runs against both stand-ins and the sandbox: what differs is found and named, what can be healed is healed."""

from datetime import date, timedelta

import pytest

from apps.core import clock
from apps.ledger import addresses, queries
from apps.ledger.models import EscrowHold, Transfer
from apps.ledger.tests.sql import run as sql
from apps.ledger.tests.sql import without_triggers
from apps.payments import operations as payments
from apps.payments.models import Payment, Refund, SandboxCharge
from apps.payments.states import PaymentStatus, RefundDestination
from apps.payments.tests.conftest import refund_by_hand
from apps.reconciliation import operations
from apps.reconciliation.models import Break
from apps.reconciliation.operations import CorrectionLeg, Proposal
from apps.reconciliation.states import BreakState, Resolution
from apps.reconciliation.tests.conftest import DAY, breaks, figures, over, reconciled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound")]
CLEARING = addresses.gateway_clearing("paystack", "NGN")


def paid_by_paystack(desk, who, paystack, amount_minor=500_000):
    payment = desk.open(who, desk.trade.sell(who, amount_minor))
    paystack.control("pay", reference=payment.reference)
    return payments.verify_payment(reference=payment.reference, by=who, at=clock.now())


def test_a_day_on_which_both_sides_agree_has_no_breaks(desk, ada, paystack, stripe, now):
    paid_by_paystack(desk, ada, paystack)
    in_dollars = desk.open(ada, desk.trade.sell(ada, 5_000, "USD"))
    stripe.control("pay", intent_id=in_dollars.gateway_id)
    payments.verify_payment(reference=in_dollars.reference, by=ada, at=now)
    desk.open(ada)  # never paid: it is in Paystack's list all the same

    naira, dollars = reconciled("paystack", now), reconciled("stripe", now)

    agreed = {"state": "DONE", "found": 0, "fresh": 0, "healed": 0, "closed": 0}
    assert figures(naira) == {**agreed, "lines": 2}
    assert figures(dollars) == {**agreed, "lines": 1}
    assert breaks() == []


def test_money_of_which_we_never_heard_is_booked_and_its_break_closes_by_itself(desk, ada, paystack, now):
    payment = desk.open(ada)
    paystack.control("pay", reference=payment.reference)

    run = reconciled("paystack", now)

    payment.refresh_from_db()
    assert (payment.status, EscrowHold.objects.get().gross_minor) == (PaymentStatus.SUCCEEDED, 500_000)
    assert breaks("kind", "subject", "here", "there", "state") == [
        ("MISSING_HERE", f"payment {payment.reference}", "nothing", "5000.00 NGN", "CLOSED")
    ]
    assert figures(run) == {"state": "DONE", "lines": 1, "found": 0, "fresh": 0, "healed": 1, "closed": 1}
    assert figures(reconciled("paystack", now)) | {"lines": 0} == {**figures(run), "lines": 0, "healed": 0, "closed": 0}


def test_a_fee_that_differs_is_one_break_though_its_settlement_says_so_too(desk, ada, paystack, ops, admin, now):
    payment = paid_by_paystack(desk, ada, paystack)
    paystack.transactions[payment.reference]["fees"] += 2_500
    paystack.control("settle")
    assert reconciled("paystack", now).fresh == 1
    (found,) = Break.objects.all()
    legs = [
        CorrectionLeg(address=addresses.gateway_fees("NGN"), amount_minor=-2_500),
        CorrectionLeg(address=CLEARING, amount_minor=2_500),
    ]
    proposal = Proposal(resolution=Resolution.CORRECTED, reason="A card from abroad.", legs=legs)
    operations.propose_break(break_id=found.pk, proposal=proposal, by=ops, at=now)
    operations.resolve_break(break_id=found.pk, by=admin, at=now)

    run = reconciled("paystack", now)

    assert (found.list_kind, run.fresh) == ("CHARGE", 0)
    assert breaks("kind", "state") == [("FEE", BreakState.RESOLVED)]
    assert -queries.balance(CLEARING) == paystack.held()["NGN"] + paystack.settlements[0]["total_amount"]


def test_what_a_lost_dispute_took_is_no_refund_that_we_have_missed(desk, ada, paystack, now):
    payment = paid_by_paystack(desk, ada, paystack)
    dispute = paystack.control("dispute", reference=payment.reference)
    paystack.control("resolve_dispute", dispute_id=dispute["id"], won=False)
    payments.discover_chargebacks(now)

    run = reconciled("paystack", now)

    assert [row["amount"] for row in paystack.refunds] == [500_000]
    assert Refund.objects.get().destination == RefundDestination.CHARGEBACK
    assert (run.found, breaks()) == (0, [])


def test_a_charge_for_which_there_is_no_payment_is_a_break(paystack, now):
    paystack._open({"reference": "GP-STRANGER", "email": "x@example.com", "amount": 700, "currency": "NGN"})
    paystack.control("pay", reference="GP-STRANGER")

    reconciled("paystack", now)

    assert breaks("kind", "subject", "here", "there", "gap_minor", "account", "state") == [
        ("MISSING_HERE", "charge GP-STRANGER", "nothing", "7.00 NGN", 700, CLEARING, "OPEN")
    ]


def test_a_payment_that_the_gateway_does_not_know_is_a_break(desk, ada, paystack, now):
    payment = paid_by_paystack(desk, ada, paystack)
    del paystack.transactions[payment.reference]

    reconciled("paystack", now)

    assert breaks("kind", "subject", "here", "there", "gap_minor", "account") == [
        ("MISSING_THERE", f"payment {payment.reference}", "5000.00 NGN", "nothing", -500_000, CLEARING)
    ]


def test_another_amount_currency_and_fee_are_told_apart(desk, ada, paystack, now):
    rows = [paid_by_paystack(desk, ada, paystack, 100_000 + n) for n in range(3)]
    theirs = [paystack.transactions[payment.reference] for payment in rows]
    theirs[0]["amount"] += 1
    theirs[1]["currency"] = "GHS"
    theirs[2]["fees"] += 1

    reconciled("paystack", now)

    assert sorted(breaks("kind", "here", "there", "gap_minor", "account", list_kind="CHARGE")) == [
        ("AMOUNT", "1000.00 NGN", "1000.01 NGN", 1, CLEARING),
        ("CURRENCY", "1000.01 NGN", "1000.01 GHS", 0, CLEARING),
        ("FEE", "fee 15.00 NGN", "fee 15.01 NGN", -1, CLEARING),
    ]
    assert sorted(breaks("there", list_kind="BALANCE")) == [("985.01 GHS more",), ("985.01 NGN less",)]


def test_the_same_difference_is_the_same_break_and_one_that_is_gone_closes(desk, ada, paystack, now):
    payment = paid_by_paystack(desk, ada, paystack)
    theirs = paystack.transactions[payment.reference]
    theirs["amount"] += 1
    first, second = reconciled("paystack", now), reconciled("paystack", now)
    (found,) = Break.objects.all()
    assert (first.fresh, second.fresh, second.found, found.times_found) == (1, 0, 1, 2)

    theirs["amount"] -= 1
    gone = reconciled("paystack", now)
    found.refresh_from_db()
    assert (gone.closed, found.state) == (1, BreakState.CLOSED)

    theirs["amount"] += 1
    back = reconciled("paystack", now)
    found.refresh_from_db()
    assert (back.fresh, found.state, found.ended_at, Break.objects.count()) == (1, BreakState.OPEN, None, 1)


@pytest.mark.parametrize("amount_minor", [500_000, 400_000])
def test_a_fee_that_was_told_late_is_booked_also_of_money_that_fits_nothing(desk, ada, paystack, now, amount_minor):
    payment = desk.open(ada)
    paystack.control("pay", reference=payment.reference, amount=amount_minor)
    fees, paystack.transactions[payment.reference]["fees"] = paystack.transactions[payment.reference]["fees"], None
    payments.verify_payment(reference=payment.reference, by=ada, at=now)
    assert Payment.objects.get().fee_minor == 0
    paystack.transactions[payment.reference]["fees"] = fees

    run = reconciled("paystack", now)

    assert (Payment.objects.get().fee_minor, run.healed, run.found) == (fees, 1, 0)
    assert Transfer.objects.filter(kind="GATEWAY_FEE").count() == 1


def test_refunds_by_hand_and_bounced_ones_are_booked_from_the_gateways_list(
    desk, ada, bayo, paystack, now, drain_outbox
):
    by_hand, bounced = paid_by_paystack(desk, ada, paystack), paid_by_paystack(desk, bayo, paystack)
    paystack.control("refund_by_hand", reference=by_hand.reference, amount=200_000)
    payments.request_refund(payment_id=bounced.pk, destination=RefundDestination.GATEWAY, reason="CANCELLED", at=now)
    drain_outbox()
    refund = Refund.objects.get(payment=bounced)
    paystack.control("settle_refund", refund_id=int(refund.gateway_id), succeeded=False)

    run = reconciled("paystack", now)

    refund.refresh_from_db()
    assert refund.has_bounced
    assert Refund.objects.filter(is_ours=False, amount_minor=200_000).count() == 1
    assert (run.healed, run.found) == (2, 0)
    assert sorted(breaks("kind", "state")) == [("MISSING_HERE", "CLOSED"), ("STATUS", "CLOSED")]


def test_a_refund_that_cannot_be_taken_from_what_is_held_stays_a_break(desk, ada, now):
    payment = desk.pay(ada)
    payments.request_refund(payment_id=payment.pk, destination=RefundDestination.WALLET, reason="x", at=now)
    payments.carry_out_due_refunds(now, 10)
    refund_by_hand(payment, 100_000)

    reconciled("sandbox", now)

    assert breaks("kind", "subject", "gap_minor") == [("MISSING_HERE", "refund by-hand", -100_000)]


def test_a_refund_that_the_gateway_forgot_is_a_break(desk, ada, paystack, now, drain_outbox):
    payment = paid_by_paystack(desk, ada, paystack)
    payments.request_refund(payment_id=payment.pk, destination=RefundDestination.GATEWAY, reason="x", at=now)
    drain_outbox()
    refund = Refund.objects.get()
    paystack.control("settle_refund", refund_id=int(refund.gateway_id), succeeded=True)
    payments.refresh_payment(payment_id=payment.pk, at=now)
    assert figures(reconciled("paystack", now))["found"] == 0
    with without_triggers():
        sql("DELETE FROM reconciliation_gatewayline WHERE kind = 'REFUND'")
    paystack.refunds.clear()

    reconciled("paystack", now)

    assert breaks("kind", "subject", "gap_minor") == [("MISSING_THERE", f"refund {refund.reference}", 500_000)]


def test_a_charge_that_is_there_twice_is_a_break(desk, ada, paystack, now):
    payment = paid_by_paystack(desk, ada, paystack)
    again = dict(paystack.transactions[payment.reference], id=999_999)
    paystack.transactions["again"] = again

    reconciled("paystack", now)

    assert breaks("kind", "subject", "here", "there", "gap_minor") == [
        ("DUPLICATE", f"payment {payment.reference}", "once", "again as 999999", 500_000)
    ]


def test_what_another_environment_has_made_is_none_of_ours(desk, ada, paystack, now, settings):
    settings.GUILD = {**settings.GUILD, "GATEWAYS_SHARED": ["paystack"]}
    paystack._open({"reference": "GP-X", "email": "x@example.com", "amount": 7, "metadata": {"environment": "staging"}})
    paystack.control("pay", reference="GP-X")

    run = reconciled("paystack", now)
    assert (run.lines, run.balances) == (0, [])
    assert breaks() == []


def test_an_event_that_was_changed_in_the_inbox_is_named(desk, ada, now):
    payment = desk.pay(ada)
    with without_triggers():
        sql("UPDATE payments_webhookevent SET body = overlay(body placing 'x'::bytea from 20)")

    reconciled("sandbox", now)

    ((kind, subject, there),) = breaks("kind", "subject", "there")
    assert (kind, subject.startswith("event sbx_")) == ("TAMPERED", True)
    assert there.startswith("signed, about ")
    assert payment.is_paid


def test_a_day_that_has_not_begun_is_refused_and_the_running_one_is_compared_so_far(desk, ada, now):
    from apps.reconciliation.errors import DayNotOver, UnknownGatewayName
    from apps.reconciliation.operations import reconcile

    desk.pay(ada)
    with pytest.raises(DayNotOver):
        reconcile(gateway="sandbox", day=DAY + timedelta(days=1), by=None, at=now)
    with pytest.raises(UnknownGatewayName):
        reconcile(gateway="paypal", by=None, at=now)

    run = reconcile(gateway="sandbox", day=DAY, by=None, at=now)

    assert (run.state, run.in_flight, run.found) == ("DONE", 0, 0)
    with clock.frozen(now + timedelta(minutes=1)):
        run = reconcile(gateway="sandbox", day=DAY, by=None, at=now + timedelta(minutes=1))
    assert (run.state, run.lines, run.in_flight, run.found) == ("DONE", 1, 1, 0)
    assert SandboxCharge.objects.count() == 1
    assert over(now).date() == date(2026, 11, 19)
