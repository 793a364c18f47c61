"""What belongs to bookings: for looking, operations write it."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.bookings import operations
from apps.bookings.models import (
    ActionLink,
    AddedExtra,
    BookingTransition,
    CalendarKey,
    ContactReveal,
    Decline,
    JobPosition,
    Participant,
    RankingReview,
    Reminder,
    ReplacementOffer,
    SickLeave,
    SosAlarm,
    SosPosition,
    SosRecording,
    Tip,
    WaitingEntry,
)
from apps.core import clock
from apps.core.admin import (
    BusinessScopedAdmin,
    ReadOnlyAdmin,
    ReadOnlyInline,
    audited_action,
    money_of,
)

BY_ADMIN = "From the back office."


@admin.register(BookingTransition)
class BookingTransitionAdmin(ReadOnlyAdmin):
    list_display = ("at", "booking", "change", "from_status", "to_status", "by", "acting_as")
    list_select_related = ("booking", "by")
    search_fields = ("=booking__reference",)
    ordering = ("-id",)


@admin.register(Reminder)
class ReminderAdmin(ReadOnlyAdmin):
    list_display = ("at", "booking", "slot", "person", "kind", "starts_at")
    list_filter = ("kind",)
    list_select_related = ("booking", "slot__business", "person")
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


@admin.register(Tip)
class TipAdmin(LookingAdmin):
    business_lookup = "booking__business"
    list_display = ("created_at", "booking", "staff_member", money_of("amount_minor"), "state", "paid_at")
    list_filter = ("state",)
    list_select_related = ("booking", "staff_member")
    search_fields = ("=booking__reference", "staff_member__display_name")
    ordering = ("-id",)


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


@admin.register(ActionLink)
class ActionLinkAdmin(LookingAdmin):
    business_lookup = "booking__business"
    list_display = ("created_at", "booking", "action", "expires_at", "used_at", "revoked_at")
    list_filter = ("action",)
    list_select_related = ("booking",)
    search_fields = ("=booking__reference",)
    exclude = ("digest",)
    ordering = ("-id",)


@admin.register(CalendarKey)
class CalendarKeyAdmin(ReadOnlyAdmin):
    """Without the digest; the key itself is kept nowhere."""

    list_display = ("created_at", "user", "last_used_at", "revoked_at")
    list_select_related = ("user",)
    search_fields = ("user__email", "user__last_name")
    fields = ("user", "created_at", "last_used_at", "revoked_at")
    ordering = ("-id",)
