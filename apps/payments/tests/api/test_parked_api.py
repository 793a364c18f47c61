"""Parked money over HTTP: the list, proposing, and deciding as with any refund."""

from __future__ import annotations

from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from apps.core import clock
from apps.ledger.testing import assert_ledger_sound
from apps.payments.models import Refund
from apps.payments.tests.conftest import make_user, wallet_of
from apps.payments.tests.operations.test_parked import park

pytestmark = pytest.mark.django_db
LIST = "/api/v1/payments/parked/"


def api(user):
    client = APIClient()
    client.force_authenticate(user)
    return client


def names(actions):
    return [each["name"] for each in actions if each["enabled"]]


def test_operations_see_what_is_parked_its_age_its_cause_and_what_can_be_done(
    desk, ada, bayo, ops, now, django_assert_num_queries
):
    short = park(desk, ada)
    with django_assert_num_queries(4):
        api(ops).get(LIST)
    foreign = park(desk, bayo, amount_minor=500_000, currency="USD")
    desk.pay(ada)

    with clock.frozen(now + timedelta(days=3, hours=1)), django_assert_num_queries(4):
        rows = api(ops).get(LIST).json()["data"]["results"]

    assert [each["reference"] for each in rows] == [short.reference, foreign.reference]
    assert [each["parked"] for each in rows] == [
        {"amount": "4999.99", "currency": "NGN"}, {"amount": "5000.00", "currency": "USD"},
    ]  # fmt: skip
    assert [each["due"] for each in rows] == [{"amount": "5000.00", "currency": "NGN"}] * 2
    assert [each["age_days"] for each in rows] == [3, 3]
    assert [each["cause"] for each in rows] == [short.problem, foreign.problem]
    assert rows[0]["payer"] == {
        "id": str(ada.pk), "name": ada.name, "email": ada.email, "is_guest": False
    }  # fmt: skip
    assert names(rows[0]["available_actions"]) == ["give_back_parked", "credit_parked", "apply_parked"]
    assert names(rows[1]["available_actions"]) == ["give_back_parked", "credit_parked"]


def test_proposed_by_one_and_approved_by_another_it_is_in_the_wallet(desk, ada, ops, admin, drain_outbox):
    payment = park(desk, ada)
    address = f"/api/v1/payments/{payment.pk}/parked/"

    proposed = api(ops).post(address, {"way": "WALLET", "reason": "She asks for it"}, format="json")
    assert (proposed.status_code, proposed.json()["data"]["status"]) == (201, "PROPOSED")
    again = api(ops).post(address, {"way": "GATEWAY", "reason": "x"}, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "parked_proposed")
    (row,) = api(admin).get(LIST).json()["data"]["results"]
    assert names(row["available_actions"]) == ["approve_refund", "deny_refund"]
    refund_id = proposed.json()["data"]["id"]
    assert api(ops).post(f"/api/v1/refunds/{refund_id}/approve/", {}, format="json").status_code == 403
    assert api(admin).post(f"/api/v1/refunds/{refund_id}/approve/", {}, format="json").status_code == 200
    drain_outbox()

    assert wallet_of(ada) == 499_999
    assert api(ops).get(LIST).json()["data"]["results"] == []
    seen = api(ada).get(f"/api/v1/payments/{payment.pk}/").json()["data"]
    assert (seen["status"], seen["refunds"][0]["status"]) == ("RESOLVED", "SUCCEEDED")
    assert_ledger_sound()


def test_customers_and_viewers_move_nothing(desk, ada):
    payment = park(desk, ada)
    viewer = make_user("viewer", "VIEWER")

    assert api(ada).get(LIST).status_code == 403
    assert api(viewer).get(LIST).status_code == 200
    for person in (ada, viewer):
        wish = {"way": "WALLET", "reason": "x"}
        assert api(person).post(f"/api/v1/payments/{payment.pk}/parked/", wish, format="json").status_code == 403
    assert not Refund.objects.exists()


@pytest.mark.parametrize("wish", [{"way": "CHARGEBACK", "reason": "x"}, {"way": "WALLET", "reason": ""}, {}])
def test_a_way_and_a_reason_are_needed(desk, ada, ops, wish):
    payment = park(desk, ada)

    assert api(ops).post(f"/api/v1/payments/{payment.pk}/parked/", wish, format="json").status_code == 400


def test_the_bank_is_no_destination_of_an_ordinary_refund(desk, ada, ops):
    payment = desk.pay(ada)

    for destination in ("CHARGEBACK", "ITEM"):
        wish = {"destination": destination, "reason": "x"}
        assert api(ops).post(f"/api/v1/payments/{payment.pk}/refunds/", wish, format="json").status_code == 400
