"""Section G of the ledger's cases, and restoring from a backup with reconciliation at the end of it."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from apps.core import clock
from apps.ledger.models import Entry, EscrowHold
from apps.payments import operations as payments
from apps.payments.models import Payment
from apps.payments.standins.faults import Fault, FaultKind
from apps.reconciliation import operations
from apps.reconciliation.models import GatewayLine, ReconciliationRun
from apps.reconciliation.operations.nightly import carry_on_due, next_due
from apps.reconciliation.tests.conftest import DAY, breaks, figures, over, reconciled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound")]
LAGOS = ZoneInfo("Africa/Lagos")


def paid(desk, who, stand_in, amount_minor=500_000, currency="NGN"):
    payment = desk.open(who, desk.trade.sell(who, amount_minor, currency))
    if currency == "NGN":
        stand_in.control("pay", reference=payment.reference)
    else:
        stand_in.control("pay", intent_id=payment.gateway_id)
    return payments.verify_payment(reference=payment.reference, by=who, at=clock.now())


# --- 82: net settlement ---------------------------------------------------------------------------------------------
def test_case_82_a_net_settlement_is_gross_less_fees_to_the_kobo(desk, ada, paystack, stripe, now):
    rows = [paid(desk, ada, paystack, 100_001 + n) for n in range(3)]
    dollars = [paid(desk, ada, stripe, 5_001 + n, "USD") for n in range(2)]
    naira, us = paystack.control("settle"), stripe.control("settle")

    assert (reconciled("paystack", now).found, reconciled("stripe", now).found) == (0, 0)

    assert naira["total_amount"] == sum(row.captured_minor - row.fee_minor for row in rows)
    assert us["amount"] == sum(row.captured_minor - row.fee_minor for row in dollars)
    lines = GatewayLine.objects.filter(kind="SETTLED")
    assert {line.amount_minor - line.fee_minor - line.net_minor for line in lines} == {0}
    assert lines.count() == 5


def test_case_82_a_settlement_that_is_a_kobo_short_is_named(desk, ada, paystack, now):
    paid(desk, ada, paystack)
    settlement = paystack.control("settle")
    paystack.settlements[0]["total_amount"] -= 1

    reconciled("paystack", now)

    assert breaks("kind", "subject", "here", "there", "gap_minor") == [
        ("SETTLEMENT", f"settlement line {settlement['id']}", "net 4925.00 NGN", "net 4924.99 NGN", -1)
    ]


def test_case_82_a_settlement_whose_lines_do_not_make_it_up_is_named(desk, ada, bayo, paystack, now):
    paid(desk, ada, paystack)
    left_out = paid(desk, bayo, paystack)
    settlement = paystack.control("settle")
    paystack.settled[settlement["id"]].remove(left_out.reference)

    reconciled("paystack", now)

    assert breaks("kind", "subject", "gap_minor") == [
        ("SETTLEMENT", f"settlement {settlement['id']}", 500_000),
        ("SETTLEMENT", f"settlement {settlement['id']}", -7_500),
    ]


def test_case_82_money_that_was_settled_and_never_heard_of_is_booked(desk, ada, paystack, now):
    payment = desk.open(ada)
    paystack.control("pay", reference=payment.reference)
    paystack.control("settle")
    with clock.frozen(now + timedelta(days=3)):  # the charge itself is older than what is read
        paystack.clock = (now + timedelta(days=3)).timestamp
        paystack.settlements[0]["createdAt"] = paystack._now()
        run = reconciled("paystack", now, day=DAY + timedelta(days=3), days=4)

    payment.refresh_from_db()
    assert (payment.status, run.found) == ("SUCCEEDED", 0)


# --- 83: midnight here and there ------------------------------------------------------------------------------------
@pytest.mark.parametrize("minutes", [-61, -60, -59, -1, 0, 1, 29, 31])
def test_case_83_around_midnight_in_lagos_and_in_utc_there_are_no_false_breaks(desk, ada, paystack, now, minutes):
    """Opened before midnight in Lagos and paid after it, at any distance; settled the day after that."""
    midnight = datetime(2026, 11, 19, tzinfo=LAGOS)
    paid_at = midnight + timedelta(minutes=minutes)
    with clock.frozen(paid_at - timedelta(minutes=20)):
        paystack.clock = clock.now().timestamp
        payment = desk.open(ada)
    with clock.frozen(paid_at):
        paystack.clock = paid_at.timestamp
        paystack.control("pay", reference=payment.reference)
        payments.verify_payment(reference=payment.reference, by=ada, at=paid_at)

    for night in range(3):
        at = midnight + timedelta(days=night, hours=2)
        with clock.frozen(at):
            paystack.clock = at.timestamp
            if night == 1:
                paystack.control("settle")
            run = operations.reconcile(gateway="paystack", day=DAY + timedelta(days=night), by=None, at=at)
            assert (night, run.state, run.found) == (night, "DONE", 0)
    assert breaks() == []


def test_case_83_what_is_in_flight_at_the_edge_waits_for_the_next_run(desk, ada, paystack, now):
    midnight = datetime(2026, 11, 19, tzinfo=LAGOS)
    just_before = midnight - timedelta(minutes=2)
    with clock.frozen(just_before):
        paystack.clock = just_before.timestamp
        payment = desk.open(ada)
        paystack.control("pay", reference=payment.reference)  # its web hook is still on the way
        early = midnight + timedelta(minutes=5)
    with clock.frozen(early):
        run = operations.reconcile(gateway="paystack", day=DAY, by=None, at=early)
    assert (run.found, run.healed, run.in_flight) == (0, 0, 1)
    assert Payment.objects.get().status == "INITIALIZED"

    late = midnight + timedelta(days=1, hours=2)
    with clock.frozen(late):
        run = operations.reconcile(gateway="paystack", day=DAY + timedelta(days=1), by=None, at=late)
    assert (run.found, run.healed, Payment.objects.get().status) == (0, 1, "SUCCEEDED")


def test_case_83_the_day_is_the_gateways_own(now):
    at = datetime(2026, 11, 18, 23, 30, tzinfo=ZoneInfo("UTC"))  # the 19th in Lagos
    run = operations.reconcile(gateway="sandbox", by=None, at=at)

    assert run.day == date(2026, 11, 18)
    assert run.starts_at == datetime(2026, 11, 18, tzinfo=LAGOS)
    assert run.ends_at - run.starts_at == timedelta(days=1)


# --- 86: pages that move, and gateways that do not answer -----------------------------------------------------------
def test_case_86_rows_inserted_between_pages_busy_and_broken_answers_every_line_is_seen_once(
    desk, ada, paystack, now, monkeypatch
):
    rows = [paid(desk, ada, paystack, 100_000 + n) for n in range(7)]
    object.__setattr__(_paystack().settings, "page_size", 2)
    page, asked = paystack._page, []

    def page_that_moves(given, call):
        answer = page(given, call)
        if call.path == "/transaction" and len(asked) < 3:
            asked.append(call.query["page"])
            paystack._open({"reference": f"GP-NEW-{len(asked)}", "email": "n@example.com", "amount": 100})
        return answer

    monkeypatch.setattr(paystack, "_page", page_that_moves)
    for kind in (FaultKind.TOO_MANY, FaultKind.HTML_502):
        paystack.faults.add(Fault(kind=kind, matching="/transaction"))
    paystack.faults.add(Fault(kind=FaultKind.ERROR_BEFORE, times=2, matching="/refund"))

    run = reconciled("paystack", now)

    seen = list(GatewayLine.objects.filter(kind="CHARGE", status="SUCCEEDED").values_list("reference", flat=True))
    assert sorted(seen) == sorted(row.reference for row in rows)
    assert (run.state, run.found, len(asked)) == ("DONE", 0, 3)


def _paystack():
    from apps.payments.gateways.registry import gateway

    return gateway("paystack")


def test_case_86_a_run_that_is_interrupted_goes_on_where_it_stopped_and_ops_are_told(desk, ada, ops, paystack, now):
    from apps.notifications.models import Notification

    paid(desk, ada, paystack)
    paystack.faults.add(Fault(kind=FaultKind.HTML_502, times=3, matching="/refund"))
    run = reconciled("paystack", now)
    done_before = list(run.read)
    assert (run.state, run.attempts, len(done_before) > 0) == ("INTERRUPTED", 1, True)
    assert [name.split()[0] for name in done_before] == ["CHARGE"] * len(done_before)
    asked = len([call for call in paystack.calls if call.path == "/transaction"])
    told = Notification.objects.filter(notification_type="reconciliation_no_answer", user=ops)
    assert told.count() == 1

    at = over(now) + timedelta(minutes=5)
    assert next_due(at) <= at
    with clock.frozen(at):
        assert carry_on_due(at, 10) >= 1

    run.refresh_from_db()
    assert (run.state, run.attempts, run.found) == ("DONE", 2, 0)
    # What was read is not read again; only what has come since is, for the balance.
    assert len([call for call in paystack.calls if call.path == "/transaction"]) == asked + 1
    assert told.count() == 1


def test_case_86_a_gateway_that_never_answers_is_given_up_and_told_once_more(ops, paystack, now):
    from apps.notifications.models import Notification

    paystack.faults.add(Fault(kind=FaultKind.DOWN, times=1_000))
    reconciled("paystack", now)
    at = over(now)
    for _ in range(7):
        at += timedelta(hours=2)
        with clock.frozen(at):
            carry_on_due(at, 10)

    run = ReconciliationRun.objects.get(gateway="paystack", day=DAY)
    assert (run.state, run.attempts, run.finished_at) == ("FAILED", 8, at)
    assert Notification.objects.filter(notification_type="reconciliation_no_answer", user=ops).count() == 2


# --- 76: a backup, and everything told again --------------------------------------------------------------------------
def books():
    """Every leg with its account, and where each hold stands."""
    legs = Entry.objects.values_list("transfer__kind", "account__address", "amount")
    holds = EscrowHold.objects.values_list("unit_id", "state", "gross_minor", "refunded_minor", "commission_minor")
    return sorted(legs), sorted(holds)


def test_case_76_restored_to_a_moment_the_gateways_own_lists_bring_back_what_was_lost(desk, ada, paystack, now):
    """No web hook is told again and nobody polls: the statement since the backup is enough."""
    before, late, refunded = (desk.open(ada) for _ in range(3))
    for payment in (before, refunded):
        paystack.control("pay", reference=payment.reference)
        payments.verify_payment(reference=payment.reference, by=ada, at=now)
    backup = transaction.savepoint()

    paystack.control("pay", reference=late.reference)
    paystack.control("refund_by_hand", reference=refunded.reference, amount=200_000)
    payments.verify_payment(reference=late.reference, by=ada, at=now)
    payments.refresh_payment(payment_id=refunded.pk, at=now)
    uninterrupted = books()
    transaction.savepoint_rollback(backup)
    assert books() != uninterrupted

    run = reconciled("paystack", now)

    assert books() == uninterrupted
    assert (figures(run)["healed"], run.found) == (2, 0)


# --- Every night -----------------------------------------------------------------------------------------------------
def test_every_gateways_day_is_compared_once_it_is_over_and_missed_days_are_caught_up(desk, ada, now):
    desk.pay(ada)
    first = next_due(now)
    assert first == datetime(2026, 11, 18, 2, tzinfo=LAGOS)
    assert carry_on_due(now, 10) == 1
    assert next_due(now) == datetime(2026, 11, 19, 2, tzinfo=LAGOS)
    assert carry_on_due(now, 10) == 0

    at = now + timedelta(days=4)
    with clock.frozen(at):
        while carry_on_due(at, 10):
            pass

    days = ReconciliationRun.objects.order_by("day").values_list("day", "state")
    assert list(days) == [(date(2026, 11, 17 + n), "DONE") for n in range(5)]


def test_a_run_on_demand_during_the_day_does_not_stand_for_the_one_of_the_night(now):
    operations.reconcile(gateway="sandbox", day=DAY, by=None, at=now)

    assert next_due(now) == datetime(2026, 11, 18, 2, tzinfo=LAGOS)


def test_a_run_whose_worker_died_goes_on_when_its_lease_is_over(now):
    from apps.reconciliation.errors import AlreadyReconciling
    from apps.reconciliation.operations.reconcile import begin_run

    at = over(now)
    run = begin_run(gateway="sandbox", day=DAY, by=None, at=at)
    with pytest.raises(AlreadyReconciling):
        begin_run(gateway="sandbox", day=DAY, by=None, at=at + timedelta(minutes=29))

    again = operations.reconcile(gateway="sandbox", day=DAY, by=None, at=at + timedelta(minutes=31))

    assert (again.pk, again.state, again.attempts) == (run.pk, "DONE", 2)
