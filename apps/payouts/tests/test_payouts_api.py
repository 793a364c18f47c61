"""Asking for payouts and looking at them over HTTP: who, how much, to where, and what each refusal says."""

import pytest

from apps.core import clock
from apps.ledger import addresses
from apps.ledger import operations as ledger
from apps.payouts import operations
from apps.payouts.models import Payout
from apps.payouts.states import PayoutKind
from apps.payouts.tests.payees import (
    HOUR,
    ask,
    available,
    carry_out,
    customer,
    earn,
    fresh,
    in_transit,
    new_account,
    of_business,
    of_person,
    owe,
    performer,
    shop,
    usable_account,
)

pytestmark = pytest.mark.django_db
PAYOUTS, REQUEST = "/api/v1/practitioner/payouts/", "/api/v1/practitioner/payouts/request/"
WITHDRAW, WITHDRAWALS = "/api/v1/wallet/withdraw/", "/api/v1/wallet/withdrawals/"
B, T, W = PayoutKind.BUSINESS, PayoutKind.TIPS, PayoutKind.WALLET


def naira(amount):
    return {"amount": amount, "currency": "NGN"}


@pytest.fixture
def rich(business):
    earn(B, of_business(business), 1_000_000)
    usable_account(of_business(business), business.owner)
    return business


def refusal(answer):
    return answer.status_code, answer.json()["code"]


def test_an_owner_has_the_businesss_money_paid_out(api, rich, drain_outbox):
    answer = api(rich.owner).post(REQUEST, {"amount": naira("6000.00")})
    assert answer.status_code == 201, answer.json()
    data = answer.json()["data"]
    assert (data["state"], data["source"], data["amount"]) == ("REQUESTED", "BUSINESS", naira("6000.00"))
    assert data["business"] == {"id": str(rich.pk), "name": "Serenity Spa"}
    assert (available(B, of_business(rich)), in_transit()) == (400_000, 600_000)

    drain_outbox()

    shown = api(rich.owner).get(f"{PAYOUTS}{data['id']}/").json()["data"]
    assert shown["state"] == "PAID"
    assert [step["state"] for step in shown["history"]] == ["REQUESTED", "IN_TRANSIT", "PAID"]
    assert api(rich.owner).get(PAYOUTS).json()["data"]["results"][0]["id"] == data["id"]


def test_without_an_amount_all_there_is_goes(api, rich):
    answer = api(rich.owner).post(REQUEST, {})

    assert answer.json()["data"]["amount"] == naira("10000.00")
    assert available(B, of_business(rich)) == 0


def test_the_same_key_pays_out_once(api, rich):
    owner = api(rich.owner, **{"Idempotency-Key": "k1"})
    first = owner.post(REQUEST, {"amount": naira("5000.00")})
    again = owner.post(REQUEST, {"amount": naira("5000.00")})
    other = owner.post(REQUEST, {"amount": naira("5001.00")})

    assert first.json()["data"] == again.json()["data"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert refusal(other) == (422, "idempotency_key_reused")
    assert Payout.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"amount": naira("4999.99")}, 422, "below_minimum"),
        ({"amount": naira("10000.01")}, 409, "not_enough_money"),
        ({"amount": {"amount": "60.00", "currency": "USD"}}, 409, "payout_account_missing"),
        ({"account": "01938f0e-7c1e-7a52-9b1f-0f6b3c1f2a10"}, 404, "payout_account_not_found"),
        ({"business": "01938f0e-7c1e-7a52-9b1f-0f6b3c1f2a10"}, 404, "business_not_found"),
        ({"amount": naira("0.00")}, 400, "invalid"),
        ({"source": "WALLET"}, 400, "invalid"),
        ({"surprise": 1}, 400, "invalid"),
    ],
)
def test_a_refused_request_moves_nothing(api, rich, body, status, code):
    answer = api(rich.owner).post(REQUEST, body)

    assert refusal(answer) == (status, code)
    assert (available(B, of_business(rich)), in_transit(), Payout.objects.count()) == (1_000_000, 0, 0)


def test_the_least_amount_is_said(api, rich):
    answer = api(rich.owner).post(REQUEST, {"amount": naira("10.00")})
    assert answer.json()["data"] == {"minimum": naira("5000.00"), "available": naira("10000.00")}


def test_an_account_that_cools_off_says_until_when(api, business):
    earn(B, of_business(business), 1_000_000)
    assert refusal(api(business.owner).post(REQUEST, {})) == (409, "payout_account_missing")
    new_account(of_business(business), business.owner)
    answer = api(business.owner).post(REQUEST, {})

    assert refusal(answer) == (409, "payout_account_cooling_off")
    assert answer.json()["data"] == {"usable_from": "2026-11-19T09:00:00Z"}


