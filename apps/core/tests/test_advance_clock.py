from datetime import timedelta

import pytest

from apps.core import sweeps
from apps.core.models import SandboxClock

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_the_time_machine_is_not_for_customers(api):
    answer = api().post("/api/v1/sandbox/clock/advance/", {"hours": "1"})

    assert answer.status_code == 401
    assert answer.json()["code"] == "not_authenticated"
    assert answer.json()["status"] == "error"


@pytest.fixture
def timers(monkeypatch, now):
    """Three timers of two sweeps, in the hours to come; answers what was acted on, and when."""
    monkeypatch.setattr(sweeps, "_registry", {})
    due = {"a": [now + 1 * HOUR, now + 3 * HOUR], "b": [now + 2 * HOUR, now + 30 * HOUR]}
    acted = []

    def register(name):
        def act(at, limit):
            ripe = [moment for moment in due[name] if moment <= at]
            acted.extend((name, moment - now) for moment in ripe)
            due[name] = [moment for moment in due[name] if moment > at]
            return len(ripe)

        sweeps.sweep(name, every=HOUR, next_due=lambda: min(due[name], default=None))(act)

    register("a")
    register("b")
    return acted


def test_ops_move_the_clock_and_what_falls_due_on_the_way_happens_in_order(api, admin_user, timers):
    answer = api(admin_user).post("/api/v1/sandbox/clock/advance/", {"hours": "24"})

    assert answer.status_code == 200, answer.json()
    assert timers == [("a", HOUR), ("b", 2 * HOUR), ("a", 3 * HOUR)]
    assert answer.json()["data"]["processed"] == {"a": 2, "b": 1}
    assert SandboxClock.objects.get().offset_s >= 24 * 3600


def test_the_time_machine_is_not_there_outside_a_sandbox(api, admin_user, settings):
    settings.SANDBOX = False

    assert api(admin_user).post("/api/v1/sandbox/clock/advance/", {"hours": "1"}).status_code == 404
    assert api().get("/api/v1/sandbox/clock/").status_code == 404
