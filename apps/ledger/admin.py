from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.html import format_html

from apps.accounts.states import Role
from apps.catalog.models import Business
from apps.core import clock
from apps.core.admin import (
    BusinessScopedAdmin,
    ReadOnlyAdmin,
    ReadOnlyInline,
    ReasonedActionForm,
    audited_action,
    money_of,
    reason_of,
)
from apps.core.admin.bases import is_ops
from apps.core.money import money_words
from apps.ledger import operations
from apps.ledger.models import Account, Balance, Entry, EscrowHold, SealBatch, Transfer
from apps.ledger.scope import owned_businesses
from apps.ledger.states import OwnerType, ReleaseReason


class ScopedToOwners(ReadOnlyAdmin):
    """Ops see every row, owners those of their businesses; nobody changes one. Employees see holds, as in the API."""

    owner_type_lookup = "owner_type"
    owner_lookup = "owner_id"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_ops(request.user) or bool(request.user.is_authenticated and request.user.role == Role.CEO)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        queryset = super().get_queryset(request)
        if is_ops(request.user):
            return queryset
        mine = {self.owner_type_lookup: OwnerType.BUSINESS, f"{self.owner_lookup}__in": owned_businesses(request.user)}
        return queryset.filter(**mine)


class EntryInline(ReadOnlyInline):
    model = Entry
    fields = ("account", "amount_shown", "hold")
    readonly_fields = ("account", "amount_shown", "hold")
    amount_shown = money_of("amount", "amount")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("account", "hold")


@admin.register(Account)
class AccountAdmin(ScopedToOwners):
    list_display = ("address", "kind", "currency", "state", "posted", "statement")
    readonly_fields = ("statement",)
    list_filter = ("owner_type", "kind", "currency", "state")
    search_fields = ("=address", "=owner_id", "=id")
    list_select_related = ("balance",)
    ordering = ("address",)
    actions = ("write_off",)
    action_form = ReasonedActionForm

    @audited_action("Write off what is owed", roles=frozenset({Role.ADMIN}))
    def write_off(self, request: HttpRequest, account: Account) -> None:
        """The debt is the platform's loss."""
        operations.write_off_receivable(
            account_id=account.pk, reason=reason_of(request), by=request.user, at=clock.now()
        )

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        shown = super().get_list_display(request)
        return shown if is_ops(request.user) else [name for name in shown if name != "statement"]

    @admin.display(description="balance")
    def posted(self, account: Account) -> str:
        """The running balance of a guarded account; the others are derived and shown on the trial balance."""
        balance = getattr(account, "balance", None)
        return money_words(balance.posted, account.currency) if balance else "derived"

    @admin.display(description="statement")
    def statement(self, account: Account) -> str:
        """Its page, where the marketplace's own people read what moved."""
        return format_html('<a href="{}">Statement</a>', f"/admin/books/statements/{account.pk}/")


@admin.register(Balance)
class BalanceAdmin(ScopedToOwners):
    owner_type_lookup = "account__owner_type"
    owner_lookup = "account__owner_id"
    list_display = (
        "account",
        money_of("posted", currency="account.currency"),
        money_of("held", currency="account.currency"),
    )
    list_filter = ("account__kind", "account__currency")
    search_fields = ("=account__address", "=account__owner_id")
    list_select_related = ("account",)
    ordering = ("account__address",)


@admin.register(Transfer)
class TransferAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "kind", "id", "cause_type", "cause_id")
    list_filter = ("kind",)
    search_fields = ("=id", "=cause_id", "=idempotency_key", "=business_key")
    ordering = ("-id",)
    inlines = (EntryInline,)


@admin.register(EscrowHold)
class EscrowHoldAdmin(ReadOnlyAdmin, BusinessScopedAdmin):
    business_lookup = "business_id"
    list_display = ("id", "business", "unit_type", "gross", "net", "refunded", "state", "funded_at", "release_due_at")
    list_filter = ("state", "currency")
    search_fields = ("=id", "=unit_id", "=payment_id", "=business_id", "=customer_id")
    ordering = ("-id",)
    actions = ("freeze", "unfreeze", "release")
    action_form = ReasonedActionForm
    gross = money_of("gross_minor", "gross")

    @admin.display(description="business")
    def business(self, hold: EscrowHold) -> str:
        """Whom the money is for; the hold keeps the key alone."""
        return str(getattr(hold, "business_name", ""))

    net = money_of("net_minor", "net")
    refunded = money_of("refunded_minor", "refunded")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        names = Business.all_objects.filter(pk=OuterRef("business_id")).values("name")
        return super().get_queryset(request).annotate(business_name=Subquery(names))

    @audited_action("Freeze until decided")
    def freeze(self, request: HttpRequest, hold: EscrowHold) -> None:
        """Nothing of the hold moves."""
        operations.freeze_hold(hold_id=hold.pk, reason=reason_of(request), by=request.user, at=clock.now())

    @audited_action("Unfreeze")
    def unfreeze(self, request: HttpRequest, hold: EscrowHold) -> None:
        """The hold is back where it was frozen from."""
        operations.unfreeze_hold(hold_id=hold.pk, reason=reason_of(request), by=request.user, at=clock.now())

    @audited_action("Release to the business")
    def release(self, request: HttpRequest, hold: EscrowHold) -> None:
        """The business has its share."""
        operations.release_hold(
            hold_id=hold.pk, reason=ReleaseReason.OPS_DECISION, by=request.user, at=clock.now(), note=reason_of(request)
        )


@admin.register(SealBatch)
class SealBatchAdmin(ReadOnlyAdmin):
    list_display = ("id", "sealed_at", "transfers")
    ordering = ("-id",)
