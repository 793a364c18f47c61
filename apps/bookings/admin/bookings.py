"""A booking in the back office: its history and money, and the acts of its machine."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from apps.bookings import operations
from apps.bookings.models import (
    AddedExtra,
    Booking,
    BookingTransition,
    ContactReveal,
    Decline,
    Participant,
    ReplacementOffer,
)
from apps.bookings.queries import timeline_of
from apps.catalog.queries import performers_of
from apps.core import clock
from apps.core.admin import (
    BusinessScopedAdmin,
    ReadOnlyInline,
    ReasonedActionForm,
    audited_action,
    local_moment,
    money_of,
    reason_of,
)
from apps.core.admin.bases import ACTING_ROLES
from apps.core.errors import Invalid
from apps.core.money import money_words

# Whoever runs a desk acts here as in the API: the operation knows whose booking it is.
DESK_ROLES = ACTING_ROLES | {"CEO", "EMPLOYEE"}
_WHEN = tuple(local_moment(name) for name in ("starts_at", "ends_at", "actual_start_time", "actual_end_time"))
_AMOUNTS = (money_of("total_minor"), money_of("covered_minor"), money_of("extras_minor"), money_of("refunded_minor"))


class HistoryInline(ReadOnlyInline):
    model = BookingTransition
    fields = ("number", "at", "change", "from_status", "to_status", "by", "acting_as", "reason")
    readonly_fields = fields
    ordering = ("number",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("by")


class DeclineInline(ReadOnlyInline):
    model = Decline
    fields = ("at", "staff_member", "reason_code", "note", "acting_as")
    readonly_fields = fields
    ordering = ("at",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("staff_member")


class OfferInline(ReadOnlyInline):
    model = ReplacementOffer
    fields = ("offered_at", "staff_member", "alert_at", "alerted_at", "outcome", "closed_at")
    readonly_fields = fields
    ordering = ("offered_at",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("staff_member")


class ParticipantInline(ReadOnlyInline):
    model = Participant
    fields = ("position", "name", "attendance", "note", "marked_at", "marked_by")
    readonly_fields = fields
    ordering = ("position",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("marked_by")


class ExtraInline(ReadOnlyInline):
    model = AddedExtra
    fields = ("added_at", "kind", "name", "quantity", money_of("amount_minor"), "state", "due_at", "paid_at")
    readonly_fields = fields
    ordering = ("added_at",)


class RevealInline(ReadOnlyInline):
    model = ContactReveal
    fields = ("at", "channel", "by", "acting_as", "reason")
    readonly_fields = fields
    ordering = ("at",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("by")


class BookingActionForm(ReasonedActionForm):
    """Why, and for giving a booking to somebody else, to whom."""

    person = forms.CharField(required=False, max_length=80, label="Person")


@admin.register(Booking)
class BookingAdmin(BusinessScopedAdmin):
    """For looking; what changes a booking is an action of its machine."""

    list_display = (
        "reference",
        "business",
        "service",
        "staff_member",
        "customer",
        local_moment("starts_at", "starts"),
        "status",
        "total_minor",
        "payment_status",
    )
    list_filter = ("status", "payment_status", "starts_at")
    search_fields = ("=reference", "=id", "business__name", "customer__email", "customer__last_name")
    list_select_related = ("business", "service", "staff_member", "customer")
    ordering = ("-starts_at", "-id")
    date_hierarchy = None
    inlines = (HistoryInline, ParticipantInline, DeclineInline, OfferInline, ExtraInline, RevealInline)
    readonly_fields = ("money", "prices", "policy", "package_use", *_WHEN, *_AMOUNTS)
    fieldsets = (
        (None, {"fields": ("reference", "status", *_WHEN[:2], "customer", "business", "service", "staff_member", "crew", "slot", "seats", "series")}),
        ("Money", {"fields": ("payment_status", *_AMOUNTS, "package_use", "use_returned_at", "prices", "policy", "release_due_at", "cash_at", "cash_by", "money")}),
        ("Where", {"fields": ("place", "address", "time_zone")}),
        ("Words", {"fields": ("special_requests", "owner_notes", "rejection_reason", "sop_checklist")}),
        (
            "Moments",
            {
                "fields": (
                    "created_at", "expires_at", "confirmed_at", *_WHEN[2:], "duration_minutes", "cancelled_at",
                    "rejected_at", "declined_at", "expired_at", "no_show_at", "refund_cap_percent", "ask_at", "remind_at",
                )
            },
        ),
    )  # fmt: skip
    actions = ("approve", "reject", "reassign", "cancel", "no_show", "take_cash", "start", "complete")
    action_form = BookingActionForm

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Booking | None = None) -> bool:
        return False

    @admin.display(description="Money")
    def money(self, booking: Booking) -> SafeString:
        """What was paid, refunded and released, in order."""
        entries = [entry for entry in timeline_of(booking, for_business=True) if entry.amount_minor is not None]
        return format_html_join(
            "",
            "<div>{}, {}: {}</div>",
            (
                (
                    date_format(timezone.localtime(entry.at), "DATETIME_FORMAT"),
                    entry.what,
                    money_words(entry.amount_minor or 0, booking.currency),
                )
                for entry in entries
            ),
        )

    @admin.display(description="Price")
    def prices(self, booking: Booking) -> SafeString:
        """What the price is made of."""
        lines = ((line["label"], money_words(line["amount_minor"], booking.currency)) for line in booking.price_lines)
        return format_html_join("", "<div>{}: {}</div>", lines)

    @admin.display(description="If the customer cancels")
    def policy(self, booking: Booking) -> SafeString:
        """How much goes back, by the time left before the start."""
        tiers = booking.cancellation_policy.get("tiers", [])
        lines = ((tier["hours_before"], tier["refund_percent"]) for tier in tiers)
        return format_html_join("", "<div>{} hours before the start or earlier: {} % back</div>", lines)

    @audited_action("Approve", roles=DESK_ROLES)
    def approve(self, request: HttpRequest, booking: Booking) -> None:
        """The booking is confirmed."""
        operations.approve_booking(**_act(request, booking))

    @audited_action("Reject, with all money back", roles=DESK_ROLES)
    def reject(self, request: HttpRequest, booking: Booking) -> None:
        """The business does not take it; the customer reads the reason."""
        operations.reject_booking(**_act(request, booking))

    @audited_action("Cancel, with all money back", roles=DESK_ROLES)
    def cancel(self, request: HttpRequest, booking: Booking) -> None:
        """The booking will not take place."""
        operations.cancel_booking(**_act(request, booking))

    @audited_action("The customer did not come", roles=DESK_ROLES)
    def no_show(self, request: HttpRequest, booking: Booking) -> None:
        """What the policy keeps clears to the business."""
        operations.record_no_show(**_act(request, booking))

    @audited_action("Give to the person named", roles=DESK_ROLES)
    def reassign(self, request: HttpRequest, booking: Booking) -> None:
        """Somebody else does it at the same time."""
        operations.reassign_booking(staff_id=_person_named(request, booking), **_act(request, booking))

    @audited_action("Note that cash was taken", roles=DESK_ROLES)
    def take_cash(self, request: HttpRequest, booking: Booking) -> None:
        """It is confirmed, and its money is outside the escrow."""
        operations.take_cash(**_act(request, booking))

    @audited_action("Start", roles=DESK_ROLES)
    def start(self, request: HttpRequest, booking: Booking) -> None:
        """The work is under way."""
        operations.start_booking(**_act(request, booking))

    @audited_action("Complete", roles=DESK_ROLES)
    def complete(self, request: HttpRequest, booking: Booking) -> None:
        """The work is done."""
        operations.complete_booking(**_act(request, booking))


def _act(request: HttpRequest, booking: Booking) -> dict[str, Any]:
    """Who does it, when and why. Raises: Invalid without a reason."""
    return {"booking_id": booking.pk, "by": request.user, "at": clock.now(), "reason": reason_of(request)}


def _person_named(request: HttpRequest, booking: Booking) -> UUID:
    """The performer of that name. Raises: Invalid where there is none, or more than one."""
    name = str(request.POST.get("person", "")).strip()
    found = list(performers_of(booking.service).filter(display_name__iexact=name)[:2]) if name else []
    if len(found) != 1:
        raise Invalid("Name one person who performs the service, in the field beside the action.")
    return found[0].pk
