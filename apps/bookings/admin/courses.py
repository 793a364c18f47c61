"""Booked courses in the back office, for looking."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.bookings.models import Booking, CourseBooking
from apps.core.admin import ReadOnlyAdmin, ReadOnlyInline, local_moment, money_of


class PartInline(ReadOnlyInline):
    """The sessions of a booked course, with the money of each."""

    model = Booking
    fields = (
        "reference", local_moment("starts_at", "starts"), "status", "payment_status", money_of("total_minor"),
        money_of("refunded_minor"), "release_due_at",
    )  # fmt: skip
    readonly_fields = fields
    ordering = ("starts_at",)
    show_change_link = True


@admin.register(CourseBooking)
class CourseBookingAdmin(ReadOnlyAdmin):
    """The whole stores no state: its status is read off its sessions."""

    list_display = (
        "reference",
        "business",
        "course",
        "customer",
        "seats",
        money_of("total_minor"),
        "status",
        "created_at",
    )
    list_select_related = ("business", "course", "customer")
    search_fields = ("=reference", "=id", "title", "business__name", "customer__email", "customer__last_name")
    ordering = ("-id",)
    fields = (
        "reference", "status", "payment_status", "customer", "business", "course", "title", "seats",
        money_of("total_minor"), "created_at",
    )  # fmt: skip
    readonly_fields = fields
    inlines = (PartInline,)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("parts")
