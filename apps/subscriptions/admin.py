"""Plans and subscriptions in the back office: CEOs see their own business's, the marketplace's people all."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from apps.core import clock
from apps.core.admin import (
    BaseAdmin,
    BusinessReadOnlyAdmin,
    ReadOnlyAdmin,
    ReadOnlyInline,
    ReasonedActionForm,
    audited_action,
    money_of,
    reason_of,
)
from apps.core.errors import Invalid
from apps.core.money import Money
from apps.subscriptions import operations, rules
from apps.subscriptions.models import (
    Bill,
    BillRefund,
    Plan,
    PlanPrice,
    PractitionerPlan,
    Subscription,
    SubscriptionAudit,
)


class HistoryInline(ReadOnlyInline):
    model = SubscriptionAudit
    fk_name = "pgh_obj"
    fields = (
        "pgh_created_at",
        "state",
        "plan",
        "next_plan",
        "cancels_at_end",
        "months_paid",
        "period_ends_at",
        "problem",
    )
    readonly_fields = fields
    ordering = ("pgh_id",)
    verbose_name_plural = "history"


class BillInline(ReadOnlyInline):
    model = Bill
    fields = ("kind", "number", "plan", "amount_minor", "currency", "state", "starts_at", "ends_at", "paid_at")
    readonly_fields = fields
    ordering = ("id",)


class PriceForm(forms.ModelForm):
    """What a plan costs in one currency; which currency that is stays."""

    price_minor = forms.IntegerField(
        min_value=1, max_value=10**12, help_text="A month, in minor units.", widget=UnfoldAdminIntegerFieldWidget
    )

    class Meta:
        model = PlanPrice
        fields: ClassVar[list[str]] = ["currency", "price_minor", "gateway_code"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "currency" in self.fields and not self.instance._state.adding:
            self.fields["currency"].disabled = True


class PriceInline(ReadOnlyInline):
    """Prices as ADMIN changes them; everybody else looks. None is taken away: who pays it goes on to."""

    model = PlanPrice
    form = PriceForm
    ordering = ("currency",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return rules.may_price_plans(request.user)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return rules.may_price_plans(request.user) and obj is not None and not rules.is_free(obj)


@admin.register(Plan)
class PlanAdmin(BaseAdmin):
    """What each plan gives is edited here by ADMIN, and holds for everybody on it at once; prices are changed with notice."""

    changing_roles = frozenset({"ADMIN"})
    list_display = ("code", "name", "rank", "commission_bp", "is_featured", "staff_seats", "is_active")
    ordering = ("rank",)
    readonly_fields = ("code", "rank")
    inlines = (PriceInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        if changes:
            operations.edit_plan(plan_id=obj.pk, changes=changes, by=request.user, at=clock.now())

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Prices are changed by the operation, which gives notice to those who pay them and audits."""
        formset.save(commit=False)
        for row in [*formset.new_objects, *(changed for changed, _ in formset.changed_objects)]:
            operations.change_price(
                plan_id=row.plan_id, price=Money(row.price_minor, row.currency), gateway_code=row.gateway_code,
                by=request.user, at=clock.now(),
            )  # fmt: skip


@admin.register(Subscription)
class SubscriptionAdmin(BusinessReadOnlyAdmin):
    list_display = (
        "id", "business", "plan", "practitioner", "payer", "price_minor", "state", "cancels_at_end", "period_ends_at",
        "problem",
    )  # fmt: skip
    list_filter = ("state", "pay_from")
    search_fields = ("=id", "=business__id", "=payer__id", "=gateway_subscription_id")
    list_select_related = ("business", "plan", "practitioner", "payer")
    ordering = ("-id",)
    inlines = (BillInline, HistoryInline)
    actions = ("end_now",)
    action_form = ReasonedActionForm

    @audited_action("End now")
    def end_now(self, request: HttpRequest, subscription: Subscription) -> None:
        """It gives nothing any more, and nothing is charged."""
        operations.end_now(subscription_id=subscription.pk, reason=reason_of(request), by=request.user, at=clock.now())


class RefundActionForm(ReasonedActionForm):
    """How much is given back, and why."""

    amount_minor = forms.IntegerField(
        required=False, min_value=1, label="Amount, in minor units; empty: all that is left"
    )


class BillRefundInline(ReadOnlyInline):
    model = BillRefund
    fields = (
        money_of("amount_minor", currency="bill.currency"),
        "reason",
        "state",
        "proposed_by",
        "decided_by",
        "decided_at",
    )
    readonly_fields = fields
    ordering = ("id",)


@admin.register(Bill)
class BillAdmin(BusinessReadOnlyAdmin):
    business_lookup = "subscription__business"
    list_display = (
        "id", "subscription_id", "kind", "number", "amount_minor", "given_back_minor", "state", "paid_at", "payment_id",
        "transfer_id",
    )  # fmt: skip
    list_filter = ("state", "kind")
    search_fields = ("=id", "=subscription__id")
    ordering = ("-id",)
    inlines = (BillRefundInline,)
    actions = ("propose_refund",)
    action_form = RefundActionForm

    @audited_action("Propose to give it back")
    def propose_refund(self, request: HttpRequest, bill: Bill) -> None:
        """What was paid out of what a business can withdraw waits for approval; a payment has refunds of its own."""
        form = RefundActionForm({"action": "propose_refund", "amount_minor": request.POST.get("amount_minor", "")})
        form.fields.pop("action")
        if not form.is_valid():
            raise Invalid("The amount is a whole number of minor units.")
        operations.propose_bill_refund(
            bill_id=bill.pk, amount_minor=form.cleaned_data["amount_minor"], reason=reason_of(request), by=request.user,
            at=clock.now(),
        )  # fmt: skip


@admin.register(BillRefund)
class BillRefundAdmin(BusinessReadOnlyAdmin):
    business_lookup = "bill__subscription__business"
    list_display = (
        "id", "bill_id", money_of("amount_minor", currency="bill.currency"), "reason", "state", "proposed_by",
        "decided_by", "created_at",
    )  # fmt: skip
    list_filter = ("state",)
    search_fields = ("=id", "=bill__id")
    list_select_related = ("bill", "proposed_by", "decided_by")
    ordering = ("-id",)
    actions = ("approve", "deny")
    action_form = ReasonedActionForm

    @audited_action("Approve", roles=frozenset({"ADMIN"}))
    def approve(self, request: HttpRequest, refund: BillRefund) -> None:
        """The business can withdraw it again."""
        operations.approve_bill_refund(refund_id=refund.pk, by=request.user, at=clock.now())

    @audited_action("Deny", roles=frozenset({"ADMIN"}))
    def deny(self, request: HttpRequest, refund: BillRefund) -> None:
        """It is not given back."""
        operations.deny_bill_refund(refund_id=refund.pk, reason=reason_of(request), by=request.user, at=clock.now())


@admin.register(PractitionerPlan)
class PractitionerPlanAdmin(BusinessReadOnlyAdmin):
    business_lookup = "practitioner__business"
    list_display = ("name", "practitioner", "price_minor", "is_active")
    list_filter = ("is_active",)
    search_fields = ("=id", "=practitioner__id")
    list_select_related = ("practitioner",)
    ordering = ("-id",)


@admin.register(SubscriptionAudit)
class SubscriptionAuditAdmin(ReadOnlyAdmin):
    list_display = ("pgh_created_at", "pgh_label", "pgh_obj_id", "state", "months_paid", "period_ends_at", "problem")
    list_filter = ("state",)
    search_fields = ("=pgh_obj__id",)
    ordering = ("-pgh_id",)
