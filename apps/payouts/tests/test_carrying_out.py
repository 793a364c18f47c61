"""A payout's way through both gateways' stand-ins over HTTP, and everything that goes wrong on it."""

from datetime import timedelta

import pytest

from apps.core.models import AuditEntry
from apps.ledger import addresses
from apps.ledger import operations as ledger
from apps.ledger.models import Entry, Transfer
from apps.notifications.models import Notification
from apps.payments.gateways.registry import gateway
from apps.payments.gateways.values import TransferRequest
from apps.payments.standins.faults import Fault, FaultKind
from apps.payouts import operations
from apps.payouts.models import Payout, PayoutAudit
from apps.payouts.operations import carry_out
from apps.payouts.states import PayoutKind, PayoutState
from apps.payouts.tests.payees import (
    DAY,
    HOUR,
    ask,
    available,
    clearing,
    earn,
    fees,
    fresh,
    hear,
    in_transit,
    new_account,
    of_business,
    owe,
    transfers_at,
    usable_account,
)
from apps.payouts.tests.payees import carry_out as go

pytestmark = pytest.mark.django_db
B = PayoutKind.BUSINESS


@pytest.fixture
def owner(business, paystack):
    earn(B, of_business(business), 1_000_000)
    usable_account(of_business(business), business.owner)
    return of_business(business)


def kinds_told(payout):
    found = Notification.objects.filter(subject_id=str(payout.pk)).order_by("created_at", "pk")
    return [str(each) for each in found.values_list("notification_type", flat=True)]


def test_the_money_is_out_of_reach_at_the_request_and_with_the_bank_once_the_gateway_says_so(owner, business, paystack):
    payout = ask(B, owner, business.owner, amount_minor=600_000)
    assert (available(B, owner), in_transit(), payout.state) == (400_000, 600_000, "REQUESTED")

    payout = go(payout)
    assert (payout.state, payout.outcome_unknown, clearing()) == ("IN_TRANSIT", False, 0)
    paystack.control("settle_transfer", reference=payout.reference, status="success")
    hear(paystack, "paystack")
    hear(paystack, "paystack")

    payout = fresh(payout)
    assert (payout.state, payout.gateway_id) == ("PAID", transfers_at(paystack)[0]["transfer_code"])
    assert (available(B, owner), in_transit(), clearing()) == (400_000, 0, 600_000)
    assert kinds_told(payout) == ["payout_requested", "payout_paid"]


def test_every_change_is_in_the_history_that_the_database_keeps(owner, business, paystack):
    payout = go(ask(B, owner, business.owner))
    paystack.control("settle_transfer", reference=payout.reference, status="success")
    hear(paystack, "paystack")

    steps = PayoutAudit.objects.filter(pgh_obj_id=payout.pk).order_by("pgh_id")
    told = list(steps.values_list("state", "outcome_unknown"))
    assert told == [("REQUESTED", False), ("IN_TRANSIT", True), ("IN_TRANSIT", False), ("PAID", False)]


@pytest.mark.parametrize("status", ["failed", "reversed"])
def test_a_transfer_that_fails_brings_the_money_back(owner, business, paystack, status):
    payout = go(ask(B, owner, business.owner))
    paystack.control("settle_transfer", reference=payout.reference, status=status)
    hear(paystack, "paystack")
    hear(paystack, "paystack")

    assert (fresh(payout).state, available(B, owner), in_transit(), clearing()) == ("FAILED", 1_000_000, 0, 0)
    assert kinds_told(payout) == ["payout_requested", "payout_failed"]
    assert Transfer.objects.filter(kind="REVERSAL").count() == 1


def test_a_transfer_that_comes_back_days_later_brings_the_money_back_and_the_fee_stays_lost(
    owner, business, paystack, now
):
    paystack.transfer_fee = 2_500
    payout = go(ask(B, owner, business.owner))
    paystack.control("settle_transfer", reference=payout.reference, status="success")
    hear(paystack, "paystack")
    assert fresh(payout).state == "PAID"

    paystack.control("settle_transfer", reference=payout.reference, status="reversed")
    hear(paystack, "paystack", now + 3 * DAY)
    hear(paystack, "paystack", now + 3 * DAY)

    payout = fresh(payout)
    assert (payout.state, payout.ended_at, payout.next_attempt_at) == ("REVERSED", now + 3 * DAY, None)
    assert (available(B, owner), in_transit(), clearing(), fees()) == (1_000_000, 0, 2_500, -2_500)
    assert kinds_told(payout)[-1] == "payout_reversed"
    assert Transfer.objects.filter(kind="REVERSAL").count() == 2
    assert AuditEntry.objects.filter(action="payments.alert.payout_reversed").count() == 1


