import pytest
from django.db import IntegrityError, transaction

from apps.catalog.models import Bundle, Package, PackageItem
from apps.catalog.tests.factories import BundleFactory, BusinessFactory, PackageFactory, ServiceFactory
from apps.core.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def services(business):
    return [ServiceFactory(business=business, title=title, price_minor=price) for title, price in PRICES]


PRICES = [("Massage", 500_000), ("Facial", 333_333)]


def _ngn(amount):
    return {"amount": amount, "currency": "NGN"}


def _package(business, services, **changes):
    parts = [{"service": str(service.pk), "uses": uses} for service, uses in zip(services, (3, 1), strict=True)]
    return {
        "business": str(business.pk), "title": "Calm", "valid_days": 180, "discount_percent": 15, "services": parts,
        **changes,
    }  # fmt: skip


def _bundle(business, services, **changes):
    told = _package(business, services, title="A day off", price=_ngn("15000.00"), **changes)
    return {name: value for name, value in told.items() if name != "discount_percent"}


def test_a_package_shows_what_it_costs_and_saves_at_todays_prices(api, business, services):
    answer = api(business.owner).post("/api/v1/packages/", _package(business, services))

    assert answer.status_code == 201, answer.content
    address = f"/api/v1/packages/{answer.json()['data']['id']}/"
    page = api().get(address).json()["data"]
    assert [(each["title"], each["uses"], each["price"]["amount"]) for each in page["services"]] == [
        ("Massage", 3, "5000.00"), ("Facial", 1, "3333.33"),
    ]  # fmt: skip
    # 15 % of 18,333.33 is 2,749.9995, rounded half up
    assert (page["list_price"], page["price"], page["saved"]) == (_ngn("18333.33"), _ngn("15583.33"), _ngn("2750.00"))
    services[0].price_minor = 600_000
    services[0].save()
    assert AuditEntry.objects.filter(action="package.created").count() == 1
    edited = api(business.owner).patch(address, {"title": "Calmer"}).json()["data"]
    assert (edited["list_price"], edited["price"]) == (_ngn("21333.33"), _ngn("18133.33"))


def test_a_bundle_has_one_total_and_says_what_is_saved(api, business, services):
    answer = api(business.owner).post("/api/v1/bundles/", _bundle(business, services))

    assert answer.status_code == 201, answer.content
    page = api().get(f"/api/v1/bundles/{answer.json()['data']['id']}/").json()["data"]
    assert (page["list_price"], page["price"], page["saved"]) == (_ngn("18333.33"), _ngn("15000.00"), _ngn("3333.33"))
    assert page["valid_days"] == 180


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"valid_days": 0}, "valid_days"),
        ({"valid_days": 2_000}, "valid_days"),
        ({"services": []}, "services"),
        ({"title": ""}, "title"),
        ({"colour": "red"}, "colour"),
    ],
)
@pytest.mark.parametrize("kind", ["packages", "bundles"])
def test_what_is_wrong_is_named_and_nothing_is_kept(api, business, services, kind, changes, field):
    shape = {"packages": _package, "bundles": _bundle}[kind]

    answer = api(business.owner).post(f"/api/v1/{kind}/", shape(business, services) | changes)

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    assert (Package.objects.count(), Bundle.objects.count()) == (0, 0)


@pytest.mark.parametrize("percent", [0, 100, -5])
def test_a_discount_is_between_nothing_and_everything(api, business, services, percent):
    answer = api(business.owner).post("/api/v1/packages/", _package(business, services, discount_percent=percent))

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["discount_percent"])


@pytest.mark.parametrize("which", ["another business's", "inactive", "deleted", "free", "named twice"])
def test_the_services_are_ones_that_the_business_offers_for_money(api, business, services, which, now):
    wrong = {
        "another business's": ServiceFactory,
        "inactive": lambda: ServiceFactory(business=business, is_active=False),
        "deleted": lambda: ServiceFactory(business=business, is_deleted=True, deleted_at=now),
        "free": lambda: ServiceFactory(business=business, price_minor=0),
        "named twice": lambda: services[0],
    }[which]()

    answer = api(business.owner).post("/api/v1/packages/", _package(business, [services[0], wrong]))

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["services"])
    assert (Package.objects.count(), PackageItem.objects.count()) == (0, 0)


