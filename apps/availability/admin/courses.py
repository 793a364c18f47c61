from django.contrib import admin

from apps.availability.admin.hours import LookedAtAdmin
from apps.availability.models import CapacitySlot, Course
from apps.core.admin import ReadOnlyInline, money_of


class SessionInline(ReadOnlyInline):
    model = CapacitySlot
    fields = ("starts_at", "ends_at", "booked_count", "max_capacity", "is_available", "started_at", "completed_at")
    readonly_fields = fields
    ordering = ("starts_at",)


@admin.register(Course)
class CourseAdmin(LookedAtAdmin):
    list_display = [
        "title", "business", "service", money_of("price_minor", currency="business.currency"), "allows_single",
        "is_available",
    ]  # fmt: skip
    list_select_related = ["business", "service"]
    list_filter = ["is_available", "allows_single"]
    search_fields = ["title", "business__name", "service__title"]
    ordering = ["-id"]
    inlines = [SessionInline]
