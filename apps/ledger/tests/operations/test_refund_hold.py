from functools import partial

import pytest
from django.db import Error, transaction

from apps.core import events
from apps.core.errors import Invalid
from apps.core.ids import new_id
from apps.core.models import AuditEntry
from apps.ledger import addresses, functions, operations, queries
from apps.ledger.errors import (
    HoldAlreadyRefunded,
    HoldAlreadyReleased,
    HoldNotFound,
    IdempotencyKeyReused,
    NoGatewayToRefund,
    RefundExceedsHold,
)
from apps.ledger.events import EscrowRefunded
from apps.ledger.models import Entry
from apps.ledger.operations import Unit
from apps.ledger.states import HoldState, RefundDestination, ReleaseReason
from apps.ledger.testing import assert_ledger_sound
from apps.ledger.tests.threads import at_once

WALLET, GATEWAY = RefundDestination.WALLET, RefundDestination.GATEWAY


def refund(hold, at, amount_minor=None, key=None, destination=WALLET):
    return operations.refund_hold(
        hold_id=hold.pk,
        amount_minor=amount_minor,
        destination=destination,
        reason="CANCELLED",
        by=None,
        at=at,
        idempotency_key=key or str(new_id()),
    )


@pytest.mark.django_db
def test_case_41_parts_are_refunded_then_the_rest_is_released_less_its_commission(cleared, now, sound):
    hold = cleared(100)
    for _ in range(3):
        refund(hold, now, 30)

    released = operations.release_hold(hold_id=hold.pk, reason=ReleaseReason.CUSTOMER_CONFIRMED, by=None, at=now).hold

    assert (released.released_minor, released.net_minor, released.commission_minor) == (10, 9, 1)
    assert queries.balance(addresses.wallet(hold.customer_id, "NGN")) == 90
    with pytest.raises(HoldAlreadyReleased):
        refund(hold, now, 1)


@pytest.mark.django_db
def test_case_41_the_database_itself_refuses_a_refund_beyond_what_was_paid(cleared, now, sound):
    hold = cleared(100)
    refund(hold, now, 90)

    with pytest.raises(RefundExceedsHold), transaction.atomic():
        legs = functions.json_text([(addresses.wallet(hold.customer_id, "NGN"), 11)])
        functions.call("ledger_refund_hold", hold.pk, 11, legs, "k", "{}", now)
    with pytest.raises(RefundExceedsHold):
        refund(hold, now, 11)


@pytest.mark.django_db
def test_a_whole_refund_ends_the_hold_and_says_so(fund, now, sound, monkeypatch):
    heard = []
    monkeypatch.setattr(events, "_handlers", {EscrowRefunded: (heard.append,)})
    hold = fund(10_000)

    done = refund(hold, now)

    assert (done.hold.state, done.hold.refunded_minor, done.hold.net_minor, done.hold.commission_minor) == (
        HoldState.REFUNDED,
        10_000,
        0,
        0,
    )
    assert done.hold.settled_at == now
    assert [(event.amount_minor, event.left_minor, event.destination) for event in heard] == [(10_000, 0, "WALLET")]
    assert AuditEntry.objects.get(action="escrow.refunded").reason == "CANCELLED"
    with pytest.raises(HoldAlreadyRefunded):
        refund(hold, now)


@pytest.mark.django_db
def test_to_the_gateway_it_leaves_the_clearing_account(fund, now, sound):
    hold = fund(10_000)

    refund(hold, now, 4_000, destination=GATEWAY)

    assert queries.balance(addresses.gateway_clearing("paystack", "NGN")) == -6_000
    assert queries.balance(addresses.wallet(hold.customer_id, "NGN")) == 0


@pytest.mark.django_db
def test_what_no_gateway_brought_goes_to_no_gateway(fund, now):
    payer = new_id()
    operations.credit_wallet(
        customer_id=payer,
        currency="NGN",
        amount_minor=500,
        source=addresses.suspense("NGN"),
        idempotency_key="c",
        at=now,
    )
    hold = fund(500, gateway="", paid_minor=0, wallet_minor=500, customer_id=payer)

    with pytest.raises(NoGatewayToRefund):
        refund(hold, now, destination=GATEWAY)


@pytest.mark.django_db
def test_the_same_key_refunds_once_and_another_request_under_it_is_refused(fund, now, sound):
    hold, other = fund(10_000), fund(10_000)

    first = refund(hold, now, 1_000, key="k")
    again = refund(hold, now, 1_000, key="k")

    assert (again.transfer_id, again.replayed, again.amount_minor) == (first.transfer_id, True, 1_000)
    assert again.hold.refunded_minor == 1_000
    for wrong in (
        partial(refund, hold, now, 2_000, key="k"),
        partial(refund, other, now, 1_000, key="k"),
        partial(refund, hold, now, 1_000, key="k", destination=GATEWAY),
    ):
        with pytest.raises(IdempotencyKeyReused):
            wrong()


@pytest.mark.django_db
def test_a_frozen_hold_may_be_refunded_and_stays_frozen_where_a_part_is_left(fund, now, sound):
    hold = fund(10_000)
    operations.freeze_hold(hold_id=hold.pk, reason="DISPUTE", by=None, at=now)

    assert refund(hold, now, 4_000).hold.state == HoldState.FROZEN
    assert refund(hold, now).hold.state == HoldState.REFUNDED


@pytest.mark.django_db
@pytest.mark.parametrize("amount", [0, -5])
def test_a_refund_of_nothing_is_refused(fund, now, amount):
    with pytest.raises(Invalid):
        refund(fund(10_000), now, amount)


@pytest.mark.django_db
def test_what_was_not_paid_for_cannot_be_refunded(now):
    with pytest.raises(HoldNotFound):
        operations.refund_hold(
            unit=Unit(unit_type="BOOKING", unit_id=new_id()), destination=WALLET, reason="x", by=None, at=now,
            idempotency_key="k",
        )  # fmt: skip
    with pytest.raises(HoldNotFound):
        operations.refund_hold(destination=WALLET, reason="x", by=None, at=now, idempotency_key="k")


@pytest.mark.django_db
def test_a_unit_that_was_refunded_and_paid_for_again_is_found_by_its_new_hold(fund, now, sound):
    hold = fund(10_000)
    unit = Unit(unit_type=hold.unit_type, unit_id=hold.unit_id)
    refund(hold, now)
    assert queries.hold_of(unit_type=unit.unit_type, unit_id=unit.unit_id).pk == hold.pk
    newer = fund(8_000, unit_id=hold.unit_id)

    done = operations.refund_hold(unit=unit, destination=WALLET, reason="x", by=None, at=now, idempotency_key="k2")

    assert done.hold.pk == newer.pk
    assert queries.hold_of(unit_type=unit.unit_type, unit_id=unit.unit_id).state == HoldState.REFUNDED


@pytest.mark.django_db(transaction=True)
def test_parallel_refunds_never_exceed_what_was_paid(fund, now):
    hold = fund(1_000)

    outcomes = at_once(*[partial(refund, hold, now, 300) for _ in range(8)])

    assert sum(not isinstance(outcome, Exception) for outcome in outcomes) == 3
    assert all(isinstance(each, RefundExceedsHold) for each in outcomes if isinstance(each, Exception))
    hold.refresh_from_db()
    assert hold.refunded_minor == 900
    assert Entry.objects.filter(hold=hold).count() == 4
    assert_ledger_sound()


@pytest.mark.django_db
def test_a_bug_in_a_call_is_no_refusal():
    with pytest.raises(Error), transaction.atomic():
        functions.call("ledger_no_such_function")