def test_an_account_whose_name_is_looked_at_is_not_paid(api, business):
    earn(B, of_business(business), 1_000_000)
    account = usable_account(of_business(business), business.owner, number="0000000009")
    answer = api(business.owner).post(REQUEST, {"account": str(account.pk)})

    assert refusal(answer) == (409, "payout_account_not_verified")


def test_whoever_owes_or_is_frozen_gets_nothing_until_that_is_over(api, rich, now):
    owner = of_business(rich)
    operations.freeze_payouts(owner=owner, reason="Looked into.", by=rich.owner, at=now)
    assert refusal(api(rich.owner).post(REQUEST, {})) == (409, "payouts_frozen")
    operations.unfreeze_payouts(owner=owner, reason="All well.", by=rich.owner, at=now)
    owe(owner, 20_000)
    owing = api(rich.owner).post(REQUEST, {})

    assert refusal(owing) == (409, "money_owed")
    assert owing.json()["data"] == {"owed": [naira("200.00")]}
    assert available(B, owner) == 1_000_000


def test_an_owner_of_several_says_which(api, rich):
    second = shop(name="Second", owner=rich.owner)
    answer = api(rich.owner).post(REQUEST, {})

    assert refusal(answer) == (400, "business_needed")
    assert set(answer.json()["data"]["businesses"]) == {str(rich.pk), str(second.pk)}
    assert api(rich.owner).post(REQUEST, {"business": str(rich.pk)}).status_code == 201


def test_an_owner_whose_money_is_in_two_currencies_says_which(api, rich):
    earn(B, of_business(rich), 10_000, "USD")
    answer = api(rich.owner).post(REQUEST, {})
    assert refusal(answer) == (400, "invalid")
    assert api(rich.owner).post(REQUEST, {"currency": "NGN"}).status_code == 201


def test_staff_have_their_tips_paid_out_from_a_smaller_amount_on(api, business):
    chidi = performer(business)
    assert refusal(api(chidi).post(REQUEST, {})) == (409, "not_enough_money")
    earn(T, of_person(chidi), 150_000)
    usable_account(of_person(chidi), chidi)
    assert refusal(api(chidi).post(REQUEST, {"amount": naira("999.99")})) == (422, "below_minimum")
    answer = api(chidi).post(REQUEST, {})

    assert (answer.status_code, answer.json()["data"]["source"]) == (201, "TIPS")
    assert available(T, of_person(chidi)) == 0
    assert api(chidi).get(PAYOUTS).json()["data"]["results"][0]["business"] is None
    assert refusal(api(chidi).post(REQUEST, {"source": "BUSINESS"})) == (404, "business_not_found")


def test_an_owner_who_performs_has_tips_of_their_own(api, rich):
    earn(T, of_person(rich.owner), 200_000)
    usable_account(of_person(rich.owner), rich.owner)
    answer = api(rich.owner).post(REQUEST, {"source": "TIPS"})

    assert (answer.status_code, answer.json()["data"]["source"]) == (201, "TIPS")


def test_a_customer_withdraws_wallet_cash(api, drain_outbox):
    ada = customer()
    earn(W, of_person(ada), 300_000)
    assert refusal(api(ada).post(WITHDRAW, {})) == (409, "payout_account_missing")
    usable_account(of_person(ada), ada)
    answer = api(ada).post(WITHDRAW, {"amount": naira("2500.00")})
    assert answer.status_code == 201, answer.json()
    drain_outbox()

    listed = api(ada).get(WITHDRAWALS).json()["data"]["results"]
    assert [(row["state"], row["source"], row["amount"]) for row in listed] == [("PAID", "WALLET", naira("2500.00"))]
    assert api(ada).get(f"{WITHDRAWALS}{listed[0]['id']}/").json()["data"]["history"][-1]["state"] == "PAID"
    assert available(W, of_person(ada)) == 50_000
    assert api(ada).get(PAYOUTS).status_code == 403


def test_a_wallet_with_money_keeps_an_account_from_being_erased_until_it_is_withdrawn(api, drain_outbox):
    from apps.payouts.profile_parts import export, objection_to_erasure

    ada = customer()
    earn(W, of_person(ada), 300_000)
    from apps.ledger.profile_parts import objection_to_erasure as ledger_objection

    assert ledger_objection(ada) == "There is money in your wallet. Spend it or withdraw it to your bank first."
    account = usable_account(of_person(ada), ada)
    api(ada).post(WITHDRAW, {})
    assert ledger_objection(ada) is None
    assert objection_to_erasure(ada) == "A payout to you is still on its way."
    drain_outbox()

    assert objection_to_erasure(ada) is None
    told = export(ada)
    assert [each["account"] for each in told["accounts"]] == ["GTBank ••••4081"]
    assert [each["state"] for each in told["payouts"]] == ["PAID"]
    operations.forget_payee(user_id=ada.pk, at=clock.now())
    account = fresh(account)
    assert (account.state, account.account_number, account.last4, account.recipient_id) == ("REMOVED", "", "", "")
    assert account.holder_name == "erased"
    operations.forget_payee(user_id=ada.pk, at=clock.now())


