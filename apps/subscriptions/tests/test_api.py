"""Plans, subscriptions and followers over HTTP."""

import pytest

from apps.bookings.tests.world import let_through
from apps.catalog.tests.factories import BusinessFactory, OwnerFactory, UserFactory
from apps.payments.models import Payment
from apps.subscriptions.models import Subscription
from apps.subscriptions.tests.paid import (
    PREMIUM,
    PRO,
    by_card,
    fresh,
    from_available,
    has_available,
    joined,
    member_by_card,
    offer,
    renew,
)

MINE = "/api/v1/practitioners/memberships/"


def _ngn(amount):
    return {"amount": amount, "currency": "NGN"}


def page(world, more=""):
    return f"/api/v1/businesses/{world.business.pk}/subscription/{more}"


def test_plans_are_told_to_everybody_the_smallest_first(api, db):
    plans = api().get("/api/v1/plans/").json()["data"]["results"]

    assert [(each["code"], each["staff_seats"], each["commission_bp"], each["is_featured"]) for each in plans] == [
        ("BASIC", 100, None, False), ("PRO", 250, 400, False), ("PREMIUM", None, 300, True),
    ]  # fmt: skip
    assert plans[0]["prices"] == []
    assert {"amount": "15000.00", "currency": "NGN"} in plans[1]["prices"]


def test_a_business_subscribes_by_card_and_sees_its_months(api, world):
    client = api(world.owner)
    before = client.get(page(world)).json()["data"]
    assert (before["plan"]["code"], before["subscription"]) == ("BASIC", None)

    made = client.post(page(world), {"plan": "PRO", "pay_from": "CARD"}, format="json")

    assert made.status_code == 201, made.json()
    told = made.json()["data"]
    assert (told["state"], told["plan"]["code"], told["due"]["amount"]) == ("INCOMPLETE", "PRO", _ngn("15000.00"))
    items = [{"type": told["due"]["type"], "id": told["due"]["id"]}]
    opened = client.post("/api/v1/payments/initialize/", {"items": items}, format="json")
    assert opened.status_code == 201, opened.json()
    let_through(Payment.objects.get())
    told = client.get(page(world)).json()["data"]
    assert (told["plan"]["code"], told["subscription"]["state"], told["subscription"]["due"]) == ("PRO", "ACTIVE", None)
    assert told["subscription"]["period_ends_at"] == "2026-12-18T09:00:00Z"
    assert [each["name"] for each in told["subscription"]["available_actions"]] == ["change", "cancel"]
    [period] = client.get(page(world, "periods/")).json()["data"]["results"]
    assert (period["kind"], period["state"], period["amount"]) == ("MONTH", "PAID", _ngn("15000.00"))
    assert period["payment_id"] == str(Payment.objects.get().pk)
    assert client.get("/api/v1/payments/methods/").json()["data"]["results"]


def test_from_available_with_preview_change_cancel_and_resume(api, world, now):
    has_available(world, PRO + PREMIUM)
    client = api(world.owner)
    made = client.post(page(world), {"plan": "PRO", "pay_from": "AVAILABLE"}, format="json")
    assert (made.status_code, made.json()["data"]["state"]) == (201, "ACTIVE")

    seen = client.post(page(world, "change/preview/"), {"plan": "PREMIUM"}, format="json").json()["data"]
    assert (seen["is_at_once"], seen["due"], seen["price"]) == (True, _ngn("30000.00"), _ngn("45000.00"))
    changed = client.post(page(world, "change/"), {"plan": "PREMIUM"}, format="json").json()["data"]
    assert changed["plan"]["code"] == "PREMIUM"
    waits = client.post(page(world, "change/"), {"plan": "PRO"}, format="json").json()["data"]
    assert (waits["plan"]["code"], waits["next_plan"]["code"]) == ("PREMIUM", "PRO")
    off = client.post(page(world, "cancel/"), {}, format="json").json()["data"]
    assert (off["state"], off["cancels_at_end"]) == ("ACTIVE", True)
    assert [each["name"] for each in off["available_actions"]] == ["resume"]
    on = client.post(page(world, "resume/"), {}, format="json").json()["data"]
    assert on["cancels_at_end"] is False
    assert len(client.get(page(world, "periods/")).json()["data"]["results"]) == 2


