"""What holds for every list of the back office, also for those that are still to come."""

import re

import pytest
from django.contrib import admin
from django.contrib.admin.filters import AllValuesFieldListFilter, FieldListFilter, RelatedFieldListFilter
from django.db import connection
from django.test import RequestFactory
from django.urls import reverse

from apps.accounts.tests.factories import UserFactory
from apps.backoffice.navigation import GROUPS

pytestmark = pytest.mark.django_db
LISTS = sorted(admin.site._registry.items(), key=lambda item: item[0]._meta.label)
NAMES = [model._meta.label for model, _ in LISTS]
# A handful of rows for ever: sorting them costs nothing.
SMALL = {
    "catalog.Category", "core.OutboxMessage", "core.SweepHeartbeat", "notifications.Template",
    "django_celery_beat.PeriodicTask", "django_celery_beat.IntervalSchedule", "django_celery_beat.CrontabSchedule",
}  # fmt: skip


def test_every_list_has_its_place_in_the_menu():
    assert sorted(name for _, names in GROUPS for name in names) == sorted(name.lower() for name in NAMES)


@pytest.mark.parametrize(("model", "model_admin"), LISTS, ids=NAMES)
def test_every_list_opens_for_ops(client, model, model_admin):
    client.force_login(UserFactory(admin=True))

    page = client.get(reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist"))

    assert page.status_code == 200


@pytest.mark.parametrize(("model", "model_admin"), LISTS, ids=NAMES)
def test_an_index_gives_every_large_list_its_order(model, model_admin):
    if model._meta.label in SMALL:
        return
    request = RequestFactory().get("/")
    request.user = UserFactory(admin=True)
    rows = model_admin.get_changelist_instance(request).get_queryset(request)[:50]

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute("SET LOCAL enable_hashjoin = off")
    plan = rows.explain()

    # An incremental sort orders a few equal rows at a time; a plain one reads the whole table first.
    assert not re.search(r"^\s*->\s+Sort\s", plan, re.MULTILINE), plan


@pytest.mark.parametrize(("model", "model_admin"), LISTS, ids=NAMES)
def test_no_filter_reads_a_whole_large_table_for_its_choices(model, model_admin):
    if model._meta.label in SMALL:
        return
    for name in (each for each in model_admin.list_filter if isinstance(each, str)):
        field = model
        for part in name.split("__"):
            found = field._meta.get_field(part)
            field = found.related_model
        kind = next(kind for fits, kind in FieldListFilter._field_list_filters if fits(found))
        assert not issubclass(kind, AllValuesFieldListFilter | RelatedFieldListFilter), name
