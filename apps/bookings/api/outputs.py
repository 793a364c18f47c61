"""Shapes of answers about bookings, for the schema; ``present`` builds the values."""

from typing import Any

from rest_framework import serializers

from apps.bookings.courses import CourseStatus
from apps.bookings.states import (
    Attendance,
    BookingStatus,
    ExtraKind,
    ExtraState,
    Party,
    PaymentStatus,
    Place,
    ReviewEnd,
    WaitState,
)
from apps.core.api.actions import AvailableActionOut
from apps.core.api.fields import AmountField, MoneyField
from apps.core.api.serializers import OutputSerializer


class NamedOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    name: Any = serializers.CharField()


class PriceLineOut(OutputSerializer):
    kind: Any = serializers.ChoiceField(choices=["SERVICE", "PACKAGE_USE", "OWNER_PREMIUM", "EXTRA", "ADDED"])
    label: Any = serializers.CharField()
    amount: Any = MoneyField()


class PayingOut(OutputSerializer):
    credits: Any = MoneyField(help_text="Credits of one's own money.")
    promotions: Any = MoneyField(help_text="Promotional credits and what a code takes off.")
    due: Any = MoneyField(help_text="What is left to be paid.")


class QuoteOut(OutputSerializer):
    service: Any = NamedOut()
    staff: Any = serializers.UUIDField(
        allow_null=True, help_text="The person named; else, where a start is, whom the matcher would pick, if anybody."
    )
    is_free: Any = serializers.BooleanField(allow_null=True, help_text="Whether the start is free; null without one.")
    duration_min: Any = serializers.IntegerField()
    base: Any = MoneyField()
    multiplier: Any = serializers.CharField()
    lines: Any = PriceLineOut(many=True)
    total: Any = MoneyField()
    paying: Any = PayingOut(allow_null=True, help_text="Where the request says with what it is to be paid.")


class SummaryOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    reference: Any = serializers.CharField()
    status: Any = serializers.ChoiceField(choices=BookingStatus.choices)
    payment_status: Any = serializers.ChoiceField(choices=PaymentStatus.choices, allow_null=True)
    business: Any = NamedOut()
    service: Any = NamedOut()
    staff: Any = NamedOut(allow_null=True)
    customer: Any = NamedOut()
    starts_at: Any = serializers.DateTimeField()
    ends_at: Any = serializers.DateTimeField()
    time_zone: Any = serializers.CharField()
    place: Any = serializers.ChoiceField(choices=Place.choices)
    slot: Any = serializers.UUIDField(allow_null=True, help_text="The session of which it has seats.")
    seats: Any = serializers.IntegerField()
    series: Any = serializers.UUIDField(allow_null=True, help_text="Shared by those that were booked in one go.")
    parent: Any = serializers.UUIDField(
        allow_null=True, help_text="The booking of a course of which it is one session."
    )
    total: Any = MoneyField()


class BookingRowOut(SummaryOut):
    available_actions: Any = serializers.ListField(child=serializers.CharField())


class ContactOut(OutputSerializer):
    name: Any = serializers.CharField()
    phone: Any = serializers.CharField(allow_null=True)
    email: Any = serializers.EmailField(allow_null=True)


class TierOut(OutputSerializer):
    hours_before: Any = serializers.IntegerField()
    refund_percent: Any = serializers.IntegerField()


class PolicyOut(OutputSerializer):
    tiers: Any = TierOut(many=True)
    grace_minutes: Any = serializers.IntegerField()
    no_show_refund_percent: Any = serializers.IntegerField()
    free_until: Any = serializers.DateTimeField(allow_null=True)


class ChecklistItemOut(OutputSerializer):
    id: Any = serializers.CharField()
    label: Any = serializers.CharField()
    required: Any = serializers.BooleanField()
    done: Any = serializers.BooleanField()
    by: Any = serializers.UUIDField(allow_null=True)
    at: Any = serializers.DateTimeField(allow_null=True)


class ParticipantOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    name: Any = serializers.CharField()
    attendance: Any = serializers.ChoiceField(choices=Attendance.choices)
    note: Any = serializers.CharField(allow_null=True, help_text="The business's own; null for the customer.")


class AddedExtraOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    kind: Any = serializers.ChoiceField(choices=ExtraKind.choices)
    name: Any = serializers.CharField()
    quantity: Any = serializers.IntegerField()
    unit: Any = MoneyField()
    amount: Any = MoneyField()
    state: Any = serializers.ChoiceField(choices=ExtraState.choices)
    added_at: Any = serializers.DateTimeField()
    due_at: Any = serializers.DateTimeField(allow_null=True)
    blocks_booking_from: Any = serializers.DateTimeField(allow_null=True)
    paid_at: Any = serializers.DateTimeField(allow_null=True)
    waive_reason: Any = serializers.CharField()
    available_actions: Any = AvailableActionOut(many=True)


