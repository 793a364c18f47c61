from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from apps.core import clock
from apps.core.errors import DomainError
from apps.ledger import operations as ledger
from apps.ledger.models import Account
from apps.ledger.states import RefundDestination
from apps.payments.gateways.values import DisputeInfo, DisputeStatus
from apps.payments.models import Chargeback, Payment
from apps.payments.operations.book_chargeback import book_chargeback

pytestmark = pytest.mark.django_db


def api(user):
    client = APIClient()
    client.force_authenticate(user)
    return client


def disputed(payment, gateway_id="dp_1", status=DisputeStatus.NEEDS_RESPONSE, taken_minor=0, **changes):
    """The gateway has said that there is a dispute about the payment."""
    info = DisputeInfo(**{
        "gateway_id": gateway_id, "payment_reference": payment.reference, "payment_gateway_id": "",
        "amount_minor": payment.amount_minor, "currency": payment.currency, "fee_minor": 0, "reason": "fraudulent",
        "status": status, "respond_by": None, "taken_minor": taken_minor, **changes,
    })  # fmt: skip
    return book_chargeback(Payment.objects.locked().get(pk=payment.pk), info, at=clock.now())


def test_operations_look_at_chargebacks_with_their_claims(desk, ada, ops, django_assert_num_queries):
    disputed(desk.pay(ada))
    with django_assert_num_queries(3):
        api(ops).get("/api/v1/chargebacks/")
    for number in range(2, 4):
        disputed(desk.pay(ada), f"dp_{number}")

    with django_assert_num_queries(3):
        answer = api(ops).get("/api/v1/chargebacks/").json()

    assert [each["gateway_id"] for each in answer["data"]["results"]] == ["dp_3", "dp_2", "dp_1"]
    (claimed,) = answer["data"]["results"][0]["claims"]
    assert (claimed["destination"], claimed["amount"]) == ("CHARGEBACK", {"amount": "5000.00", "currency": "NGN"})
    assert [each["name"] for each in answer["data"]["results"][0]["available_actions"] if each["enabled"]] == [
        "evidence"
    ]
    assert len(api(ops).get("/api/v1/chargebacks/", {"status": "LOST"}).json()["data"]["results"]) == 0


def test_customers_see_no_chargeback(desk, ada):
    chargeback = disputed(desk.pay(ada))

    for path in ("", f"{chargeback.pk}/"):
        assert api(ada).get(f"/api/v1/chargebacks/{path}").status_code == 403
    assert api(ada).post(f"/api/v1/chargebacks/{chargeback.pk}/evidence/", {"words": "x"}).status_code == 403


def test_evidence_is_given_once_and_then_not_awaited(desk, ada, ops, drain_outbox):
    chargeback = disputed(desk.pay(ada))
    path = f"/api/v1/chargebacks/{chargeback.pk}/"

    answer = api(ops).post(f"{path}evidence/", {"words": "Signed for.", "files": ["e/signed.jpg"]}, format="json")

    assert (answer.status_code, answer.json()["data"]["evidence_files"]) == (200, ["e/signed.jpg"])
    drain_outbox()
    shown = api(ops).get(path).json()["data"]
    assert shown["evidence_sent_at"] is not None
    assert [each["enabled"] for each in shown["available_actions"]] == [False]
    again = api(ops).post(f"{path}evidence/", {"words": "More"}, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "evidence_not_awaited")
    missing = api(ops).get("/api/v1/chargebacks/01930d5e-7a10-7cc3-98f2-6e1b7b0a1f11/")
    assert missing.json()["code"] == "chargeback_not_found"


def test_who_owes_is_listed_and_an_administrator_writes_it_off(desk, ada, performer, ops, admin):
    tip = desk.trade.tip(ada, performer)
    payment = desk.pay(ada, tip)
    api_of_ops, item = api(ops), {"type": tip.item_type, "id": str(tip.item_id)}
    proposed = api_of_ops.post(
        f"/api/v1/payments/{payment.pk}/refunds/",
        {"item": item, "destination": "WALLET", "reason": "By mistake"}, format="json",
    )  # fmt: skip
    assert proposed.status_code == 201
    disputed(payment, "dp_1", DisputeStatus.NEEDS_RESPONSE)
    disputed(payment, "dp_1", DisputeStatus.LOST, taken_minor=20_000)
    assert api_of_ops.get("/api/v1/receivables/").json()["data"]["results"] == []

    ledger.recover_tip(
        performer_id=performer.pk, customer_id=ada.pk, payment_id=payment.pk, gateway="sandbox", currency="NGN",
        amount_minor=700, destination=RefundDestination.WALLET, reason="-", at=clock.now(), idempotency_key="more",
    )  # fmt: skip
    (owing,) = api_of_ops.get("/api/v1/receivables/").json()["data"]["results"]
    path = f"/api/v1/receivables/{owing['id']}/write-off/"
    assert owing["owed"] == {"amount": "7.00", "currency": "NGN"}
    assert api_of_ops.post(path, {"reason": "x"}, format="json").status_code == 403
    too_much = api(admin).post(
        path, {"amount": {"amount": "7.01", "currency": "NGN"}, "reason": "x"}, format="json"
    )  # fmt: skip
    assert too_much.json()["code"] == "nothing_owed"
    answer = api(admin).post(path, {"reason": "Gone abroad"}, format="json")
    assert answer.json()["data"]["owed"] == {"amount": "0.00", "currency": "NGN"}
    assert Account.objects.filter(kind="LOSSES").count() == 1


def test_a_dispute_in_another_currency_is_booked_by_nobody(desk, ada):
    payment = desk.pay(ada)
    with pytest.raises(DomainError):
        disputed(payment, currency="USD")
    assert Chargeback.objects.count() == 0
