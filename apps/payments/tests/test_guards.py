"""What the database itself refuses; each test fails when its guard is dropped."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import Error, connection, transaction

from apps.core import clock
from apps.payments.models import (
    Payment,
    PaymentAllocation,
    PaymentAudit,
    Refund,
    SandboxCharge,
    SavedMethod,
    WebhookEvent,
)
from apps.payments.states import (
    ALLOCATION_MOVES,
    PAYMENT_MOVES,
    REFUND_MOVES,
    WEBHOOK_MOVES,
    AllocationState,
    PaymentStatus,
    RefundStatus,
    WebhookState,
)
from apps.payments.tests.operations.test_parked import park

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)


def refused(change, words):
    with pytest.raises(Error, match=words), transaction.atomic():
        change()


def a_refund(payment, amount_minor=100, **values):
    values = {"status": RefundStatus.APPROVED, "decided_at": clock.now(), **values}
    return Refund.objects.create(
        payment=payment,
        allocation=values.pop("allocation", None) or payment.allocations.first(),
        reference=f"GR-{uuid4().hex[:16]}",
        amount_minor=amount_minor,
        currency=values.pop("currency", payment.currency),
        destination=values.pop("destination", "WALLET"),
        reason="x",
        gateway=payment.gateway,
        **values,
    )


def a_hook(**values):
    defaults = {
        "gateway": "sandbox",
        "event_id": uuid4().hex,
        "kind": "UNKNOWN",
        "body": b"{}",
        "received_at": clock.now(),
    }
    return WebhookEvent.objects.create(**{**defaults, **values})


@pytest.fixture
def opened(desk, ada):
    return desk.open(ada)


@pytest.fixture
def paid(desk, ada):
    return desk.pay(ada)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"amount_minor": 1}, "payment_terms|read only|modify"),
        ({"currency": "USD"}, "payment_terms|read only|modify"),
        ({"reference": "GP-OTHER"}, "payment_terms|read only|modify"),
        ({"fee_minor": -1}, "payment_sums_not_negative"),
        ({"status": PaymentStatus.SUCCEEDED}, "payment_paid_means_received"),
        ({"paid_at": NOON}, "payment_paid_means_received"),
        ({"refunded_minor": 1}, "payment_never_refunds_more_than_paid"),
        ({"stray_minor": 1}, "payment_stray_money_has_its_currency"),
        ({"stray_currency": "USD"}, "payment_stray_money_has_its_currency"),
        ({"stray_minor": 1, "stray_currency": "NGN"}, "payment_stray_money_has_its_currency"),
        ({"stray_minor": 1, "stray_currency": "USD", "captured_minor": 1}, "payment_stray_money_has_its_currency"),
        ({"gateway_minor": 1}, "payment_terms"),
        ({"wallet_minor": 1}, "payment_terms"),
        ({"credits_minor": 1}, "payment_terms"),
        ({"promotions_minor": 1}, "payment_terms"),
        ({"gateway_back_minor": 500_001}, "payment_parts_go_back_once"),
        ({"gateway_back_minor": -1}, "payment_parts_go_back_once"),
        ({"wallet_back_minor": 1}, "payment_parts_go_back_once"),
        ({"credits_back_minor": 1}, "payment_parts_go_back_once"),
        ({"promotions_back_minor": 1}, "payment_parts_go_back_once"),
        ({"has_reserved": True}, "payment_sets_aside_while_it_is_open"),
    ],
)
def test_payment_refuses_a_change_of_its_terms_or_sums(opened, values, words):
    refused(lambda: Payment.objects.filter(pk=opened.pk).update(**values), words)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"amount_minor": 0, "gateway_minor": 0}, "payment_amount_positive"),
        ({"reference": "GP-SAME"}, "unique"),
        ({"client_key": "same"}, "payment_client_key_once"),
        ({"gateway_id": "same"}, "payment_gateway_id_once"),
        ({"wallet_minor": 1}, "payment_parts_make_the_whole|payment_parts_go_back_once"),
        (
            {"gateway_minor": 4, "credits_minor": 2, "wallet_minor": -1},
            "payment_parts_make_the_whole|payment_parts_go_back_once",
        ),
        ({"gateway": ""}, "payment_through_a_gateway_has_one"),
    ],
)
def test_payment_refuses_a_second_of_what_is_unique_and_an_amount_of_nothing(opened, ada, values, words):
    common = {
        "payer": ada, "currency": "NGN", "amount_minor": 5, "gateway_minor": 5, "gateway": "sandbox", "method": "CARD",
        "expires_at": clock.now(),
    }  # fmt: skip
    Payment.objects.create(**common, reference="GP-SAME", client_key="same", gateway_id="same")

    refused(lambda: Payment.objects.create(**{**common, "reference": "GP-NEW", **values}), words)


@pytest.mark.parametrize("model", [Payment, PaymentAllocation, Refund, WebhookEvent])
def test_money_is_never_deleted(desk, paid, model):
    a_refund(paid, status=RefundStatus.PROPOSED)

    refused(lambda: model.objects.all()._raw_delete("default"), "[Cc]annot delete")


def test_payment_audit_cannot_be_changed_deleted_or_emptied(opened):
    refused(lambda: PaymentAudit.objects.update(status="SUCCEEDED"), "[Cc]annot update")
    refused(lambda: PaymentAudit.objects.all()._raw_delete("default"), "or delete rows")

    def empty():
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE payments_paymentaudit")

    refused(empty, "append-only")


@pytest.mark.parametrize("source", PaymentStatus.values)
@pytest.mark.parametrize("target", PaymentStatus.values)
def test_payment_moves_only_as_drawn(opened, source, target):
    if source == target:
        return
    _place(opened, source)

    allowed = (PaymentStatus(source), PaymentStatus(target)) in PAYMENT_MOVES
    _try_move(Payment, opened.pk, "status", target, allowed=allowed, **_sums(target))


@pytest.mark.parametrize("source", AllocationState.values)
@pytest.mark.parametrize("target", AllocationState.values)
def test_allocation_moves_only_as_drawn(opened, source, target):
    if source == target:
        return
    share = opened.allocations.get()
    _without_triggers("payments_paymentallocation", "state", source, share.pk)

    allowed = (AllocationState(source), AllocationState(target)) in ALLOCATION_MOVES
    _try_move(PaymentAllocation, share.pk, "state", target, allowed=allowed)


@pytest.mark.parametrize("source", RefundStatus.values)
@pytest.mark.parametrize("target", RefundStatus.values)
def test_refund_moves_only_as_drawn(paid, source, target):
    if source == target:
        return
    refund = a_refund(paid, completed_at=clock.now())
    _without_triggers("payments_refund", "status", source, refund.pk)

    allowed = (RefundStatus(source), RefundStatus(target)) in REFUND_MOVES
    _try_move(Refund, refund.pk, "status", target, allowed=allowed)


@pytest.mark.parametrize("source", WebhookState.values)
@pytest.mark.parametrize("target", WebhookState.values)
def test_web_hook_moves_only_as_drawn(db, source, target):
    if source == target:
        return
    row = a_hook(state=source)

    allowed = (WebhookState(source), WebhookState(target)) in WEBHOOK_MOVES
    _try_move(WebhookEvent, row.pk, "state", target, allowed=allowed)


def _sums(status):
    is_paid = status in {"SUCCEEDED", "REFUNDED", "PARTIALLY_REFUNDED"}
    return {
        "paid_at": clock.now() if is_paid else None,
        "captured_minor": 500_000 if is_paid else 0,
        "parked_at": clock.now() if status in {"NEEDS_REVIEW", "RESOLVED"} else None,
        "resolved_at": clock.now() if status == "RESOLVED" else None,
    }


def _place(payment, status):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        Payment.objects.filter(pk=payment.pk).update(status=status, **_sums(status))
        cursor.execute("SET LOCAL session_replication_role = origin")


def _without_triggers(table, column, value, key):
    model = {"payments_paymentallocation": PaymentAllocation, "payments_refund": Refund}[table]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        model.objects.filter(pk=key).update(**{column: value})
        cursor.execute("SET LOCAL session_replication_role = origin")


def _try_move(model, key, column, target, *, allowed, **more):
    def move():
        model.objects.filter(pk=key).update(**{column: target}, **more)

    if allowed:
        move()
        assert getattr(model.objects.get(pk=key), column) == target
    else:
        refused(move, "Invalid transition")


@pytest.mark.parametrize("values", [{"amount_minor": 1}, {"unit_id": uuid4()}, {"item_id": uuid4()}])
def test_allocation_refuses_a_change_of_its_terms(opened, values):
    refused(lambda: opened.allocations.update(**values), "allocation_terms|read only|modify")


def test_allocation_refuses_a_second_payer_and_shares_without_amount_or_receiver(desk, ada, paid):
    share = paid.allocations.get()
    second = desk.open(ada)
    common = {
        "payment": second, "item_type": share.item_type, "item_id": share.item_id, "kind": share.kind,
        "amount_minor": 5, "unit_type": share.unit_type, "unit_id": share.unit_id, "business_id": uuid4(),
    }  # fmt: skip
    twin = PaymentAllocation.objects.create(**common)

    refused(lambda: PaymentAllocation.objects.filter(pk=twin.pk).update(state="FUNDED"), "allocation_paid_once")
    refused(lambda: PaymentAllocation.objects.create(**common), "allocation_once_per_payment")
    common["item_id"] = uuid4()
    refused(lambda: PaymentAllocation.objects.create(**{**common, "amount_minor": 0}), "allocation_amount_positive")
    refused(lambda: PaymentAllocation.objects.create(**{**common, "business_id": None}), "allocation_has_a_receiver")


def test_refunds_together_never_exceed_the_payment_or_the_share(desk, ada):
    payment = desk.pay(ada, desk.trade.sell(ada, 300), desk.trade.sell(ada, 200))
    larger = payment.allocations.get(amount_minor=300)
    a_refund(payment, 300, allocation=larger)

    refused(lambda: a_refund(payment, 1, allocation=larger), "allocation_never_refunds_more_than_paid")
    Payment.objects.filter(pk=payment.pk).update(captured_minor=500)
    smaller = payment.allocations.get(amount_minor=200)
    a_refund(payment, 200, allocation=smaller)
    payment.refresh_from_db()
    assert payment.refunded_minor == 500


def test_refunds_that_end_without_money_free_their_amount(paid):
    refund = a_refund(paid, 500_000)
    Refund.objects.filter(pk=refund.pk).update(status=RefundStatus.FAILED)

    paid.refresh_from_db()
    assert paid.refunded_minor == 0


def test_refund_refuses_a_share_of_another_payment_and_a_change_of_its_terms(desk, ada, bayo, paid):
    other = desk.pay(bayo)

    refused(lambda: a_refund(paid, allocation=other.allocations.get()), "share of another payment")
    refund = a_refund(paid, gateway_id="R1")
    refused(lambda: Refund.objects.filter(pk=refund.pk).update(amount_minor=1), "refund_terms|read only|modify")
    refused(lambda: a_refund(paid, gateway_id="R1"), "refund_gateway_id_once")
    refused(lambda: a_refund(paid, 0), "refund_amount_positive")
    refused(lambda: a_refund(paid, decided_at=None), "refund_acted_on_was_decided")
    refused(lambda: a_refund(paid, status=RefundStatus.SUCCEEDED), "refund_done_has_a_moment")


def test_web_hook_is_kept_once_for_ever_and_as_it_came(db):
    row = a_hook(event_id="evt")

    refused(lambda: a_hook(event_id="evt"), "webhook_once_for_ever")
    refused(lambda: WebhookEvent.objects.filter(pk=row.pk).update(body=b"[]"), "webhook_as_it_came|read only|modify")


def test_saved_methods_have_one_default_and_no_twins(ada):
    common = {"owner": ada, "gateway": "sandbox", "token": "t", "kind": "CARD"}
    SavedMethod.objects.create(**common, token_digest="a", is_default=True)

    refused(lambda: SavedMethod.objects.create(**common, token_digest="b", is_default=True), "method_one_default_each")
    refused(lambda: SavedMethod.objects.create(**common, token_digest="a"), "method_saved_once")


def test_sandbox_refuses_to_refund_more_than_was_paid(paid):
    refused(lambda: SandboxCharge.objects.update(refunded_minor=500_001), "sandbox_never_refunds_more_than_paid")


def _chargeback(payment, **changes):
    from apps.payments.models import Chargeback

    return Chargeback.objects.create(**{
        "payment": payment, "gateway": "sandbox", "gateway_id": "dp_1", "amount_minor": 100, "currency": "NGN",
        "opened_at": clock.now(), **changes,
    })  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "guard"),
    [
        ({"amount_minor": 0}, "chargeback_amount_positive"),
        ({"fee_minor": -1}, "chargeback_sums_not_negative"),
        ({"closed_at": "2026-11-18T09:00:00Z"}, "chargeback_ended_has_its_moment"),
        ({"status": "WON"}, "chargeback_ended_has_its_moment"),
        (
            {"status": "WON", "closed_at": "2026-11-18T09:00:00Z", "taken_at_end_minor": 1},
            "chargeback_won_leaves_nothing_taken",
        ),
        ({"status": "LOST", "closed_at": "2026-11-18T09:00:00Z"}, "chargeback_ended_has_its_moment"),
        ({"taken_at_end_minor": 0}, "chargeback_ended_has_its_moment"),
        ({"unmatched_minor": 1}, "chargeback_unmatched_was_lost"),
        ({"evidence": "x"}, "chargeback_evidence_is_somebodys"),
    ],
)
def test_a_chargeback_tells_no_lie(desk, ada, changes, guard):
    payment = desk.pay(ada)

    with pytest.raises(Error, match=guard), transaction.atomic():
        _chargeback(payment, **changes)


def test_a_chargeback_is_there_once_moves_forward_only_and_is_never_deleted(desk, ada):
    payment = desk.pay(ada)
    chargeback = _chargeback(payment, status="UNDER_REVIEW")

    with pytest.raises(Error, match="chargeback_gateway_id_once"), transaction.atomic():
        _chargeback(payment)
    for change in ({"status": "NEEDS_RESPONSE"}, {"status": "INQUIRY"}, {"gateway_id": "dp_2"}):
        with pytest.raises(Error), transaction.atomic():
            type(chargeback).objects.filter(pk=chargeback.pk).update(**change)
    with pytest.raises(Error), transaction.atomic():
        chargeback.delete()


def test_a_refund_to_the_bank_names_its_dispute_and_only_one_made_by_hand_is_beyond(desk, ada):
    payment = desk.pay(ada)
    about = {
        "payment": payment, "allocation": payment.allocations.get(), "amount_minor": 1, "currency": "NGN",
        "reason": "x", "gateway": "sandbox",
    }  # fmt: skip

    with pytest.raises(Error, match="refund_taken_by_the_bank_names_its_dispute"), transaction.atomic():
        Refund.objects.create(**about, reference="a", destination="CHARGEBACK", is_ours=False)
    with pytest.raises(Error, match="refund_beyond_was_made_by_hand"), transaction.atomic():
        Refund.objects.create(**about, reference="b", destination="GATEWAY", is_beyond=True)


@pytest.fixture
def parked(desk, ada):
    return park(desk, ada)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"parked_at": None}, "payment_parked_has_its_moments"),
        ({"resolved_at": NOON}, "payment_parked_has_its_moments"),
        ({"status": "RESOLVED", "parked_back_minor": 499_999}, "payment_parked_has_its_moments"),
        ({"status": "RESOLVED", "resolved_at": NOON}, "payment_parked_money_leaves_once"),
        ({"parked_back_minor": 500_000}, "payment_parked_money_leaves_once"),
        ({"parked_back_minor": -1}, "payment_parked_money_leaves_once"),
    ],
)
def test_parked_money_leaves_once_and_at_a_moment(parked, values, words):
    refused(lambda: Payment.objects.filter(pk=parked.pk).update(**values), words)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"parked_at": NOON}, "payment_parked_has_its_moments"),
        ({"parked_back_minor": 1}, "payment_parked_money_leaves"),
    ],
)
def test_what_was_paid_was_never_parked(paid, values, words):
    refused(lambda: Payment.objects.filter(pk=paid.pk).update(**values), words)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"destination": "ITEM"}, "refund_that_pays_was_parked"),
        (
            {"is_parked": True, "is_beyond": True, "is_ours": False, "destination": "GATEWAY"},
            "refund_of_parked_is_not_beyond",
        ),
        ({"is_parked": True, "currency": "USD"}, "another currency than what is parked"),
        ({"is_parked": True, "amount_minor": 500_000}, "payment_parked_money_leaves_once"),
    ],
)
def test_a_refund_of_parked_money_is_within_what_came(parked, values, words):
    refused(lambda: a_refund(parked, **values), words)


def test_parked_money_is_counted_as_refunds_reserve_it(parked):
    a_refund(parked, 499_999, is_parked=True)
    refused(lambda: a_refund(parked, 1, is_parked=True), "payment_parked_money_leaves_once")

    parked.refresh_from_db()
    assert (parked.parked_back_minor, parked.refunded_minor, parked.parked_minor) == (499_999, 0, 0)
    Refund.objects.update(status="FAILED")
    parked.refresh_from_db()
    assert parked.parked_minor == 499_999


def test_where_parked_money_goes_is_proposed_once_at_a_time(parked):
    a_refund(parked, is_parked=True, status=RefundStatus.PROPOSED, decided_at=None)

    refused(
        lambda: a_refund(parked, is_parked=True, status=RefundStatus.PROPOSED, decided_at=None),
        "refund_of_parked_proposed_once",
    )
