"""The desk's end points as a client meets them."""

from __future__ import annotations

from uuid import uuid4

import pytest

from apps.payments.gateways.errors import GatewayUnavailable
from apps.payments.gateways.registry import gateway
from apps.payments.models import Payment
from apps.payments.sandbox.play import Act

pytestmark = pytest.mark.django_db
INITIALIZE = "/api/v1/payments/initialize/"


def wish(*items, **more):
    return {"items": [{"type": item.item_type, "id": str(item.item_id)} for item in items], **more}


def test_initialize_answers_what_the_client_needs(api, desk, ada):
    answer = api(ada).post(INITIALIZE, wish(desk.trade.sell(ada), method="bank_transfer"))

    data = answer.json()["data"]
    assert answer.status_code == 201
    assert (data["status"], data["amount"]) == ("INITIALIZED", {"amount": "5000.00", "currency": "NGN"})
    assert data["checkout"]["checkout_url"].endswith(f"/sandbox/checkout/{data['reference']}/")
    assert data["checkout"]["bank_transfer"]["bank_name"] == "Sandbox Bank"
    assert data["allocations"][0]["amount"] == {"amount": "5000.00", "currency": "NGN"}
    assert [action["name"] for action in data["available_actions"]] == ["verify"]


def test_initialize_with_one_key_twice_answers_the_same(api, desk, ada):
    client, body = api(ada, **{"Idempotency-Key": "one"}), wish(desk.trade.sell(ada))

    first, second = client.post(INITIALIZE, body), client.post(INITIALIZE, body)

    assert first.json()["data"]["id"] == second.json()["data"]["id"]
    assert client.post(INITIALIZE, wish(desk.trade.sell(ada))).status_code == 422
    assert Payment.objects.count() == 1


def test_initialize_refusals_have_their_codes(api, desk, ada, bayo):
    mine, dollars = desk.trade.sell(ada), desk.trade.sell(ada, currency="USD")
    paid = desk.trade.sell(ada)
    desk.trade.paid.add(paid.item_id)
    client = api(ada)
    cases = [
        (wish(desk.trade.sell(bayo)), 404, "item_not_found"),
        (wish(paid), 409, "already_paid"),
        (wish(mine, dollars), 400, "mixed_currencies"),
        (wish(mine, gateway="stripe"), 201, None),
        (wish(dollars, gateway="paystack"), 400, "gateway_not_offered"),
        ({"items": []}, 400, "invalid"),
        ({"items": "x"}, 400, "invalid"),
        ({"items": [{"type": "BOOKING", "id": "no"}]}, 400, "invalid"),
        ({**wish(mine), "amount": "1.00"}, 400, "invalid"),
        ({**wish(mine), "method": 5}, 400, "invalid"),
        ({"items": [{"type": "MOON", "id": str(uuid4())}]}, 400, "unknown_item_type"),
        ([], 400, "invalid"),
    ]
    for body, status, code in cases:
        answer = client.post(INITIALIZE, body)
        assert (answer.status_code, answer.json().get("code")) == (status, code), body
    assert api().post(INITIALIZE, wish(mine)).status_code == 401


def test_initialize_while_the_gateway_is_down_says_what_to_do(api, desk, ada, monkeypatch):
    def stumble(*_arguments):
        raise GatewayUnavailable("down")

    monkeypatch.setattr(type(gateway("sandbox")), "initialize", stumble)
    answer = api(ada).post(INITIALIZE, wish(desk.trade.sell(ada)))

    assert (answer.status_code, answer.json()["code"], answer.json()["retryable"]) == (503, "gateway_unavailable", True)


def test_verify_settles_and_shows_the_payment(api, desk, ada, bayo):
    payment = desk.open(ada)
    desk.act(payment)
    address = f"/api/v1/payments/verify/{payment.reference}/"

    assert api(bayo).get(address).status_code == 404
    data = api(ada).get(address).json()["data"]
    assert (data["status"], data["checkout"], data["allocations"][0]["state"]) == ("SUCCEEDED", None, "FUNDED")
    assert [(action["name"], action["enabled"]) for action in data["available_actions"]] == [("verify", False)]


