from typing import Any

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
    JobPosition,
    Participant,
    RankingReview,
    ReplacementOffer,
    SickLeave,
    SosAlarm,
    SosPosition,
    SosRecording,
    WaitingEntry,
)
from apps.bookings.queries import timeline_of
from apps.core import clock
from apps.core.admin import (
    BusinessScopedAdmin,
    ReadOnlyAdmin,
    ReadOnlyInline,
    audited_action,
    local_moment,
    money_of,
)
from apps.core.money import money_words

BY_ADMIN = "From the back office."
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
        ("Money", {"fields": ("payment_status", *_AMOUNTS, "package_use", "use_returned_at", "prices", "policy", "release_due_at", "money")}),
        ("Where", {"fields": ("place", "address", "time_zone")}),
        ("Words", {"fields": ("special_requests", "owner_notes", "rejection_reason", "sop_checklist")}),
        (
            "Moments",
            {
                "fields": (
                    "created_at", "expires_at", "confirmed_at", *_WHEN[2:], "duration_minutes", "cancelled_at",
                    "rejected_at", "declined_at", "expired_at", "no_show_at", "refund_cap_percent", "ask_at",
                )
            },
        ),
    )  # fmt: skip
    actions = ("approve", "cancel", "start", "complete")

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

    @audited_action("Approve")
    def approve(self, request: HttpRequest, booking: Booking) -> None:
        """The booking is confirmed."""
        operations.approve_booking(booking_id=booking.pk, by=request.user, at=clock.now(), reason=BY_ADMIN)

    @audited_action("Cancel, with all money back")
    def cancel(self, request: HttpRequest, booking: Booking) -> None:
        """The booking will not take place."""
        operations.cancel_booking(booking_id=booking.pk, by=request.user, at=clock.now(), reason=BY_ADMIN)

    @audited_action("Start")
    def start(self, request: HttpRequest, booking: Booking) -> None:
        """The work is under way."""
        operations.start_booking(booking_id=booking.pk, by=request.user, at=clock.now(), reason=BY_ADMIN)

    @audited_action("Complete")
    def complete(self, request: HttpRequest, booking: Booking) -> None:
        """The work is done."""
        operations.complete_booking(booking_id=booking.pk, by=request.user, at=clock.now(), reason=BY_ADMIN)


@admin.register(BookingTransition)
class BookingTransitionAdmin(ReadOnlyAdmin):
    list_display = ("at", "booking", "change", "from_status", "to_status", "by", "acting_as")
    list_select_related = ("booking", "by")
    search_fields = ("=booking__reference",)
    ordering = ("-id",)