def test_a_reversal_whose_web_hook_never_came_is_found_by_asking_once_a_day(owner, business, paystack, now):
    payout = go(ask(B, owner, business.owner))
    paystack.control("settle_transfer", reference=payout.reference, status="success")
    go(payout, now + HOUR)
    for days in range(1, 3):
        assert operations.carry_out_due_payouts(now + days * DAY + 2 * HOUR, 10) == 1
    paystack.control("settle_transfer", reference=payout.reference, status="reversed")
    operations.carry_out_due_payouts(now + 4 * DAY, 10)

    assert fresh(payout).state == PayoutState.REVERSED
    assert available(B, owner) == 1_000_000


def test_a_paid_payout_is_watched_for_a_week_and_then_left_alone(owner, business, paystack, now):
    payout = go(ask(B, owner, business.owner))
    paystack.control("settle_transfer", reference=payout.reference, status="success")
    go(payout, now + HOUR)
    for days in range(1, 10):
        operations.carry_out_due_payouts(now + days * DAY + 2 * HOUR, 10)

    assert (fresh(payout).state, fresh(payout).next_attempt_at) == ("PAID", None)


@pytest.mark.parametrize("kind", [FaultKind.ERROR_AFTER, FaultKind.LOST_ANSWER, FaultKind.NOT_JSON, FaultKind.HTML_502])
def test_case_53_an_unknown_outcome_stays_unknown_and_is_settled_by_asking(owner, business, paystack, now, kind):
    paystack.faults.add(Fault(kind=kind, matching="/transfer"))
    payout = go(ask(B, owner, business.owner))
    assert (payout.state, payout.outcome_unknown, in_transit()) == ("IN_TRANSIT", True, 1_000_000)

    for minutes in (3, 12, 40):
        operations.carry_out_due_payouts(now + timedelta(minutes=minutes), 10)
    paystack.control("settle_transfer", reference=payout.reference, status="success")
    operations.carry_out_due_payouts(now + DAY, 10)

    assert fresh(payout).state == PayoutState.PAID
    assert [row["reference"] for row in transfers_at(paystack)] == [payout.reference]
    assert (in_transit(), clearing()) == (0, 1_000_000)


def test_case_53_an_unknown_outcome_is_settled_by_its_web_hook(owner, business, paystack):
    paystack.faults.add(Fault(kind=FaultKind.ERROR_AFTER, matching="/transfer"))
    payout = go(ask(B, owner, business.owner))
    assert payout.outcome_unknown
    paystack.control("settle_transfer", reference=payout.reference, status="success")
    hear(paystack, "paystack")

    assert (fresh(payout).state, len(transfers_at(paystack)), clearing()) == ("PAID", 1, 1_000_000)


class Killed(BaseException):
    """The process is gone."""


def test_case_52_killed_between_the_call_and_the_record_recovery_asks_and_sends_no_second_one(
    owner, business, paystack, now, monkeypatch
):
    payout = ask(B, owner, business.owner)

    def die(**_kwargs):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(carry_out, "record_result", die)
        with pytest.raises(Killed):
            operations.carry_out_payout(payout_id=payout.pk, at=now)
    assert (fresh(payout).state, fresh(payout).outcome_unknown) == ("IN_TRANSIT", True)

    operations.carry_out_due_payouts(now + timedelta(minutes=3), 10)
    operations.carry_out_due_payouts(now + timedelta(minutes=30), 10)

    assert (fresh(payout).state, fresh(payout).outcome_unknown) == ("IN_TRANSIT", False)
    assert len(transfers_at(paystack)) == 1
    assert sum(call.method == "POST" and call.path == "/transfer" for call in paystack.calls) == 1