def test_the_days_of_grace_are_shown(api, world):
    subscription = from_available(world)
    renew(subscription.period_ends_at)

    told = api(world.owner).get(page(world)).json()["data"]["subscription"]

    assert (told["state"], told["kept_until"]) == ("PAST_DUE", "2026-12-25T09:00:00Z")
    assert (told["problem"], told["due"]["amount"]) == ("There is not enough money to withdraw.", _ngn("15000.00"))


def test_the_same_key_subscribes_once(api, world):
    has_available(world, 3 * PRO)
    client = api(world.owner, **{"Idempotency-Key": "once"})

    answers = [client.post(page(world), {"plan": "PRO", "pay_from": "AVAILABLE"}, format="json") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["data"]["id"] == answers[1].json()["data"]["id"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"plan": "GOLD", "pay_from": "CARD"}, 404, "plan_not_found"),
        ({"plan": "BASIC", "pay_from": "CARD"}, 422, "plan_not_offered"),
        ({"plan": "PRO", "pay_from": "GATEWAY"}, 422, "plan_not_offered"),
        ({"plan": "PRO", "pay_from": "AVAILABLE"}, 409, "not_enough_available"),
        ({"plan": "PRO", "pay_from": "WALLET"}, 400, "invalid"),
        ({"plan": "PRO", "pay_from": "CARD", "price": 1}, 400, "invalid"),
    ],
)
def test_refusals_to_subscribe(api, world, body, status, code):
    answer = api(world.owner).post(page(world), body, format="json")

    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.json()
    assert Subscription.objects.count() == 0


def test_who_may_do_what(api, world):
    by_card(world)
    admin, stranger = UserFactory(role="ADMIN", is_staff=True), OwnerFactory()

    def asked(person, method, more="", body=None):
        return getattr(api(person), method)(page(world, more), body or {}, format="json").status_code

    assert [asked(person, "get") for person in (world.owner, world.ops, admin)] == [200] * 3
    assert [asked(person, "get") for person in (world.desk, world.performer, stranger, None)] == [403, 403, 404, 401]
    assert [asked(person, "get", "periods/") for person in (world.owner, world.ops, world.desk)] == [200, 200, 403]
    for person, status in [(world.desk, 403), (world.ops, 403), (stranger, 404)]:
        assert asked(person, "post", "cancel/") == status
        assert asked(person, "post", "change/", {"plan": "PREMIUM"}) == status
    assert fresh(Subscription.objects.get()).cancels_at_end is False


def test_without_a_subscription_there_is_nothing_to_change(api, world):
    for more, body in [("change/", {"plan": "PRO"}), ("cancel/", {}), ("resume/", {})]:
        answer = api(world.owner).post(page(world, more), body, format="json")
        assert (answer.status_code, answer.json()["code"]) == (404, "subscription_not_found")


def offers(world, plan=""):
    return f"/api/v1/practitioners/{world.staff.pk}/plans/{plan}"


