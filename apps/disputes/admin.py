"""Disputes in the back office: how old they are, what was said, and operations' decision."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

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
from apps.core.errors import Invalid
from apps.core.money import Money, parse_amount
from apps.disputes import operations
from apps.disputes.models import Dispute, DisputedHold, DisputeMessage, Evidence
from apps.disputes.states import Decision, DisputeState

_DAY = timedelta(days=1)
# The page of the thing a dispute is about, by the ledger's name for it.
_PAGES = {"BOOKING": "admin:bookings_booking_change"}


class DecisionForm(ReasonedActionForm):
    """The actions' form, which also asks what is decided."""

    decision = forms.ChoiceField(choices=[("", "Decision"), *Decision.choices], required=False)
    refund = forms.CharField(required=False, max_length=20, label="Refund, for a split")


class AgeFilter(admin.SimpleListFilter):
    """Open disputes by how long they have waited."""

    title = "age"
    parameter_name = "age"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("new", "Open, less than a day"), ("old", "Open, a day or more"), ("overdue", "Open, overdue")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        at, waiting = clock.now(), queryset.filter(state=DisputeState.OPEN)
        chosen = {
            "new": waiting.filter(opened_at__gt=at - _DAY),
            "old": waiting.filter(opened_at__lte=at - _DAY),
            "overdue": waiting.filter(due_at__lte=at),
        }
        return chosen.get(str(self.value()), queryset)


class HoldInline(ReadOnlyInline):
    model = DisputedHold
    fields = ("page", "frozen", "hold_state")
    readonly_fields = fields
    verbose_name_plural = "money"
    frozen = money_of("frozen_minor", "frozen", currency="hold.currency")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("hold")

    @admin.display(description="hold")
    def page(self, disputed: DisputedHold) -> str:
        """The hold's own page."""
        address = reverse("admin:ledger_escrowhold_change", args=[disputed.hold_id])
        return format_html('<a href="{}">{} {}</a>', address, disputed.hold.unit_type, disputed.hold_id)

    @admin.display(description="state now")
    def hold_state(self, disputed: DisputedHold) -> str:
        """Where its money is."""
        return str(disputed.hold.get_state_display())


class _SaidInline(ReadOnlyInline):
    """What was said; of what operations note for themselves, a business reads nothing."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        queryset = super().get_queryset(request).select_related("by").order_by("id")
        return queryset if is_ops(request.user) else queryset.filter(is_internal=False)


class MessageInline(_SaidInline):
    model = DisputeMessage
    fields = ("at", "side", "by", "words", "is_internal")
    readonly_fields = fields


class EvidenceInline(_SaidInline):
    model = Evidence
    fields = ("at", "side", "title", "file_name", "is_internal")
    readonly_fields = fields


@admin.register(Dispute)
class DisputeAdmin(ReadOnlyAdmin, BusinessScopedAdmin):
    list_display = (
        "reference", "title", "business", "customer", "reason", "frozen", "state", "decision", "opened_at", "due_at",
    )  # fmt: skip
    list_filter = (AgeFilter, "state", "reason", "decision")
    search_fields = ("=reference", "=id", "=unit_id", "business__name", "customer__email", "customer__last_name")
    list_select_related = ("business", "customer")
    ordering = ("-id",)
    fields = (
        "about", "business", "customer", "reason", "note", "frozen_minor", "asked_minor", "state", "opened_at", "due_at",
        "alerted_at", "proposed_decision", "proposed_refund_minor", "proposed_reason", "proposed_by", "decision",
        "refund_minor", "released_minor", "decided_reason", "decided_by", "ended_at",
    )  # fmt: skip
    readonly_fields = ("about",)
    inlines = (HoldInline, MessageInline, EvidenceInline)
    actions = ("decide", "note_for_ops")
    action_form = DecisionForm
    frozen = money_of("frozen_minor", "frozen")
    _for_ops_alone = frozenset(
        {"alerted_at", "proposed_decision", "proposed_refund_minor", "proposed_reason", "proposed_by", "decided_by"}
    )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        shown = super().get_fields(request, obj)
        hidden = set() if is_ops(request.user) else self._for_ops_alone
        return [name for name in shown if _name_of(name) not in hidden]

    @admin.display(description="about")
    def about(self, dispute: Dispute) -> str:
        """What was paid for, with its page."""
        page = _PAGES.get(dispute.unit_type)
        words = f"{dispute.title}, {dispute.reference}"
        return format_html('<a href="{}">{}</a>', reverse(page, args=[dispute.unit_id]), words) if page else words

    @audited_action("Decide")
    def decide(self, request: HttpRequest, dispute: Dispute) -> None:
        """The money goes where the decision says."""
        decision, words = request.POST.get("decision", ""), str(request.POST.get("refund", "")).strip()
        if decision not in Decision.values:
            raise Invalid("Choose a decision, in the field beside the action.")
        refund = Money(parse_amount(words, dispute.currency), dispute.currency) if words else None
        operations.decide_dispute(
            dispute_id=dispute.pk, decision=Decision(decision), refund=refund, reason=reason_of(request),
            by=request.user, at=clock.now(),
        )  # fmt: skip

    @audited_action("Note for operations")
    def note_for_ops(self, request: HttpRequest, dispute: Dispute) -> None:
        """The reason field's words stand in the dispute for operations alone."""
        operations.post_message(
            dispute_id=dispute.pk, words=reason_of(request), is_internal=True, by=request.user, at=clock.now()
        )


def _name_of(field: Any) -> str:
    return str(getattr(field, "__name__", field)).removesuffix("_as_money")
