"""What people were told, how it reached them, and where nothing is sent any more."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.core import clock
from apps.core.admin import BaseAdmin, ReadOnlyAdmin, ReadOnlyInline, audited_action
from apps.notifications import operations
from apps.notifications.models import DeliveryLog, Notification, SuppressedAddress
from apps.notifications.states import Channel, SuppressionReason

_DELIVERY_FIELDS = (
    "channel",
    "state",
    "attempts",
    "next_attempt_at",
    "sent_at",
    "opened_at",
    "bounced_at",
    "last_error",
)


class DeliveryInline(ReadOnlyInline):
    model = DeliveryLog
    fields = _DELIVERY_FIELDS


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "notification_type", "user", "title", "subject_reference", "priority", "is_read")
    list_filter = ("priority", "is_read")
    search_fields = ("=subject_reference", "user__email", "user__last_name")
    list_select_related = ("user",)
    ordering = ("-id",)
    exclude = ("context", "attachments")  # values may be secrets that are still to be sent
    inlines = (DeliveryInline,)


@admin.register(DeliveryLog)
class DeliveryLogAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "notification_type", "address", *_DELIVERY_FIELDS)
    list_filter = ("state", "channel")
    search_fields = ("=address", "=provider_id", "=notification__subject_reference")
    list_select_related = ("notification",)
    ordering = ("-id",)
    actions = ("resend",)

    @admin.display(description="kind", ordering="notification__notification_type")
    def notification_type(self, row: DeliveryLog) -> str:
        """The kind of the notification it carries."""
        return row.notification.notification_type

    @audited_action("Send again")
    def resend(self, request: HttpRequest, row: DeliveryLog) -> None:
        """The delivery is due again, now."""
        operations.resend_delivery(delivery_id=row.pk, by=request.user, at=clock.now())


@admin.register(SuppressedAddress)
class SuppressedAddressAdmin(BaseAdmin):
    list_display = ("address", "channel", "reason", "detail", "created_at")
    list_filter = ("channel", "reason")
    search_fields = ("address",)
    ordering = ("-id",)
    fields = ("channel", "address", "detail")
    actions = ("allow",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: SuppressedAddress, form: Any, change: bool) -> None:
        obj.reason = SuppressionReason.OPS
        obj.address = obj.address.strip().lower()
        super().save_model(request, obj, form, change)

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "channel":
            kwargs["choices"] = [(each, each.label) for each in (Channel.EMAIL, Channel.SMS)]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    @audited_action("Send to it again")
    def allow(self, request: HttpRequest, row: SuppressedAddress) -> None:
        """The address gets messages again."""
        operations.allow_address(suppressed_id=row.pk, by=request.user, at=clock.now())
