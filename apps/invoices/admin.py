from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.core.admin import BusinessScopedAdmin, money_of
from apps.invoices.models import Invoice, TaxDetails


class _Looked(BusinessScopedAdmin):
    """For looking; operations change it."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Invoice)
class InvoiceAdmin(_Looked):
    list_display = (
        "reference", "kind", "business", "customer", money_of("gross_minor"), money_of("vat_minor"), "issued_at",
    )  # fmt: skip
    list_filter = ("kind",)
    search_fields = ("=reference", "=payment__reference", "business__name")
    list_select_related = ("business", "customer")
    ordering = ("-id",)


@admin.register(TaxDetails)
class TaxDetailsAdmin(_Looked):
    list_display = ("business", "tin", "is_registered", "vat_rate_bp")
    list_filter = ("is_registered",)
    search_fields = ("business__name", "=tin")
    list_select_related = ("business",)
    ordering = ("-id",)
