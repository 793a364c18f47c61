import pytest
from django.test import override_settings

from apps.core import health
from apps.core.models import SweepHeartbeat

pytestmark = pytest.mark.django_db


def test_alive_needs_nothing(client):
    body = client.get("/healthz").json()

    assert (body["status"], body["data"]["state"]) == ("success", "alive")


def test_ready_names_what_is_wrong(client):
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["code"], answer.json()["retryable"]) == (503, "not_ready", True)
    assert answer.json()["data"]["checks"] == {
        "database": "ok",
        "migrations": "ok",
        "redis": "ok",
        "worker": "no worker has run a sweep yet",
        "timers": "ok",
    }


def test_ready_when_a_worker_lives(client, now):
    SweepHeartbeat.objects.create(name="core.outbox", started_at=now)

    assert client.get("/readyz").status_code == 200


def test_a_probe_that_breaks_is_a_finding(client, monkeypatch):
    monkeypatch.setitem(health.CHECKS, "redis", lambda at: 1 / 0)

    assert client.get("/readyz").json()["data"]["checks"]["redis"] == "ZeroDivisionError"


def test_metrics_stand_behind_their_token(client):
    assert b"django_http_requests" in client.get("/metrics").content
    with override_settings(METRICS_TOKEN="figures"):
        assert client.get("/metrics").status_code == 401
        assert client.get("/metrics", headers={"Authorization": "Bearer figures"}).status_code == 200
