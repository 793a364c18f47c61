from django.contrib import admin

from apps.core.admin import BusinessReadOnlyAdmin, money_of
from apps.invoices.models import Invoice, TaxDetails


@admin.register(Invoice)
class InvoiceAdmin(BusinessReadOnlyAdmin):
    list_display = (
        "reference", "kind", "business", "buyer_business", "customer", money_of("gross_minor"), money_of("vat_minor"), "issued_at",
    )  # fmt: skip
    list_filter = ("kind",)
    search_fields = ("=reference", "=payment__reference", "business__name")
    list_select_related = ("business", "buyer_business", "customer")
    ordering = ("-id",)


@admin.register(TaxDetails)
class TaxDetailsAdmin(BusinessReadOnlyAdmin):
    list_display = ("business", "tin", "is_registered", "vat_rate_bp")
    list_filter = ("is_registered",)
    search_fields = ("business__name", "=tin")
    list_select_related = ("business",)
    ordering = ("-id",)
