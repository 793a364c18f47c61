from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html

from apps.core import clock
from apps.core.admin import ReadOnlyAdmin, ReadOnlyInline, audited_action
from apps.core.money import format_amount
from apps.payments import operations
from apps.payments.models import (
    Payment,
    PaymentAllocation,
    PaymentAudit,
    Refund,
    SandboxCharge,
    SandboxHook,
    SandboxMove,
    SavedMethod,
    WebhookEvent,
)


def _money(minor: int, currency: str) -> str:
    return f"{currency} {format_amount(minor, currency)}"


class AllocationInline(ReadOnlyInline):
    model = PaymentAllocation
    fields = ("item_type", "item_id", "kind", "amount_minor", "refunded_minor", "state", "hold_id")


class RefundInline(ReadOnlyInline):
    model = Refund
    fk_name = "payment"
    fields = ("reference", "amount_minor", "destination", "status", "reason", "proposed_by", "decided_by")


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    list_display = ("reference", "payer", "amount", "gateway", "status", "created_at", "paid_at")
    list_filter = ("status", "gateway", "currency", "method")
    search_fields = ("reference", "gateway_id", "payer__email")
    list_select_related = ("payer",)
    ordering = ("-created_at", "-id")
    exclude = ("client_secret",)
    inlines = (AllocationInline, RefundInline)

    @admin.display(description="Amount", ordering="amount_minor")
    def amount(self, payment: Payment) -> str:
        return _money(payment.amount_minor, payment.currency)


@admin.register(PaymentAudit)
class PaymentAuditAdmin(ReadOnlyAdmin):
    list_display = (
        "pgh_created_at",
        "pgh_label",
        "reference",
        "status",
        "captured_minor",
        "refunded_minor",
        "currency",
    )
    list_filter = ("pgh_label", "status", "gateway")
    search_fields = ("reference",)
    ordering = ("-pgh_id",)


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    list_display = (
        "reference",
        "payment",
        "amount",
        "destination",
        "status",
        "proposed_by",
        "decided_by",
        "created_at",
    )
    list_filter = ("status", "destination", "gateway", "has_bounced")
    search_fields = ("reference", "payment__reference", "gateway_id")
    list_select_related = ("payment", "proposed_by", "decided_by")
    ordering = ("-created_at", "-id")
    actions = ("approve", "deny")

    @admin.display(description="Amount", ordering="amount_minor")
    def amount(self, refund: Refund) -> str:
        return _money(refund.amount_minor, refund.currency)

    @audited_action("Approve", roles=frozenset({"ADMIN"}))
    def approve(self, request: HttpRequest, refund: Refund) -> None:
        """The refund is carried out."""
        operations.approve_refund(refund_id=refund.pk, by=request.user, at=clock.now())

    @audited_action("Deny", roles=frozenset({"ADMIN"}))
    def deny(self, request: HttpRequest, refund: Refund) -> None:
        """The refund is not carried out."""
        operations.deny_refund(
            refund_id=refund.pk, by=request.user, at=clock.now(), reason="Denied in the back office."
        )


@admin.register(WebhookEvent)
class WebhookEventAdmin(ReadOnlyAdmin):
    list_display = ("received_at", "gateway", "event_type", "subject", "state", "attempts", "next_attempt_at", "note")
    list_filter = ("state", "gateway", "kind")
    search_fields = ("event_id", "subject")
    ordering = ("-received_at", "-id")
    exclude = ("body", "headers")
    readonly_fields = ("content",)
    actions = ("replay",)

    @admin.display(description="Body")
    def content(self, event: WebhookEvent) -> Any:
        return format_html("<pre>{}</pre>", bytes(event.body).decode(errors="replace")[:20_000])

    @audited_action("Replay")
    def replay(self, request: HttpRequest, event: WebhookEvent) -> None:
        """The event is due again."""
        operations.replay_webhook_event(event_id=event.pk, by=request.user, at=clock.now())


@admin.register(SavedMethod)
class SavedMethodAdmin(ReadOnlyAdmin):
    list_display = ("owner", "gateway", "kind", "brand", "last4", "is_default", "is_deleted")
    list_filter = ("gateway", "kind")
    search_fields = ("owner__email",)
    list_select_related = ("owner",)
    ordering = ("-created_at",)
    exclude = ("token", "token_digest")


@admin.register(SandboxCharge)
class SandboxChargeAdmin(ReadOnlyAdmin):
    list_display = ("reference", "amount_minor", "currency", "status", "paid_at")
    search_fields = ("reference",)
    ordering = ("-created_at",)


@admin.register(SandboxMove)
class SandboxMoveAdmin(ReadOnlyAdmin):
    list_display = ("kind", "reference", "amount_minor", "currency", "status")
    search_fields = ("reference",)
    ordering = ("-created_at",)


@admin.register(SandboxHook)
class SandboxHookAdmin(ReadOnlyAdmin):
    list_display = ("event_type", "event_id", "deliveries", "last_status", "created_at")
    search_fields = ("event_id",)
    ordering = ("-created_at",)