def test_killed_before_the_call_it_is_sent_under_the_same_reference_once_the_gateway_denies_it(
    owner, business, paystack, now, monkeypatch
):
    payout = ask(B, owner, business.owner)

    def die(*_args):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(carry_out, "send_payout", die)
        with pytest.raises(Killed):
            operations.carry_out_payout(payout_id=payout.pk, at=now)

    operations.carry_out_due_payouts(now + timedelta(minutes=3), 10)
    assert (transfers_at(paystack), fresh(payout).problem) == ([], "The gateway does not know of it yet.")
    operations.carry_out_due_payouts(now + timedelta(minutes=30), 10)

    assert [row["reference"] for row in transfers_at(paystack)] == [payout.reference]
    assert fresh(payout).attempts == 2


def test_case_55_an_account_removed_while_a_payout_is_on_its_way_changes_nothing_of_that_payout(
    owner, business, paystack, now
):
    payout = go(ask(B, owner, business.owner))
    before = payout.recipient_id
    operations.remove_account(account_id=payout.account_id, by=business.owner, at=now)
    paystack.control("name_account", number="9999912345", holder="Serenity Spa")
    other = new_account(owner, business.owner, number="9999912345")
    paystack.control("settle_transfer", reference=payout.reference, status="success")
    hear(paystack, "paystack")

    payout = fresh(payout)
    assert (payout.state, payout.recipient_id, payout.account_label) == ("PAID", before, "GTBank ••••4081")
    assert (other.is_default, other.usable_from) == (True, now + DAY)
    earn(B, owner, 700_000)
    later = ask(B, owner, business.owner, at=now + DAY)
    assert (later.account_label, later.recipient_id) == ("GTBank ••••2345", other.recipient_id)


def test_case_56_the_gateways_fee_is_the_platforms_and_stands_apart(owner, business, paystack):
    paystack.transfer_fee = 5_000
    payout = go(ask(B, owner, business.owner))
    paystack.control("settle_transfer", reference=payout.reference, status="success")
    hear(paystack, "paystack")

    assert (fresh(payout).fee_minor, fees(), clearing(), available(B, owner)) == (5_000, -5_000, 1_005_000, 0)
    kinds = Entry.objects.filter(account__kind="GATEWAY_FEES").values_list("transfer__kind", flat=True)
    assert list(kinds) == ["GATEWAY_FEE"]


def test_case_56_too_little_at_the_gateway_is_tried_again_and_leaves_the_balances_as_they_are(
    owner, business, paystack, now
):
    paystack.control("fill", balance=10)
    payout = go(ask(B, owner, business.owner))
    assert (payout.state, payout.outcome_unknown, in_transit(), available(B, owner)) == (
        "REQUESTED",
        False,
        1_000_000,
        0,
    )
    operations.carry_out_due_payouts(now + timedelta(minutes=5), 10)
    assert AuditEntry.objects.filter(action="payments.alert.gateway_balance_low").count() == 1

    paystack.control("fill", balance=2_000_000)
    operations.carry_out_due_payouts(now + HOUR, 10)

    assert (fresh(payout).state, len(transfers_at(paystack)), in_transit()) == ("IN_TRANSIT", 1, 1_000_000)


def test_too_little_at_the_gateway_for_days_brings_the_money_back(owner, business, paystack, now):
    paystack.control("fill", balance=10)
    payout = go(ask(B, owner, business.owner))
    go(payout, now + 4 * DAY)

    assert (fresh(payout).state, available(B, owner), in_transit()) == ("FAILED", 1_000_000, 0)


def test_a_gateway_that_is_down_has_nothing_and_gets_it_later(owner, business, paystack, now, settings):
    url = settings.PAYSTACK_BASE_URL
    settings.PAYSTACK_BASE_URL = "http://127.0.0.1:9"
    payout = go(ask(B, owner, business.owner))
    assert (payout.state, payout.attempts) == ("REQUESTED", 1)
    settings.PAYSTACK_BASE_URL = url
    operations.carry_out_due_payouts(now + timedelta(minutes=5), 10)

    assert (fresh(payout).state, fresh(payout).attempts, len(transfers_at(paystack))) == ("IN_TRANSIT", 2, 1)


