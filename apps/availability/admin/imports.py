from django.contrib import admin

from apps.availability.admin.hours import LookedAtAdmin
from apps.availability.models import ImportedCalendar


@admin.register(ImportedCalendar)
class ImportedCalendarAdmin(LookedAtAdmin):
    """Without the address, which is its owner's secret."""

    business_lookup = "staff_member__business"
    list_display = ["staff_member", "name", "host", "read_at", "failures", "last_error", "events", "next_read_at"]
    list_select_related = ["staff_member"]
    search_fields = ["staff_member__display_name", "host"]
    exclude = ["address", "digest", "etag", "last_modified", "content_digest"]
    ordering = ["-id"]
