"""Many at once, with real transactions on real connections."""

from __future__ import annotations

from functools import partial

import pytest

from apps.core import clock
from apps.core.money import Money
from apps.credits import operations
from apps.credits.errors import CodeUsedUp, NotEnoughCredits
from apps.credits.models import Grant, PromoCode, Redemption, Use
from apps.credits.states import RedemptionState
from apps.credits.tests.purse import discount_code, fill_wallet, grant_code, own, promise, promotions, purse_of
from apps.ledger.testing import assert_ledger_sound
from apps.payments import operations as payments
from apps.payments.gateways.values import DisputeStatus
from apps.payments.models import Payment
from apps.payments.operations import ItemToPay, PayWith
from apps.payments.states import PaymentStatus, RefundDestination, RefundStatus
from apps.payments.tests.conftest import make_user
from apps.payments.tests.operations.test_chargeback_races import say
from apps.payments.tests.operations.test_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
ALL = PayWith(credits=True, wallet=True)
ROUNDS = 6


def failures(answers):
    return [answer for answer in answers if isinstance(answer, Exception)]


def bought(desk, user, amount_minor):
    made = operations.buy(amount=Money(amount_minor, "NGN"), by=user, at=clock.now())
    return desk.pay(user, ItemToPay(item_type="CREDITS", item_id=made.pk))


def test_payments_at_once_cannot_spend_the_same_credit_or_cash(desk, ada):
    promise(ada, 1_000)
    own(ada, 2_000)
    fill_wallet(ada, 3_000)
    things = [desk.trade.sell(ada, 50_000) for _ in range(8)]

    answers = at_once(*[lambda thing=thing: desk.open(ada, thing, pay_with=ALL) for thing in things])

    assert failures(answers) == []
    taken = [sum(vars(payment.parts).values()) for payment in answers]
    assert max(taken) == sum(taken) == 6_000
    assert purse_of(ada) == (0, 0, 5_000, 0)


def test_of_payments_at_once_that_want_the_same_sum_as_many_succeed_as_there_is_money(desk, ada):
    promise(ada, 2_500)
    things = [desk.trade.sell(ada, 1_000) for _ in range(6)]
    wish = PayWith(credits=Money(1_000, "NGN"))

    answers = at_once(*[lambda thing=thing: desk.open(ada, thing, pay_with=wish) for thing in things])

    assert [type(each) for each in failures(answers)] == [NotEnoughCredits] * 4
    assert Payment.objects.filter(status=PaymentStatus.SUCCEEDED).count() == 2
    assert promotions() == 2_000


def test_attempts_at_once_at_the_same_thing_set_aside_for_one_of_them(desk, ada):
    own(ada, 2_000)
    thing = desk.trade.sell(ada, 50_000)

    answers = at_once(*[lambda: desk.open(ada, thing, pay_with=ALL)] * 6)

    assert failures(answers) == []
    assert Payment.objects.filter(has_reserved=True).count() == 1
    assert purse_of(ada) == (0, 0, 2_000, 0)


def test_of_two_who_redeem_the_last_use_of_a_code_at_once_one_has_it(ada, bayo):
    grant_code(limit_total=3)
    people = [ada, bayo, *(make_user(f"p{number}") for number in range(4))]
    at = clock.now()

    answers = at_once(*[lambda who=who: operations.redeem(code="WELCOME", by=who, at=at) for who in people])

    assert [type(each) for each in failures(answers)] == [CodeUsedUp] * 3
    assert (PromoCode.objects.get().redeemed, Grant.objects.count()) == (3, 3)


def test_one_who_redeems_a_code_many_times_at_once_has_it_once(ada):
    grant_code()
    at = clock.now()

    answers = at_once(*[lambda: operations.redeem(code="WELCOME", by=ada, at=at)] * 6)

    assert [type(each) for each in failures(answers)] == [CodeUsedUp] * 5
    assert purse_of(ada)[0] == 5_000


def test_of_two_payments_at_once_with_the_last_use_of_a_discount_one_has_it(desk, ada, bayo):
    discount_code(limit_total=1)
    things = [(who, desk.trade.sell(who, 10_000)) for who in (ada, bayo, make_user("chi"))]
    wish = PayWith(promo="FIRST20")

    answers = at_once(*[lambda who=who, thing=thing: desk.open(who, thing, pay_with=wish) for who, thing in things])

    assert [type(each) for each in failures(answers)] == [CodeUsedUp] * 2
    assert Redemption.objects.filter(state=RedemptionState.TAKEN).count() == 1


def test_gifts_at_once_give_no_more_than_was_bought_also_the_other_way_round(desk, ada, bayo):
    bought(desk, ada, 300_000)
    bought(desk, bayo, 300_000)
    at, amount = clock.now(), Money(100_000, "NGN")

    def give(giver, receiver):
        return lambda: operations.give_credits(amount=amount, by=giver, at=at, email=receiver.email)

    answers = at_once(*[give(ada, bayo), give(bayo, ada)] * 5)

    assert {type(each) for each in failures(answers)} <= {NotEnoughCredits}
    assert purse_of(ada)[0] + purse_of(bayo)[0] == 600_000


def test_a_gift_and_a_payment_at_once_do_not_both_have_the_credits(desk, ada, bayo):
    bought(desk, ada, 300_000)
    at, thing = clock.now(), desk.trade.sell(ada, 300_000)
    wish = PayWith(credits=Money(300_000, "NGN"))

    answers = at_once(
        lambda: operations.give_credits(amount=Money(300_000, "NGN"), by=ada, at=at, email=bayo.email),
        lambda: desk.open(ada, thing, pay_with=wish),
    )

    assert [type(each) for each in failures(answers)] == [NotEnoughCredits]
    assert purse_of(ada)[0] == 0


