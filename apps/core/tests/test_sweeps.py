import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connections
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from apps.core import clock, sweeps
from apps.core.models import SweepHeartbeat


@pytest.fixture
def counted(monkeypatch):
    monkeypatch.setattr(sweeps, "_registry", {})
    runs = []

    @sweeps.sweep("test.counted", every=timedelta(minutes=1), batch=10)
    def run(at, limit):
        runs.append(at)
        return 0

    return runs


@pytest.mark.django_db
def test_a_tick_is_taken_once_and_the_next_one_again(counted, now):
    assert [sweeps.run_tick("test.counted"), sweeps.run_tick("test.counted")] == [0, None]

    with clock.frozen(now + timedelta(minutes=1)):
        assert sweeps.run_tick("test.counted") == 0
    assert len(counted) == 2


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_run_a_sweep_once(counted, now):
    def beat():
        with clock.frozen(now):
            sweeps.run_tick("test.counted")
        connections.close_all()

    threads = [threading.Thread(target=beat) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(counted) == 1


@pytest.mark.django_db
def test_a_sweep_runs_until_a_batch_is_not_full(monkeypatch, now):
    monkeypatch.setattr(sweeps, "_registry", {})
    left = [10, 10, 3, 0]
    sweeps.sweep("test.batches", every=timedelta(minutes=1), batch=10)(lambda at, limit: left.pop(0))

    assert sweeps.run_sweep("test.batches", at=now) == 23
    assert left == [0]


@pytest.mark.django_db
def test_a_failing_sweep_leaves_its_error_where_ops_see_it(monkeypatch):
    monkeypatch.setattr(sweeps, "_registry", {})

    @sweeps.sweep("test.broken", every=timedelta(minutes=1))
    def run(at, limit):
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        sweeps.run_tick("test.broken")

    assert SweepHeartbeat.objects.get().last_error == "ValueError: broken"


@pytest.mark.django_db
def test_schedules_are_made_once_and_edits_by_ops_stay(capsys):
    call_command("sync_schedules")
    names = set(PeriodicTask.objects.filter(task="core.run_sweep").values_list("name", flat=True))
    PeriodicTask.objects.filter(name="core.outbox").update(enabled=False)

    call_command("sync_schedules")

    assert names == {each.name for each in sweeps.registered()}
    assert not PeriodicTask.objects.get(name="core.outbox").enabled


def test_two_sweeps_cannot_share_a_name(monkeypatch):
    monkeypatch.setattr(sweeps, "_registry", {})
    sweeps.sweep("test.same", every=timedelta(minutes=1))(lambda at, limit: 0)
    with pytest.raises(ValueError, match="Two sweeps"):
        sweeps.sweep("test.same", every=timedelta(minutes=1))(lambda at, limit: 1)


@pytest.mark.django_db
@pytest.mark.parametrize(("minutes", "ticks"), [(10, 6), (30, 2), (60, 1)])
def test_a_sweep_runs_as_often_as_ops_have_scheduled_it(monkeypatch, now, minutes, ticks):
    monkeypatch.setattr(sweeps, "_registry", {})
    sweeps.sweep("test.hourly", every=timedelta(hours=1))(lambda at, limit: 0)
    interval = IntervalSchedule.objects.create(every=minutes, period=IntervalSchedule.MINUTES)
    PeriodicTask.objects.create(name="test.hourly", task="core.run_sweep", interval=interval)

    taken = []
    for passed in range(0, 60, minutes):
        with clock.frozen(now + timedelta(minutes=passed)):
            taken.append(sweeps.run_tick("test.hourly") is not None)

    assert taken == [True] * ticks


@pytest.mark.django_db
def test_a_crontab_of_ops_runs_each_of_its_minutes_once(monkeypatch, now):
    monkeypatch.setattr(sweeps, "_registry", {})
    sweeps.sweep("test.hourly", every=timedelta(hours=1))(lambda at, limit: 0)
    crontab = CrontabSchedule.objects.create(minute="*/5")
    PeriodicTask.objects.create(name="test.hourly", task="core.run_sweep", crontab=crontab)

    assert [sweeps.run_tick("test.hourly"), sweeps.run_tick("test.hourly")] == [0, None]
    with clock.frozen(now + timedelta(minutes=5)):
        assert sweeps.run_tick("test.hourly") == 0


@pytest.mark.django_db
def test_a_period_is_a_setting_until_ops_edit_the_schedule(monkeypatch):
    def registered():
        monkeypatch.setattr(sweeps, "_registry", {})
        for name in ("test.left_alone", "test.edited"):
            sweeps.sweep(name, every=timedelta(minutes=5))(lambda at, limit: 0)
        call_command("sync_schedules")

    def seconds_of(name):
        task = PeriodicTask.objects.select_related("interval").get(name=name)
        return timedelta(**{task.interval.period: task.interval.every}).total_seconds()

    registered()
    assert (seconds_of("test.left_alone"), seconds_of("test.edited")) == (300, 300)
    hourly = IntervalSchedule.objects.create(every=1, period=IntervalSchedule.HOURS)
    PeriodicTask.objects.filter(name="test.edited").update(interval=hourly)

    monkeypatch.setenv("GUILD_SWEEP_TEST_LEFT_ALONE", "30")
    monkeypatch.setenv("GUILD_SWEEP_TEST_EDITED", "30")
    registered()

    assert (seconds_of("test.left_alone"), seconds_of("test.edited")) == (30, 3600)
