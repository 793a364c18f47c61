from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html

from apps.core import clock
from apps.core.admin import ReadOnlyAdmin, ReadOnlyInline, ReasonedActionForm, audited_action, money_of, reason_of
from apps.payments import operations
from apps.payments.models import (
    Chargeback,
    Payment,
    PaymentAllocation,
    PaymentAudit,
    Refund,
    SandboxCharge,
    SandboxDispute,
    SandboxHook,
    SandboxMove,
    SavedMethod,
    WebhookEvent,
)
from apps.payments.states import RefundDestination

_OF_PAYMENT = tuple(money_of(name, currency="payment.currency") for name in ("amount_minor", "refunded_minor"))


class AllocationInline(ReadOnlyInline):
    model = PaymentAllocation
    fields = ("item_type", "item_id", "kind", *_OF_PAYMENT, "state", "hold_id")
    readonly_fields = fields


class RefundInline(ReadOnlyInline):
    model = Refund
    fk_name = "payment"
    fields = ("reference", money_of("amount_minor"), "destination", "status", "reason", "proposed_by", "decided_by")
    readonly_fields = fields


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    list_display = ("reference", "payer", "amount_minor", "gateway", "status", "created_at", "paid_at")
    list_filter = ("status", "currency", "method")
    search_fields = ("=reference", "=gateway_id", "=id", "payer__email", "payer__last_name")
    list_select_related = ("payer",)
    ordering = ("-id",)
    exclude = ("client_secret",)
    inlines = (AllocationInline, RefundInline)
    actions = ("give_back_parked", "credit_parked", "apply_parked")
    action_form = ReasonedActionForm

    @audited_action("Parked money: propose to give it back the way it came")
    def give_back_parked(self, request: HttpRequest, payment: Payment) -> None:
        """An administrator approves it among the refunds."""
        _propose(request, payment, RefundDestination.GATEWAY)

    @audited_action("Parked money: propose to put it into the payer's wallet")
    def credit_parked(self, request: HttpRequest, payment: Payment) -> None:
        """An administrator approves it among the refunds."""
        _propose(request, payment, RefundDestination.WALLET)

    @audited_action("Parked money: propose to pay with it for what it was meant for")
    def apply_parked(self, request: HttpRequest, payment: Payment) -> None:
        """An administrator approves it among the refunds."""
        _propose(request, payment, RefundDestination.ITEM)


def _propose(request: HttpRequest, payment: Payment, way: RefundDestination) -> None:
    operations.propose_for_parked(
        payment_id=payment.pk, way=way, reason=reason_of(request), by=request.user, at=clock.now()
    )


@admin.register(PaymentAudit)
class PaymentAuditAdmin(ReadOnlyAdmin):
    list_display = (
        "pgh_created_at",
        "pgh_label",
        "reference",
        "status",
        "captured_minor",
        "stray_minor",
        "stray_currency",
        "refunded_minor",
        "currency",
    )
    list_filter = ("status",)
    search_fields = ("=reference",)
    ordering = ("-pgh_id",)


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    list_display = (
        "reference",
        "payment",
        "amount_minor",
        "destination",
        "status",
        "proposed_by",
        "decided_by",
        "created_at",
    )
    list_filter = ("status", "destination", "is_parked", "has_bounced")
    search_fields = ("=reference", "=payment__reference", "=gateway_id")
    list_select_related = ("payment", "proposed_by", "decided_by")
    ordering = ("-id",)
    actions = ("approve", "deny")

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


class ClaimInline(ReadOnlyInline):
    model = Refund
    fk_name = "chargeback"
    fields = ("reference", "allocation", money_of("amount_minor"), "status", "problem", "completed_at")
    readonly_fields = fields
    verbose_name_plural = "claims"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("allocation").order_by("pk")


@admin.register(Chargeback)
class ChargebackAdmin(ReadOnlyAdmin):
    list_display = (
        "gateway_id", "payment", "amount_minor", "taken_minor", "fee_minor", "currency", "reason", "status", "due_by",
        "evidence_sent_at", "opened_at",
    )  # fmt: skip
    list_filter = ("status",)
    search_fields = ("=gateway_id", "=payment__reference", "=id")
    list_select_related = ("payment",)
    ordering = ("-id",)
    inlines = (ClaimInline,)
    actions = ("give_evidence",)
    action_form = ReasonedActionForm

    @audited_action("Send the reason's words to the bank as evidence")
    def give_evidence(self, request: HttpRequest, chargeback: Chargeback) -> None:
        """The bank has operations' side of it."""
        operations.give_evidence(
            chargeback_id=chargeback.pk, words=reason_of(request), files=[], by=request.user, at=clock.now()
        )


@admin.register(WebhookEvent)
class WebhookEventAdmin(ReadOnlyAdmin):
    list_display = ("received_at", "gateway", "event_type", "subject", "state", "attempts", "next_attempt_at", "note")
    list_filter = ("state",)
    search_fields = ("=event_id", "=subject")
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
    list_filter = ("is_default",)
    search_fields = ("owner__email", "owner__last_name")
    list_select_related = ("owner",)
    ordering = ("-id",)
    exclude = ("token", "token_digest")


@admin.register(SandboxCharge)
class SandboxChargeAdmin(ReadOnlyAdmin):
    list_display = ("reference", "amount_minor", "currency", "status", "paid_at")
    search_fields = ("=reference",)
    ordering = ("-id",)


@admin.register(SandboxMove)
class SandboxMoveAdmin(ReadOnlyAdmin):
    list_display = ("kind", "reference", "amount_minor", "currency", "status")
    search_fields = ("=reference",)
    ordering = ("-id",)


@admin.register(SandboxDispute)
class SandboxDisputeAdmin(ReadOnlyAdmin):
    list_display = ("charge", "amount_minor", "currency", "status", "taken_minor", "fee_minor", "respond_by")
    search_fields = ("=charge__reference",)
    list_select_related = ("charge",)
    ordering = ("-id",)


@admin.register(SandboxHook)
class SandboxHookAdmin(ReadOnlyAdmin):
    list_display = ("event_type", "event_id", "deliveries", "last_status", "created_at")
    search_fields = ("=event_id",)
    ordering = ("-id",)
