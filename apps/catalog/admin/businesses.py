from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.catalog import operations
from apps.catalog.admin.decisions import reasoned_action
from apps.catalog.models import Branch, Business, BusinessPhoto, VerificationPaper
from apps.core import clock, public_cache
from apps.core.admin import BaseAdmin, BusinessScopedAdmin, ReadOnlyInline, audited_action

# What only the marketplace's own people set; the rest is the owner's to write, through the API.
OPS_FIELDS = ("is_featured", "commission_override_bp")


class PaperInline(ReadOnlyInline):
    model = VerificationPaper
    fields = ("kind", "title", "state", "expires_on", "decided_at", "reason")
    readonly_fields = fields


class BranchInline(ReadOnlyInline):
    model = Branch
    fields = ("name", "address", "phone")
    readonly_fields = fields


class PhotoInline(ReadOnlyInline):
    model = BusinessPhoto
    fields = ("url", "caption", "position")
    readonly_fields = fields


@admin.register(Business)
class BusinessAdmin(BusinessScopedAdmin):
    """Every business; filtered by PENDING it is the KYC queue. Bank account and CAC number are not shown here."""

    business_lookup = "pk"
    list_display = ("name", "city", "country", "verification_status", "is_active", "is_featured", "applied_at")
    list_filter = ("verification_status", "is_active", "is_featured")
    search_fields = ("name", "=slug", "=id", "owner__email")
    ordering = ("-id",)
    list_select_related = ("owner",)
    exclude = ("cac_number", "bank_details", "location", "categories")
    inlines = (PaperInline, BranchInline, PhotoInline)
    actions = (
        reasoned_action("verify", "Verify", operations.verify_business, "business_id"),
        reasoned_action("reject", "Reject the file", operations.reject_business, "business_id"),
        reasoned_action("suspend", "Suspend", operations.suspend_business, "business_id"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("cac_number", "bank_details")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        hidden = set(self.exclude)
        return [
            field.name
            for field in self.model._meta.fields
            if field.name not in OPS_FIELDS and field.name not in hidden and field.name != "id"
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.save(update_fields=form.changed_data)  # what a plan gives it meanwhile stays
        public_cache.forget_all()


@admin.register(VerificationPaper)
class PaperAdmin(BaseAdmin):
    list_display = ("title", "kind", "business", "state", "expires_on", "decided_at")
    list_filter = ("state", "kind")
    search_fields = ("business__name",)
    list_select_related = ("business",)
    ordering = ("-id",)
    actions = ("approve",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [field.name for field in self.model._meta.fields if field.name != "id"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @audited_action("Approve", roles=frozenset({"ADMIN"}))
    def approve(self, request: HttpRequest, paper: VerificationPaper) -> None:
        """The verification rests on the paper."""
        operations.approve_paper(business_id=paper.business_id, paper_id=paper.pk, by=request.user, at=clock.now())
