"""What stories of a week share: the sandbox's own clock over a wall that stands still, and a gateway close by."""

import pytest
from rest_framework.test import APIClient

from apps.core import clock
from apps.notifications import push, sms
from apps.payments.gateways.registry import gateway
from apps.payments.sandbox import hooks
from tests.stories.weeks.week import MONDAY, Week


@pytest.fixture(autouse=True)
def now():
    """The sandbox's clock can be moved."""
    return MONDAY


@pytest.fixture
def week(transactional_db, monkeypatch):
    """``week(zone)`` begins on a Monday at midnight, UTC."""
    gateway.cache_clear()
    push.MemoryBackend.outbox.clear()
    sms.MemoryBackend.outbox.clear()
    monkeypatch.setattr(clock, "wall", lambda: MONDAY)
    monkeypatch.setattr(hooks.requests, "post", _heard)
    yield Week
    gateway.cache_clear()


def _heard(url, *, data, headers, timeout):
    """The web hook, at the address to which it was sent."""
    path = url.removeprefix(url.partition("/api/")[0])
    signature = {name: value for name, value in headers.items() if name != "Content-Type"}
    return APIClient().post(path, data, content_type=headers["Content-Type"], headers=signature)
