"""When sweeps run: ops change the period or pause one; what runs is the code's."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule

from apps.core.admin.bases import BaseAdmin

for table in (PeriodicTask, IntervalSchedule, CrontabSchedule, ClockedSchedule, SolarSchedule):
    admin.site.unregister(table)


@admin.register(PeriodicTask)
class ScheduleAdmin(BaseAdmin):
    list_display = ("name", "enabled", "interval", "crontab", "queue", "last_run_at", "total_run_count")
    list_filter = ("enabled",)
    list_select_related = ("interval", "crontab", "solar", "clocked")
    search_fields = ("name", "task")
    ordering = ("name",)
    fields = ("name", "enabled", "interval", "crontab", "task", "args", "queue", "last_run_at", "total_run_count")
    readonly_fields = ("name", "task", "args", "queue", "last_run_at", "total_run_count")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(IntervalSchedule)
class IntervalAdmin(BaseAdmin):
    list_display = ("__str__", "every", "period")
    ordering = ("period", "every", "id")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Several sweeps may share one: for another period, add it and choose it at the sweep."""
        return obj is None and self.may_change(request)


@admin.register(CrontabSchedule)
class CrontabAdmin(IntervalAdmin):
    list_display = ("__str__", "timezone")
    ordering = ("id",)
