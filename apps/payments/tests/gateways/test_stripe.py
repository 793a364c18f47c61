"""Stripe's adapter against its stand-in, over HTTP."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from apps.payments.gateways.errors import (
    GatewayNotSupported,
    GatewayRefused,
    GatewayTimeout,
    GatewayUnavailable,
)
from apps.payments.gateways.values import (
    BankAccount,
    ChargeStatus,
    Method,
    MoveStatus,
    RecordKind,
    SavedCharge,
    TransferRequest,
)
from apps.payments.standins.faults import Fault, FaultKind
from apps.payments.tests.gateways.conftest import NOON, found_refund, refund_of

AT = datetime.fromtimestamp(NOON, tz=UTC)
BANK = BankAccount(
    reference="PA-1",
    account_number="",
    bank_code="",
    holder_name="Ada",
    holder_email="ada@example.com",
    currency="USD",
    country="US",
    return_url="https://guild.example/onboarded",
)
PAYOUT = TransferRequest(
    reference="PO-1", recipient_gateway_id="", amount_minor=9_000, currency="USD", reason="Weekly payout"
)


@pytest.fixture
def paid(stripe, stripe_stand_in, dollars):
    """An intent that the customer has paid; its id."""
    made = stripe.initialize(dollars)
    stripe_stand_in.control("pay", intent_id=made.gateway_id)
    return made.gateway_id


def test_initialize_gives_a_client_secret(stripe, stripe_stand_in, dollars):
    made = stripe.initialize(dollars)

    intent = stripe_stand_in.rows[made.gateway_id]
    assert made.client_secret == intent["client_secret"]
    assert (intent["amount"], intent["currency"]) == (5_000, "usd")
    assert intent["metadata"] == {"environment": "test", "reference": "GP-one"}


def test_initialize_twice_makes_one_intent(stripe, stripe_stand_in, dollars):
    assert stripe.initialize(dollars) == stripe.initialize(dollars)

    assert len(stripe_stand_in.rows) == 1


def test_initialize_with_one_reference_and_another_amount_is_refused(stripe, dollars):
    stripe.initialize(dollars)

    with pytest.raises(GatewayRefused):
        stripe.initialize(replace(dollars, amount_minor=1))


@pytest.mark.parametrize("method", [Method.BANK_TRANSFER, Method.USSD])
def test_initialize_by_other_means_than_card_is_not_supported(stripe, dollars, method):
    with pytest.raises(GatewayNotSupported):
        stripe.initialize(replace(dollars, method=method))


def test_verify_follows_the_life_of_an_intent(stripe, stripe_stand_in, dollars):
    made = stripe.initialize(dollars)
    statuses = [stripe.verify(reference="GP-one", gateway_id=made.gateway_id).status]
    for control in ("decline", "process", "pay"):
        stripe_stand_in.control(control, intent_id=made.gateway_id)
        statuses.append(stripe.verify(reference="GP-one", gateway_id=made.gateway_id).status)

    assert statuses == [ChargeStatus.ABANDONED, ChargeStatus.FAILED, ChargeStatus.PENDING, ChargeStatus.SUCCEEDED]


def test_verify_by_reference_alone_finds_the_paid_intent_with_its_fee(stripe, paid):
    result = stripe.verify(reference="GP-one")

    assert (result.status, result.gateway_id, result.reference) == (ChargeStatus.SUCCEEDED, paid, "GP-one")
    assert (result.amount_minor, result.currency, result.fee_minor) == (5_000, "USD", 175)
    assert (result.paid_at, result.method, result.livemode) == (AT, "CARD", False)
    assert result.authorization is not None
    assert (result.authorization.last4, result.authorization.is_reusable) == ("4242", False)


def test_verify_of_a_stranger_is_unknown(stripe):
    assert stripe.verify(reference="nobody's").status == ChargeStatus.UNKNOWN
    assert stripe.verify(reference="x", gateway_id="pi_none").status == ChargeStatus.UNKNOWN


def test_cancel_closes_an_unpaid_intent_and_is_harmless_otherwise(stripe, stripe_stand_in, dollars):
    made = stripe.initialize(dollars)

    stripe.cancel(reference="GP-one")
    stripe.cancel(reference="GP-one", gateway_id=made.gateway_id)
    stripe.cancel(reference="nobody's")

    assert stripe_stand_in.rows[made.gateway_id]["status"] == "canceled"


def test_cancel_of_a_paid_intent_changes_nothing(stripe, stripe_stand_in, paid):
    stripe.cancel(reference="GP-one", gateway_id=paid)

    assert stripe_stand_in.rows[paid]["status"] == "succeeded"


def test_saved_card_is_made_with_a_customer_and_charged_later(stripe, stripe_stand_in, dollars):
    made = stripe.initialize(replace(dollars, save_method=True))
    stripe_stand_in.control("pay", intent_id=made.gateway_id)
    saved = stripe.verify(reference="GP-one").authorization
    charge = SavedCharge(
        reference="GP-two",
        amount_minor=700,
        currency="USD",
        customer_email="ada@example.com",
        customer_gateway_id=saved.customer_gateway_id,
        token=saved.token,
        description="Renewal",
    )

    assert saved.is_reusable
    assert stripe.charge_saved(charge).status == ChargeStatus.SUCCEEDED
    declined = replace(charge, reference="GP-three", token="pm_declined")
    assert stripe.charge_saved(declined).status == ChargeStatus.FAILED


def test_charging_a_saved_card_with_an_impossible_amount_is_refused(stripe):
    charge = SavedCharge(
        reference="GP-2",
        amount_minor=0,
        currency="USD",
        customer_email="",
        customer_gateway_id="cus",
        token="pm",
        description="",
    )

    with pytest.raises(GatewayRefused):
        stripe.charge_saved(charge)


def test_refunds_go_back_once_and_never_above_the_charge(stripe, stripe_stand_in, dollars, paid):
    part = refund_of(dollars, 3_000, gateway_id=paid)

    first = stripe.refund(part)
    again = stripe.refund(part)
    with pytest.raises(GatewayRefused) as refusal:
        stripe.refund(refund_of(dollars, 2_001, "RF-two", paid))

    assert (first, first.status) == (again, MoveStatus.SUCCEEDED)
    assert refusal.value.code == "charge_already_refunded"
    assert found_refund(stripe, replace(part, payment_gateway_id="")) == first
    assert found_refund(stripe, replace(part, reference="RF-none")) is None
    assert [row["amount"] for row in stripe_stand_in.rows.values() if row["object"] == "refund"] == [3_000]


def test_refund_that_fails_days_later_says_so(stripe, stripe_stand_in, dollars, paid):
    request = refund_of(dollars, 5_000, gateway_id=paid)
    made = stripe.refund(request)

    stripe_stand_in.control("settle_refund", refund_id=made.gateway_id, succeeded=False)

    assert found_refund(stripe, request).status == MoveStatus.FAILED


def test_connected_account_is_made_onboarded_and_paid_once(stripe, stripe_stand_in):
    recipient = stripe.create_recipient(BANK)
    payout = replace(PAYOUT, recipient_gateway_id=recipient.gateway_id)
    again = stripe.recipient_now(gateway_id=recipient.gateway_id, return_url="https://guild.example/back")
    assert (recipient.is_ready, again.is_ready) == (False, False)
    assert recipient.onboarding_url
    assert again.onboarding_url
    stripe_stand_in.control("onboard", account_id=recipient.gateway_id, holder="Ada Obi")
    ready = stripe.recipient_now(gateway_id=recipient.gateway_id, return_url="https://guild.example/back")
    assert (ready.is_ready, ready.account_name, ready.onboarding_url) == (True, "Ada Obi", "")

    sent = stripe.transfer(payout)

    assert stripe.transfer(payout) == sent == stripe.find_transfer(reference="PO-1")
    assert (sent.status, sent.reference, sent.amount_minor) == (MoveStatus.SUCCEEDED, "PO-1", 9_000)
    stripe_stand_in.control("reverse_transfer", transfer_id=sent.gateway_id)
    assert stripe.find_transfer(reference="PO-1").status == MoveStatus.REVERSED
    assert stripe.find_transfer(reference="PO-2") is None


def test_account_names_are_not_looked_up(stripe):
    with pytest.raises(GatewayNotSupported):
        stripe.resolve_account(BANK)


def test_records_are_listed_over_pages_each_once(stripe, stripe_stand_in, dollars):
    for number in range(5):
        made = stripe.initialize(replace(dollars, reference=f"GP-{number}"))
        stripe_stand_in.control("pay", intent_id=made.gateway_id)
    stripe.refund(refund_of(dollars, 1_000, gateway_id=made.gateway_id))
    recipient = stripe.create_recipient(BANK)
    stripe_stand_in.control("onboard", account_id=recipient.gateway_id)
    stripe.transfer(replace(PAYOUT, recipient_gateway_id=recipient.gateway_id))
    period = {"starts_at": AT - timedelta(hours=1), "ends_at": AT + timedelta(hours=1)}

    charges = list(stripe.list_records(RecordKind.CHARGE, **period))

    assert sorted(row.reference for row in charges) == [f"GP-{number}" for number in range(5)]
    assert {(row.amount_minor, row.fee_minor, row.currency, row.status) for row in charges} == {
        (5_000, 175, "USD", "SUCCEEDED")
    }
    assert [row.reference for row in stripe.list_records(RecordKind.REFUND, **period)] == ["RF-one"]
    assert [row.reference for row in stripe.list_records(RecordKind.TRANSFER, **period)] == ["PO-1"]
    later = {"starts_at": AT + timedelta(hours=1), "ends_at": AT + timedelta(hours=2)}
    assert list(stripe.list_records(RecordKind.CHARGE, **later)) == []


@pytest.mark.parametrize("kind", [FaultKind.ERROR_AFTER, FaultKind.LOST_ANSWER, FaultKind.HTML_502, FaultKind.TOO_MANY])
def test_an_order_that_stumbles_once_is_done_once(stripe, stripe_stand_in, dollars, kind):
    stripe_stand_in.faults.add(Fault(kind=kind))

    made = stripe.initialize(dollars)

    assert list(stripe_stand_in.rows) == [made.gateway_id]


@pytest.mark.parametrize("kind", [FaultKind.ERROR_BEFORE, FaultKind.DOWN, FaultKind.HTML_502, FaultKind.NOT_JSON])
def test_an_order_that_keeps_stumbling_has_an_unknown_outcome(stripe, stripe_stand_in, dollars, kind):
    stripe_stand_in.faults.add(Fault(kind=kind, times=3))

    with pytest.raises(GatewayTimeout):
        stripe.initialize(dollars)


def test_a_slow_gateway_is_not_waited_for(stripe, stripe_stand_in, dollars):
    stripe_stand_in.faults.add(Fault(kind=FaultKind.SLOW, seconds=1, times=3))

    with pytest.raises(GatewayTimeout):
        stripe.initialize(dollars)


@pytest.mark.parametrize("kind", [FaultKind.ERROR_BEFORE, FaultKind.DOWN, FaultKind.HTML_502])
def test_a_question_without_an_answer_did_nothing(stripe, stripe_stand_in, kind):
    stripe_stand_in.faults.add(Fault(kind=kind, times=3))

    with pytest.raises(GatewayUnavailable):
        stripe.verify(reference="GP-one", gateway_id="pi_1")


def test_a_gateway_that_is_not_there_is_unavailable_even_for_orders(stripe, stripe_stand_in, dollars):
    stripe_stand_in.stop()

    with pytest.raises(GatewayUnavailable):
        stripe.initialize(dollars)


def test_a_wrong_key_is_refused(stripe, stripe_stand_in, dollars):
    stripe_stand_in.secret_key = "sk_test_other"

    with pytest.raises(GatewayRefused):
        stripe.initialize(dollars)
