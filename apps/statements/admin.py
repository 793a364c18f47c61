"""Statements and commission invoices in the back office: for looking."""

from django.contrib import admin
from django.utils.html import format_html, format_html_join

from apps.core.admin import ReadOnlyAdmin, money_of
from apps.core.money import money_words
from apps.statements.models import CommissionInvoice, CommissionSeries, Statement


@admin.register(Statement)
class StatementAdmin(ReadOnlyAdmin):
    list_display = (
        "reference", "month", "business", "user", money_of("opening_minor"), money_of("closing_minor"), "issued_at",
    )  # fmt: skip
    search_fields = ("=reference", "business__name")
    list_select_related = ("business", "user")
    ordering = ("-id",)
    exclude = ("lines",)
    readonly_fields = ("what_moved",)

    @admin.display(description="what moved")
    def what_moved(self, statement: Statement) -> str:
        """Line by line."""
        rows = [
            (
                line["at"][:10], line["kind"], line["description"], line["reference"],
                money_words(line["amount_minor"], statement.currency),
            )
            for line in statement.lines
        ]  # fmt: skip
        return format_html_join(format_html("<br>"), "{} {}: {} {} {}", rows) if rows else "–"


@admin.register(CommissionInvoice)
class CommissionInvoiceAdmin(ReadOnlyAdmin):
    list_display = (
        "reference", "kind", "business", "month", money_of("sales_minor"), money_of("gross_minor"),
        money_of("vat_minor"), "issued_at",
    )  # fmt: skip
    list_filter = ("kind",)
    search_fields = ("=reference", "business__name")
    list_select_related = ("business",)
    ordering = ("-id",)


@admin.register(CommissionSeries)
class CommissionSeriesAdmin(ReadOnlyAdmin):
    list_display = ("code", "kind", "last")
    ordering = ("-id",)