def test_a_bundle_never_costs_more_than_its_services_and_trades_in_the_businesss_money(api, business, services):
    dearer = api(business.owner).post("/api/v1/bundles/", _bundle(business, services) | {"price": _ngn("18333.34")})
    foreign = {"price": {"amount": "10.00", "currency": "USD"}}
    other_money = api(business.owner).post("/api/v1/bundles/", _bundle(business, services) | foreign)
    free = api(business.owner).post("/api/v1/bundles/", _bundle(business, services) | {"price": _ngn("0.00")})

    assert (dearer.status_code, list(dearer.json()["errors"])) == (400, ["price"])
    assert (other_money.status_code, other_money.json()["code"]) == (400, "currency_mismatch")
    assert free.status_code == 400
    assert Bundle.objects.count() == 0


def test_an_edit_replaces_the_services_only_where_they_are_sent(api, business, services):
    package = PackageFactory(business=business, services={services[0]: 3})
    address = f"/api/v1/packages/{package.pk}/"

    kept = api(business.owner).patch(address, {"discount_percent": 20})
    moved = api(business.owner).patch(address, {"services": [{"service": str(services[1].pk), "uses": 2}]})
    anew = api(business.owner).put(address, {"title": "New"})

    assert [each["uses"] for each in kept.json()["data"]["services"]] == [3]
    assert [(each["title"], each["uses"]) for each in moved.json()["data"]["services"]] == [("Facial", 2)]
    assert anew.status_code == 400  # a replacement is whole


def test_the_public_sees_what_can_be_bought(api, business, services):
    shown = PackageFactory(business=business, services={services[0]: 1, services[1]: 2})
    PackageFactory(business=business, services={services[0]: 1}, is_active=False)
    PackageFactory(business=BusinessFactory(verification_status="PENDING"))
    withdrawn = ServiceFactory(business=business, is_active=False)
    hidden = PackageFactory(business=business, services={services[0]: 1, withdrawn: 1})
    client = api()

    found = client.get("/api/v1/packages/", {"service": services[1].pk, "business": business.slug})

    assert [each["id"] for each in client.get("/api/v1/packages/").json()["data"]["results"]] == [str(shown.pk)]
    assert found.json()["data"]["count"] == 1
    assert client.get(f"/api/v1/packages/{hidden.pk}/").status_code == 404
    own = api(business.owner).get(f"/api/v1/businesses/{business.pk}/packages/").json()["data"]
    assert own["count"] == 3


def test_a_withdrawn_one_is_gone(api, business, services):
    bundle = BundleFactory(business=business, services={services[0]: 2})

    assert api(business.owner).delete(f"/api/v1/bundles/{bundle.pk}/").status_code == 204

    assert api().get(f"/api/v1/bundles/{bundle.pk}/").status_code == 404
    assert Bundle.all_objects.get().is_deleted


@pytest.mark.parametrize("kind", ["packages", "bundles"])
def test_a_list_costs_the_same_for_one_and_for_three(api, business, services, kind, count_queries):
    make = {"packages": PackageFactory, "bundles": BundleFactory}[kind]
    make(business=business, services={services[0]: 1})
    address = f"/api/v1/businesses/{business.pk}/{kind}/"
    with count_queries() as one:
        api(business.owner).get(address)
    for _ in range(2):
        make(business=business, services=dict.fromkeys(services, 2))

    with count_queries() as three:
        answer = api(business.owner).get(address)

    assert answer.json()["data"]["count"] == 3
    assert len(three) == len(one)


@pytest.mark.parametrize(
    ("make", "wrong", "name"),
    [
        (PackageFactory, {"valid_days": 0}, "package_days_in_range"),
        (PackageFactory, {"discount_percent": 0}, "package_discount_in_range"),
        (BundleFactory, {"valid_days": 5_000}, "bundle_days_in_range"),
        (BundleFactory, {"price_minor": 0}, "bundle_price_positive"),
    ],
)
def test_the_database_keeps_the_terms(business, make, wrong, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        make(business=business, **wrong)


@pytest.mark.parametrize("make", [PackageFactory, BundleFactory])
def test_the_database_names_a_service_once_with_a_number_of_uses(business, services, make):
    deal = make(business=business, services={services[0]: 1})

    with pytest.raises(IntegrityError, match="names_a_service_once"), transaction.atomic():
        deal.items.create(service=services[0], uses=2)
    with pytest.raises(IntegrityError, match="uses_in_range"), transaction.atomic():
        deal.items.create(service=services[1], uses=0)