def test_refunds_at_once_of_a_payment_in_parts_give_each_part_back_once(desk, ada):
    promise(ada, 1_000)
    own(ada, 2_000)
    fill_wallet(ada, 3_000)
    payment = desk.pay(ada, desk.trade.sell(ada, 10_000), pay_with=ALL)
    at = clock.now()
    wanted = [
        payments.request_refund(
            payment_id=payment.pk, amount_minor=2_000, destination=RefundDestination.WALLET, reason="x", at=at
        )[0].pk
        for _ in range(8)
    ]

    answers = at_once(*[lambda pk=pk: payments.carry_out_refund(refund_id=pk, at=at) for pk in wanted * 2])

    assert failures(answers) == []
    payment.refresh_from_db()
    assert payment.refunds.filter(status=RefundStatus.SUCCEEDED).count() == 5
    assert (payment.status, purse_of(ada), promotions()) == ("REFUNDED", (3_000, 7_000, 0, 2_000), 2_000)


def test_a_refund_and_a_new_payment_at_once_do_not_wait_for_each_other_in_a_ring(desk, ada):
    promise(ada, 5_000)
    own(ada, 5_000)
    fill_wallet(ada, 5_000)
    paid = [desk.pay(ada, desk.trade.sell(ada, 2_000), pay_with=PayWith(credits=Money(1_000, "NGN"))) for _ in range(4)]
    at = clock.now()
    refunds = [payments.request_refund(payment_id=each.pk, reason="x", at=at)[0].pk for each in paid]
    things = [desk.trade.sell(ada, 4_000) for _ in range(4)]

    answers = at_once(
        *[lambda pk=pk: payments.carry_out_refund(refund_id=pk, at=at) for pk in refunds],
        *[lambda thing=thing: desk.open(ada, thing, pay_with=ALL) for thing in things],
    )

    assert failures(answers) == []
    assert Use.objects.count() > 4


def test_a_capture_and_an_abandoning_at_once_spend_or_set_free_but_not_both(desk, ada):
    own(ada, 2_000)
    thing = desk.trade.sell(ada, 10_000)
    payment = desk.open(ada, thing, pay_with=ALL)
    hooks = desk.act(payment)
    desk.receive(*hooks)
    at = clock.now()

    answers = at_once(
        lambda: payments.process_inbox(at, 10),
        lambda: payments.free_for(item_type=thing.item_type, item_id=thing.item_id, at=at),
        lambda: payments.verify_payment(reference=payment.reference, by=ada, at=at),
    )

    assert failures(answers) == []
    payment.refresh_from_db()
    assert (payment.status, payment.has_reserved, purse_of(ada)) == ("SUCCEEDED", False, (0, 0, 0, 0))


@pytest.mark.parametrize("end", [DisputeStatus.WON, DisputeStatus.LOST])
def test_spending_giving_and_a_banks_claim_at_once_share_the_credits_and_what_is_gone_is_gone_once(
    desk, ada, bayo, end
):  # fmt: skip
    for _ in range(ROUNDS):
        payment = bought(desk, ada, 300_000)
        before = purse_of(bayo)[0]
        thing, wish = desk.trade.sell(ada, 100_000), PayWith(credits=Money(100_000, "NGN"))
        unpaid = desk.open(ada, desk.trade.sell(ada, 900_000), pay_with=PayWith(credits=Money(50_000, "NGN")))
        (share,) = unpaid.allocations.all()
        taken = 0 if end == DisputeStatus.WON else 300_000

        answers = at_once(
            partial(desk.open, ada, thing, pay_with=wish),
            partial(
                operations.give_credits, amount=Money(200_000, "NGN"), by=ada, at=clock.now(), email=bayo.email
            ),
            partial(payments.free_for, item_type=share.item_type, item_id=share.item_id, at=clock.now()),
            partial(say, payment, DisputeStatus.NEEDS_RESPONSE),
            partial(payments.claim_more, payment_id=payment.pk, at=clock.now()),
            partial(say, payment, end, taken),
        )  # fmt: skip
        say(payment, end, taken)

        assert {type(each) for each in failures(answers)} <= {NotEnoughCredits}
        spent = 100_000 * Payment.objects.filter(allocations__item_id=thing.item_id, status="SUCCEEDED").count()
        given = purse_of(bayo)[0] - before
        grant = Grant.objects.get(purchase__payment_id=payment.pk)
        gone = spent + given
        if end == DisputeStatus.WON:
            assert (purse_of(ada)[0], grant.left_minor) == (300_000 - gone, 300_000 - gone)
            _spend_up(desk, ada)
        else:
            chargeback = payment.chargebacks.get()
            back = sum(payment.refunds.filter(status="SUCCEEDED").values_list("amount_minor", flat=True))
            assert back + chargeback.unmatched_minor == 300_000
            assert back + gone + grant.left_minor == 300_000
            _spend_up(desk, ada)
        assert purse_of(ada)[0::2] == (0, 0)
        assert_ledger_sound()


def _spend_up(desk, user):
    left = purse_of(user)[0]
    if left:
        assert desk.open(user, desk.trade.sell(user, left), pay_with=ALL).status == "SUCCEEDED"
