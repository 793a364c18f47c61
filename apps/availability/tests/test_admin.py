from datetime import timedelta

import pytest
from django.contrib import admin
from django.urls import reverse

from apps.accounts.states import Role
from apps.availability.models import (
    BusyBlock,
    CapacitySlot,
    Course,
    ImportedCalendar,
    OpeningException,
    ScheduleOverride,
    TimeOff,
    TravelPeriod,
    WeeklySchedule,
)
from apps.availability.tests.factories import NOW, make_business, make_staff, make_user, take
from apps.catalog.tests.factories import ServiceFactory
from apps.core.testing import BackOfficeBrowser

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "model", [model for model in admin.site._registry if model._meta.app_label == "availability"], ids=str
)
def test_pages_open(model):
    business = make_business()
    staff = make_staff(business, weekly=[[[540, 1_020]]] + [[]] * 6)
    take(staff, NOW)
    OpeningException.objects.create(business=business, on=NOW.date())
    ScheduleOverride.objects.create(staff_member=staff, on=NOW.date())
    TravelPeriod.objects.create(staff_member=staff, first_on=NOW.date(), time_zone="UTC")
    TimeOff.objects.create(staff_member=staff, starts_at=NOW, ends_at=NOW + timedelta(days=1))
    CapacitySlot.objects.create(business=business, starts_at=NOW, ends_at=NOW + timedelta(hours=1), max_capacity=1)
    Course.objects.create(
        business=business, service=ServiceFactory(business=business), title="Six evenings", price_minor=6
    )
    ImportedCalendar.objects.create(staff_member=staff, name="Home", address="x", host="x.example", next_read_at=NOW)
    client = BackOfficeBrowser()
    client.force_login(make_user(role=Role.ADMIN, is_staff=True), backend="apps.accounts.backends.EmailBackend")
    name = f"admin:availability_{model._meta.model_name}"

    assert client.get(reverse(f"{name}_changelist")).status_code == 200
    assert client.get(reverse(f"{name}_change", args=[model.objects.first().pk])).status_code == 200
    assert WeeklySchedule.objects.count() == 1


def test_every_table_has_a_page():
    shown = {model for model in admin.site._registry if model._meta.app_label == "availability"}

    assert len(shown) == 10
    assert BusyBlock in shown