def test_others_payouts_are_not_there_and_employees_ask_for_none(api, rich):
    payout = ask(B, of_business(rich), rich.owner)
    stranger = shop(name="Other").owner
    assert api(stranger).get(PAYOUTS).json()["data"]["results"] == []
    assert api(stranger).get(f"{PAYOUTS}{payout.pk}/").status_code == 404
    assert api(rich.owner).get(f"{WITHDRAWALS}{payout.pk}/").status_code == 404
    assert api(performer(rich)).get(f"{PAYOUTS}{payout.pk}/").status_code == 404
    desk = api(rich.desk)
    for answer in (
        desk.get(PAYOUTS), desk.get(f"{PAYOUTS}{payout.pk}/"), desk.post(REQUEST, {}), desk.post(WITHDRAW, {}),
        desk.get(WITHDRAWALS),
    ):  # fmt: skip
        assert refusal(answer) == (403, "not_for_employees")
    assert api().get(PAYOUTS).status_code == 401


def test_filters_of_the_list(api, rich):
    carry_out(ask(B, of_business(rich), rich.owner, amount_minor=500_000))
    ask(B, of_business(rich), rich.owner, amount_minor=500_000)
    owner = api(rich.owner)

    assert [row["state"] for row in owner.get(f"{PAYOUTS}?state=PAID").json()["data"]["results"]] == ["PAID"]
    assert len(owner.get(f"{PAYOUTS}?business={rich.pk}&source=BUSINESS&currency=NGN").json()["data"]["results"]) == 2
    assert owner.get(f"{PAYOUTS}?source=TIPS").json()["data"]["results"] == []


def test_a_list_of_payouts_costs_the_same_for_one_and_for_three(api, rich, count_queries):
    owner = of_business(rich)
    client = api(rich.owner)
    ask(B, owner, rich.owner, amount_minor=500_000)
    client.get(PAYOUTS)
    with count_queries() as one:
        client.get(PAYOUTS)
    earn(B, owner, 2_000_000)
    for _ in range(2):
        ask(B, owner, rich.owner, amount_minor=500_000)
    with count_queries() as three:
        assert len(client.get(PAYOUTS).json()["data"]["results"]) == 3

    assert len(one) == len(three)


def test_what_is_held_back_in_the_account_is_not_paid_out(api, rich):
    from apps.ledger.models import Balance

    Balance.objects.filter(account__address=addresses.business_available(rich.pk, "NGN")).update(held=600_000)
    answer = api(rich.owner).post(REQUEST, {})

    assert refusal(answer) == (422, "below_minimum")


def test_the_sandbox_can_fail_delay_and_reverse(api, business, drain_outbox, now):
    owner = of_business(business)
    earn(B, owner, 3_000_000)
    declined = usable_account(owner, business.owner, number="0000000001")
    delayed = usable_account(owner, business.owner, number="0000000002")
    failed = carry_out(ask(B, owner, business.owner, amount_minor=1_000_000, account_id=declined.pk))
    waiting = carry_out(ask(B, owner, business.owner, amount_minor=1_000_000, account_id=delayed.pk))
    assert (failed.state, waiting.state, waiting.outcome_unknown) == ("FAILED", "IN_TRANSIT", False)
    page = f"/api/v1/sandbox/transfers/{waiting.reference}/"

    assert api().post(page, {"act": "succeed"}).status_code == 200
    carry_out(waiting)
    assert fresh(waiting).state == "PAID"
    assert api().post(page, {"act": "succeed"}).status_code == 409
    assert api().post(page, {"act": "reverse"}).status_code == 200
    carry_out(waiting, now + HOUR)

    assert fresh(waiting).state == "REVERSED"
    assert available(B, owner) == 3_000_000
    assert api().post("/api/v1/sandbox/transfers/nothing/", {"act": "fail"}).status_code == 404


def test_nothing_is_no_payout(business, now):
    from apps.core.errors import Invalid

    with pytest.raises(Invalid):
        ledger.take_for_payout(
            payout_id=business.pk, source=addresses.business_available(business.pk, "NGN"), currency="NGN",
            amount_minor=0, at=now,
        )  # fmt: skip
