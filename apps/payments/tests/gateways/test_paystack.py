"""Paystack's adapter against its stand-in, over HTTP."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from paystackapi.transaction import Transaction

from apps.payments.gateways.errors import GatewayRefused, GatewayTimeout, GatewayUnavailable, SignatureInvalid
from apps.payments.gateways.values import (
    BankAccount,
    ChargeStatus,
    EventKind,
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
    account_number="0123456789",
    bank_code="057",
    holder_name="Ada Obi",
    holder_email="ada@example.com",
    currency="NGN",
    country="NG",
)
PAYOUT = TransferRequest(
    reference="PO-1", recipient_gateway_id="", amount_minor=900_000, currency="NGN", reason="Weekly payout"
)


@pytest.fixture
def paid(paystack, paystack_stand_in, charge):
    """A transaction that the customer has paid; its reference."""
    paystack.initialize(charge)
    paystack_stand_in.control("pay", reference=charge.reference)
    return charge.reference


def test_initialize_gives_a_checkout_page_and_an_access_code(paystack, paystack_stand_in, charge):
    made = paystack.initialize(charge)

    row = paystack_stand_in.transactions["GP-one"]
    assert (made.reference, made.access_code) == ("GP-one", f"ac_{row['id']}")
    assert made.checkout_url.endswith("/checkout/GP-one")
    assert (row["amount"], row["currency"]) == (500_000, "NGN")


def test_initialize_by_bank_transfer_gives_an_account_and_a_countdown(paystack, charge):
    made = paystack.initialize(replace(charge, method=Method.BANK_TRANSFER, expires_at=AT + timedelta(minutes=30)))

    assert made.bank_transfer is not None
    assert made.bank_transfer.account_number.isdecimal()
    assert made.bank_transfer.expires_at == AT + timedelta(minutes=30)


def test_initialize_by_ussd_gives_a_code_to_dial(paystack, charge):
    assert paystack.initialize(replace(charge, method=Method.USSD)).ussd_code.startswith("*737*")


def test_verify_follows_the_life_of_a_transaction(paystack, paystack_stand_in, charge):
    paystack.initialize(charge)
    statuses = [paystack.verify(reference="GP-one").status]
    for control in ("process", "decline", "pay"):
        paystack_stand_in.control(control, reference="GP-one")
        statuses.append(paystack.verify(reference="GP-one").status)

    assert statuses == [ChargeStatus.ABANDONED, ChargeStatus.PENDING, ChargeStatus.FAILED, ChargeStatus.SUCCEEDED]


def test_verify_reads_amount_fee_card_and_mode(paystack, paid):
    result = paystack.verify(reference=paid)

    assert (result.amount_minor, result.currency, result.fee_minor) == (500_000, "NGN", 7_500)
    assert (result.paid_at, result.livemode, result.metadata["environment"]) == (AT, False, "test")
    assert result.authorization is not None
    assert (result.authorization.token, result.authorization.last4) == ("AUTH_standin", "4081")


@pytest.mark.parametrize("reference", ["nobody", "../transfer", "a b", ""])
def test_verify_of_a_stranger_is_unknown(paystack, reference):
    assert paystack.verify(reference=reference).status == ChargeStatus.UNKNOWN


def test_saved_card_is_charged_or_declined(paystack, paid):
    saved = paystack.verify(reference=paid).authorization
    charge = SavedCharge(
        reference="GP-two",
        amount_minor=700,
        currency="NGN",
        customer_email="ada@example.com",
        customer_gateway_id=saved.customer_gateway_id,
        token=saved.token,
        description="Renewal",
    )

    assert paystack.charge_saved(charge).status == ChargeStatus.SUCCEEDED
    declined = replace(charge, reference="GP-three", token="AUTH_declined")
    assert paystack.charge_saved(declined).status == ChargeStatus.FAILED
    paystack.cancel(reference="GP-two")
    assert paystack.verify(reference="GP-two").status == ChargeStatus.SUCCEEDED


def test_refunds_are_found_by_their_note_and_never_exceed_the_charge(paystack, paystack_stand_in, charge, paid):
    part = refund_of(charge, 300_000)

    made = paystack.refund(part)
    with pytest.raises(GatewayRefused) as refusal:
        paystack.refund(refund_of(charge, 200_001, "RF-two"))

    assert made.status == MoveStatus.PENDING
    assert refusal.value.code == "refund_too_large"
    assert found_refund(paystack, part) == made
    assert found_refund(paystack, replace(part, reference="RF-two")) is None
    paystack_stand_in.control("settle_refund", refund_id=int(made.gateway_id), succeeded=True)
    assert found_refund(paystack, part).status == MoveStatus.SUCCEEDED


@pytest.mark.parametrize("kind", [FaultKind.ERROR_AFTER, FaultKind.LOST_ANSWER])
def test_refund_with_an_unknown_outcome_is_not_sent_twice_and_can_be_found(
    paystack, paystack_stand_in, charge, paid, kind
):
    paystack_stand_in.faults.add(Fault(kind=kind, matching="/refund"))
    request = refund_of(charge, 300_000)

    with pytest.raises(GatewayTimeout):
        paystack.refund(request)

    assert len(paystack_stand_in.refunds) == 1
    assert found_refund(paystack, request).amount_minor == 300_000


def test_account_names_come_from_the_bank(paystack):
    assert paystack.resolve_account(BANK) == "HOLDER 6789"
    with pytest.raises(GatewayRefused):
        paystack.resolve_account(replace(BANK, account_number="1"))


def test_transfer_goes_out_once_under_our_reference(paystack, paystack_stand_in):
    recipient = paystack.create_recipient(BANK)
    assert paystack.recipient_now(gateway_id=recipient.gateway_id) == recipient
    payout = replace(PAYOUT, recipient_gateway_id=recipient.gateway_id)

    sent = paystack.transfer(payout)
    with pytest.raises(GatewayRefused):
        paystack.transfer(payout)

    assert (recipient.account_name, recipient.is_ready) == ("HOLDER 6789", True)
    assert sent.status == MoveStatus.PENDING
    assert paystack.find_transfer(reference="PO-1") == sent
    assert paystack.find_transfer(reference="PO-2") is None
    assert paystack.find_transfer(reference="../x") is None
    for said, means in (("success", MoveStatus.SUCCEEDED), ("reversed", MoveStatus.REVERSED)):
        paystack_stand_in.control("settle_transfer", reference="PO-1", status=said)
        assert paystack.find_transfer(reference="PO-1").status == means


def test_recipient_in_a_currency_without_bank_transfers_is_refused(paystack):
    with pytest.raises(GatewayRefused):
        paystack.create_recipient(replace(BANK, currency="USD"))


def test_records_are_listed_over_pages_each_once(paystack, paystack_stand_in, charge):
    for number in range(5):
        paystack.initialize(replace(charge, reference=f"GP-{number}"))
    paystack_stand_in.control("pay", reference="GP-1")
    paystack.refund(replace(refund_of(charge, 100), payment_reference="GP-1"))
    recipient = paystack.create_recipient(BANK)
    paystack.transfer(replace(PAYOUT, recipient_gateway_id=recipient.gateway_id))
    period = {"starts_at": AT - timedelta(hours=1), "ends_at": AT + timedelta(hours=1)}

    charges = {row.reference: row for row in paystack.list_records(RecordKind.CHARGE, **period)}

    assert sorted(charges) == [f"GP-{number}" for number in range(5)]
    assert (charges["GP-1"].status, charges["GP-1"].fee_minor) == ("SUCCEEDED", 7_500)
    assert [row.reference for row in paystack.list_records(RecordKind.REFUND, **period)] == ["RF-one"]
    assert [row.reference for row in paystack.list_records(RecordKind.TRANSFER, **period)] == ["PO-1"]


def test_rows_that_slide_to_the_next_page_while_we_read_are_seen_once(paystack, charge):
    for number in range(4):
        paystack.initialize(replace(charge, reference=f"GP-{number}"))
    period = {"starts_at": AT - timedelta(hours=1), "ends_at": AT + timedelta(hours=1)}

    rows = paystack.list_records(RecordKind.CHARGE, **period)
    seen = [next(rows).reference, next(rows).reference]
    paystack.initialize(replace(charge, reference="GP-late"))
    seen += [row.reference for row in rows]

    assert sorted(seen) == ["GP-0", "GP-1", "GP-2", "GP-3"]


def test_a_page_that_fails_once_is_asked_for_again(paystack, paystack_stand_in, charge):
    for number in range(3):
        paystack.initialize(replace(charge, reference=f"GP-{number}"))
    paystack_stand_in.faults.add(Fault(kind=FaultKind.TOO_MANY))
    paystack_stand_in.faults.add(Fault(kind=FaultKind.HTML_502))
    period = {"starts_at": AT - timedelta(hours=1), "ends_at": AT + timedelta(hours=1)}

    assert len(list(paystack.list_records(RecordKind.CHARGE, **period))) == 3


@pytest.mark.parametrize("kind", [FaultKind.ERROR_BEFORE, FaultKind.DOWN, FaultKind.HTML_502, FaultKind.NOT_JSON])
def test_an_order_without_an_answer_has_an_unknown_outcome(paystack, paystack_stand_in, charge, kind):
    paystack_stand_in.faults.add(Fault(kind=kind))

    with pytest.raises(GatewayTimeout):
        paystack.initialize(charge)


@pytest.mark.parametrize("kind", [FaultKind.ERROR_BEFORE, FaultKind.DOWN, FaultKind.HTML_502])
def test_a_question_without_an_answer_did_nothing(paystack, paystack_stand_in, kind):
    paystack_stand_in.faults.add(Fault(kind=kind, times=3))

    with pytest.raises(GatewayUnavailable):
        paystack.verify(reference="GP-one")


def test_a_slow_gateway_is_not_waited_for(paystack, paystack_stand_in, charge):
    paystack_stand_in.faults.add(Fault(kind=FaultKind.SLOW, seconds=1))

    with pytest.raises(GatewayTimeout):
        paystack.initialize(charge)


def test_a_gateway_that_is_not_there_is_unavailable_even_for_orders(paystack, paystack_stand_in, charge):
    paystack_stand_in.stop()

    with pytest.raises(GatewayUnavailable):
        paystack.initialize(charge)


def test_a_busy_gateway_did_nothing_and_is_asked_again(paystack, paystack_stand_in, charge):
    paystack_stand_in.faults.add(Fault(kind=FaultKind.TOO_MANY))

    assert paystack.initialize(charge).access_code


def test_two_keys_live_side_by_side_and_the_packaged_default_is_untouched(paystack, paystack_stand_in, charge):
    paystack.initialize(charge)

    assert paystack_stand_in.calls[-1].headers["authorization"] == "Bearer sk_test_stand_in"
    assert not isinstance(Transaction.__dict__.get("requests"), property)


def test_events_name_what_they_are_about(paystack, paystack_stand_in, charge, paid):
    refund = paystack.refund(refund_of(charge, 100_000))
    paystack_stand_in.control("settle_refund", refund_id=int(refund.gateway_id), succeeded=True)
    dispute = paystack_stand_in.control("dispute", reference=paid)
    paystack_stand_in.control("resolve_dispute", dispute_id=dispute["id"], won=True)
    recipient = paystack.create_recipient(BANK)
    paystack.transfer(replace(PAYOUT, recipient_gateway_id=recipient.gateway_id))
    paystack_stand_in.control("settle_transfer", reference="PO-1", status="failed")

    events = [
        paystack.parse_webhook(body=hook.body, headers=hook.headers, at=AT) for hook in paystack_stand_in.hooks.sent
    ]

    assert [(event.event_type, event.kind, event.reference) for event in events] == [
        ("charge.success", EventKind.PAYMENT_SUCCEEDED, "GP-one"),
        ("refund.pending", EventKind.REFUND_CHANGED, "GP-one"),
        ("refund.processed", EventKind.REFUND_CHANGED, "GP-one"),
        ("charge.dispute.create", EventKind.DISPUTE_OPENED, "GP-one"),
        ("charge.dispute.resolve", EventKind.DISPUTE_CLOSED, "GP-one"),
        ("transfer.failed", EventKind.TRANSFER_CHANGED, "PO-1"),
    ]
    assert len({event.event_id for event in events}) == len(events)
    assert (events[0].environment, events[0].livemode) == ("test", False)
    assert (events[2].refund.status, events[2].refund.amount_minor) == (MoveStatus.SUCCEEDED, 100_000)
    assert (events[3].dispute.payment_reference, events[3].dispute.amount_minor) == ("GP-one", 500_000)
    assert (events[4].dispute.is_closed, events[4].dispute.was_won) == (True, True)
    assert events[5].transfer.status == MoveStatus.FAILED


def test_the_same_event_has_the_same_id_and_another_amount_another(paystack, paystack_stand_in):
    def event_id(**changes):
        data = {"status": "processed", "transaction_reference": "GP-one", "amount": "100", **changes}
        body = json.dumps({"event": "refund.processed", "data": data}).encode()
        return paystack.parse_webhook(
            body=body, headers=paystack_stand_in.signed_headers(body, True), at=AT
        ).event_id  # fmt: skip

    assert event_id() == event_id(customer="new field")
    assert len({event_id(), event_id(amount="200"), event_id(refund_reference="R1")}) == 3


def test_unsigned_and_badly_signed_events_are_refused(paystack, paystack_stand_in, paid):
    hook = paystack_stand_in.hooks.sent[0]

    for headers in ({}, {"X-Paystack-Signature": ""}, paystack_stand_in.signed_headers(hook.body, False)):
        with pytest.raises(SignatureInvalid):
            paystack.parse_webhook(body=hook.body, headers=headers, at=AT)