def test_a_refusal_for_good_brings_the_money_back(owner, business, paystack):
    paystack.recipients.clear()
    payout = go(ask(B, owner, business.owner))

    assert (payout.state, payout.problem, available(B, owner)) == (
        "FAILED",
        "Recipient specified is invalid",
        1_000_000,
    )


def test_what_was_asked_for_and_not_sent_goes_back_when_the_owner_is_frozen_or_owes(owner, business, paystack, now):
    payout = ask(B, owner, business.owner)
    owe(owner, 50_000)
    # What is back pays off the debt first.
    assert (go(payout).state, available(B, owner), transfers_at(paystack)) == ("FAILED", 950_000, [])


def test_what_may_have_been_sent_is_asked_about_before_a_frozen_owner_has_it_back(owner, business, paystack, now):
    paystack.control("fill", balance=10)
    payout = go(ask(B, owner, business.owner))
    operations.freeze_payouts(owner=owner, reason="Looked into.", by=business.owner, at=now)
    go(payout, now + timedelta(minutes=5))

    assert (fresh(payout).state, available(B, owner)) == ("FAILED", 1_000_000)
    assert any(call.path.startswith("/transfer/verify") for call in paystack.calls)


def test_a_frozen_owners_payout_that_did_arrive_is_booked_and_not_given_back(owner, business, paystack, now):
    paystack.faults.add(Fault(kind=FaultKind.ERROR_AFTER, matching="/transfer"))
    payout = go(ask(B, owner, business.owner))
    paystack.control("settle_transfer", reference=payout.reference, status="success")
    operations.freeze_payouts(owner=owner, reason="Looked into.", by=business.owner, at=now)
    go(payout, now + HOUR)

    assert (fresh(payout).state, available(B, owner)) == ("PAID", 0)


def test_the_gateway_that_speaks_of_another_amount_settles_nothing_and_ops_hear_of_it(owner, business, paystack):
    payout = go(ask(B, owner, business.owner))
    paystack.transfers[payout.reference]["amount"] = 999
    paystack.control("settle_transfer", reference=payout.reference, status="success")
    hear(paystack, "paystack")
    hear(paystack, "paystack")

    assert (fresh(payout).state, in_transit()) == ("IN_TRANSIT", 1_000_000)
    assert AuditEntry.objects.filter(action="payments.alert.payout_differs").count() == 1


def test_a_success_after_the_money_was_given_back_is_told_to_ops_and_books_nothing(owner, business, paystack, now):
    payout = go(ask(B, owner, business.owner))
    paystack.control("settle_transfer", reference=payout.reference, status="failed")
    hear(paystack, "paystack")
    paystack.transfers[payout.reference]["status"] = "success"
    operations.carry_out_payout(payout_id=payout.pk, at=now)

    assert (fresh(payout).state, available(B, owner), clearing()) == ("FAILED", 1_000_000, 0)


def test_money_of_an_account_that_was_closed_meanwhile_waits_in_suspense(owner, business, paystack, now):
    from apps.ledger import queries

    payout = go(ask(B, owner, business.owner))
    before = queries.balance(addresses.suspense("NGN"))
    address = addresses.business_available(business.pk, "NGN")
    ledger.close_account(address=address, by=business.owner, reason="Gone.", at=now)
    paystack.control("settle_transfer", reference=payout.reference, status="failed")
    hear(paystack, "paystack")

    assert (fresh(payout).state, in_transit()) == ("FAILED", 0)
    assert queries.balance(addresses.suspense("NGN")) == before + 1_000_000
    assert AuditEntry.objects.filter(action="payments.alert.payout_of_closed_account").count() == 1


def test_a_transfer_event_about_nothing_of_ours_is_heard_and_left(owner, business, paystack):
    wish = gateway("paystack")
    recipient = next(iter(paystack.recipients))
    wish.transfer(
        TransferRequest(
            reference="by-hand-0123456789", recipient_gateway_id=recipient, amount_minor=5, currency="NGN", reason="x"
        )
    )
    paystack.control("settle_transfer", reference="by-hand-0123456789", status="success")
    hear(paystack, "paystack")

    assert Payout.objects.count() == 0
