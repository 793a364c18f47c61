from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from django.db import connection

from apps.accounts import geocoding, operations
from apps.accounts.models import Address
from apps.accounts.tests.conftest import BASE
from apps.accounts.tests.factories import UserFactory
from apps.core import clock

pytestmark = pytest.mark.django_db
URL = f"{BASE}/profile/addresses/"
HOME = {"label": "Home", "lines": ["12  Admiralty   Way ,", " "], "city": "  lagos", "state": "Lagos", "country": "ng"}


def _add(client, **change):
    answer = client.post(URL, {**HOME, **change})
    assert answer.status_code == 201, answer.json()
    return answer.json()["data"]


def test_an_address_is_normalised_located_and_the_first_is_the_default(api, customer):
    data = _add(api(customer), landmark="Opposite the  water tower")

    assert data["lines"] == ["12 Admiralty Way"]
    assert (data["city"], data["country"], data["landmark"]) == ("Lagos", "NG", "Opposite the water tower")
    assert data["point"] == {"latitude": 6.5244, "longitude": 3.3792}
    assert (data["point_source"], data["default"]) == ("GEOCODED", True)


def test_a_pin_overrides_and_stays_until_taken_out(api, customer):
    client = api(customer)
    data = _add(client, point={"latitude": 6.43, "longitude": 3.42})
    assert (data["point_source"], data["point"]) == ("PIN", {"latitude": 6.43, "longitude": 3.42})

    moved = client.patch(f"{URL}{data['id']}/", {"city": "Abuja"}).json()["data"]
    assert (moved["point_source"], moved["point"]["latitude"]) == ("PIN", 6.43)
    freed = client.patch(f"{URL}{data['id']}/", {"point": None}).json()["data"]
    assert (freed["point_source"], freed["point"]["latitude"]) == ("GEOCODED", 9.0579)


def test_a_place_that_changes_is_located_anew(api, customer):
    client = api(customer)
    data = _add(client)

    assert client.patch(f"{URL}{data['id']}/", {"city": "Accra", "country": "GH"}).json()["data"]["point"] == {
        "latitude": 5.6037,
        "longitude": -0.187,
    }
    assert client.patch(f"{URL}{data['id']}/", {"city": "Nowhereville"}).json()["data"]["point"] is None


def test_there_is_exactly_one_default(api, customer):
    client = api(customer)
    first, second, third = _add(client), _add(client), _add(client, default=True)

    assert [row["id"] for row in client.get(URL).json()["data"]["results"]] == [third["id"], first["id"], second["id"]]
    client.patch(f"{URL}{second['id']}/", {"default": True})
    assert Address.objects.get(is_default=True).pk.hex == second["id"].replace("-", "")
    assert client.delete(f"{URL}{second['id']}/").status_code == 204
    assert str(Address.objects.get(is_default=True).pk) == first["id"]
    for row in (first, third):
        client.delete(f"{URL}{row['id']}/")
    assert client.get(URL).json()["data"]["count"] == 0
    assert Address.all_objects.filter(is_default=True).count() == 0


def test_the_default_cannot_be_unset_by_itself(api, customer):
    data = _add(api(customer))

    assert api(customer).patch(f"{URL}{data['id']}/", {"default": False}).json()["data"]["default"] is True


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"lines": []}, "lines"),
        ({"lines": ["", " "]}, "lines"),
        ({"lines": ["a", "b", "c", "d"]}, "lines"),
        ({"city": " "}, "city"),
        ({"city": ","}, "city"),
        ({"country": "Nigeria"}, "country"),
        ({"country": None}, "country"),
        ({"label": "x" * 41}, "label"),
        ({"point": {"latitude": 100, "longitude": 0}}, "point"),
    ],
)
def test_bad_addresses_name_their_field(api, customer, change, field):
    answer = api(customer).post(URL, {**HOME, **change})

    assert answer.status_code == 400
    assert field in answer.json()["errors"]
    assert not Address.objects.exists()


def test_a_put_replaces_the_whole(api, customer):
    data = _add(api(customer), landmark="By the mosque", postal_code="100001")

    after = api(customer).put(f"{URL}{data['id']}/", {**HOME, "label": "Work"}).json()["data"]

    assert (after["label"], after["landmark"], after["postal_code"]) == ("Work", "", "")


def test_somebody_elses_address_is_a_404(api, customer):
    data = _add(api(customer))
    other = api(UserFactory())

    assert other.get(URL).json()["data"]["count"] == 0
    for answer in (
        other.get(f"{URL}{data['id']}/"),
        other.put(f"{URL}{data['id']}/", HOME),
        other.patch(f"{URL}{data['id']}/", {"label": "x"}),
        other.delete(f"{URL}{data['id']}/"),
    ):
        assert answer.status_code == 404
    assert api(customer).get(f"{URL}{data['id']}/").status_code == 200


def test_there_is_an_end_to_addresses(api, customer):
    Address.objects.bulk_create(
        Address(user=customer, label=str(n), lines=["x"], city="Lagos", country="NG") for n in range(50)
    )

    assert api(customer).post(URL, HOME).json()["code"] == "too_many"


def test_the_list_costs_the_same_for_one_and_many(api, customer, count_queries):
    _add(api(customer))
    with count_queries() as one:
        api(customer).get(URL)
    for _ in range(5):
        _add(api(customer))
    with count_queries() as many:
        api(customer).get(URL)
    assert len(one) == len(many)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_defaults_set_at_once_leave_one(now):
    user = UserFactory()
    text = operations.AddressText(label="Home", lines=["1 Way"], city="Lagos", country="NG")

    def add(_):
        try:
            with clock.frozen(now):
                operations.add_address(user=user, text=text, is_default=True, at=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(add, range(6)))

    assert Address.objects.count() == 6
    assert Address.objects.filter(is_default=True).count() == 1


class TestHttpGeocoder:
    @pytest.fixture
    def service(self, monkeypatch):
        def answers(handler):
            client = httpx.Client(transport=httpx.MockTransport(handler))
            monkeypatch.setattr(geocoding.httpx, "get", client.get)

        return answers

    def locate(self, settings):
        settings.GEOCODER_URL = "https://geocoder.example/search"
        return geocoding.HttpGeocoder().locate(lines=["12 Way"], city="Lagos", state="Lagos", country="NG")

    def test_it_takes_the_first_answer(self, service, settings):
        service(lambda request: httpx.Response(200, json=[{"lat": "6.4", "lon": "3.5"}]))

        assert self.locate(settings).coords == (3.5, 6.4)

    @pytest.mark.parametrize(
        "answer",
        [
            lambda request: httpx.Response(500),
            lambda request: httpx.Response(200, json=[]),
            lambda request: httpx.Response(200, text="<html>"),
            lambda request: httpx.Response(200, json={"error": "x"}),
        ],
    )
    def test_it_falls_back_to_the_list(self, service, settings, answer):
        service(answer)

        assert self.locate(settings).coords == (3.3792, 6.5244)
