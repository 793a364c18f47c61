"""Disputes at the gateways, against both stand-ins over HTTP: what freezes, who pays, and that the books are sound."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from apps.core import clock
from apps.ledger import addresses, queries
from apps.ledger import operations as ledger
from apps.ledger.models import EscrowHold
from apps.ledger.states import OwnerType
from apps.payments import operations
from apps.payments.errors import NotRefundable, RefundTooLarge
from apps.payments.models import Chargeback, Refund, WebhookEvent
from apps.payments.payables import PayablePart
from apps.payments.standins.faults import Fault, FaultKind
from apps.payments.states import ChargebackStatus, Destination, RefundDestination, RefundStatus
from apps.payments.tests.chargebacks.banks import alerts, balance, clear, clearing, released, status
from apps.payments.tests.conftest import hold_of, wallet_of

pytestmark = pytest.mark.django_db
DUE = timedelta(hours=25)


def test_case_58_a_dispute_in_escrow_freezes_and_no_release_can_fire(bank, ada):
    payment = bank.paid(ada)
    clear(hold_of(payment))
    before = clearing(bank)

    bank.dispute(payment)

    hold = hold_of(payment)
    assert (hold.state, hold.disputed_minor) == ("FROZEN", 10_000)
    assert ledger.release_due_holds(at=clock.now() + DUE, limit=10) == 0
    assert status() == ChargebackStatus.NEEDS_RESPONSE
    assert before - clearing(bank) == (11_500 if bank.takes_at_once else 0)
    assert balance(bank, "CHARGEBACKS") == (-10_000 if bank.takes_at_once else 0)
    assert alerts() == ["gateway_dispute"]


def test_case_58_won_it_clears_on_and_the_gateways_fee_is_ours(bank, ada):
    payment = bank.paid(ada)
    clear(hold_of(payment))
    before = clearing(bank)
    dispute_id = bank.dispute(payment)

    bank.decide(dispute_id, won=True)

    assert (status(), hold_of(payment).state, Refund.objects.get().status) == ("WON", "PENDING_CLEARANCE", "FAILED")
    assert before - clearing(bank) == bank.fee
    assert ledger.release_due_holds(at=clock.now() + DUE, limit=10) == 1
    payment.refresh_from_db()
    assert (payment.status, payment.refunded_minor) == ("SUCCEEDED", 0)


def test_lost_in_escrow_it_leaves_the_hold_and_nobody_elses_money(bank, ada, bayo):
    payment, others = bank.paid(ada), bank.paid(bayo)
    before = clearing(bank)

    bank.decide(bank.dispute(payment), won=False)

    assert (status(), hold_of(payment).state, hold_of(others).state) == ("LOST", "REFUNDED", "HELD")
    assert before - clearing(bank) == 10_000 + bank.fee
    assert (balance(bank, "SYSTEM_ESCROW"), balance(bank, "CHARGEBACKS"), balance(bank, "SUSPENSE")) == (10_000, 0, 0)
    payment.refresh_from_db()
    assert (payment.status, payment.refunded_minor, wallet_of(ada, bank.currency)) == ("REFUNDED", 10_000, 0)


def test_case_59_lost_after_release_and_payout_is_the_businesss_debt_and_the_commission_comes_back(bank, ada, bayo):
    payment, others = bank.paid(ada), bank.paid(bayo)
    hold = released(payment)
    available = addresses.business_available(hold.business_id, bank.currency)
    elsewhere = addresses.suspense(bank.currency)
    ledger.post_transfer(
        kind="ADJUSTMENT", idempotency_key="withdrawn", at=clock.now(),
        legs=[ledger.Leg(address=available, amount_minor=-9_000), ledger.Leg(address=elsewhere, amount_minor=9_000)],
    )  # fmt: skip

    bank.decide(bank.dispute(payment), won=False)

    assert queries.owes(OwnerType.BUSINESS, hold.business_id, bank.currency) == 9_000
    assert (queries.balance(available), balance(bank, "PLATFORM_REVENUE")) == (0, 0)
    assert (hold_of(others).state, balance(bank, "SYSTEM_ESCROW")) == ("HELD", 10_000)


@pytest.mark.parametrize("after_release", [False, True])
def test_case_62_of_a_partial_dispute_the_part_alone_is_taken_and_the_fee_is_a_gateway_fee(bank, ada, after_release):
    payment = bank.paid(ada)
    if after_release:
        released(payment)
    fees = balance(bank, "GATEWAY_FEES")

    bank.decide(bank.dispute(payment, 4_000), won=False)

    hold = hold_of(payment)
    taken = (hold.refunded_minor, hold.recovered_minor)
    assert taken == ((0, 4_000) if after_release else (4_000, 0))
    assert hold.state == ("RELEASED" if after_release else "HELD")
    assert fees - balance(bank, "GATEWAY_FEES") == bank.fee
    payment.refresh_from_db()
    assert (payment.status, payment.refunded_minor) == ("PARTIALLY_REFUNDED", 4_000)


def test_case_62_only_holds_that_cover_the_disputed_part_are_frozen(bank, ada):
    parts = tuple(PayablePart(unit_type="USE", unit_id=uuid4(), amount_minor=each) for each in (1_000, 6_000, 3_000))
    payment = bank.paid(ada, amount_minor=10_000, parts=parts)

    bank.dispute(payment, 7_500)

    frozen = EscrowHold.objects.filter(payment_id=payment.pk, state="FROZEN").order_by("gross_minor")
    assert [(hold.gross_minor, hold.disputed_minor) for hold in frozen] == [(3_000, 1_500), (6_000, 6_000)]


def test_a_tip_that_is_disputed_is_its_performers_debt(bank, ada, performer):
    tip = bank.desk.trade.sell(
        ada, 2_000, bank.currency, kind="TIP", business_id=None, destination=Destination.PERFORMER,
        performer_id=performer.pk,
    )  # fmt: skip
    payment = bank.paid(ada, tip)
    tips, debt = (
        addresses.tips(performer.pk, bank.currency), addresses.staff_receivable(performer.pk, bank.currency)
    )  # fmt: skip
    ledger.post_transfer(
        kind="ADJUSTMENT", idempotency_key="withdrawn", at=clock.now(),
        legs=[
            ledger.Leg(address=tips, amount_minor=-1_500),
            ledger.Leg(address=addresses.suspense(bank.currency), amount_minor=1_500),
        ],
    )  # fmt: skip

    bank.decide(bank.dispute(payment), won=False)

    assert (queries.balance(tips), queries.balance(debt)) == (0, -1_500)


def test_case_61_what_was_refunded_before_is_not_paid_twice_and_the_second_outflow_is_in_suspense(
    bank, ada, drain_outbox
):
    payment = bank.paid(ada)
    operations.request_refund(payment_id=payment.pk, reason="x", at=clock.now())
    drain_outbox()
    assert wallet_of(ada, bank.currency) == 10_000

    bank.decide(bank.dispute(payment), won=False)

    assert Chargeback.objects.get().unmatched_minor == 10_000
    assert balance(bank, "SUSPENSE") == -10_000
    assert alerts() == ["gateway_dispute", "refunded_twice"]


def test_case_61_a_card_refund_under_way_that_the_gateway_then_refuses_goes_to_suspense_not_to_the_wallet(
    stripe, ada, drain_outbox
):
    payment = stripe.paid(ada)
    operations.request_refund(payment_id=payment.pk, destination=RefundDestination.GATEWAY, reason="x", at=clock.now())
    stripe.stand_in.faults.add(Fault(kind=FaultKind.DOWN, times=3, matching="/v1/refunds"))
    drain_outbox()
    assert Refund.objects.get().status == RefundStatus.APPROVED
    dispute_id = stripe.dispute(payment)
    operations.carry_out_due_refunds(clock.now() + timedelta(hours=1), 10)

    stripe.decide(dispute_id, won=False)

    assert (wallet_of(ada, "USD"), balance(stripe, "SUSPENSE")) == (0, 0)
    assert Refund.objects.get(destination="GATEWAY").has_bounced


def test_while_the_bank_decides_no_refund_is_approved_and_a_trades_waits_for_the_bank(
    bank, ada, ops, admin, drain_outbox
):
    payment = bank.paid(ada)
    (proposed,) = operations.propose_refund(
        payment_id=payment.pk, destination=RefundDestination.WALLET, reason="x", by=ops, at=clock.now()
    )
    dispute_id = bank.dispute(payment)

    with pytest.raises(RefundTooLarge):
        operations.approve_refund(refund_id=proposed.pk, by=admin, at=clock.now())
    with pytest.raises(NotRefundable):
        operations.propose_refund(
            payment_id=payment.pk, destination=RefundDestination.WALLET, reason="x", by=ops, at=clock.now()
        )
    (waiting,) = operations.request_refund(payment_id=payment.pk, reason="Called off", at=clock.now())
    drain_outbox()
    assert Refund.objects.get(pk=waiting.pk).status == RefundStatus.PROPOSED
    bank.decide(dispute_id, won=True)
    drain_outbox()
    assert Refund.objects.get(pk=waiting.pk).status == RefundStatus.SUCCEEDED
    assert wallet_of(ada, bank.currency) == 10_000


def test_a_trades_refund_that_waited_ends_when_the_bank_has_paid(bank, ada, drain_outbox):
    payment = bank.paid(ada)
    dispute_id = bank.dispute(payment)
    (waiting,) = operations.request_refund(payment_id=payment.pk, reason="Called off", at=clock.now())

    bank.decide(dispute_id, won=False)
    drain_outbox()

    assert (Refund.objects.get(pk=waiting.pk).status, wallet_of(ada, bank.currency)) == ("FAILED", 0)


def test_an_inquiry_freezes_nothing_and_comes_to_nothing(stripe, ada):
    payment = stripe.paid(ada)
    before = clearing(stripe)
    made = stripe.stand_in.control("dispute", intent_id=payment.gateway_id, is_inquiry=True)
    stripe.tell()
    assert (status(), hold_of(payment).state) == ("INQUIRY", "HELD")

    stripe.decide(made["id"], won=True)

    assert (status(), clearing(stripe)) == ("CLOSED", before)


def test_an_inquiry_that_becomes_a_claim_freezes_then(stripe, ada):
    payment = stripe.paid(ada)
    made = stripe.stand_in.control("dispute", intent_id=payment.gateway_id, is_inquiry=True)
    stripe.tell()

    stripe.stand_in.control("escalate_dispute", dispute_id=made["id"])
    stripe.tell()

    assert (status(), hold_of(payment).state) == ("NEEDS_RESPONSE", "FROZEN")
    stripe.decide(made["id"], won=False)
    assert (status(), hold_of(payment).state) == ("LOST", "REFUNDED")


def test_the_same_news_again_and_old_news_later_change_nothing(bank, ada):
    payment = bank.paid(ada)
    dispute_id = bank.dispute(payment)
    bank.decide(dispute_id, won=False)
    books = (clearing(bank), balance(bank, "CHARGEBACKS"))

    for event in WebhookEvent.objects.filter(event_type__contains="dispute"):
        WebhookEvent.objects.create(
            gateway=event.gateway, event_id=f"again:{event.pk}", event_type=event.event_type, kind=event.kind,
            body=event.body, received_at=clock.now(), next_attempt_at=clock.now(),
        )  # fmt: skip
    bank.desk.work()
    operations.discover_chargebacks(clock.now())
    operations.check_due_chargebacks(clock.now() + timedelta(days=1), 10)

    assert (status(), (clearing(bank), balance(bank, "CHARGEBACKS"))) == ("LOST", books)


def test_lost_web_hooks_cost_nothing_for_the_gateways_list_is_read(bank, ada):
    payment = bank.paid(ada)
    bank.stand_in.faults.add(Fault(kind=FaultKind.DROP, times=9, matching="dispute"))
    dispute_id = bank.dispute(payment)
    assert Chargeback.objects.count() == 0

    assert operations.discover_chargebacks(clock.now()) == 1
    assert hold_of(payment).state == "FROZEN"
    bank.decide(dispute_id, won=False)
    assert operations.check_due_chargebacks(clock.now() + timedelta(hours=7), 10) == 1
    assert (status(), operations.discover_chargebacks(clock.now())) == ("LOST", 0)


def test_a_gateway_that_is_down_is_asked_again(bank, ada):
    payment = bank.paid(ada)
    bank.dispute(payment)
    bank.stand_in.faults.add(Fault(kind=FaultKind.HTML_502, times=9))

    assert operations.discover_chargebacks(clock.now()) == 0
    assert operations.check_due_chargebacks(clock.now() + timedelta(hours=7), 10) == 1

    assert Chargeback.objects.get().next_check_at == clock.now() + timedelta(hours=13)


def test_a_dispute_heard_of_before_its_payment_waits_for_it(stripe, ada):
    payment = stripe.desk.open(ada, stripe.desk.trade.sell(ada, 10_000, "USD"))
    stripe.stand_in.control("pay", intent_id=payment.gateway_id)
    stripe.stand_in.control("dispute", intent_id=payment.gateway_id)
    stripe.tell()

    assert set(WebhookEvent.objects.values_list("state", flat=True)) == {"PROCESSED"}
    assert hold_of(payment).state == "FROZEN"
