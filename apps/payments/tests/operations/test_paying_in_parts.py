"""Credits and wallet pay before the gateway."""

from __future__ import annotations

from datetime import timedelta

import pytest

from apps.core import clock
from apps.core.money import Money
from apps.credits.errors import NotEnoughCredits, NotEnoughInWallet
from apps.credits.models import Grant, Use
from apps.credits.states import UseState
from apps.credits.tests.purse import fill_wallet, own, parts_of, promise, promotions, purse_of
from apps.ledger.models import Entry, EscrowHold
from apps.ledger.operations import release_hold, start_clearance
from apps.ledger.states import ReleaseReason
from apps.ledger.testing import assert_ledger_sound
from apps.payments import operations
from apps.payments.errors import MixedCurrencies
from apps.payments.events import PaymentCaptured
from apps.payments.models import Payment, SandboxCharge
from apps.payments.operations import PayWith
from apps.payments.sandbox.play import Act
from apps.payments.states import AllocationState, PaymentStatus
from apps.payments.tests.conftest import after_expiry, hold_of

pytestmark = pytest.mark.django_db
ALL = PayWith(credits=True, wallet=True)


@pytest.fixture(autouse=True)
def _sound():
    yield
    assert_ledger_sound()


def poll(payment, at):
    operations.check_due_payments(at, 10)
    payment.refresh_from_db()


def test_promotional_credits_pay_first_then_bought_ones_then_the_wallet_then_the_card(desk, ada):
    late, soon = promise(ada, 1_000, days=60), promise(ada, 2_000, days=3)
    mine = own(ada, 3_000)
    fill_wallet(ada, 4_000)

    payment = desk.open(ada, desk.trade.sell(ada, 25_000), pay_with=ALL)

    assert parts_of(payment) == (3_000, 3_000, 4_000, 15_000)
    assert SandboxCharge.objects.get().amount_minor == 15_000
    assert list(Use.objects.order_by("pk").values_list("grant_id", "amount_minor", "state")) == [
        (soon.pk, 2_000, UseState.RESERVED),
        (late.pk, 1_000, UseState.RESERVED),
        (mine.pk, 3_000, UseState.RESERVED),
    ]
    assert (purse_of(ada), promotions()) == ((0, 0, 7_000, 0), 3_000)  # the platform paid what it gave for a refund

    desk.receive(*desk.act(payment))
    desk.work()

    payment.refresh_from_db()
    assert (payment.status, payment.captured_minor, hold_of(payment).gross_minor) == ("SUCCEEDED", 15_000, 25_000)
    assert (purse_of(ada), promotions()) == ((0, 0, 0, 0), 6_000)
    assert set(Use.objects.values_list("state", flat=True)) == {UseState.SPENT}


def test_the_soonest_to_run_out_is_spent_first_and_no_more_than_is_due(desk, ada):
    late, soon = promise(ada, 1_000, days=60), promise(ada, 2_000, days=3)

    desk.open(ada, desk.trade.sell(ada, 2_500), pay_with=ALL)

    assert (Grant.objects.get(pk=soon.pk).used_minor, Grant.objects.get(pk=late.pk).used_minor) == (2_000, 500)


def test_what_is_set_aside_is_out_of_reach_for_a_second_payment(desk, ada):
    own(ada, 3_000)
    fill_wallet(ada, 4_000)
    promise(ada, 1_000)

    first = desk.open(ada, desk.trade.sell(ada, 25_000), pay_with=ALL)
    second = desk.open(ada, desk.trade.sell(ada, 25_000), pay_with=ALL)

    assert (parts_of(first), parts_of(second)) == ((1_000, 3_000, 4_000, 17_000), (0, 0, 0, 25_000))


def test_a_second_attempt_at_the_same_thing_has_what_the_first_one_set_aside(desk, ada):
    own(ada, 3_000)
    item = desk.trade.sell(ada, 25_000)
    first = desk.open(ada, item, pay_with=ALL)

    second = desk.open(ada, item, pay_with=ALL)

    first.refresh_from_db()
    assert (first.has_reserved, second.has_reserved, second.credits_minor) == (False, True, 3_000)


def test_a_sum_is_taken_as_it_is_wished(desk, ada):
    own(ada, 3_000)
    fill_wallet(ada, 4_000)
    wish = PayWith(credits=Money(1_200, "NGN"), wallet=Money(800, "NGN"))

    payment = desk.open(ada, desk.trade.sell(ada, 25_000), pay_with=wish)

    assert (parts_of(payment), purse_of(ada)) == ((0, 1_200, 800, 23_000), (1_800, 3_200, 2_000, 1_800))