def test_a_practitioner_offers_a_plan_and_a_follower_joins(api, world):
    offer(world)
    performer = api(world.performer)
    made = performer.post(
        offers(world), {"name": "Gold", "description": "All of it.", "price": _ngn("5000.00")}, format="json"
    )
    assert made.status_code == 201, made.json()
    plan = made.json()["data"]
    assert [each["name"] for each in api().get(offers(world)).json()["data"]["results"]] == ["Inner circle", "Gold"]

    follower = UserFactory()
    joined_ = api(follower).post(f"/api/v1/practitioners/plans/{plan['id']}/join/", {}, format="json")

    assert joined_.status_code == 201, joined_.json()
    for ours in ("ADMIN", "OPS", "VIEWER"):
        refused = api(UserFactory(role=ours)).post(f"/api/v1/practitioners/plans/{plan['id']}/join/", {}, format="json")
        assert refused.status_code == 403
    due = joined_.json()["data"]["due"]
    body = {"items": [{"type": due["type"], "id": due["id"]}]}
    assert api(follower).post("/api/v1/payments/initialize/", body, format="json").status_code == 201
    let_through(Payment.objects.get())
    [row] = api(follower).get(MINE).json()["data"]["results"]
    assert (row["state"], row["plan"]["name"], row["practitioner"]["display_name"]) == ("ACTIVE", "Gold", "Chidi")
    off = api(follower).post(f"{MINE}{row['id']}/cancel/", {}, format="json").json()["data"]
    on = api(follower).post(f"{MINE}{row['id']}/resume/", {}, format="json").json()["data"]
    assert (off["cancels_at_end"], on["cancels_at_end"]) == (True, False)
    assert api(UserFactory()).post(f"{MINE}{row['id']}/cancel/", {}, format="json").status_code == 404


def test_who_manages_the_plans_of_a_practitioner(api, world):
    plan = offer(world)
    body = {"is_active": False, "price": _ngn("2000.00")}

    assert api(UserFactory()).patch(offers(world, f"{plan.pk}/"), body, format="json").status_code == 404
    assert api().patch(offers(world, f"{plan.pk}/"), body, format="json").status_code == 401
    shown = api(world.owner).patch(offers(world, f"{plan.pk}/"), body, format="json").json()["data"]

    assert (shown["is_active"], shown["price"]) == (False, _ngn("2000.00"))
    assert api().get(offers(world)).json()["data"]["results"] == []
    assert len(api(world.performer).get(offers(world)).json()["data"]["results"]) == 1
    dollars = {"name": "Gold", "price": {"amount": "5.00", "currency": "USD"}}
    assert api(world.owner).post(offers(world), dollars, format="json").status_code == 400
    wrong = {"price": {"amount": "5.00", "currency": "USD"}}
    assert api(world.owner).patch(offers(world, f"{plan.pk}/"), wrong, format="json").status_code == 400


def test_a_practitioner_without_a_page_offers_nothing(api, world):
    body = {"name": "Gold", "price": _ngn("5000.00")}

    assert api().get(offers(world)).status_code == 404
    assert api(world.performer).post(offers(world), body, format="json").status_code == 404


def test_lists_ask_as_often_for_one_as_for_three(api, world, count_queries):
    plan = offer(world)
    membership = member_by_card(world, plan=plan)
    client = api(membership.payer)
    by_card(world)
    owner = api(world.owner)
    for address, reader in [(MINE, client), (page(world, "periods/"), owner)]:
        reader.get(address)
    with count_queries() as mine:
        client.get(MINE)
    with count_queries() as periods:
        owner.get(page(world, "periods/"))
    for number in range(2):
        other = type(world.staff).objects.create(
            business=world.business, user=UserFactory(), display_name=f"Other {number}", has_public_page=True
        )
        theirs = type(plan).objects.create(practitioner=other, name="Circle", currency="NGN", price_minor=1_000)
        joined(world, member=membership.payer, plan=theirs)
    renew(Subscription.objects.get(business=world.business).period_ends_at)
    renew(Subscription.objects.get(business=world.business).period_ends_at)

    with count_queries() as more_mine:
        assert len(client.get(MINE).json()["data"]["results"]) == 3
    with count_queries() as more_periods:
        assert len(owner.get(page(world, "periods/")).json()["data"]["results"]) == 3

    assert (len(more_mine), len(more_periods)) == (len(mine), len(periods))


def test_another_business_is_not_touched(api, world):
    other = BusinessFactory(owner=world.owner)
    by_card(world)

    told = api(world.owner).get(f"/api/v1/businesses/{other.pk}/subscription/").json()["data"]

    assert (told["plan"]["code"], told["subscription"]) == ("BASIC", None)
