"""Credits over HTTP."""

from __future__ import annotations

import pytest

from apps.core import clock
from apps.core.money import Money
from apps.credits import operations
from apps.credits.models import Referral
from apps.credits.states import Source
from apps.credits.tests.purse import discount_code, fill_wallet, grant_code, own, promise, purse_of
from apps.payments import operations as payments
from apps.payments.gateways.values import DisputeStatus
from apps.payments.models import Payment
from apps.payments.operations import ItemToPay
from apps.payments.tests.conftest import hold_of
from apps.payments.tests.operations.test_chargeback_races import say

pytestmark = pytest.mark.django_db


def money(amount, currency="NGN"):
    return {"amount": amount, "currency": currency}


def data(response, status=200):
    assert response.status_code == status, response.json()
    return response.json()["data"]


def code_of(response):
    return response.status_code, response.json()["code"]


def test_the_balance_is_told_by_currency_and_by_source_with_what_runs_out_when(api, ada):
    soon, late = promise(ada, 1_000, days=3), promise(ada, 2_000, days=9)
    own(ada, 500)
    promise(ada, 700, source=Source.LOYALTY, currency="USD")

    told = data(api(ada).get("/api/v1/credits/balance/"))

    naira, dollars = told["balances"]
    assert (naira["currency"], naira["total"], dollars["total"]) == ("NGN", money("35.00"), money("7.00", "USD"))
    assert [(each["source"], each["amount"]) for each in naira["sources"]] == [
        ("PROMOTION", money("30.00")),
        ("REFUND", money("5.00")),
    ]
    assert [each["amount"] for each in naira["sources"][0]["expiries"]] == [money("10.00"), money("20.00")]
    assert naira["sources"][1]["expiries"] == [{"amount": money("5.00"), "expires_at": None}]
    assert soon.expires_at < late.expires_at


def test_credits_are_bought_paid_for_and_spent_over_http(api, desk, ada):
    client = api(ada)
    bought = data(client.post("/api/v1/credits/purchase/", {"amount": money("5000.00")}, format="json"), 201)
    item = {"type": bought["type"], "id": bought["id"]}
    payment = data(client.post("/api/v1/payments/initialize/", {"items": [item]}, format="json"), 201)
    desk.receive(*desk.act(_payment(payment)))
    desk.work()

    thing = desk.trade.sell(ada, 600_000)
    wish = {"items": [{"type": "BOOKING", "id": str(thing.item_id)}], "credits": True}
    mixed = data(client.post("/api/v1/payments/initialize/", wish, format="json"), 201)

    assert mixed["parts"] == {
        "gateway": money("1000.00"), "wallet": money("0.00"), "credits": money("5000.00"), "promotions": money("0.00"),
    }  # fmt: skip
    lines = data(client.get("/api/v1/credits/history/"))["results"]
    assert [(line["kind"], line["amount"], line["source"]) for line in lines] == [
        ("USED", money("-5000.00"), "PURCHASE"),
        ("GRANTED", money("5000.00"), "PURCHASE"),
    ]
    assert lines[0]["payment_id"] == mixed["id"]


def _payment(shown):
    return Payment.objects.get(pk=shown["id"])


def test_what_credits_and_wallet_pay_in_full_is_paid_at_once_without_a_gateway(api, desk, ada):
    own(ada, 300_000)
    fill_wallet(ada, 500_000)
    thing = desk.trade.sell(ada, 500_000)
    wish = {
        "items": [{"type": "BOOKING", "id": str(thing.item_id)}], "credits": money("3000.00"), "wallet": True,
    }  # fmt: skip

    answer = api(ada).post("/api/v1/payments/initialize/", wish, format="json")

    shown = data(answer, 201)
    assert (shown["status"], shown["checkout"], answer.json()["message"]) == ("SUCCEEDED", None, "It is paid.")
    assert purse_of(ada) == (0, 300_000, 0, 0)
    assert data(api(ada).get("/api/v1/wallet/balance/"))["wallet"] == money("3000.00")


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"credits": money("9.00")}, (409, "not_enough_credits")),
        ({"wallet": money("9.00")}, (409, "not_enough_in_wallet")),
        ({"credits": money("9.00", "USD")}, (400, "mixed_currencies")),
        ({"promo": "NONE"}, (404, "promo_code_unknown")),
        ({"credits": "all"}, (400, "invalid")),
    ],
)
def test_a_wish_that_cannot_be_met_is_refused_in_words(api, desk, ada, wish, code):
    thing = desk.trade.sell(ada, 500_000)
    body = {"items": [{"type": "BOOKING", "id": str(thing.item_id)}], **wish}

    assert code_of(api(ada).post("/api/v1/payments/initialize/", body, format="json")) == code


def test_the_parts_of_a_refund_are_shown(api, desk, ada):
    promise(ada, 3_000)
    thing = desk.trade.sell(ada, 10_000)
    body = {"items": [{"type": "BOOKING", "id": str(thing.item_id)}], "credits": True}
    payment = _payment(data(api(ada).post("/api/v1/payments/initialize/", body, format="json"), 201))
    desk.receive(*desk.act(payment))
    desk.work()
    (refund,) = payments.request_refund(payment_id=payment.pk, reason="Because", at=clock.now())
    payments.carry_out_refund(refund_id=refund.pk, at=clock.now())

    (shown,) = data(api(ada).get(f"/api/v1/payments/{payment.pk}/"))["refunds"]

    assert shown["parts"] == {
        "gateway": money("70.00"), "wallet": money("0.00"), "credits": money("0.00"), "promotions": money("30.00"),
    }  # fmt: skip
    assert hold_of(payment).state == "REFUNDED"
    assert data(api(ada).get("/api/v1/wallet/balance/"))["credits"] == money("30.00")