class LookingAdmin(BusinessScopedAdmin):
    """Rows of one's businesses, for looking: operations write them."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Decline)
class DeclineAdmin(LookingAdmin):
    business_lookup = "booking__business"
    list_display = ("at", "booking", "staff_member", "reason_code", "acting_as", "sick_leave")
    list_filter = ("reason_code",)
    list_select_related = ("booking", "staff_member", "sick_leave__staff_member")
    search_fields = ("=booking__reference", "staff_member__display_name")
    ordering = ("-id",)


@admin.register(ReplacementOffer)
class ReplacementOfferAdmin(LookingAdmin):
    business_lookup = "booking__business"
    list_display = ("offered_at", "booking", "staff_member", "outcome", "alert_at", "alerted_at", "closed_at")
    list_filter = ("outcome",)
    list_select_related = ("booking", "staff_member")
    search_fields = ("=booking__reference", "staff_member__display_name")
    ordering = ("-id",)


@admin.register(SickLeave)
class SickLeaveAdmin(LookingAdmin):
    list_display = ("staff_member", "business", "starts_at", "ends_at", "reported_by", "time_off")
    list_select_related = ("staff_member", "business", "reported_by", "time_off__staff_member")
    search_fields = ("staff_member__display_name", "business__name")
    ordering = ("-id",)


@admin.register(RankingReview)
class RankingReviewAdmin(LookingAdmin):
    business_lookup = "staff_member__business"
    list_display = ("staff_member", "opened_at", "declines", "clears_at", "end", "ended_at", "ended_by")
    list_filter = ("end",)
    list_select_related = ("staff_member", "ended_by")
    search_fields = ("staff_member__display_name",)
    ordering = ("-id",)
    actions = ("lift",)

    @audited_action("Lift the review")
    def lift(self, request: HttpRequest, review: RankingReview) -> None:
        """It costs the person nothing from now on."""
        operations.lift_review(review_id=review.pk, reason=BY_ADMIN, by=request.user, at=clock.now())


@admin.register(Participant)
class ParticipantAdmin(LookingAdmin):
    business_lookup = "booking__business"
    list_display = ("booking", "position", "name", "attendance", "marked_at", "marked_by")
    list_filter = ("attendance",)
    list_select_related = ("booking", "marked_by")
    search_fields = ("=booking__reference", "name")
    ordering = ("-id",)


@admin.register(WaitingEntry)
class WaitingEntryAdmin(LookingAdmin):
    business_lookup = "slot__business"
    list_display = ("slot", "service", "customer", "state", "created_at", "offered_at", "offer_expires_at", "booking")
    list_filter = ("state",)
    list_select_related = ("slot__business", "service", "customer", "booking")
    ordering = ("-id",)


@admin.register(ContactReveal)
class ContactRevealAdmin(LookingAdmin):
    business_lookup = "booking__business"
    list_display = ("at", "booking", "channel", "by", "acting_as", "reason")
    list_filter = ("channel", "acting_as")
    list_select_related = ("booking", "by")
    search_fields = ("=booking__reference", "by__email")
    ordering = ("-id",)


@admin.register(AddedExtra)
class AddedExtraAdmin(LookingAdmin):
    business_lookup = "booking__business"
    list_display = (
        "added_at", "booking", "kind", "name", "quantity", money_of("amount_minor"), "state", "due_at", "paid_at",
    )  # fmt: skip
    list_filter = ("state", "kind")
    list_select_related = ("booking",)
    search_fields = ("=booking__reference", "name")
    ordering = ("-id",)
    actions = ("waive",)

    @audited_action("Waive")
    def waive(self, request: HttpRequest, extra: AddedExtra) -> None:
        """Nothing is asked for it."""
        operations.waive_extra(
            booking_id=extra.booking_id, extra_id=extra.pk, reason=BY_ADMIN, by=request.user, at=clock.now()
        )


class SosPositionInline(ReadOnlyInline):
    model = SosPosition
    fields = ("at", "lat", "lng", "accuracy")
    readonly_fields = fields
    ordering = ("at",)


class SosRecordingInline(ReadOnlyInline):
    model = SosRecording
    fields = ("number", "at", "content_type", "size", "path", "sha256")
    readonly_fields = fields
    ordering = ("number",)


@admin.register(SosAlarm)
class SosAlarmAdmin(LookingAdmin):
    business_lookup = "booking__business"
    list_display = (
        "raised_at", "booking", "raised_by", "raised_as", "rounds", "next_alert_at", "acknowledged_by", "acknowledged_at",
    )  # fmt: skip
    list_filter = ("raised_as",)
    list_select_related = ("booking", "raised_by", "acknowledged_by")
    search_fields = ("=booking__reference",)
    ordering = ("-id",)
    inlines = (SosPositionInline, SosRecordingInline)
    actions = ("acknowledge",)

    @audited_action("Acknowledge")
    def acknowledge(self, request: HttpRequest, alarm: SosAlarm) -> None:
        """Whoever called knows that somebody acts, and nobody is told again."""
        operations.acknowledge_sos(booking_id=alarm.booking_id, alarm_id=alarm.pk, by=request.user, at=clock.now())


@admin.register(JobPosition)
class JobPositionAdmin(LookingAdmin):
    business_lookup = "booking__business"
    list_display = ("recorded_at", "booking", "by", "lat", "lng", "accuracy")
    list_select_related = ("booking", "by")
    search_fields = ("=booking__reference",)
    ordering = ("-id",)
