"""Stripe's web hooks, as its stand-in sends them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from apps.payments.gateways.errors import (
    SignatureInvalid,
)
from apps.payments.gateways.values import (
    EventKind,
)
from apps.payments.standins.faults import Fault, FaultKind
from apps.payments.tests.gateways.conftest import NOON, refund_of

AT = datetime.fromtimestamp(NOON, tz=UTC)


@pytest.fixture
def paid(stripe, stripe_stand_in, dollars):
    """An intent that the customer has paid; its id."""
    made = stripe.initialize(dollars)
    stripe_stand_in.control("pay", intent_id=made.gateway_id)
    return made.gateway_id


def test_events_of_one_payment_name_it_each_in_its_way(stripe, stripe_stand_in, paid, dollars):
    stripe.refund(refund_of(dollars, 1_000, gateway_id=paid))
    dispute = stripe_stand_in.control("dispute", intent_id=paid)
    stripe_stand_in.control("close_dispute", dispute_id=dispute["id"], won=False)

    events = [stripe.parse_webhook(body=hook.body, headers=hook.headers, at=AT) for hook in stripe_stand_in.hooks.sent]

    assert [(event.event_type, event.kind) for event in events] == [
        ("charge.succeeded", EventKind.PAYMENT_SUCCEEDED),
        ("payment_intent.succeeded", EventKind.PAYMENT_SUCCEEDED),
        ("charge.refunded", EventKind.REFUND_CHANGED),
        ("refund.created", EventKind.REFUND_CHANGED),
        ("charge.dispute.created", EventKind.DISPUTE_OPENED),
        ("charge.dispute.closed", EventKind.DISPUTE_CLOSED),
    ]
    assert {event.charge_id for event in events} == {paid}
    assert len({event.event_id for event in events}) == len(events)
    assert (events[3].refund.reference, events[3].refund.amount_minor) == ("RF-one", 1_000)
    assert (events[4].dispute.amount_minor, events[4].dispute.fee_minor) == (5_000, 1_500)
    assert (events[4].dispute.is_closed, events[5].dispute.is_closed, events[5].dispute.was_won) == (False, True, False)


def test_badly_signed_event_is_refused(stripe, stripe_stand_in, paid):
    stripe_stand_in.faults.add(Fault(kind=FaultKind.BAD_SIGNATURE))
    stripe_stand_in.control("dispute", intent_id=paid)
    forged = stripe_stand_in.hooks.sent[-1]

    with pytest.raises(SignatureInvalid):
        stripe.parse_webhook(body=forged.body, headers=forged.headers, at=AT)


@pytest.mark.parametrize("body", [b"not json", b"[]", b"{}", b'{"id": null}', b"\xff"])
def test_signed_nonsense_is_refused(stripe, stripe_stand_in, body):
    with pytest.raises(SignatureInvalid):
        stripe.parse_webhook(body=body, headers=stripe_stand_in.signed_headers(body, True), at=AT)


def test_event_of_an_unknown_type_with_odd_fields_is_read_as_unknown(stripe, stripe_stand_in):
    body = b'{"id": "evt_9", "type": "moon.rose", "data": [], "livemode": 1}'

    event = stripe.parse_webhook(body=body, headers=stripe_stand_in.signed_headers(body, True), at=AT)

    assert (event.kind, event.reference, event.livemode) == (EventKind.UNKNOWN, "", False)
