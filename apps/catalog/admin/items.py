from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.catalog.admin.people import ReadOnlyScopedAdmin
from apps.catalog.models import Bundle, BundleItem, Category, Extra, Package, PackageItem, Product, Service
from apps.core import public_cache
from apps.core.admin import BaseAdmin, ReadOnlyInline, money_of


@admin.register(Category)
class CategoryAdmin(BaseAdmin):
    list_display = ("name", "slug", "kind", "parent", "is_active", "position")
    list_filter = ("kind", "is_active")
    search_fields = ("name", "slug")
    list_select_related = ("parent",)
    prepopulated_fields = {"slug": ("name",)}
    ordering = ("kind", "position", "name", "pk")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        public_cache.forget_all()


class ExtraInline(ReadOnlyInline):
    model = Extra
    fields = ("name", "price_minor", "duration_min", "is_active")
    readonly_fields = fields


@admin.register(Service)
class ServiceAdmin(ReadOnlyScopedAdmin):
    list_display = (
        "title",
        "business",
        "category",
        money_of("price_minor", currency="business.currency"),
        "duration_min",
        "is_active",
        "rating_average",
    )
    list_filter = ("is_active", "service_type")
    search_fields = ("title", "business__name")
    list_select_related = ("business", "category")
    ordering = ("-id",)
    exclude = ("performers", "fixed_performers")
    inlines = (ExtraInline,)


@admin.register(Product)
class ProductAdmin(ReadOnlyScopedAdmin):
    list_display = (
        "title",
        "business",
        "category",
        money_of("price_minor", currency="business.currency"),
        "stock_count",
        "reserved",
        "is_active",
    )
    list_filter = ("is_active",)
    search_fields = ("title", "business__name")
    list_select_related = ("business", "category")
    ordering = ("-id",)


class PackageItemInline(ReadOnlyInline):
    model = PackageItem
    fields = ("position", "service", "uses")
    readonly_fields = fields
    ordering = ("position",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("service")


class BundleItemInline(PackageItemInline):
    model = BundleItem


@admin.register(Package)
class PackageAdmin(ReadOnlyScopedAdmin):
    list_display = ("title", "business", "discount_percent", "valid_days", "is_active")
    list_filter = ("is_active",)
    search_fields = ("title", "business__name")
    list_select_related = ("business",)
    ordering = ("-id",)
    inlines = (PackageItemInline,)


@admin.register(Bundle)
class BundleAdmin(ReadOnlyScopedAdmin):
    list_display = (
        "title", "business", money_of("price_minor", currency="business.currency"), "valid_days", "is_active",
    )  # fmt: skip
    list_filter = ("is_active",)
    search_fields = ("title", "business__name")
    list_select_related = ("business",)
    ordering = ("-id",)
    inlines = (BundleItemInline,)
