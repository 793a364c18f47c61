import pytest
from django.core.management import call_command
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from apps.accounts.tests.factories import UserFactory
from apps.core.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def sweep():
    call_command("sync_schedules", verbosity=0)
    return PeriodicTask.objects.filter(task="core.run_sweep").order_by("name").first()


def save(client, sweep, **fields):
    address = f"/admin/django_celery_beat/periodictask/{sweep.pk}/change/"
    return client.post(address, {"enabled": "on", "interval": sweep.interval_id, "crontab": "", **fields})


def test_ops_give_a_sweep_another_period_and_it_is_in_the_trail(client, sweep):
    seldom = IntervalSchedule.objects.create(every=2, period=IntervalSchedule.HOURS)
    client.force_login(ops := UserFactory(ops=True))

    answer = save(client, sweep, interval=seldom.pk)

    assert answer.status_code == 302
    sweep.refresh_from_db()
    assert sweep.interval == seldom
    entry = AuditEntry.objects.get(action="admin.periodictask.changed")
    assert (entry.actor, entry.target_label) == (ops, str(sweep))


def test_who_only_looks_changes_no_schedule(client, sweep):
    client.force_login(UserFactory(viewer=True))

    assert client.get(f"/admin/django_celery_beat/periodictask/{sweep.pk}/change/").status_code == 200
    assert save(client, sweep, enabled="").status_code == 403
    sweep.refresh_from_db()
    assert sweep.enabled


def test_nobody_makes_up_a_task(client):
    client.force_login(UserFactory(admin=True))

    assert client.get("/admin/django_celery_beat/periodictask/add/").status_code == 403


def test_an_owner_does_not_see_the_machine_room(client):
    client.force_login(UserFactory(role="CEO", is_staff=True))

    assert client.get("/admin/django_celery_beat/periodictask/").status_code == 403
