"""Money that fitted nothing: where people send it, once, and what the books say of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from apps.core import clock
from apps.core.models import AuditEntry
from apps.ledger import addresses
from apps.ledger import queries as ledger
from apps.ledger.testing import assert_ledger_sound
from apps.notifications.models import Notification
from apps.payments import operations, queries
from apps.payments.errors import (
    AlreadyPaid,
    NothingParked,
    NotRefundable,
    ParkedDecided,
    ParkedDoesNotFit,
    ParkedMoneyClaimed,
    PaymentNotFound,
    RefundTooLarge,
    SecondPersonNeeded,
)
from apps.payments.gateways.values import DisputeStatus, MoveStatus, RefundResult
from apps.payments.models import Payment, PaymentAudit, Refund, SandboxCharge, SandboxHook, SandboxMove
from apps.payments.operations.carry_out_refund import record_refund_result
from apps.payments.sandbox import hooks
from apps.payments.sandbox.disputes import decide_dispute, open_dispute
from apps.payments.states import PaymentStatus, RefundDestination, RefundStatus
from apps.payments.tests.api.test_chargebacks_api import disputed
from apps.payments.tests.conftest import hold_of, make_user, refund_by_hand, signed, states_of_inbox, wallet_of

pytestmark = pytest.mark.django_db
CARD, WALLET, ITEM = RefundDestination.GATEWAY, RefundDestination.WALLET, RefundDestination.ITEM


@pytest.fixture(autouse=True)
def _books_end_sound():
    yield
    assert_ledger_sound()


def park(desk, payer, *items, amount_minor=499_999, currency=""):
    payment = desk.open(payer, *items)
    desk.receive(*desk.act(payment, amount_minor=amount_minor, currency=currency))
    desk.work()
    payment.refresh_from_db()
    return payment


def propose(payment, by, way=CARD, reason="A kobo short"):
    return operations.propose_for_parked(payment_id=payment.pk, way=way, reason=reason, by=by, at=clock.now())


def approve(refund, by):
    return operations.approve_refund(refund_id=refund.pk, by=by, at=clock.now())


def in_suspense(currency="NGN"):
    return ledger.balance(addresses.suspense(currency))


def letters(user):
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("notification_type", flat=True))


@pytest.mark.parametrize(("currency", "amount_minor"), [("NGN", 499_999), ("USD", 500_000)])
def test_case_08_parked_money_goes_back_the_way_it_came_in_its_own_currency(
    desk, ada, ops, admin, drain_outbox, currency, amount_minor
):
    payment = park(desk, ada, amount_minor=amount_minor, currency=currency)
    assert in_suspense(currency) == amount_minor

    refund = propose(payment, ops)
    assert (refund.status, in_suspense(currency)) == (RefundStatus.PROPOSED, amount_minor)
    approve(refund, admin)
    drain_outbox()

    refund.refresh_from_db()
    payment.refresh_from_db()
    move = SandboxMove.objects.get(reference=refund.reference)
    assert (refund.status, move.amount_minor, move.currency) == (RefundStatus.SUCCEEDED, amount_minor, currency)
    assert (payment.status, payment.resolved_at, payment.parked_minor) == (PaymentStatus.RESOLVED, refund.decided_at, 0)
    assert (in_suspense(currency), wallet_of(ada, currency)) == (0, 0)
    assert queries.gateway_totals()["sandbox", currency] == -payment.fee_minor
    assert letters(ada) == ["payment_given_back"]
    noted = AuditEntry.objects.filter(action__startswith="payments.").order_by("pk")
    assert list(noted.values_list("action", "actor")) == [
        ("payments.alert.needs_review", None),
        ("payments.refund_proposed", ops.pk),
        ("payments.refund_approved", admin.pk),
        ("payments.parked_given_on", admin.pk),
    ]
    assert PaymentAudit.objects.filter(pgh_obj_id=payment.pk, status=PaymentStatus.RESOLVED).exists()


@pytest.mark.parametrize(("currency", "amount_minor"), [("NGN", 499_999), ("USD", 500_000)])
def test_parked_money_is_put_into_the_payers_wallet(desk, ada, ops, admin, drain_outbox, currency, amount_minor):
    payment = park(desk, ada, amount_minor=amount_minor, currency=currency)

    refund = propose(payment, ops, WALLET)
    approve(refund, admin)
    drain_outbox()

    payment.refresh_from_db()
    assert (payment.status, wallet_of(ada, currency), in_suspense(currency)) == ("RESOLVED", amount_minor, 0)
    assert Refund.objects.get().status == RefundStatus.SUCCEEDED
    assert not SandboxMove.objects.exists()
    assert letters(ada) == ["payment_credited"]


def test_parked_money_pays_for_its_item_at_todays_price_and_the_rest_is_in_the_wallet(
    desk, ada, ops, admin, drain_outbox
):
    item = desk.trade.sell(ada)
    payment = park(desk, ada, item)
    desk.trade.sell_for(item, 499_000)

    approve(propose(payment, ops, ITEM), admin)
    drain_outbox()

    payment.refresh_from_db()
    paid = Payment.objects.get(status=PaymentStatus.SUCCEEDED)
    assert (payment.status, paid.wallet_minor, paid.gateway_minor) == (PaymentStatus.RESOLVED, 499_000, 0)
    assert paid.metadata == {"parked_payment": payment.reference}
    assert (hold_of(paid).gross_minor, wallet_of(ada), in_suspense()) == (499_000, 999, 0)
    assert letters(ada) == ["payment_applied"]


def test_parked_money_pays_with_none_of_what_else_is_in_the_wallet(desk, ada, ops, admin, drain_outbox):
    item = desk.trade.sell(ada)
    approve(propose(park(desk, ada, amount_minor=300_000), ops, WALLET), admin)
    drain_outbox()
    payment = park(desk, ada, item)

    with pytest.raises(ParkedDoesNotFit):
        propose(payment, ops, ITEM)

    assert wallet_of(ada) == 300_000
    assert in_suspense() == 499_999


def test_parked_money_cannot_pay_what_was_paid_meanwhile_and_stays_parked(desk, ada, ops, admin, drain_outbox):
    item = desk.trade.sell(ada)
    payment = park(desk, ada, item)
    desk.trade.sell_for(item, 400_000)
    refund = propose(payment, ops, ITEM)
    desk.pay(ada, item)

    with pytest.raises(AlreadyPaid):
        approve(refund, admin)

    refund.refresh_from_db()
    payment.refresh_from_db()
    assert refund.status == RefundStatus.PROPOSED
    assert (payment.status, payment.parked_minor) == (PaymentStatus.NEEDS_REVIEW, 499_999)
    assert (in_suspense(), wallet_of(ada)) == (499_999, 0)
    operations.deny_refund(refund_id=refund.pk, by=admin, at=clock.now(), reason="Paid meanwhile")
    with pytest.raises(AlreadyPaid):
        propose(payment, ops, ITEM)
    approve(propose(payment, ops), admin)
    drain_outbox()
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.RESOLVED


def test_money_of_another_currency_pays_for_nothing(desk, ada, ops):
    payment = park(desk, ada, amount_minor=500_000, currency="USD")

    with pytest.raises(ParkedDoesNotFit):
        propose(payment, ops, ITEM)


def test_nobody_approves_their_own_proposal_however_small(desk, ada, admin):
    payment = park(desk, ada, amount_minor=1)
    refund = propose(payment, admin)

    with pytest.raises(SecondPersonNeeded):
        approve(refund, admin)
    assert approve(refund, make_user("another", "ADMIN")).status == RefundStatus.APPROVED


def test_one_proposal_at_a_time_and_another_once_it_is_denied(desk, ada, ops, admin, drain_outbox):
    payment = park(desk, ada)
    refund = propose(payment, ops)
    with pytest.raises(ParkedDecided):
        propose(payment, ops, WALLET)

    operations.deny_refund(refund_id=refund.pk, by=admin, at=clock.now(), reason="To the wallet")
    second = propose(payment, ops, WALLET)
    approve(second, admin)
    with pytest.raises(NothingParked):
        propose(payment, ops, WALLET)
    drain_outbox()

    with pytest.raises(NothingParked):
        propose(payment, ops, WALLET)
    assert wallet_of(ada) == 499_999


def test_what_is_not_parked_cannot_be_given_on(desk, ada, ops):
    from apps.core.ids import new_id

    paid = desk.pay(ada)

    with pytest.raises(NothingParked):
        propose(paid, ops)
    paid.pk = new_id()
    with pytest.raises(PaymentNotFound):
        propose(paid, ops)


def test_a_guests_parked_money_goes_back_alone(desk, ada, ops, admin, drain_outbox):
    ada.is_guest = True
    ada.save()
    item = desk.trade.sell(ada)
    payment = park(desk, ada, item)
    desk.trade.sell_for(item, 499_000)

    for way in (WALLET, ITEM):
        with pytest.raises(ParkedDoesNotFit):
            propose(payment, ops, way)
    desk.trade.sell_for(item, 499_999)
    approve(propose(payment, ops, ITEM), admin)
    drain_outbox()

    assert Payment.objects.get(status=PaymentStatus.SUCCEEDED).amount_minor == 499_999


def test_parked_money_that_bounces_days_later_is_in_the_wallet(desk, ada, ops, admin, drain_outbox):
    payment = park(desk, ada, currency="USD", amount_minor=500_000)
    refund = approve(propose(payment, ops), admin)
    drain_outbox()
    bounced = RefundResult(
        status=MoveStatus.FAILED, reference=refund.reference, gateway_id="", amount_minor=500_000, currency="USD",
        message="closed card",
    )  # fmt: skip

    for _ in range(2):
        record_refund_result(refund_id=refund.pk, result=bounced, at=clock.now() + timedelta(days=3))

    payment.refresh_from_db()
    assert (payment.status, wallet_of(ada, "USD"), in_suspense("USD")) == (PaymentStatus.RESOLVED, 500_000, 0)
    assert letters(ada) == ["payment_given_back", "refund_failed"]


def test_refund_of_parked_money_that_the_gateway_refuses_is_in_the_wallet(desk, ada, ops, admin, drain_outbox):
    payment = park(desk, ada)
    SandboxCharge.objects.filter(reference=payment.reference).update(refunded_minor=499_999)

    approve(propose(payment, ops), admin)
    drain_outbox()

    payment.refresh_from_db()
    assert (payment.status, wallet_of(ada)) == (PaymentStatus.RESOLVED, 499_999)


@pytest.mark.parametrize(("amount_minor", "status"), [(499_999, "RESOLVED"), (200_000, "NEEDS_REVIEW")])
def test_parked_money_that_somebody_refunds_at_the_gateway_leaves_suspense(desk, ada, ops, admin, amount_minor, status):
    payment = park(desk, ada)
    proposed = propose(payment, ops)
    by_hand = refund_by_hand(payment, amount_minor)
    told = {"id": by_hand.gateway_id, "charge": payment.reference}
    desk.receive(signed({"id": "evt_h", "type": "refund.succeeded", "data": {"refund": told}}))
    desk.work()

    payment.refresh_from_db()
    assert (payment.status, in_suspense()) == (status, 499_999 - amount_minor)
    with pytest.raises(RefundTooLarge):
        approve(proposed, admin)


def test_case_61_a_second_outflow_of_parked_money_is_borne_by_suspense(desk, ada, ops, admin, drain_outbox):
    payment = park(desk, ada)
    approve(propose(payment, ops, WALLET), admin)
    drain_outbox()
    by_hand = refund_by_hand(payment, 499_999)
    told = {"id": by_hand.gateway_id, "charge": payment.reference}
    desk.receive(signed({"id": "evt_h", "type": "refund.succeeded", "data": {"refund": told}}))
    desk.work()

    assert (wallet_of(ada), in_suspense()) == (499_999, -499_999)
    assert AuditEntry.objects.filter(action="payments.alert.refunded_twice").count() == 1


def test_parked_money_is_no_ordinary_refund(desk, ada, ops):
    payment = park(desk, ada)

    with pytest.raises(NotRefundable):
        operations.propose_refund(payment_id=payment.pk, destination=WALLET, reason="x", by=ops, at=clock.now())


def test_the_list_of_parked_payments_is_the_longest_first(desk, ada, bayo, ops, admin, now):
    second, first = park(desk, ada), park(desk, bayo)
    Payment.objects.filter(pk=first.pk).update(parked_at=now - timedelta(days=2))
    done = park(desk, ada)
    approve(propose(done, ops), admin)

    assert list(queries.parked_payments()) == [first, second]


def test_what_a_bank_claims_waits_and_is_taken_out_of_suspense_once_it_is_lost(desk, ada, ops, admin):
    payment = park(desk, ada)
    refund = propose(payment, ops, WALLET)
    disputed(payment, amount_minor=499_999, taken_minor=499_999)

    with pytest.raises(ParkedMoneyClaimed):
        approve(refund, admin)
    operations.deny_refund(refund_id=refund.pk, by=admin, at=clock.now(), reason="The bank has it")
    with pytest.raises(ParkedMoneyClaimed):
        propose(payment, ops)
    lost = disputed(payment, amount_minor=499_999, taken_minor=499_999, status=DisputeStatus.LOST)

    payment.refresh_from_db()
    assert (payment.status, in_suspense(), lost.unmatched_minor) == (PaymentStatus.RESOLVED, 0, 0)
    assert wallet_of(ada) == 0


def test_a_claim_that_is_won_leaves_parked_money_where_it_was(desk, ada, ops, admin, drain_outbox):
    payment = park(desk, ada, currency="USD", amount_minor=500_000)
    disputed(payment, currency="USD", taken_minor=500_000)
    disputed(payment, currency="USD", status=DisputeStatus.WON)

    payment.refresh_from_db()
    assert (payment.parked_minor, in_suspense("USD")) == (500_000, 500_000)
    approve(propose(payment, ops), admin)
    drain_outbox()
    assert in_suspense("USD") == 0


def test_a_dispute_about_parked_money_is_heard_by_web_hook_and_lost_out_of_suspense(desk, ada):
    payment = park(desk, ada)
    open_dispute(reference=payment.reference, at=clock.now())
    decide_dispute(reference=payment.reference, won=False, at=clock.now())
    for hook in SandboxHook.objects.filter(event_type__startswith="dispute").order_by("pk"):
        desk.receive(hooks.signed(hook, at=clock.now()))
    desk.work()

    payment.refresh_from_db()
    assert set(states_of_inbox()) == {"PROCESSED"}
    assert (payment.status, in_suspense()) == (PaymentStatus.RESOLVED, 0)
