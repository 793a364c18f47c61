from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.core.admin import BusinessReadOnlyAdmin, ReadOnlyInline, money_of
from apps.packages.models import Purchase, Use


class UseInline(ReadOnlyInline):
    model = Use
    fields = (
        "number",
        "service",
        "state",
        money_of("worth_minor", currency="purchase.currency"),
        "spent_at",
        "closed_at",
    )
    readonly_fields = fields
    ordering = ("number",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("service", "purchase")


@admin.register(Purchase)
class PurchaseAdmin(BusinessReadOnlyAdmin):
    list_display = ("title", "business", "customer", money_of("price_minor"), "status", "paid_at", "expires_at")
    list_filter = ("status",)
    search_fields = ("=id", "business__name", "customer__email", "customer__last_name")
    list_select_related = ("business", "customer")
    ordering = ("-id",)
    inlines = (UseInline,)


@admin.register(Use)
class UseAdmin(BusinessReadOnlyAdmin):
    business_lookup = "purchase__business"
    list_display = (
        "purchase", "number", "service", "state", money_of("worth_minor", currency="purchase.currency"), "expires_at",
    )  # fmt: skip
    list_filter = ("state",)
    search_fields = ("=id", "=purchase__id")
    list_select_related = ("purchase", "service")
    ordering = ("-id",)