class TimerOut(OutputSerializer):
    server_now: Any = serializers.DateTimeField()
    actual_start_time: Any = serializers.DateTimeField()
    planned_end: Any = serializers.DateTimeField()
    is_running: Any = serializers.BooleanField()
    elapsed_s: Any = serializers.IntegerField(help_text="Until now, or until it was completed.")
    remaining_s: Any = serializers.IntegerField(help_text="Of what was planned; below zero once it runs over.")


class PackageUsedOut(OutputSerializer):
    id: Any = serializers.UUIDField(help_text="The purchase.")
    name: Any = serializers.CharField()
    worth: Any = MoneyField(help_text="What the use brings the business.")
    is_returned: Any = serializers.BooleanField(help_text="Whether the use went back to the package.")


class PayWithOut(OutputSerializer):
    credits: Any = AmountField()
    promo: Any = serializers.CharField()


class BookingOut(SummaryOut):
    package: Any = PackageUsedOut(allow_null=True, help_text="The package a use of which pays for the service.")
    participants: Any = ParticipantOut(many=True, help_text="Who sits on its seats; empty where it has none.")
    address: Any = serializers.CharField(allow_null=True)
    special_requests: Any = serializers.CharField()
    owner_notes: Any = serializers.CharField(allow_null=True)
    rejection_reason: Any = serializers.CharField()
    contact: Any = ContactOut(allow_null=True)
    base: Any = MoneyField()
    multiplier: Any = serializers.CharField()
    lines: Any = PriceLineOut(many=True)
    extras: Any = AddedExtraOut(many=True)
    extras_total: Any = MoneyField()
    refunded: Any = MoneyField()
    cancellation_policy: Any = PolicyOut()
    pay_with: Any = PayWithOut(help_text="With what its customer wanted to pay, unless its payment says otherwise.")
    expires_at: Any = serializers.DateTimeField(allow_null=True)
    confirmed_at: Any = serializers.DateTimeField(allow_null=True)
    cancelled_at: Any = serializers.DateTimeField(allow_null=True)
    replacement: Any = NamedOut(allow_null=True, help_text="Who is offered and held while the status says so.")
    actual_start_time: Any = serializers.DateTimeField(allow_null=True)
    actual_end_time: Any = serializers.DateTimeField(allow_null=True)
    duration_minutes: Any = serializers.IntegerField(allow_null=True)
    timer: Any = TimerOut(allow_null=True)
    release_due_at: Any = serializers.DateTimeField(allow_null=True)
    cash_at: Any = serializers.DateTimeField(
        allow_null=True, help_text="When the business took the money in cash; it is in no wallet then."
    )
    sop_checklist: Any = ChecklistItemOut(many=True, allow_null=True)
    created_at: Any = serializers.DateTimeField()
    available_actions: Any = AvailableActionOut(many=True)


class PublicBookingOut(OutputSerializer):
    reference: Any = serializers.CharField()
    business: Any = serializers.CharField()
    service: Any = serializers.CharField()
    status: Any = serializers.ChoiceField(choices=BookingStatus.choices)
    starts_at: Any = serializers.DateTimeField()
    ends_at: Any = serializers.DateTimeField()
    time_zone: Any = serializers.CharField()


class TimelineEntryOut(OutputSerializer):
    at: Any = serializers.DateTimeField()
    what: Any = serializers.CharField()
    acting_as: Any = serializers.ChoiceField(choices=Party.choices)
    by: Any = serializers.CharField()
    from_status: Any = serializers.CharField()
    to_status: Any = serializers.CharField()
    starts_at: Any = serializers.DateTimeField(allow_null=True)
    reason: Any = serializers.CharField()
    amount: Any = MoneyField(allow_null=True)


class JobOut(OutputSerializer):
    """A job in a word."""

    id: Any = serializers.UUIDField()
    reference: Any = serializers.CharField()
    status: Any = serializers.ChoiceField(choices=BookingStatus.choices)
    service: Any = NamedOut()
    customer: Any = NamedOut()
    starts_at: Any = serializers.DateTimeField()
    ends_at: Any = serializers.DateTimeField()


