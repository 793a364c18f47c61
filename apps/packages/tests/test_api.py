"""Buying, looking and giving back over HTTP."""

import pytest

from apps.bookings.tests.world import NOW, START
from apps.catalog.models import Package
from apps.catalog.tests.factories import BundleFactory, PackageFactory, UserFactory
from apps.core import clock
from apps.packages.models import Purchase
from apps.packages.tests.sold import bought, facial, pay, unpaid

pytestmark = pytest.mark.django_db
MINE, ALL = "/api/v1/packages/mine/", "/api/v1/packages/purchases/"


def _ngn(amount):
    return {"amount": amount, "currency": "NGN"}


def test_bought_paid_seen_and_spent(api, world):
    package = PackageFactory(business=world.business, title="Calm", services={world.service: 2, facial(world): 1})
    client = api(world.customer)

    made = client.post(f"/api/v1/packages/{package.pk}/buy/", {"expected_price": _ngn("12000.00")}, format="json")

    assert made.status_code == 201, made.json()
    told = made.json()["data"]
    assert (told["status"], told["kind"], told["price"], told["saved"]) == (
        "PENDING", "PACKAGE", _ngn("12000.00"), _ngn("1333.33"),
    )  # fmt: skip
    assert [each["name"] for each in told["available_actions"]] == ["pay"]
    body = {"items": [{"type": told["kind"], "id": told["id"]}]}
    checkout = client.post(told["available_actions"][0]["path"], body, format="json")
    assert checkout.status_code == 201, checkout.json()
    assert checkout.json()["data"]["amount"] == _ngn("12000.00")

    purchase = pay(Purchase.objects.get())
    world.book(package_id=purchase.pk)

    [row] = client.get(MINE).json()["data"]["results"]
    assert (row["status"], row["uses_left"], row["expires_at"]) == ("ACTIVE", 2, "2027-02-16T09:00:00Z")
    assert [(each["service"]["name"], each["bought"], each["left"]) for each in row["services"]] == [
        ("Massage", 2, 1), ("Facial", 1, 1),
    ]  # fmt: skip
    assert row["available_actions"] == ["refund"]
    page = client.get(f"{ALL}{purchase.pk}/").json()["data"]
    assert [(each["state"], each["worth"]["amount"]) for each in page["uses"]] == [
        ("SPENT", "4500.00"), ("OPEN", "4500.00"), ("OPEN", "3000.00"),
    ]  # fmt: skip


def test_a_bundle_is_bought_as_a_bundle(api, world):
    bundle = BundleFactory(business=world.business, services={world.service: 2})

    told = api(world.customer).post(f"/api/v1/bundles/{bundle.pk}/buy/", {}, format="json").json()["data"]

    assert (told["kind"], told["price"], told["saved"]) == ("BUNDLE", _ngn("9000.00"), _ngn("1000.00"))
    body = {"items": [{"type": "BUNDLE", "id": told["id"]}]}
    assert api(world.customer).post("/api/v1/payments/initialize/", body, format="json").status_code == 201


def test_another_price_and_what_is_not_there_are_refused(api, world):
    package = PackageFactory(business=world.business, services={world.service: 1})
    client, ops = api(world.customer), api(world.ops)
    address = f"/api/v1/packages/{package.pk}/buy/"

    changed = client.post(address, {"expected_price": _ngn("1.00")}, format="json")
    unknown_field = client.post(address, {"discount": 50}, format="json")
    elsewhere = client.post(f"/api/v1/bundles/{package.pk}/buy/", {}, format="json")

    assert (changed.status_code, changed.json()["code"]) == (409, "price_changed")
    assert changed.json()["data"]["price"] == _ngn("4500.00")
    assert unknown_field.status_code == 400
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (404, "bundle_not_found")
    assert ops.post(address, {}, format="json").status_code == 403
    assert api().post(address, {}, format="json").status_code == 401
    assert Purchase.objects.count() == 0


