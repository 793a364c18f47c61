from django.contrib import admin
from django.http import HttpRequest

from apps.accounts import operations
from apps.accounts.models import Address, ApiKey, PushDevice
from apps.core import clock
from apps.core.admin import ReadOnlyAdmin, audited_action


@admin.register(Address)
class AddressAdmin(ReadOnlyAdmin):
    list_display = ("user", "label", "city", "country", "is_default", "point_source")
    list_filter = ("point_source",)
    search_fields = ("user__email", "user__phone", "user__last_name")
    list_select_related = ("user",)
    ordering = ("-id",)
    fields = (
        "user", "label", "lines", "landmark", "city", "state", "postal_code", "country", "where", "point_source",
        "is_default",
    )  # fmt: skip
    readonly_fields = ("where",)

    @admin.display(description="point")
    def where(self, address: Address) -> str:
        return f"{address.point.y:.5f}, {address.point.x:.5f}" if address.point else "—"


@admin.register(PushDevice)
class PushDeviceAdmin(ReadOnlyAdmin):
    """Without the address that messages are pushed to: whoever knows it can address the device."""

    list_display = ("user", "kind", "name", "last_seen_at")
    list_filter = ("kind",)
    search_fields = ("user__email", "user__last_name")
    list_select_related = ("user",)
    ordering = ("-id",)
    fields = ("user", "kind", "name", "last_seen_at")


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    """Without the digest; the key itself is kept nowhere."""

    list_display = ("name", "user", "prefix", "scopes", "last_used_at", "expires_at", "revoked_at")
    search_fields = ("=prefix", "user__email", "user__last_name")
    list_select_related = ("user",)
    ordering = ("-id",)
    fields = ("user", "name", "prefix", "scopes", "created_at", "last_used_at", "expires_at", "revoked_at")
    actions = ("revoke",)

    @audited_action("Revoke")
    def revoke(self, request: HttpRequest, key: ApiKey) -> None:
        operations.revoke_api_key(key_id=key.pk, by=request.user, at=clock.now())