@pytest.mark.parametrize(
    ("wish", "error"),
    [
        (PayWith(credits=Money(3_001, "NGN")), NotEnoughCredits),
        (PayWith(wallet=Money(4_001, "NGN")), NotEnoughInWallet),
        (PayWith(credits=Money(1, "USD")), MixedCurrencies),
    ],
)
def test_what_is_not_there_is_refused_and_nothing_is_set_aside(desk, ada, wish, error):
    own(ada, 3_000)
    fill_wallet(ada, 4_000)

    with pytest.raises(error):
        desk.open(ada, desk.trade.sell(ada, 25_000), pay_with=wish)

    assert (Payment.objects.count(), Use.objects.count(), purse_of(ada)) == (0, 0, (3_000, 4_000, 0, 3_000))


def test_case_40_a_job_that_credits_pay_is_paid_at_once_and_runs_without_an_entry_of_nothing(desk, ada, stated):
    promise(ada, 30_000)

    payment = desk.open(ada, desk.trade.sell(ada, 30_000), pay_with=PayWith(credits=True))

    assert (payment.status, payment.gateway, payment.captured_minor) == (PaymentStatus.SUCCEEDED, "", 0)
    assert SandboxCharge.objects.count() == 0
    assert [type(fact) for fact in stated] == [PaymentCaptured]
    hold = hold_of(payment)
    start_clearance(unit_type=hold.unit_type, unit_id=hold.unit_id, at=clock.now())
    release_hold(hold_id=hold.pk, reason=ReleaseReason.CUSTOMER_CONFIRMED, by=ada, at=clock.now())
    assert (promotions(), EscrowHold.objects.get().state) == (30_000, "RELEASED")
    assert not Entry.objects.filter(amount=0).exists()


def test_case_40_a_job_that_bought_credits_and_wallet_pay_needs_no_gateway_either(desk, ada):
    own(ada, 3_000)
    fill_wallet(ada, 4_000)

    payment = desk.open(ada, desk.trade.sell(ada, 7_000), pay_with=ALL)

    assert (payment.status, payment.paid_with, purse_of(ada)) == ("SUCCEEDED", "wallet", (0, 0, 0, 0))
    assert not Entry.objects.filter(amount=0).exists()


def test_a_payment_that_fails_sets_everything_free(desk, ada):
    promise(ada, 1_000)
    own(ada, 2_000)
    fill_wallet(ada, 3_000)
    payment = desk.open(ada, desk.trade.sell(ada, 10_000), pay_with=ALL)

    desk.receive(*desk.act(payment, Act.FAIL))
    desk.work()

    payment.refresh_from_db()
    assert (payment.status, payment.has_reserved) == (PaymentStatus.FAILED, False)
    assert (purse_of(ada), promotions()) == ((3_000, 3_000, 0, 2_000), 2_000)


def test_a_payment_that_is_abandoned_sets_everything_free(desk, ada):
    promise(ada, 1_000)
    own(ada, 2_000)
    payment = desk.open(ada, desk.trade.sell(ada, 10_000), pay_with=ALL)

    poll(payment, after_expiry())

    assert (payment.status, purse_of(ada)) == (PaymentStatus.ABANDONED, (3_000, 0, 0, 2_000))


def test_an_item_that_ends_sets_everything_free(desk, ada):
    own(ada, 2_000)
    item = desk.trade.sell(ada, 10_000)
    desk.open(ada, item, pay_with=ALL)

    operations.free_for(item_type=item.item_type, item_id=item.item_id, at=clock.now())
    operations.free_for(item_type=item.item_type, item_id=item.item_id, at=clock.now())

    assert purse_of(ada) == (2_000, 0, 0, 2_000)


def test_a_gateway_that_refuses_to_open_the_payment_sets_everything_free(desk, ada, monkeypatch):
    own(ada, 2_000)

    def refuse(payment):
        raise RuntimeError("no")

    monkeypatch.setattr("apps.payments.operations.initialize.send_initialization", refuse)
    with pytest.raises(RuntimeError):
        desk.open(ada, desk.trade.sell(ada, 10_000), pay_with=ALL)

    assert purse_of(ada) == (2_000, 0, 0, 2_000)


def test_late_money_takes_the_other_parts_again_and_pays(desk, ada):
    promise(ada, 1_000)
    own(ada, 2_000)
    fill_wallet(ada, 3_000)
    payment = desk.open(ada, desk.trade.sell(ada, 10_000), pay_with=ALL)
    hooks = desk.act(payment, Act.FAIL)
    desk.receive(*hooks)
    desk.work()

    desk.receive(*desk.act(payment))
    desk.work()

    payment.refresh_from_db()
    assert (payment.status, payment.reservations, hold_of(payment).gross_minor) == ("SUCCEEDED", 2, 10_000)
    assert purse_of(ada) == (0, 0, 0, 0)


