"""Random mixes of what pays, and random refunds of them: each part ends where it came from, and the books are sound."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core import clock
from apps.credits.models import Grant, Line
from apps.credits.tests.purse import fill_wallet, own, promise, promotions, purse_of
from apps.ledger.testing import assert_ledger_sound
from apps.payments import operations as payments
from apps.payments.operations import PayWith
from apps.payments.states import RefundDestination
from apps.payments.tests.conftest import make_user

pytestmark = pytest.mark.django_db
sums = st.integers(min_value=0, max_value=3_000)


def settled(desk, payment):
    if not payment.is_paid:
        desk.receive(*desk.act(payment))
        desk.work()
        payment.refresh_from_db()
    return payment


def ended(refunds):
    for refund in refunds:
        payments.carry_out_refund(refund_id=refund.pk, at=clock.now())
        refund.refresh_from_db()
    return refunds


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    promised=st.lists(st.integers(min_value=1, max_value=2_000), max_size=3),
    own_credits=sums,
    cash=sums,
    prices=st.lists(st.integers(min_value=1, max_value=4_000), min_size=1, max_size=3),
    shares=st.lists(st.integers(min_value=1, max_value=100), max_size=4),
    to_card=st.booleans(),
)
def test_each_part_of_any_mix_goes_back_where_it_came_from(desk, promised, own_credits, cash, prices, shares, to_card):
    ada = make_user("ada")
    for days, amount in enumerate(promised, start=1):
        promise(ada, amount, days=days)
    if own_credits:
        own(ada, own_credits)
    if cash:
        fill_wallet(ada, cash)
    start, cost = purse_of(ada), promotions()
    due = sum(prices)

    payment = settled(
        desk,
        desk.open(ada, *(desk.trade.sell(ada, price) for price in prices), pay_with=PayWith(credits=True, wallet=True)),
    )

    from_promised = min(sum(promised), due)
    from_own = min(own_credits, due - from_promised)
    from_wallet = min(cash, due - from_promised - from_own)
    assert (payment.promotions_minor, payment.credits_minor, payment.wallet_minor) == (
        from_promised, from_own, from_wallet,
    )  # fmt: skip
    assert promotions() - cost == from_promised
    assert_ledger_sound()

    way = RefundDestination.GATEWAY if to_card else RefundDestination.WALLET
    told = []
    for share in payment.allocations.order_by("pk"):
        for percent in shares:
            share.refresh_from_db()
            amount = share.left_minor * percent // 100
            if amount:
                item = payments.ItemToPay(item_type=share.item_type, item_id=share.item_id)
                told += ended(
                    payments.request_refund(
                        payment_id=payment.pk,
                        item=item,
                        amount_minor=amount,
                        destination=way,
                        reason="x",
                        at=clock.now(),
                    )
                )
    back = [
        sum(getattr(each, f"{name}_minor") for each in told) for name in ("gateway", "wallet", "credits", "promotions")
    ]
    left = sum(back)
    for there, part in zip(
        (payment.gateway_minor, payment.wallet_minor, payment.credits_minor, payment.promotions_minor),
        back,
        strict=True,
    ):
        assert part == min(there, left)
        left -= part
    assert_ledger_sound()

    ended(payments.request_refund(payment_id=payment.pk, destination=way, reason="x", at=clock.now()))

    payment.refresh_from_db()
    by_card = 0 if to_card else payment.gateway_minor
    assert payment.status == "REFUNDED"
    assert purse_of(ada) == (start[0], start[1] + by_card, 0, start[3])
    assert promotions() == cost
    for grant in Grant.objects.filter(customer=ada):
        assert sum(Line.objects.filter(grant=grant).values_list("amount_minor", flat=True)) == grant.left_minor
    assert_ledger_sound()
