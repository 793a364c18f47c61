"""Payouts in the back office: what is on its way, where to, and what holds it up. No account number is ever shown."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.core import clock
from apps.core.admin import ReadOnlyAdmin, ReadOnlyInline, ReasonedActionForm, audited_action, money_of, reason_of
from apps.payouts import operations
from apps.payouts.models import Payout, PayoutAccount, PayoutAudit, PayoutFreeze
from apps.payouts.owners import Owner


class HistoryInline(ReadOnlyInline):
    model = PayoutAudit
    fk_name = "pgh_obj"
    fields = ("pgh_created_at", "state", "outcome_unknown", "gateway_id", "attempts", "problem")
    readonly_fields = fields
    ordering = ("pgh_id",)
    verbose_name_plural = "history"


@admin.display(description="owner")
def _owner(row: Any) -> str:
    return str(row.business or row.user)


@admin.register(Payout)
class PayoutAdmin(ReadOnlyAdmin):
    list_display = (
        "reference", "kind", _owner, "amount_minor", "account_label", "state", "outcome_unknown", "problem",
        "requested_at", "paid_at",
    )  # fmt: skip
    list_filter = ("state", "kind", "outcome_unknown", "currency")
    search_fields = ("=reference", "=gateway_id", "=id", "=business__id", "=user__id")
    list_select_related = ("business", "user")
    ordering = ("-id",)
    inlines = (HistoryInline,)
    actions = ("ask", "freeze", "unfreeze")
    action_form = ReasonedActionForm

    @audited_action("Ask the gateway and settle")
    def ask(self, request: HttpRequest, payout: Payout) -> None:
        """What the gateway says of the payout now is booked."""
        operations.carry_out_payout(payout_id=payout.pk, at=clock.now())

    @audited_action("Freeze the owner's payouts")
    def freeze(self, request: HttpRequest, payout: Payout) -> None:
        """Nothing of the owner's leaves."""
        operations.freeze_payouts(owner=Owner.of(payout), reason=reason_of(request), by=request.user, at=clock.now())

    @audited_action("Unfreeze the owner's payouts")
    def unfreeze(self, request: HttpRequest, payout: Payout) -> None:
        """The owner's payouts go on."""
        operations.unfreeze_payouts(owner=Owner.of(payout), reason=reason_of(request), by=request.user, at=clock.now())


@admin.register(PayoutAccount)
class PayoutAccountAdmin(ReadOnlyAdmin):
    list_display = (
        "label", _owner, "kind", "gateway", "currency", "holder_name", "account_name", "state", "is_default",
        "usable_from",
    )  # fmt: skip
    list_filter = ("state", "kind", "currency")
    search_fields = ("=id", "=recipient_id", "=business__id", "=user__id")
    list_select_related = ("business", "user")
    ordering = ("-id",)
    exclude = ("account_number", "number_digest")
    actions = ("accept", "reject", "freeze", "unfreeze")
    action_form = ReasonedActionForm

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("account_number")

    @audited_action("Accept the name")
    def accept(self, request: HttpRequest, account: PayoutAccount) -> None:
        """Money may be sent there."""
        self._review(request, account, accept=True)

    @audited_action("Reject")
    def reject(self, request: HttpRequest, account: PayoutAccount) -> None:
        """No money is sent there."""
        self._review(request, account, accept=False)

    @audited_action("Freeze the owner's payouts")
    def freeze(self, request: HttpRequest, account: PayoutAccount) -> None:
        """Nothing of the owner's leaves."""
        operations.freeze_payouts(owner=Owner.of(account), reason=reason_of(request), by=request.user, at=clock.now())

    @audited_action("Unfreeze the owner's payouts")
    def unfreeze(self, request: HttpRequest, account: PayoutAccount) -> None:
        """The owner's payouts go on."""
        operations.unfreeze_payouts(owner=Owner.of(account), reason=reason_of(request), by=request.user, at=clock.now())

    def _review(self, request: HttpRequest, account: PayoutAccount, *, accept: bool) -> None:
        operations.review_account(
            account_id=account.pk, accept=accept, reason=reason_of(request), by=request.user, at=clock.now()
        )


@admin.register(PayoutFreeze)
class PayoutFreezeAdmin(ReadOnlyAdmin):
    list_display = (_owner, "reason", "frozen_by", "frozen_at", "lifted_by", "lifted_at", "lifted_reason")
    search_fields = ("=id", "=business__id", "=user__id")
    list_select_related = ("business", "user", "frozen_by", "lifted_by")
    ordering = ("-id",)
    actions = ("lift",)
    action_form = ReasonedActionForm

    @audited_action("Lift")
    def lift(self, request: HttpRequest, freeze: PayoutFreeze) -> None:
        """The owner's payouts go on."""
        operations.unfreeze_payouts(owner=Owner.of(freeze), reason=reason_of(request), by=request.user, at=clock.now())


@admin.register(PayoutAudit)
class PayoutAuditAdmin(ReadOnlyAdmin):
    list_display = (
        "pgh_created_at", "pgh_label", "reference", "state", "outcome_unknown", money_of("amount_minor"), "problem",
    )  # fmt: skip
    list_filter = ("state",)
    search_fields = ("=reference",)
    ordering = ("-pgh_id",)