def test_payments_are_ones_own_and_ops_see_all(api, desk, ada, bayo, ops):
    mine, others = desk.pay(ada), desk.open(bayo)

    assert [row["id"] for row in api(ada).get("/api/v1/payments/").json()["data"]["results"]] == [str(mine.pk)]
    assert api(ops).get("/api/v1/payments/").json()["data"]["count"] == 2
    assert api(ada).get(f"/api/v1/payments/{others.pk}/").status_code == 404
    assert api(ada).get(f"/api/v1/payments/{mine.pk}/").json()["data"]["reference"] == mine.reference
    assert api(ops).get(f"/api/v1/payments/{others.pk}/").json()["data"]["checkout"] is None
    assert api(ops).get("/api/v1/payments/?status=SUCCEEDED").json()["data"]["count"] == 1


def test_payments_for_one_thing(api, desk, ada, bayo):
    item = desk.trade.sell(ada)
    payment = desk.open(ada, item)
    desk.open(ada)
    address = f"/api/v1/payments/for/booking/{item.item_id}/"

    assert [row["id"] for row in api(ada).get(address).json()["data"]["results"]] == [str(payment.pk)]
    assert api(bayo).get(address).json()["data"]["results"] == []


def test_lists_cost_the_same_for_two_and_for_many(api, desk, ada, count_queries):
    def cost():
        with count_queries() as counted:
            assert api(ada).get("/api/v1/payments/?page_size=100").status_code == 200
        return len(counted)

    for _ in range(2):
        desk.open(ada)
    few = cost()
    for _ in range(10):
        desk.open(ada, desk.trade.sell(ada), desk.trade.sell(ada))

    assert cost() == few


def test_web_hook_is_taken_in_once_and_repeats_answer_200(api, desk, ada):
    payment = desk.open(ada)
    ((body, headers),) = desk.act(payment)
    client = api()

    for _ in range(2):
        answer = client.generic("POST", "/api/v1/payments/webhooks/sandbox/", body, "application/json", headers=headers)
        assert (answer.status_code, answer.json()["data"]) == (200, {"received": True})
    desk.work()

    payment.refresh_from_db()
    assert payment.status == "SUCCEEDED"


@pytest.mark.parametrize(("name", "status"), [("sandbox", 400), ("stripe", 404), ("elsewhere", 404)])
def test_web_hook_that_is_unsigned_or_for_an_unknown_gateway_is_refused(api, db, name, status):
    for body in (b"", b"{}", b"\xff\x00", b"[" * 5000):
        answer = api().generic("POST", f"/api/v1/payments/webhooks/{name}/", body, "application/json")
        assert answer.status_code == status


def test_web_hook_intake_is_one_statement(api, desk, ada, count_queries):
    ((body, headers),) = desk.act(desk.open(ada))

    with count_queries() as counted:
        api().generic("POST", "/api/v1/payments/webhooks/sandbox/", body, "application/json", headers=headers)

    assert len(counted) == 1


def test_saved_methods_are_listed_made_default_and_removed(api, desk, ada, bayo):
    from apps.payments.models import SavedMethod

    desk.pay(ada, save_method=True)
    second = SavedMethod.objects.create(
        owner=ada, gateway="stripe", token="t", token_digest="d", kind="CARD", last4="1881"
    )
    client = api(ada)

    listed = client.get("/api/v1/payments/methods/").json()["data"]["results"]
    assert [(row["last4"], row["is_default"]) for row in listed] == [("4242", True), ("1881", False)]
    assert "token" not in listed[0]
    assert api(bayo).post(f"/api/v1/payments/methods/{second.pk}/default/").status_code == 404
    assert api(bayo).delete(f"/api/v1/payments/methods/{second.pk}/").status_code == 404
    assert client.post(f"/api/v1/payments/methods/{second.pk}/default/").json()["data"]["is_default"] is True
    assert client.delete(f"/api/v1/payments/methods/{second.pk}/").status_code == 204
    listed = client.get("/api/v1/payments/methods/").json()["data"]["results"]
    assert [(row["last4"], row["is_default"]) for row in listed] == [("4242", True)]
    assert client.delete(f"/api/v1/payments/methods/{listed[0]['id']}/").status_code == 204


