"""What credits, wallet and card have paid together goes back to where each part came from."""

from __future__ import annotations

from datetime import timedelta

import pytest

from apps.core import clock
from apps.credits.models import Grant
from apps.credits.states import Source
from apps.credits.tests.purse import fill_wallet, own, parts_of, promise, promotions, purse_of
from apps.ledger.models import Transfer
from apps.ledger.testing import assert_ledger_sound
from apps.payments import operations
from apps.payments.operations import PayWith
from apps.payments.states import PaymentStatus, RefundDestination

pytestmark = pytest.mark.django_db
ALL = PayWith(credits=True, wallet=True)
CARD, WALLET = RefundDestination.GATEWAY, RefundDestination.WALLET


@pytest.fixture(autouse=True)
def _sound():
    yield
    assert_ledger_sound()


def refund(payment, amount_minor=None, destination=CARD, item=None):
    made = operations.request_refund(
        payment_id=payment.pk,
        item=item,
        amount_minor=amount_minor,
        destination=destination,
        reason="Because",
        at=clock.now(),
    )
    for each in made:
        operations.carry_out_refund(refund_id=each.pk, at=clock.now())
        each.refresh_from_db()
    return made


def test_case_43_a_refund_to_the_wallet_can_be_spent_at_once_and_not_go_to_the_card_as_well(desk, ada):
    payment = desk.pay(ada, desk.trade.sell(ada, 10_000))
    refund(payment, 4_000, WALLET)

    spent = desk.open(ada, desk.trade.sell(ada, 4_000), pay_with=PayWith(wallet=True))
    (rest,) = refund(payment)

    assert (spent.status, rest.amount_minor, rest.gateway_minor) == ("SUCCEEDED", 6_000, 6_000)
    payment.refresh_from_db()
    assert (payment.gateway_back_minor, payment.status) == (10_000, PaymentStatus.REFUNDED)


def test_case_44_card_70_and_promotion_30_go_back_as_70_to_the_card_and_30_with_their_expiry(desk, ada):
    grant = promise(ada, 3_000, days=20)
    payment = desk.pay(ada, desk.trade.sell(ada, 10_000), pay_with=PayWith(credits=True))
    assert (parts_of(payment), promotions()) == ((3_000, 0, 0, 7_000), 3_000)

    (back,) = refund(payment)

    assert (parts_of(back), back.status, promotions()) == ((3_000, 0, 0, 7_000), "SUCCEEDED", 0)
    again = Grant.objects.get()
    assert (again.pk, again.left_minor, again.expires_at) == (grant.pk, 3_000, grant.expires_at)
    assert purse_of(ada) == (3_000, 0, 0, 0)


def test_part_refunds_go_back_in_the_reverse_order_of_spending(desk, ada):
    promise(ada, 1_000)
    own(ada, 2_000)
    fill_wallet(ada, 3_000)
    payment = desk.pay(ada, desk.trade.sell(ada, 10_000), pay_with=ALL)

    told = [parts_of(refund(payment, amount)[0]) for amount in (3_500, 2_000, 2_500, 2_000)]

    assert told == [(0, 0, 0, 3_500), (0, 0, 1_500, 500), (0, 1_000, 1_500, 0), (1_000, 1_000, 0, 0)]
    assert (purse_of(ada), promotions()) == ((3_000, 3_000, 0, 2_000), 2_000)


def test_to_the_wallet_goes_what_was_cash_and_credits_stay_credits(desk, ada):
    promise(ada, 1_000)
    own(ada, 2_000)
    payment = desk.pay(ada, desk.trade.sell(ada, 10_000), pay_with=ALL)

    refund(payment, destination=WALLET)

    assert purse_of(ada) == (3_000, 7_000, 0, 2_000)
    assert Transfer.objects.filter(kind="ESCROW_REFUND").count() == 1


def test_a_refund_to_the_card_of_what_no_card_paid_is_done_at_once(desk, ada):
    fill_wallet(ada, 5_000)
    payment = desk.open(ada, desk.trade.sell(ada, 5_000), pay_with=ALL)

    (back,) = refund(payment)

    assert (back.status, purse_of(ada)) == ("SUCCEEDED", (0, 5_000, 0, 0))


def test_credits_that_ran_out_meanwhile_come_back_for_a_while(desk, ada, now):
    grant = promise(ada, 3_000, days=1)
    payment = desk.pay(ada, desk.trade.sell(ada, 10_000), pay_with=PayWith(credits=True))

    with clock.frozen(now + timedelta(days=2)):
        refund(payment)

        renewed = Grant.objects.get(origin=grant)
        assert (renewed.left_minor, renewed.source) == (3_000, Source.PROMOTION)
        assert renewed.expires_at == clock.now() + timedelta(days=14)
        assert (Grant.objects.get(pk=grant.pk).left_minor, purse_of(ada)[0], promotions()) == (0, 3_000, 0)


def test_a_refund_of_one_of_several_things_takes_the_card_first(desk, ada):
    own(ada, 6_000)
    first, second = desk.trade.sell(ada, 5_000), desk.trade.sell(ada, 5_000)
    payment = desk.pay(ada, first, second, pay_with=ALL)

    told = [parts_of(refund(payment, item=item)[0]) for item in (first, second)]

    assert told == [(0, 1_000, 0, 4_000), (0, 5_000, 0, 0)]
    assert purse_of(ada) == (6_000, 0, 0, 6_000)
