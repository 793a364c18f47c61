"""Promo codes grant credits, or lower the price of one payment at the platform's cost."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from apps.core import clock
from apps.credits import operations
from apps.credits.errors import CodeNotForThis, CodeOfAnotherKind, CodeUnknown, CodeUsedUp
from apps.credits.models import Grant, Line, PromoCode, Redemption
from apps.credits.states import RedemptionState, Source
from apps.credits.tests.purse import discount_code, fill_wallet, grant_code, own, promise, promotions, purse_of
from apps.payments import operations as payments
from apps.payments.models import Payment
from apps.payments.operations import PayWith
from apps.payments.sandbox.play import Act
from apps.payments.states import RefundDestination
from apps.payments.tests.conftest import after_expiry, hold_of

pytestmark = pytest.mark.django_db


def open_with(desk, payer, code, *items, **wish):
    return desk.open(payer, *(items or [desk.trade.sell(payer, 10_000)]), pay_with=PayWith(promo=code, **wish))


def settle(desk, payment, act=Act.APPROVE):
    desk.receive(*desk.act(payment, act))
    desk.work()
    payment.refresh_from_db()
    return payment


def give_back(payment, amount_minor=None):
    for refund in payments.request_refund(
        payment_id=payment.pk,
        amount_minor=amount_minor,
        destination=RefundDestination.GATEWAY,
        reason="x",
        at=clock.now(),
    ):
        payments.carry_out_refund(refund_id=refund.pk, at=clock.now())


def refused(desk, payer, code, error, *items):
    with pytest.raises(error):
        open_with(desk, payer, code, *items)
    assert (Payment.objects.count(), Redemption.objects.count()) == (0, 0)


def test_a_code_grants_credits_that_run_out(ada, now):
    grant_code(valid_days=30)

    grant = operations.redeem(code=" welcome ", by=ada, at=clock.now())

    assert (grant.source, grant.amount_minor, grant.expires_at) == (Source.PROMOTION, 5_000, now + timedelta(days=30))
    assert (purse_of(ada)[0], PromoCode.objects.get().redeemed) == (5_000, 1)


def test_a_code_grants_once_to_each_unless_it_says_more(ada, bayo):
    grant_code()
    grant_code("TWICE", limit_each=2)
    for code in ("WELCOME", "TWICE", "TWICE"):
        operations.redeem(code=code, by=ada, at=clock.now())

    for code in ("WELCOME", "TWICE"):
        with pytest.raises(CodeUsedUp):
            operations.redeem(code=code, by=ada, at=clock.now())

    assert operations.redeem(code="WELCOME", by=bayo, at=clock.now()).customer == bayo


def test_a_code_ends_with_its_dates_its_limit_and_its_switch(ada, bayo, now):
    grant_code("SOON", starts_at=now + timedelta(hours=1))
    grant_code("OVER", starts_at=now - timedelta(hours=2), ends_at=now)
    grant_code("OFF", is_active=False)
    grant_code("ONE", limit_total=1)
    operations.redeem(code="ONE", by=bayo, at=clock.now())

    for code in ("SOON", "OVER", "OFF", "NONE"):
        with pytest.raises(CodeUnknown):
            operations.redeem(code=code, by=ada, at=clock.now())
    with pytest.raises(CodeUsedUp):
        operations.redeem(code="ONE", by=ada, at=clock.now())


def test_a_discount_lowers_the_price_and_the_business_loses_nothing(desk, ada):
    discount_code(amount_minor=2_000)

    payment = settle(desk, open_with(desk, ada, "first20"))

    assert (payment.promotions_minor, payment.gateway_minor, promotions()) == (2_000, 8_000, 2_000)
    assert hold_of(payment).gross_minor == 10_000
    assert purse_of(ada)[0] == 0
    assert Line.objects.count() == 0  # a discount is no credit to look at


@pytest.mark.parametrize(
    ("terms", "off"),
    [
        ({"percent": 20}, 2_000),
        ({"percent": 20, "cap_minor": 1_500}, 1_500),
        ({"percent": 33}, 3_300),
        ({"percent": 100}, 10_000),
        ({"amount_minor": 50_000}, 10_000),
        ({"minimum_minor": 10_000}, 2_000),
    ],
)
def test_a_discount_is_a_percentage_with_a_cap_or_an_amount(desk, ada, terms, off):
    discount_code(**terms)

    assert open_with(desk, ada, "FIRST20").promotions_minor == off


def test_a_discount_comes_before_other_credits_and_leaves_them_what_it_pays(desk, ada):
    discount_code(amount_minor=2_000)
    promise(ada, 5_000)
    own(ada, 2_000)
    fill_wallet(ada, 500)

    payment = open_with(desk, ada, "FIRST20", credits=True, wallet=True)

    assert (payment.promotions_minor, payment.credits_minor, payment.wallet_minor, payment.gateway_minor) == (
        7_000, 2_000, 500, 500,
    )  # fmt: skip


def test_a_discount_for_a_business_or_category_counts_what_is_theirs_alone(desk, ada):
    business, category = uuid4(), uuid4()
    discount_code("THEIRS", percent=50, businesses=[business])
    discount_code("KIND", percent=50, categories=[category])
    fitting = desk.trade.sell(ada, 6_000, business_id=business, category_id=category)
    other = desk.trade.sell(ada, 4_000)

    refused(desk, ada, "THEIRS", CodeNotForThis, other)
    refused(desk, ada, "KIND", CodeNotForThis, other)
    assert open_with(desk, ada, "THEIRS", fitting, other).promotions_minor == 3_000
    assert open_with(desk, ada, "KIND", fitting, other).promotions_minor == 3_000


def test_a_discount_holds_for_what_it_says_only(desk, ada, performer):
    discount_code(minimum_minor=10_001)
    discount_code("DOLLARS")
    PromoCode.objects.filter(code="DOLLARS")
    grant_code()

    refused(desk, ada, "FIRST20", CodeNotForThis)
    refused(desk, ada, "DOLLARS", CodeNotForThis, desk.trade.sell(ada, 10_000, "USD"))
    refused(desk, ada, "DOLLARS", CodeNotForThis, desk.trade.tip(ada, performer))
    refused(desk, ada, "WELCOME", CodeOfAnotherKind)
    refused(desk, ada, "NONE", CodeUnknown)
    with pytest.raises(CodeOfAnotherKind):
        operations.redeem(code="FIRST20", by=ada, at=clock.now())


def test_a_discount_for_a_first_purchase_is_for_nobody_who_has_paid(desk, ada, bayo):
    discount_code(is_for_first=True)
    desk.pay(bayo)

    assert open_with(desk, ada, "FIRST20").promotions_minor == 2_000
    with pytest.raises(CodeNotForThis):
        open_with(desk, bayo, "FIRST20")


def test_a_payment_that_fails_leaves_the_code_to_another(desk, ada):
    discount_code(limit_total=1)

    settle(desk, open_with(desk, ada, "FIRST20"), Act.FAIL)

    assert (Redemption.objects.get().state, PromoCode.objects.get().redeemed) == (RedemptionState.RETURNED, 0)
    assert settle(desk, open_with(desk, ada, "FIRST20")).promotions_minor == 2_000


def test_late_money_takes_its_discount_again_where_it_is_still_there(desk, ada, bayo):
    discount_code(limit_total=1)
    payment = settle(desk, open_with(desk, ada, "FIRST20"), Act.FAIL)

    settle(desk, payment)

    assert (payment.status, hold_of(payment).gross_minor, PromoCode.objects.get().redeemed) == ("SUCCEEDED", 10_000, 1)


def test_late_money_whose_discount_another_has_used_is_in_the_wallet(desk, ada, bayo):
    discount_code(limit_total=1)
    payment = settle(desk, open_with(desk, ada, "FIRST20"), Act.FAIL)
    open_with(desk, bayo, "FIRST20")

    settle(desk, payment)

    assert (payment.status, purse_of(ada), promotions()) == ("SUCCEEDED", (0, 8_000, 0, 0), 0)


def test_a_refund_takes_the_card_first_and_the_discount_last_which_the_platform_has_back(desk, ada):
    discount_code(amount_minor=2_000)
    promise(ada, 1_000)
    payment = settle(desk, open_with(desk, ada, "FIRST20", credits=True))

    give_back(payment, 8_000)
    assert (purse_of(ada)[0], promotions(), Redemption.objects.get().state) == (1_000, 2_000, RedemptionState.TAKEN)
    give_back(payment)

    assert (purse_of(ada)[0], promotions(), Redemption.objects.get().state) == (1_000, 0, RedemptionState.RETURNED)
    assert Grant.objects.get(pinned_to=payment.pk).left_minor == 2_000


def test_an_abandoned_payment_gives_its_discount_up(desk, ada):
    discount_code()
    open_with(desk, ada, "FIRST20")

    payments.check_due_payments(after_expiry(), 10)

    assert PromoCode.objects.get().redeemed == 0