class SickLeaveOut(OutputSerializer):
    """A person's absence, and the jobs that it hits."""

    id: Any = serializers.UUIDField()
    staff: Any = serializers.UUIDField()
    to: Any = serializers.DateTimeField()
    note: Any = serializers.CharField()
    time_off: Any = serializers.UUIDField()
    jobs: Any = JobOut(many=True)

    def get_fields(self) -> dict[str, Any]:
        return {"from": serializers.DateTimeField(read_only=True), **super().get_fields()}


class EndField(serializers.ChoiceField):
    """How something ended; null while it lasts."""

    def to_representation(self, value: Any) -> Any:
        return super().to_representation(value) if value else None


class RankingReviewOut(OutputSerializer):
    """Somebody's Ranking Review; ``end`` is null while it lasts."""

    id: Any = serializers.UUIDField()
    staff: Any = serializers.UUIDField(source="staff_member_id")
    name: Any = serializers.CharField(source="staff_member.display_name")
    business: Any = serializers.UUIDField(source="staff_member.business_id")
    opened_at: Any = serializers.DateTimeField()
    declines: Any = serializers.IntegerField()
    clears_at: Any = serializers.DateTimeField()
    ended_at: Any = serializers.DateTimeField(allow_null=True)
    end: Any = EndField(choices=ReviewEnd.choices, allow_null=True)
    reason: Any = serializers.CharField()


class SessionOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    service: Any = NamedOut(allow_null=True)
    staff: Any = NamedOut(allow_null=True)
    starts_at: Any = serializers.DateTimeField()
    ends_at: Any = serializers.DateTimeField()
    max_capacity: Any = serializers.IntegerField()
    booked_count: Any = serializers.IntegerField()
    is_available: Any = serializers.BooleanField()
    started_at: Any = serializers.DateTimeField(allow_null=True)
    completed_at: Any = serializers.DateTimeField(allow_null=True)


class SeatOut(ParticipantOut):
    booking: Any = serializers.UUIDField(source="booking_id")
    reference: Any = serializers.CharField(source="booking.reference")
    customer: Any = serializers.CharField(source="booking.customer.name")
    status: Any = serializers.ChoiceField(choices=BookingStatus.choices, source="booking.status")


class RosterOut(OutputSerializer):
    session: Any = SessionOut()
    participants: Any = SeatOut(many=True)


class WaitingOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    slot: Any = serializers.UUIDField(source="slot_id")
    service: Any = serializers.UUIDField(source="service_id")
    customer: Any = NamedOut()
    state: Any = serializers.ChoiceField(choices=WaitState.choices)
    position: Any = serializers.IntegerField(help_text="1 is the next who is offered a seat, or has an offer.")
    offer_expires_at: Any = serializers.DateTimeField(allow_null=True)
    created_at: Any = serializers.DateTimeField()
    available_actions: Any = AvailableActionOut(many=True)


class SeriesOut(OutputSerializer):
    series: Any = serializers.UUIDField()
    bookings: Any = BookingOut(many=True)
    skipped: Any = serializers.ListField(child=serializers.DateTimeField())


class CourseSummaryOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    reference: Any = serializers.CharField()
    status: Any = serializers.ChoiceField(choices=CourseStatus.choices, help_text="Read off the sessions' bookings.")
    payment_status: Any = serializers.ChoiceField(choices=PaymentStatus.choices, allow_null=True)
    course: Any = NamedOut()
    service: Any = NamedOut()
    business: Any = NamedOut()
    customer: Any = NamedOut()
    seats: Any = serializers.IntegerField()
    total: Any = MoneyField()
    starts_at: Any = serializers.DateTimeField(help_text="Of the first session that was not called off.")
    ends_at: Any = serializers.DateTimeField(help_text="Of the last one.")
    time_zone: Any = serializers.CharField()
    expires_at: Any = serializers.DateTimeField(allow_null=True, help_text="Until when it is to be paid.")
    created_at: Any = serializers.DateTimeField()


class CourseBookingRowOut(CourseSummaryOut):
    sessions: Any = serializers.IntegerField(help_text="How many it has, called off ones included.")
    available_actions: Any = serializers.ListField(child=serializers.CharField())


class BookedSessionOut(BookingRowOut):
    refunded: Any = MoneyField()
    participants: Any = ParticipantOut(many=True)


class CourseActionOut(AvailableActionOut):
    body: Any = serializers.JSONField(allow_null=True, help_text="What to send, where it has to be something certain.")


class CourseBookingOut(CourseSummaryOut):
    refunded: Any = MoneyField()
    special_requests: Any = serializers.CharField()
    sessions: Any = BookedSessionOut(many=True, help_text="The booking of each session, in order.")
    available_actions: Any = CourseActionOut(many=True)