def test_late_money_whose_other_parts_are_gone_is_in_the_wallet_and_nothing_is_half_paid(desk, ada, stated):
    own(ada, 2_000)
    payment = desk.open(ada, desk.trade.sell(ada, 10_000), pay_with=ALL)
    desk.receive(*desk.act(payment, Act.FAIL))
    desk.work()
    desk.open(ada, desk.trade.sell(ada, 2_000), pay_with=ALL)

    desk.receive(*desk.act(payment))
    desk.work()

    payment.refresh_from_db()
    assert (payment.status, purse_of(ada)) == ("SUCCEEDED", (0, 8_000, 0, 0))
    assert [share.state for share in payment.allocations.all()] == [AllocationState.CREDITED]
    assert (stated[-1].allocations, len(stated[-1].credited)) == ((), 1)
    assert not EscrowHold.objects.filter(payment_id=payment.pk).exists()


def test_too_much_from_the_gateway_is_judged_by_its_own_part(desk, ada):
    own(ada, 2_000)
    payment = desk.open(ada, desk.trade.sell(ada, 10_000), pay_with=ALL)

    desk.receive(*desk.act(payment, amount_minor=8_500))
    desk.work()

    payment.refresh_from_db()
    assert (payment.status, purse_of(ada), hold_of(payment).gross_minor) == ("SUCCEEDED", (0, 500, 0, 0), 10_000)


def test_too_little_from_the_gateway_waits_for_a_person_and_the_rest_is_free(desk, ada):
    own(ada, 2_000)
    payment = desk.open(ada, desk.trade.sell(ada, 10_000), pay_with=ALL)

    desk.receive(*desk.act(payment, amount_minor=7_999))
    desk.work()

    payment.refresh_from_db()
    assert (payment.status, purse_of(ada)) == ("NEEDS_REVIEW", (2_000, 0, 0, 2_000))


def test_case_22_what_was_paid_before_goes_back_where_it_came_from(desk, ada):
    promise(ada, 1_000)
    own(ada, 2_000)
    fill_wallet(ada, 3_000)
    item = desk.trade.sell(ada, 10_000)
    other = desk.open(ada, item, pay_with=PayWith(credits=False))
    payment = desk.open(ada, item, pay_with=ALL)
    desk.receive(*desk.act(other))
    desk.work()

    desk.receive(*desk.act(payment))
    desk.work()

    payment.refresh_from_db()
    assert (payment.status, payment.allocations.get().state) == ("SUCCEEDED", AllocationState.CREDITED)
    assert (purse_of(ada), promotions()) == ((3_000, 7_000, 0, 2_000), 2_000)


def test_a_tip_is_paid_with_bought_credits_and_the_wallet_but_not_with_promises(desk, ada, performer):
    promise(ada, 5_000)
    own(ada, 2_000)
    fill_wallet(ada, 3_000)

    payment = desk.open(ada, desk.trade.tip(ada, performer, 4_000), pay_with=ALL)

    assert (payment.status, parts_of(payment)) == ("SUCCEEDED", (0, 2_000, 2_000, 0))


def test_promises_pay_for_work_in_the_same_payment_as_a_tip(desk, ada, performer):
    promise(ada, 5_000)

    payment = desk.open(ada, desk.trade.sell(ada, 3_000), desk.trade.tip(ada, performer, 4_000), pay_with=ALL)

    assert parts_of(payment) == (3_000, 0, 0, 4_000)


def test_what_was_set_aside_of_a_promise_that_ran_out_meanwhile_is_there_for_a_while(desk, ada, now):
    promise(ada, 1_000, days=1)
    payment = desk.open(ada, desk.trade.sell(ada, 10_000), pay_with=ALL)

    with clock.frozen(now + timedelta(days=2)):
        poll(payment, clock.now())

        assert (payment.status, purse_of(ada)[0], promotions()) == (PaymentStatus.ABANDONED, 1_000, 0)


def test_the_same_key_with_another_wish_is_another_request(desk, ada):
    own(ada, 1_000)
    item = desk.trade.sell(ada, 10_000)
    first = desk.open(ada, item, pay_with=ALL, client_key="k")

    assert desk.open(ada, item, pay_with=ALL, client_key="k") == first
    with pytest.raises(Exception, match="was used for another request"):
        desk.open(ada, item, client_key="k")


def test_the_same_key_brings_a_payment_back_that_needed_no_gateway(desk, ada):
    own(ada, 1_000)
    item = desk.trade.sell(ada, 1_000)

    first = desk.open(ada, item, pay_with=ALL, client_key="k")

    assert desk.open(ada, item, pay_with=ALL, client_key="k") == first
