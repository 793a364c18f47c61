import threading
from types import SimpleNamespace

import pytest
import redis
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory, override_settings
from rest_framework.request import Request

from apps.core.api import throttles
from apps.core.api.throttles import CallerThrottle, client_address, sign_device

RATES = {"anonymous": "3/h", "user": "5/h", "business": "9/h", "login": "2/h"}


@pytest.fixture(autouse=True)
def limits(settings):
    throttles._step.cache_clear()
    client = redis.Redis.from_url(settings.REDIS_URL)
    for key in client.scan_iter("limit:*"):
        client.delete(key)
    with override_settings(THROTTLING=True, THROTTLE_RATES=RATES, NUMBER_OF_PROXIES=1):
        yield
    throttles._step.cache_clear()


def request_from(address="203.0.113.1", user=None, device=""):
    request = Request(RequestFactory().get("/", HTTP_X_FORWARDED_FOR=address, HTTP_X_DEVICE_TOKEN=device))
    request.user = user or AnonymousUser()
    return request


def passes(request, scope=None):
    return CallerThrottle().allow_request(request, SimpleNamespace(throttle_scope=scope))


def test_the_limit_holds_per_address():
    assert [passes(request_from()) for _ in range(5)] == [True, True, True, False, False]
    assert passes(request_from("203.0.113.2"))


def test_devices_behind_one_address_are_counted_apart_and_forged_ones_are_not():
    assert [passes(request_from(device=sign_device("a"))) for _ in range(4)] == [True, True, True, False]
    assert passes(request_from(device=sign_device("b")))
    assert [passes(request_from(device="forged:1")) for _ in range(4)] == [True, True, True, False]


def test_a_tighter_limit_counts_beside_the_general_one():
    assert [passes(request_from(), "login") for _ in range(3)] == [True, True, False]
    assert not passes(request_from())


def test_members_of_businesses_have_more():
    user = SimpleNamespace(pk=1, role="CEO", is_authenticated=True)
    assert [passes(request_from(user=user)) for _ in range(10)] == [True] * 9 + [False]


def test_answers_carry_the_limits():
    request = request_from()
    passes(request, "login")

    assert request._request.rate_limit_headers == {
        "RateLimit-Policy": '"anonymous";q=3;w=3600, "login";q=2;w=3600',
        "RateLimit": '"anonymous";r=2;t=3600, "login";r=1;t=3600',
    }


def test_sixty_four_at_once_let_no_more_through_than_the_limit():
    results = []
    threads = [threading.Thread(target=lambda: results.append(passes(request_from()))) for _ in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert results.count(True) == 3


def test_without_redis_nobody_is_turned_away():
    throttles._step.cache_clear()
    with override_settings(REDIS_URL="redis://127.0.0.1:1/0"):
        assert passes(request_from())


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("198.51.100.9, 203.0.113.5", "203.0.113.5"),
        ("203.0.113.5", "203.0.113.5"),
        ("nonsense", None),
        ("", "127.0.0.1"),
    ],
)
def test_an_address_before_our_own_proxy_is_not_believed(forwarded, address):
    assert client_address(RequestFactory().get("/", HTTP_X_FORWARDED_FOR=forwarded)) == address