def test_refund_is_proposed_by_ops_and_approved_by_an_administrator(api, desk, ada, ops, admin, drain_outbox):
    payment = desk.pay(ada)
    address = f"/api/v1/payments/{payment.pk}/refunds/"
    body = {"amount": {"amount": "500.00", "currency": "NGN"}, "destination": "WALLET", "reason": "Late by an hour"}

    assert api(ada).post(address, body).status_code == 403
    (proposed,) = api(ops).post(address, body).json()["data"]
    assert (proposed["status"], proposed["amount"]["amount"]) == ("PROPOSED", "500.00")
    assert api(ops).post(f"/api/v1/refunds/{proposed['id']}/approve/").status_code == 403
    actions = api(admin).get(f"/api/v1/payments/{payment.pk}/").json()["data"]["available_actions"]
    assert {action["name"] for action in actions if action["enabled"]} == {"refund", "approve_refund", "deny_refund"}
    assert api(admin).post(f"/api/v1/refunds/{proposed['id']}/approve/").status_code == 200
    drain_outbox()

    shown = api(ada).get(f"/api/v1/payments/{payment.pk}/").json()["data"]
    assert (shown["status"], shown["refunded"]["amount"]) == ("PARTIALLY_REFUNDED", "500.00")
    assert shown["refunds"][0]["status"] == "SUCCEEDED"
    again = api(admin).post(f"/api/v1/refunds/{proposed['id']}/deny/", {"reason": "too late"})
    assert (again.status_code, again.json()["code"]) == (409, "refund_decided")


def test_refund_refusals(api, desk, ada, ops, admin):
    payment = desk.pay(ada)
    address = f"/api/v1/payments/{payment.pk}/refunds/"
    cases = [
        ({"reason": "x", "amount": {"amount": "5000.01", "currency": "NGN"}}, 422),
        ({"reason": "x", "amount": {"amount": "1.00", "currency": "USD"}}, 400),
        ({"reason": "x", "amount": {"amount": "0.00", "currency": "NGN"}}, 400),
        ({"reason": "x", "item": {"type": "BOOKING", "id": str(uuid4())}}, 409),
        ({"reason": ""}, 400),
        ({"reason": "x", "wallet": "mine"}, 400),
    ]
    for body, status in cases:
        assert api(ops).post(address, body).status_code == status, body
    assert api(ops).post(f"/api/v1/payments/{uuid4()}/refunds/", {"reason": "x"}).status_code == 404
    assert api(admin).post(f"/api/v1/refunds/{uuid4()}/approve/").status_code == 404
    (whole,) = api(ops).post(address, {"reason": "all of it"}).json()["data"]
    assert (
        api(admin).post(f"/api/v1/refunds/{whole['id']}/deny/", {"reason": "no"}).json()["data"]["status"] == "DENIED"
    )


def test_proposing_with_one_key_twice_proposes_once(api, desk, ada, ops):
    payment = desk.pay(ada)
    client = api(ops, **{"Idempotency-Key": "one"})
    answers = [client.post(f"/api/v1/payments/{payment.pk}/refunds/", {"reason": "x"}).json()["data"] for _ in range(2)]

    assert answers[0] == answers[1]
    assert payment.refunds.count() == 1


def test_enabled_actions_succeed(api, desk, ada, ops):
    payment = desk.open(ada)
    desk.act(payment, Act.PENDING)
    for user in (ada, ops):
        for action in api(user).get(f"/api/v1/payments/{payment.pk}/").json()["data"]["available_actions"]:
            if action["enabled"]:
                assert getattr(api(user), action["method"].lower())(action["path"]).status_code == 200
