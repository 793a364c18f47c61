"""Rate limits shared by all processes: one atomic step in Redis per request, told in headers.

Redis may be lost at any moment; then nobody is limited, and nobody is turned away.
"""

import hashlib
import logging
from functools import lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import redis
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

if TYPE_CHECKING:
    from rest_framework.views import APIView  # the views import this module

logger = logging.getLogger(__name__)

# All counters of one request rise in one step; the answer is each one's count and seconds left.
_COUNT = """
local answers = {}
for i, key in ipairs(KEYS) do
    local count = redis.call('INCR', key)
    if count == 1 then redis.call('EXPIRE', key, ARGV[i]) end
    answers[#answers + 1] = count
    answers[#answers + 1] = redis.call('TTL', key)
end
return answers
"""
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_device_signer = Signer(salt="device-token")


@lru_cache(maxsize=1)
def _step() -> Any:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
    return client.register_script(_COUNT)


@lru_cache(maxsize=64)
def parse_rate(rate: str) -> tuple[int, int]:
    """The number of requests and the seconds of ``"100/h"``."""
    count, _, period = rate.partition("/")
    return int(count), _SECONDS[period[0]]


def client_address(request: HttpRequest | Request) -> str | None:
    """The caller's address: the entry of X-Forwarded-For that our own proxies have written, never one before it."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    count = settings.NUMBER_OF_PROXIES
    if count and hops:
        return _plain_address(hops[-min(count, len(hops))])
    return request.META.get("REMOTE_ADDR") or None


def _plain_address(text: str) -> str | None:
    try:
        return str(ip_address(text))
    except ValueError:
        return None


def sign_device(identifier: str) -> str:
    """A token that marks one device behind a shared address."""
    return _device_signer.sign(identifier)


class CallerThrottle(BaseThrottle):
    """Counts every request against its caller's kind, and against its view's ``throttle_scope`` where it has one."""

    wait_s: int | None = None

    def allow_request(self, request: Request, view: "APIView") -> bool:
        if not settings.THROTTLING or getattr(view, "throttle_exempt", False):
            return True
        scopes = [(kind := _kind(request)), getattr(view, "throttle_scope", None)]
        limits = [(scope, *parse_rate(settings.THROTTLE_RATES[scope])) for scope in scopes if scope]
        identity = hashlib.sha256(f"{kind}:{_identity(request, view)}".encode()).hexdigest()[:32]
        answers = _count([f"limit:{scope}:{identity}" for scope, *_ in limits], [period for *_, period in limits])
        if answers is None:
            return True
        hits = [
            (scope, limit, period, count, max(left, 0))
            for (scope, limit, period), count, left in zip(limits, answers[::2], answers[1::2], strict=True)
        ]
        request._request.rate_limit_headers = _headers(hits)
        exceeded = [left for _, limit, _, count, left in hits if count > limit]
        self.wait_s = max(exceeded, default=None)
        return not exceeded

    def wait(self) -> float | None:
        return self.wait_s


def _count(keys: list[str], periods: list[int]) -> list[int] | None:
    try:
        return list(_step()(keys=keys, args=periods))
    except redis.RedisError:
        logger.warning("throttle_without_redis")
        return None


def _kind(request: Request) -> str:
    if not request.user.is_authenticated:
        return "anonymous"
    return "business" if request.user.role in {"STAFF", "EMPLOYEE", "CEO"} else "user"


def _identity(request: Request, view: Any) -> str:
    if request.user.is_authenticated:
        return str(request.user.pk)
    if known := getattr(view, "throttle_identity", None):  # what the address itself has proved
        return str(known)
    if getattr(view, "throttle_by_address", False):  # a device token must not buy more device tokens
        return f"address:{client_address(request)}"
    try:
        return "device:" + _device_signer.unsign(request.headers.get("X-Device-Token", ""))
    except BadSignature:
        return f"address:{client_address(request)}"


def _headers(hits: list[tuple[str, int, int, int, int]]) -> dict[str, str]:
    policy = ", ".join(f'"{scope}";q={limit};w={period}' for scope, limit, period, _, _ in hits)
    left = ", ".join(f'"{scope}";r={max(limit - count, 0)};t={seconds}' for scope, limit, _, count, seconds in hits)
    return {"RateLimit-Policy": policy, "RateLimit": left}
