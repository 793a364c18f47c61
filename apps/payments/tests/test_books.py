"""The verifier of the books, asked through its command, holds the entries against what the desk itself recorded."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.core import clock
from apps.ledger import addresses
from apps.ledger.models import Account, Entry, EscrowHold
from apps.ledger.testing import assert_ledger_sound
from apps.ledger.tests.sql import run, without_triggers
from apps.payments import operations, queries
from apps.payments.gateways.values import MoveStatus, RefundResult
from apps.payments.models import Payment, Refund
from apps.payments.operations.carry_out_refund import record_refund_result
from apps.payments.states import RefundDestination
from apps.payments.tests.conftest import refund_by_hand, signed

pytestmark = pytest.mark.django_db
CARD = RefundDestination.GATEWAY


@pytest.fixture
def traded(desk, ada, performer, drain_outbox):
    """Paid with a tip, paid and part back to the card, paid and back by hand, too much, too little."""
    paid = desk.pay(ada, desk.trade.sell(ada), desk.trade.tip(ada, performer))
    refunded = desk.pay(ada)
    operations.request_refund(
        payment_id=refunded.pk, amount_minor=120_000, destination=CARD, reason="x", at=clock.now()
    )
    drain_outbox()
    for amount in (600_000, 499_999):
        desk.receive(*desk.act(desk.open(ada), amount_minor=amount))
        desk.work()
    assert_ledger_sound()
    return paid


def verify(rule):
    """What the command prints of one rule; None where it finds nothing."""
    said = StringIO()
    try:
        call_command("ledger", "verify", "--rule", rule, stdout=said)
    except CommandError:
        return said.getvalue().splitlines()
    return None


def test_every_way_that_money_comes_and_goes_leaves_the_desk_and_the_books_in_agreement(traded):
    assert verify("S8") is None
    assert queries.gateway_totals()["sandbox", "NGN"] > 0


def test_money_of_another_currency_is_known_to_the_desk_too(desk, ada):
    payment = desk.open(ada)
    desk.receive(*desk.act(payment, currency="USD"))
    desk.work()

    payment.refresh_from_db()
    assert (payment.status, payment.stray_minor, payment.stray_currency) == ("NEEDS_REVIEW", 500_000, "USD")
    assert (
        queries.gateway_totals() == {("sandbox", "USD"): 500_000 - payment.fee_minor} == {("sandbox", "USD"): 492_500}
    )
    assert verify("S8") is None


def test_refund_that_bounces_is_back_in_the_totals(desk, ada, drain_outbox):
    payment = desk.pay(ada)
    before = queries.gateway_totals()["sandbox", "NGN"]
    operations.request_refund(payment_id=payment.pk, destination=CARD, reason="x", at=clock.now())
    drain_outbox()
    refund = Refund.objects.get()
    assert queries.gateway_totals()["sandbox", "NGN"] == before - 500_000

    bounced = RefundResult(
        status=MoveStatus.FAILED, reference=refund.reference, gateway_id=refund.gateway_id, amount_minor=500_000,
        currency="NGN", message="closed card",
    )  # fmt: skip
    record_refund_result(refund_id=refund.pk, result=bounced, at=clock.now())

    assert queries.gateway_totals()["sandbox", "NGN"] == before
    assert verify("S8") is None


def test_refund_made_by_hand_is_in_the_totals(desk, ada):
    payment = desk.pay(ada)
    before = queries.gateway_totals()["sandbox", "NGN"]
    by_hand = refund_by_hand(payment, 100_000)
    refund = {"id": by_hand.gateway_id, "charge": payment.reference}
    desk.receive(signed({"id": "evt_h", "type": "refund.succeeded", "data": {"refund": refund}}))
    desk.work()

    assert queries.gateway_totals()["sandbox", "NGN"] == before - 100_000
    assert verify("S8") is None


def test_one_kobo_less_in_clearing_names_the_gateway_and_the_payment(traded):
    entry = Entry.objects.get(transfer__cause_id=traded.pk, transfer__kind="PAYMENT", account__kind="GATEWAY_CLEARING")
    with without_triggers():
        run("UPDATE ledger_entry SET amount = amount + 1 WHERE id = %s", entry.pk)

    expected = traded.captured_minor - traded.fee_minor
    total = queries.gateway_totals()["sandbox", "NGN"]
    assert verify("S8") == [
        f"S8 clearing of sandbox in NGN: should be {total}, is {total - 1}",
        f"S8 payment {traded.reference}: should be {expected} NGN, is {expected - 1} NGN",
    ]


def test_a_payment_that_says_more_than_was_booked_is_named(traded):
    with without_triggers():
        run("UPDATE payments_payment SET captured_minor = captured_minor + 1 WHERE id = %s", traded.pk)

    assert f"S8 payment {traded.reference}: " in "\n".join(verify("S8"))


def test_a_refund_to_the_card_that_drifts_is_named_with_its_gateway_and_its_payment(traded):
    known = queries.gateway_totals()["sandbox", "NGN"]
    refund = Refund.objects.get(destination="GATEWAY")
    with without_triggers():
        run(
            "UPDATE payments_refund SET amount_minor = amount_minor + 1, gateway_minor = gateway_minor + 1 WHERE id = %s",
            refund.pk,
        )

    amount, payment = refund.amount_minor, refund.payment
    assert verify("S8") == [
        f"S8 clearing of sandbox in NGN: should be {known - 1}, is {known}",
        f"S8 refund {refund.reference}: should be {amount + 1} NGN, is {amount} NGN",
        f"S8 refunds of payment {payment.reference}: should be {amount} NGN, is {amount + 1} NGN",
    ]


def test_a_hold_and_a_wallet_that_drift_are_named(traded, ada):
    hold = EscrowHold.objects.get(payment_id=traded.pk)
    wallet = Account.objects.get(address=addresses.wallet(ada.pk, "NGN"))
    with without_triggers():
        run("UPDATE ledger_hold SET gross_minor = gross_minor + 1, net_minor = net_minor + 1 WHERE id = %s", hold.pk)
        run("UPDATE ledger_balance SET posted = posted - 1 WHERE account_id = %s", wallet.pk)

    assert f"S3 hold {hold.pk} ({hold.unit_type} {hold.unit_id}): should be 500001, is 500000" in verify("S3")
    assert verify("S4") == [f"S4 {wallet.address}: should be 100000, is 99999"]
    assert Payment.objects.filter(status="NEEDS_REVIEW").count() == 1


def test_parked_money_that_drifts_in_suspense_is_named_with_its_payment(traded):
    parked = Payment.objects.get(status="NEEDS_REVIEW")
    entry = Entry.objects.get(transfer__cause_id=parked.pk, account__kind="SUSPENSE")
    with without_triggers():
        run("UPDATE ledger_entry SET amount = amount - 1 WHERE id = %s", entry.pk)

    assert verify("S8") == [f"S8 parked money of payment {parked.reference}: should be 499999, is 499998"]
