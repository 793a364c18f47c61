from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.catalog import operations
from apps.catalog.models import Membership, PractitionerLocation, StaffMember
from apps.core import clock
from apps.core.admin import BusinessScopedAdmin, ReadOnlyInline, audited_action


class ReadOnlyScopedAdmin(BusinessScopedAdmin):
    """Rows of one's businesses, for looking: operations change them."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Membership)
class MembershipAdmin(ReadOnlyScopedAdmin):
    list_display = ("business", "user", "invited_email", "kind", "state", "joined_at", "ended_at")
    list_filter = ("kind", "state")
    search_fields = ("business__name", "user__email", "user__last_name", "=invited_email")
    list_select_related = ("business", "user")
    ordering = ("-id",)


class LocationInline(ReadOnlyInline):
    model = PractitionerLocation
    fields = ("name", "address", "is_virtual", "is_primary")
    readonly_fields = fields


@admin.register(StaffMember)
class StaffMemberAdmin(ReadOnlyScopedAdmin):
    list_display = ("display_name", "business", "is_active", "has_public_page", "is_verified", "rating_average")
    list_filter = ("is_active", "has_public_page", "is_verified", "is_featured")
    search_fields = ("display_name", "business__name", "user__email")
    list_select_related = ("business",)
    ordering = ("-id",)
    exclude = ("location",)
    inlines = (LocationInline,)
    actions = ("open_page",)

    @audited_action("Open the public page", roles=frozenset({"ADMIN"}))
    def open_page(self, request: HttpRequest, staff: StaffMember) -> None:
        """The practitioner's page is verified and public."""
        operations.verify_practitioner(staff_id=staff.pk, by=request.user, at=clock.now())
