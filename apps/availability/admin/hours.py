from calendar import day_name
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.availability.admin.words import in_words
from apps.availability.models import OpeningException, OpeningHours
from apps.core.admin.bases import BusinessScopedAdmin


class LookedAtAdmin(BusinessScopedAdmin):
    """Rows whose spans the API checks before it stores them; here they are looked at."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(OpeningHours)
class OpeningHoursAdmin(LookedAtAdmin):
    list_display = ["business", "day", "hours"]
    list_select_related = ["business"]
    search_fields = ["business__name"]
    ordering = ["business", "weekday"]

    @admin.display(ordering="weekday")
    def day(self, row: OpeningHours) -> str:
        return str(day_name[row.weekday])

    def hours(self, row: OpeningHours) -> str:
        return in_words(row.spans)


@admin.register(OpeningException)
class OpeningExceptionAdmin(LookedAtAdmin):
    list_display = ["business", "on", "hours", "reason"]
    list_select_related = ["business"]
    search_fields = ["business__name"]
    ordering = ["-id"]

    def hours(self, row: OpeningException) -> str:
        return in_words(row.spans)
