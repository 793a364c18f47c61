from calendar import day_abbr

from django.contrib import admin

from apps.availability.admin.hours import LookedAtAdmin
from apps.availability.admin.words import in_words
from apps.availability.models import ScheduleOverride, TimeOff, TravelPeriod, WeeklySchedule


class OfPersonAdmin(LookedAtAdmin):
    business_lookup = "staff_member__business"
    list_select_related = ["staff_member", "staff_member__business"]
    search_fields = ["staff_member__display_name", "staff_member__business__name"]


@admin.register(WeeklySchedule)
class WeeklyScheduleAdmin(OfPersonAdmin):
    list_display = ["staff_member", "time_zone", "hours"]

    def hours(self, row: WeeklySchedule) -> str:
        return "; ".join(f"{day_abbr[number]} {in_words(spans)}" for number, spans in enumerate(row.weekly) if spans)


@admin.register(TravelPeriod)
class TravelPeriodAdmin(OfPersonAdmin):
    list_display = ["staff_member", "first_on", "last_on", "time_zone"]
    ordering = ["-id"]


@admin.register(ScheduleOverride)
class ScheduleOverrideAdmin(OfPersonAdmin):
    list_display = ["staff_member", "on", "hours"]
    ordering = ["-id"]

    def hours(self, row: ScheduleOverride) -> str:
        return in_words(row.spans)


@admin.register(TimeOff)
class TimeOffAdmin(OfPersonAdmin):
    list_display = ["staff_member", "starts_at", "ends_at", "reason"]
    list_filter = ["reason"]
    ordering = ["-id"]
