from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import override_settings

from apps.core import clock, sandbox_clock, sweeps
from apps.core.errors import Invalid
from apps.core.models import SandboxClock
from apps.core.operations import advance_clock


@pytest.fixture(autouse=True)
def running_clock(now):
    token = clock._frozen.set(None)
    yield
    clock._frozen.reset(token)


def test_the_clock_takes_aware_moments_only():
    with pytest.raises(ValueError, match="aware"), clock.frozen(datetime(2026, 1, 1)):  # noqa: DTZ001
        pass


@pytest.mark.django_db(transaction=True)
def test_the_sandbox_moves_forward_and_losing_redis_loses_nothing():
    sandbox_clock.move_forward(timedelta(hours=24))
    cache.clear()
    clock.forget_offset()

    ahead = clock.now() - datetime.now(UTC)
    assert timedelta(hours=23, minutes=59) < ahead <= timedelta(hours=24)


@pytest.mark.django_db(transaction=True)
def test_losing_redis_and_the_database_for_a_moment_does_not_throw_anybody_back(monkeypatch):
    sandbox_clock.move_forward(timedelta(hours=24))
    cache.clear()
    clock.forget_offset()

    def gone():
        raise OperationalError("connection refused")

    with monkeypatch.context() as outage:
        outage.setattr(connection.introspection, "table_names", gone)
        with pytest.raises(OperationalError):
            clock.now()

    assert clock.now() - datetime.now(UTC) > timedelta(hours=23, minutes=59)


@pytest.mark.django_db(transaction=True)
def test_who_read_the_row_before_a_move_does_not_hide_the_move(monkeypatch):
    stored = sandbox_clock._stored_seconds

    def overtaken():
        seconds = stored()
        sandbox_clock.move_forward(timedelta(hours=24))
        return seconds

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(sandbox_clock, "_stored_seconds", overtaken)
        assert sandbox_clock.read_offset() == timedelta(0)

    assert sandbox_clock.read_offset() == timedelta(hours=24)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_who_wait_for_one_moment_get_there_once():
    moment = datetime.now(UTC) + timedelta(hours=24)

    def wait(_number):
        try:
            return sandbox_clock.reach(moment)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        reached = list(pool.map(wait, range(32)))

    assert {offset < timedelta(hours=24, seconds=2) for offset in reached} == {True}
    assert clock.now() > moment


@pytest.mark.django_db
def test_time_never_moves_back():
    with pytest.raises(Invalid):
        sandbox_clock.move_forward(timedelta(seconds=-1))
    with pytest.raises(Invalid):
        advance_clock(by=timedelta(hours=-1))


@pytest.mark.django_db
@override_settings(SANDBOX=False)
def test_outside_a_sandbox_time_stands_as_it_is(api, admin_user):
    with pytest.raises(Invalid):
        sandbox_clock.move_forward(timedelta(hours=1))
    assert api(admin_user).post("/api/v1/sandbox/clock/advance/", {"hours": "1"}).status_code == 404
    assert not SandboxClock.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_everything_due_on_the_way_happens_in_order(monkeypatch):
    monkeypatch.setattr(sweeps, "_registry", {})
    start = clock.now()
    due = {
        "late": start + timedelta(hours=20),
        "early": start + timedelta(hours=2),
        "after": start + timedelta(hours=30),
    }
    happened = []

    def register(name):
        @sweeps.sweep(f"test.{name}", every=timedelta(minutes=1), next_due=lambda: due.get(name))
        def run(at, limit):
            if name in due and due[name] <= at:
                happened.append((name, at >= due[name], at < due[name] + timedelta(minutes=1)))
                del due[name]
                return 1
            return 0

    for name in list(due):
        register(name)

    report = advance_clock(by=timedelta(hours=24))

    assert happened == [("early", True, True), ("late", True, True)]
    assert dict(report.processed) == {"test.early": 1, "test.late": 1}
    assert clock.now() >= start + timedelta(hours=24)


@pytest.mark.django_db(transaction=True)
def test_a_sweep_that_can_do_nothing_does_not_stop_the_clock(monkeypatch):
    monkeypatch.setattr(sweeps, "_registry", {})
    stuck_at = clock.now()
    sweeps.sweep("test.stuck", every=timedelta(minutes=1), next_due=lambda: stuck_at)(lambda at, limit: 0)

    assert advance_clock(by=timedelta(hours=1)).processed == {}
