"""Evidence for a bank, and money that somebody gives back by hand at the gateway or takes after the end."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from apps.core import clock
from apps.ledger import addresses, queries
from apps.notifications.models import Notification
from apps.payments import operations
from apps.payments.errors import ChargebackNotFound, EvidenceNotAwaited
from apps.payments.models import Chargeback, Refund
from apps.payments.operations import ItemToPay
from apps.payments.standins.faults import Fault, FaultKind
from apps.payments.states import ChargebackStatus, Destination, RefundDestination, RefundStatus
from apps.payments.tests.chargebacks.banks import alerts, balance, released
from apps.payments.tests.conftest import hold_of, wallet_of

pytestmark = pytest.mark.django_db


def test_evidence_reaches_the_bank_and_the_deadline_is_told_before(bank, ada, ops, drain_outbox):
    bank.dispute(bank.paid(ada))
    chargeback = Chargeback.objects.get()
    assert operations.alert_due_evidence(chargeback.due_by - timedelta(hours=49), 10) == 0
    assert operations.alert_due_evidence(chargeback.due_by - timedelta(hours=47), 10) == 1
    assert Notification.objects.filter(notification_type="chargeback_due", user=ops).count() == 1

    operations.give_evidence(
        chargeback_id=chargeback.pk, words="The work was done.", files=["evidence/door.jpg"], by=ops, at=clock.now()
    )
    drain_outbox()
    operations.check_due_chargebacks(clock.now(), 10)

    chargeback.refresh_from_db()
    assert (chargeback.status, chargeback.evidence_sent_at) == (ChargebackStatus.UNDER_REVIEW, clock.now())
    (kept,) = [row["evidence"] for row in _disputes(bank)]
    assert "The work was done." in str(kept)
    assert "evidence/door.jpg" in str(kept)
    for attempt in (chargeback.pk, uuid4()):
        with pytest.raises(EvidenceNotAwaited if attempt == chargeback.pk else ChargebackNotFound):
            operations.give_evidence(chargeback_id=attempt, words="More", files=[], by=ops, at=clock.now())


def _disputes(bank):
    if bank.takes_at_once:
        return [row for row in bank.stand_in.rows.values() if row["object"] == "dispute"]
    return bank.stand_in.disputes


def test_evidence_that_did_not_arrive_is_sent_again(bank, ada, ops, drain_outbox):
    bank.dispute(bank.paid(ada))
    chargeback = Chargeback.objects.get()
    bank.stand_in.faults.add(Fault(kind=FaultKind.DOWN, times=4, matching="dispute"))
    operations.give_evidence(chargeback_id=chargeback.pk, words="Done.", files=[], by=ops, at=clock.now())
    drain_outbox()
    chargeback.refresh_from_db()
    assert (chargeback.evidence_sent_at, bool(chargeback.problem)) == (None, True)

    bank.stand_in.faults.clear()
    operations.check_due_chargebacks(clock.now() + timedelta(hours=1), 10)

    chargeback.refresh_from_db()
    assert chargeback.evidence_sent_at == clock.now() + timedelta(hours=1)


def test_case_46_refunded_at_the_dashboard_after_release_is_the_businesss_debt(bank, ada):
    payment = bank.paid(ada)
    hold = released(payment)

    named = {"intent_id": payment.gateway_id} if bank.takes_at_once else {"reference": payment.reference}
    bank.stand_in.control("refund_by_hand", amount=10_000, **named)
    bank.tell()

    assert queries.balance(addresses.business_available(hold.business_id, bank.currency)) == 0
    assert hold_of(payment).recovered_minor == 10_000
    payment.refresh_from_db()
    assert payment.status == "REFUNDED"


def test_a_refund_made_by_hand_that_fails_later_is_in_the_wallet(bank, ada):
    payment = bank.paid(ada)
    named = {"intent_id": payment.gateway_id} if bank.takes_at_once else {"reference": payment.reference}
    made = bank.stand_in.control("refund_by_hand", amount=10_000, **named)
    bank.tell()
    assert wallet_of(ada, bank.currency) == 0

    bank.stand_in.control("settle_refund", refund_id=made["id"], succeeded=False)
    bank.tell()

    assert wallet_of(ada, bank.currency) == 10_000
    assert Notification.objects.filter(notification_type="refund_failed", user=ada).count() == 1


def test_a_refund_that_needs_a_person_is_told_once_and_goes_on(paystack, ada, drain_outbox):
    payment = paystack.paid(ada)
    operations.request_refund(payment_id=payment.pk, destination=RefundDestination.GATEWAY, reason="x", at=clock.now())
    drain_outbox()
    refund_id = paystack.stand_in.refunds[-1]["id"]

    paystack.stand_in.control("attend_refund", refund_id=refund_id)
    paystack.tell()
    operations.carry_out_due_refunds(clock.now() + timedelta(hours=1), 10)
    assert alerts() == ["refund_needs_attention"]
    paystack.stand_in.control("settle_refund", refund_id=refund_id, succeeded=True)
    paystack.tell()

    assert Refund.objects.get().status == RefundStatus.SUCCEEDED


def test_what_ops_approve_is_taken_back_after_release_and_a_tip_too(bank, ada, ops, admin, performer, drain_outbox):
    tip = bank.desk.trade.sell(
        ada, 2_000, bank.currency, kind="TIP", business_id=None, destination=Destination.PERFORMER,
        performer_id=performer.pk,
    )  # fmt: skip
    payment, tipped = bank.paid(ada), bank.paid(ada, tip)
    hold = released(payment)

    for each, item in ((payment, None), (tipped, ItemToPay(item_type="BOOKING", item_id=tip.item_id))):
        (refund,) = operations.propose_refund(
            payment_id=each.pk,
            item=item,
            destination=RefundDestination.WALLET,
            reason="Not done",
            by=ops,
            at=clock.now(),
        )
        operations.approve_refund(refund_id=refund.pk, by=admin, at=clock.now())
    drain_outbox()

    assert wallet_of(ada, bank.currency) == 12_000
    assert queries.balance(addresses.business_available(hold.business_id, bank.currency)) == 0
    assert queries.balance(addresses.tips(performer.pk, bank.currency)) == 0
    assert balance(bank, "PLATFORM_REVENUE") == 0


def test_what_the_gateway_moves_after_the_end_is_in_suspense_with_an_alert(stripe, ada):
    payment = stripe.paid(ada)
    dispute_id = stripe.dispute(payment)
    stripe.decide(dispute_id, won=False)

    stripe.stand_in.rows[dispute_id]["balance_transactions"].append({"amount": 10_000, "fee": 0})
    operations.discover_chargebacks(clock.now())

    assert balance(stripe, "SUSPENSE") == 10_000
    assert "chargeback_moved_late" in alerts()
