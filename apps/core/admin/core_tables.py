from django.contrib import admin
from django.http import HttpRequest
from unfold.contrib.filters.admin import RangeDateTimeFilter

from apps.core import clock
from apps.core.admin.bases import ReadOnlyAdmin, audited_action
from apps.core.models import AuditEntry, OutboxMessage, SweepHeartbeat


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "action", "actor", "target_type", "target_label", "ip_address")
    list_filter = (("at", RangeDateTimeFilter),)
    list_filter_submit = True
    search_fields = ("=target_id", "=action", "=request_id", "actor__email", "actor__last_name")
    list_select_related = ("actor",)
    ordering = ("-at", "-id")


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnlyAdmin):
    list_display = ("task", "due_at", "attempts", "parked_at", "last_error")
    search_fields = ("task",)
    ordering = ("due_at",)
    actions = ("run_again",)

    def has_change_permission(self, request: HttpRequest, obj: OutboxMessage | None = None) -> bool:
        return False

    @audited_action("Try again now")
    def run_again(self, request: HttpRequest, message: OutboxMessage) -> None:
        """The message is due again, with its attempts forgotten."""
        OutboxMessage.objects.filter(pk=message.pk).update(due_at=clock.now(), attempts=0, parked_at=None)


@admin.register(SweepHeartbeat)
class SweepHeartbeatAdmin(ReadOnlyAdmin):
    list_display = ("name", "started_at", "finished_at", "processed", "last_error")
    ordering = ("name",)
