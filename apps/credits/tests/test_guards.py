"""What the database itself refuses about credits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import Error, transaction

from apps.core import clock
from apps.core.ids import new_id
from apps.credits import operations
from apps.credits.models import CreditPurchase, Gift, Grant, Line, PromoCode, Redemption, Referral, Use
from apps.credits.states import Source, UseState
from apps.credits.tests.purse import discount_code, grant_code, own, promise

pytestmark = pytest.mark.django_db
LONG_AGO, FAR = datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)


def refused(act, words):
    with pytest.raises(Error, match=words), transaction.atomic():
        act()


def use_of(grant, amount_minor=100, **values):
    terms = {"payment_id": new_id(), "state": UseState.RESERVED} | values
    return Use.objects.create(grant=grant, amount_minor=amount_minor, moved_at=clock.now(), **terms)


@pytest.fixture
def grant(ada):
    return promise(ada, 1_000)


def test_uses_of_a_grant_never_come_to_more_than_it_is(grant):
    use_of(grant, 600)

    refused(lambda: use_of(grant, 401), "credit_never_spent_twice")
    refused(lambda: Grant.objects.update(used_minor=-1), "credit_never_spent_twice")


def test_what_a_use_takes_frees_and_gives_back_counts_on_its_grant_and_in_the_history(grant):
    freed, spent = use_of(grant, 600), use_of(grant, 300)

    Use.objects.filter(pk=freed.pk).update(state=UseState.FREED)
    Use.objects.filter(pk=spent.pk).update(state=UseState.SPENT)
    Use.objects.filter(pk=spent.pk).update(returned_minor=100)

    grant.refresh_from_db()
    assert grant.used_minor == 200
    told = list(Line.objects.order_by("pk").values_list("kind", "amount_minor"))
    assert told == [("GRANTED", 1_000), ("USED", -600), ("USED", -300), ("FREED", 600), ("RETURNED", 100)]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"amount_minor": 0}, "credit_grant_positive|credit_line_not_zero"),
        ({"source": "LUCK"}, "credit_source_known|credit_expiry_by_source"),
        ({"expires_at": None}, "credit_expiry_by_source"),
        ({"source": Source.PURCHASE}, "credit_expiry_by_source"),
        ({"source": Source.REFUND, "expires_at": None, "pinned_to": uuid4()}, "credit_expiry_by_source"),
    ],
)
def test_a_grant_makes_sense(ada, values, words):
    terms = {"source": Source.PROMOTION, "amount_minor": 5, "expires_at": clock.now() + timedelta(days=1)} | values

    refused(lambda: Grant.objects.create(customer=ada, currency="NGN", **terms), words)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"amount_minor": 5_000}, "credit_grant_terms"),
        ({"currency": "USD"}, "credit_grant_terms"),
        ({"source": Source.LOYALTY}, "credit_grant_terms"),
        ({"expires_at": FAR}, "credit_grant_terms"),
        ({"pinned_to": uuid4()}, "credit_grant_terms"),
        ({"expired_at": LONG_AGO}, "credit_expired_in_time"),
    ],
)
def test_the_terms_of_a_grant_stay(grant, values, words):
    refused(lambda: Grant.objects.filter(pk=grant.pk).update(**values), words)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"amount_minor": 5}, "credit_use_terms"),
        ({"payment_id": uuid4()}, "credit_use_terms"),
        ({"refund_id": uuid4()}, "credit_use_terms"),
        ({"returned_minor": 1}, "credit_use_spent_before_returned"),
        ({"state": UseState.SPENT, "returned_minor": 101}, "credit_use_never_returns_more|credit_never_spent"),
        ({"state": UseState.SPENT, "renewed_minor": 1}, "credit_use_renews_what_came_back"),
        ({"state": UseState.FREED, "renewed_minor": 1}, "credit_use_renews_what_came_back"),
        ({"state": "GONE"}, "credit_use_state_known|credit_use_moves|transition"),
    ],
)
def test_a_use_makes_sense(grant, values, words):
    use = use_of(grant)

    refused(lambda: Use.objects.filter(pk=use.pk).update(**values), words)


@pytest.mark.parametrize("state", [UseState.SPENT, UseState.FREED])
def test_a_use_that_has_ended_goes_nowhere(grant, state):
    use = use_of(grant)
    Use.objects.filter(pk=use.pk).update(state=state)

    for other in set(UseState) - {state}:
        refused(lambda other=other: Use.objects.filter(pk=use.pk).update(state=other), "transition")


def test_a_use_is_of_one_payment_or_gift_and_once_of_a_grant(grant):
    use = use_of(grant)

    refused(lambda: use_of(grant, payment_id=use.payment_id), "credit_used_once_by_a_payment")
    refused(lambda: use_of(grant, payment_id=None), "credit_use_is_of_one_thing")
    refused(lambda: use_of(grant, amount_minor=0), "credit_use_positive|credit_line_not_zero")


def test_a_use_by_a_claim_is_of_one_refund_alone_and_gives_nothing_back(ada, bayo):
    bought, refund_id = promise(ada, 1_000), uuid4()
    gift = Gift.objects.create(giver=ada, receiver=bayo, currency="NGN", amount_minor=5, grant=own(bayo, 5))
    claim = use_of(bought, 300, payment_id=None, refund_id=refund_id)

    refused(lambda: use_of(bought, 300, payment_id=None, refund_id=refund_id), "credit_used_once_by_a_refund")
    refused(lambda: use_of(bought, 300, refund_id=uuid4()), "credit_use_is_of_one_thing")
    refused(
        lambda: use_of(bought, 300, payment_id=None, gift=gift, refund_id=uuid4(), state=UseState.SPENT),
        "credit_use_is_of_one_thing",
    )
    refused(
        lambda: use_of(bought, 300, payment_id=None, refund_id=uuid4(), state=UseState.SPENT, returned_minor=1),
        "credit_use_is_of_one_thing",
    )
    refused(lambda: use_of(bought, 701, payment_id=None, refund_id=uuid4()), "credit_never_spent_twice")
    Use.objects.filter(pk=claim.pk).update(state=UseState.FREED)
    taken = use_of(bought, 300, payment_id=None, refund_id=refund_id, state=UseState.SPENT)
    refused(lambda: Use.objects.filter(pk=taken.pk).update(state=UseState.FREED), "transition")
    told = Line.objects.filter(grant=bought).order_by("pk").values_list("kind", "amount_minor")
    assert list(told)[1:] == [("CLAIMED", -300), ("FREED", 300), ("TAKEN", -300)]


def test_nothing_about_credits_is_deleted(grant, ada):
    use_of(grant)
    code = grant_code()
    operations.redeem(code=code.code, by=ada, at=clock.now())
    operations.own_code(by=ada, at=clock.now())
    CreditPurchase.objects.create(customer=ada, currency="NGN", amount_minor=5, pay_until=clock.now())

    for model in (Use, Redemption, PromoCode, Referral, CreditPurchase, Line):
        refused(lambda model=model: model.objects.all()._raw_delete("default"), "annot delete|append-only|Cannot")
    refused(lambda: Grant.objects.filter(pk=grant.pk)._raw_delete("default"), "annot delete")
    refused(lambda: Line.objects.update(amount_minor=1), "annot update")


def test_a_purchase_that_is_paid_has_its_grant_and_stays_paid(ada):
    made = CreditPurchase.objects.create(customer=ada, currency="NGN", amount_minor=5, pay_until=clock.now())
    one = CreditPurchase.objects.filter(pk=made.pk)

    refused(lambda: one.update(status="PAID", paid_at=clock.now()), "credit_purchase_paid_is_granted")
    refused(lambda: one.update(amount_minor=6), "credit_purchase_terms")
    one.update(status="PAID", paid_at=clock.now(), payment_id=new_id(), grant=own(ada, 5))
    refused(lambda: one.update(status="PENDING", paid_at=None, payment_id=None, grant=None), "transition")
    refused(
        lambda: CreditPurchase.objects.create(customer=ada, currency="NGN", amount_minor=0, pay_until=clock.now()),
        "credit_purchase_positive",
    )


def test_a_gift_is_for_somebody_else_and_stays(ada, bayo):
    terms = {"currency": "NGN", "grant": own(bayo, 5)}
    refused(
        lambda: Gift.objects.create(giver=ada, receiver=ada, amount_minor=5, **terms),
        "credit_gift_is_for_somebody_else",
    )
    refused(lambda: Gift.objects.create(giver=ada, receiver=bayo, amount_minor=0, **terms), "credit_gift_positive")
    Gift.objects.create(giver=ada, receiver=bayo, amount_minor=5, **terms)

    refused(lambda: Gift.objects.update(amount_minor=6), "credit_gift_stays")


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"kind": "MAGIC"}, "promo_code_kind_known"),
        ({"amount_minor": 0}, "promo_code_amount_or_percent"),
        ({"percent": 5}, "promo_code_amount_or_percent"),
        ({"amount_minor": None, "percent": 101}, "promo_code_amount_or_percent"),
        ({"kind": "GRANT", "amount_minor": None, "percent": 5}, "promo_code_amount_or_percent"),
        ({"amount_minor": None, "percent": 5, "cap_minor": 0}, "promo_code_cap_positive"),
        ({"minimum_minor": -1}, "promo_code_minimum_not_negative"),
        ({"ends_at": LONG_AGO}, "promo_code_in_order"),
        ({"valid_days": 0}, "promo_code_lasts"),
        ({"code": "TAKEN"}, "promo_code_once"),
    ],
)
def test_a_promo_code_makes_sense(terms, words):
    discount_code("taken")
    good = {"code": "NEW", "title": "x", "kind": "DISCOUNT", "currency": "NGN", "amount_minor": 5}

    refused(lambda: PromoCode.objects.create(**{**good, **terms}), words)


def test_the_terms_of_a_promo_code_stay(ada):
    code = grant_code()

    for change in ({"code": "OTHER"}, {"kind": "DISCOUNT"}, {"currency": "USD"}):
        refused(lambda change=change: PromoCode.objects.filter(pk=code.pk).update(**change), "promo_code_terms")


def test_a_code_is_never_used_more_often_than_it_says(ada, bayo):
    code = grant_code(limit_total=1)
    operations.redeem(code=code.code, by=ada, at=clock.now())
    terms = {"code": code, "number": 1}

    refused(
        lambda: Redemption.objects.create(customer=bayo, grant=own(bayo, 5), **terms), "promo_code_never_used_too_often"
    )
    PromoCode.objects.update(limit_total=5)
    refused(lambda: Redemption.objects.create(customer=ada, grant=own(ada, 5), **terms), "promo_code_each_use_once")
    refused(lambda: Redemption.objects.update(state="LOST"), "promo_redemption_state_known|transition")


def test_a_referral_is_of_somebody_else_and_rewarded_once(ada, bayo):
    mine = operations.own_code(by=ada, at=clock.now())
    one = Referral.objects.filter(pk=mine.pk)

    refused(lambda: one.update(referred_by=bayo), "referral_terms")
    refused(lambda: one.update(rewarded_at=clock.now(), reward_minor=5, currency="NGN"), "referral_rewarded_once")
    refused(lambda: Referral.objects.create(user=bayo, referred_by=bayo, code="OWN"), "referral_of_somebody_else")
    refused(lambda: Referral.objects.create(user=ada, code="SECOND"), "unique")