def test_bought_credits_are_given_over_http_once_for_a_key(api, desk, ada, bayo):
    made = operations.buy(amount=Money(500_000, "NGN"), by=ada, at=clock.now())
    desk.pay(ada, ItemToPay(item_type="CREDITS", item_id=made.pk))
    body = {"amount": money("2000.00"), "email": bayo.email, "message": "For you"}

    first, second = (
        api(ada).post("/api/v1/credits/gift/", body, format="json", headers={"Idempotency-Key": "gift-1"}) for _ in "ab"
    )

    assert data(first, 201) == data(second, 201)
    assert (purse_of(ada)[0], purse_of(bayo)[0]) == (300_000, 200_000)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"email": "nobody@example.com"}, (404, "recipient_unknown")),
        ({"amount": money("1.00")}, (409, "not_enough_credits")),
        ({"phone": "+2348030000000"}, (400, "invalid")),
        ({"amount": money("0.00")}, (400, "invalid")),
    ],
)
def test_a_gift_that_cannot_be_given_is_refused(api, ada, bayo, change, code):
    body = {"amount": money("1.00"), "email": bayo.email, **change}

    assert code_of(api(ada).post("/api/v1/credits/gift/", body, format="json")) == code


def test_a_code_is_redeemed_and_checked_over_http(api, ada):
    grant_code()
    discount_code(percent=20, cap_minor=1_500)
    client = api(ada)

    granted = data(client.post("/api/v1/credits/promo/", {"code": "welcome"}, format="json"), 201)
    again = client.post("/api/v1/credits/promo/", {"code": "welcome"}, format="json")
    body = {"code": "first20", "amount": money("100.00")}
    checked = data(client.post("/api/v1/credits/promo/check/", body, format="json"))
    looked = data(client.post("/api/v1/credits/promo/check/", {"code": "first20"}, format="json"))

    assert (granted["source"], granted["amount"]) == ("PROMOTION", money("50.00"))
    assert code_of(again) == (409, "promo_code_used_up")
    assert (checked["percent"], checked["cap"], checked["takes_off"]) == (20, money("15.00"), money("15.00"))
    assert looked["takes_off"] is None


def test_ones_own_code_and_who_joined_by_it_are_shown_by_first_name_alone(api, ada, bayo):
    client = api(ada)
    assert data(client.get("/api/v1/credits/referral/"))["code"] is None
    code = data(client.post("/api/v1/credits/referral/", {}, format="json"))["code"]
    operations.note_registered(user_id=bayo.pk, code=code, at=clock.now())

    shown = data(client.get("/api/v1/credits/referral/"))

    assert (shown["code"], [each["name"] for each in shown["joined"]]) == (code, ["Bayo"])
    assert money("1000.00") in shown["rewards"]
    assert Referral.objects.count() == 2


def test_a_code_of_somebody_is_given_at_registration(api, ada):
    code = data(api(ada).post("/api/v1/credits/referral/", {}, format="json"))["code"]
    body = {"email": "new@example.com", "password": "Harmattan-Breeze-7", "first_name": "New", "referral_code": code}

    assert api(None).post("/api/v1/auth/register/", body, format="json").status_code == 201

    assert Referral.objects.get(user__email="new@example.com").referred_by == ada


@pytest.mark.parametrize("won", [True, False])
def test_what_a_bank_claims_is_out_of_reach_and_the_history_says_so(api, desk, ada, bayo, won):
    made = operations.buy(amount=Money(500_000, "NGN"), by=ada, at=clock.now())
    payment = desk.pay(ada, ItemToPay(item_type="CREDITS", item_id=made.pk))
    client = api(ada)
    say(payment, DisputeStatus.NEEDS_RESPONSE)

    assert data(client.get("/api/v1/credits/balance/")) == {"balances": []}
    gift = {"amount": money("10.00"), "email": bayo.email}
    assert code_of(client.post("/api/v1/credits/gift/", gift, format="json")) == (409, "not_enough_credits")
    thing = desk.trade.sell(ada, 5_000)
    body = {"items": [{"type": "BOOKING", "id": str(thing.item_id)}], "credits": money("50.00")}
    refused = client.post("/api/v1/payments/initialize/", body, format="json")
    assert code_of(refused) == (409, "not_enough_credits")
    say(payment, *((DisputeStatus.WON,) if won else (DisputeStatus.LOST, 500_000)))

    lines = data(client.get("/api/v1/credits/history/"))["results"]
    end = [] if won else [("TAKEN", "-5000.00")]
    assert [(line["kind"], line["amount"]["amount"]) for line in lines] == [
        *end, ("FREED", "5000.00"), ("CLAIMED", "-5000.00"), ("GRANTED", "5000.00"),
    ]  # fmt: skip
    balances = data(client.get("/api/v1/credits/balance/"))["balances"]
    assert [each["total"] for each in balances] == ([money("5000.00")] if won else [])


def test_balance_and_history_cost_the_same_for_one_grant_and_for_five(api, ada, django_assert_num_queries):
    client = api(ada)
    promise(ada, 1_000)
    with django_assert_num_queries(1):
        client.get("/api/v1/credits/balance/")
    for _ in range(4):
        promise(ada, 1_000)

    with django_assert_num_queries(1):
        client.get("/api/v1/credits/balance/")
