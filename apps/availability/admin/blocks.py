from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest

from apps.accounts.models import User
from apps.availability import operations
from apps.availability.admin.hours import LookedAtAdmin
from apps.availability.models import BusyBlock, CapacitySlot
from apps.core import clock
from apps.core.admin.bases import audited_action


@admin.register(BusyBlock)
class BusyBlockAdmin(LookedAtAdmin):
    business_lookup = "staff_member__business"
    list_display = ["staff_member", "kind", "starts_at", "ends_at", "is_active", "is_running", "expires_at"]
    list_select_related = ["staff_member"]
    list_filter = ["kind", "is_active", "is_running"]
    search_fields = ["staff_member__display_name", "=booking_id"]
    ordering = ["-id"]
    actions = ["free_time"]

    @audited_action("Free time that was taken by hand")
    def free_time(self, request: HttpRequest, row: BusyBlock) -> Any:
        """The block is gone, unless it is a booking's."""
        operations.unmark_busy(block_id=row.pk, by=cast("User", request.user), at=clock.now())


@admin.register(CapacitySlot)
class CapacitySlotAdmin(LookedAtAdmin):
    list_display = [
        "business", "service", "starts_at", "ends_at", "booked_count", "max_capacity", "is_available", "started_at",
        "completed_at",
    ]  # fmt: skip
    list_select_related = ["business", "service"]
    list_filter = ["is_available"]
    search_fields = ["business__name", "service__title"]
    ordering = ["-id"]