def test_once_with_one_key(api, world):
    package = PackageFactory(business=world.business, services={world.service: 1})
    client = api(world.customer, **{"Idempotency-Key": "buy-1"})

    answers = [client.post(f"/api/v1/packages/{package.pk}/buy/", {}, format="json").json() for _ in range(2)]

    assert answers[0]["data"] == answers[1]["data"]
    assert Purchase.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "sees"), [("customer", True), ("desk", True), ("owner", True), ("ops", True), ("performer", False)]
)
def test_who_sees_a_purchase(api, world, who, sees):
    purchase = bought(world)
    client = api(getattr(world, who))

    assert client.get(f"{ALL}{purchase.pk}/").status_code == (200 if sees else 404)
    assert client.get(ALL, {"business": str(world.business.pk)}).json()["data"]["count"] == int(sees)
    assert client.get(MINE).json()["data"]["count"] == int(who == "customer")


def test_the_offer_to_give_back_holds_what_it_says(api, world, drain_outbox):
    purchase = bought(world)
    client = api(world.customer)
    [offered] = client.get(f"{ALL}{purchase.pk}/").json()["data"]["available_actions"]

    answer = client.post(offered["path"], {"reason": "Moving away."}, format="json")
    drain_outbox()

    assert (offered["name"], offered["money_effect"]) == (
        "refund", "NGN 13500.00 for 3 unused goes back to the customer's wallet.",
    )  # fmt: skip
    assert answer.status_code == 200, answer.json()
    page = client.get(f"{ALL}{purchase.pk}/").json()["data"]
    assert ({each["state"] for each in page["uses"]}, page["available_actions"]) == ({"REFUNDED"}, [])
    again = client.post(offered["path"], {}, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")


def test_what_has_run_out_says_so_and_offers_nothing(api, world):
    purchase = bought(world)

    with clock.frozen(purchase.expires_at):
        client = api(world.customer)
        [row] = client.get(MINE).json()["data"]["results"]
        with_uses = client.get(MINE, {"has_uses": "true"}).json()["data"]["count"]
        without = client.get(MINE, {"has_uses": "false"}).json()["data"]["count"]

    assert (row["status"], row["uses_left"], row["available_actions"]) == ("EXPIRED", 0, [])
    assert (with_uses, without) == (0, 1)


def test_a_spent_use_names_its_booking(api, world):
    purchase = bought(world, uses=1)
    booking = world.book(package_id=purchase.pk, start=START)

    [use] = api(world.customer).get(f"{ALL}{purchase.pk}/").json()["data"]["uses"]

    assert use["booking"] == str(booking.pk)


@pytest.mark.parametrize("address", [MINE, ALL])
def test_a_list_costs_the_same_for_one_and_for_three(api, world, count_queries, address):
    bought(world)
    with count_queries() as one:
        api(world.customer).get(address)
    for number in range(2):
        bought(world, services={world.service: 2, facial(world, title=f"Facial {number}"): 1})

    with count_queries() as three:
        answer = api(world.customer).get(address)

    assert answer.json()["data"]["count"] == 3
    assert len(three) == len(one)


def test_a_business_that_cannot_be_paid_says_so_before_the_customer_tries(api, world):
    purchase = unpaid(world)
    world.business.verification_status = "SUSPENDED"
    world.business.save()
    client = api(world.customer)

    [offered] = client.get(f"{ALL}{purchase.pk}/").json()["data"]["available_actions"]
    tried = client.post(offered["path"], {"items": [{"type": "PACKAGE", "id": str(purchase.pk)}]}, format="json")

    assert (offered["enabled"], tried.status_code) == (False, 409)
    assert offered["reason"]


def test_what_was_bought_stays_as_it_was(api, world):
    purchase = bought(world)
    Package.objects.update(title="Other", is_active=False, valid_days=1)
    world.service.price_minor = 1
    world.service.save()

    [row] = api(UserFactory(role="ADMIN", is_staff=True)).get(ALL).json()["data"]["results"]

    assert (row["title"], row["price"], row["uses_left"]) == ("Calm", _ngn("13500.00"), 3)
    assert world.book(package_id=purchase.pk, at=NOW).covered_minor == 450_000
