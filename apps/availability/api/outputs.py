"""What answers look like. The hot ones are built by hand; these declare their shape."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.availability.api.fields import SpansField, WeekField
from apps.availability.models import Course
from apps.core.api.fields import MinorMoneyField, MoneyField
from apps.core.api.serializers import OutputSerializer
from apps.core.money import Money


class StaffStartsOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    name: Any = serializers.CharField()
    starts: Any = serializers.ListField(child=serializers.DateTimeField())


class DayStartsOut(OutputSerializer):
    date: Any = serializers.DateField()
    starts: Any = serializers.ListField(child=serializers.DateTimeField())
    staff: Any = StaffStartsOut(many=True)


class SessionTimeOut(OutputSerializer):
    slot: Any = serializers.UUIDField(source="pk")
    staff: Any = serializers.UUIDField(source="staff_member_id", allow_null=True)
    starts_at: Any = serializers.DateTimeField()
    ends_at: Any = serializers.DateTimeField()
    total: Any = serializers.IntegerField(source="max_capacity")
    free: Any = serializers.IntegerField(source="free_seats")
    course: Any = serializers.UUIDField(
        source="only_in_course", allow_null=True, help_text="The course to book, where the session is not booked alone."
    )


class AvailabilityOut(OutputSerializer):
    service: Any = serializers.UUIDField()
    time_zone: Any = serializers.CharField()
    duration_minutes: Any = serializers.IntegerField()
    days: Any = DayStartsOut(many=True)
    sessions: Any = SessionTimeOut(many=True, help_text="Dated sessions, with their free seats.")


class RefusalOut(OutputSerializer):
    rule: Any = serializers.CharField()
    message: Any = serializers.CharField()
    since: Any = serializers.DateTimeField(allow_null=True)
    until: Any = serializers.DateTimeField(allow_null=True)


class PersonAnswerOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    name: Any = serializers.CharField()
    is_free: Any = serializers.BooleanField()
    refusals: Any = RefusalOut(many=True)


class FreeTimeOut(OutputSerializer):
    starts_at: Any = serializers.DateTimeField()
    staff: Any = serializers.ListField(child=serializers.UUIDField(), source="staff_ids")


class ExplanationOut(OutputSerializer):
    at: Any = serializers.DateTimeField()
    is_free: Any = serializers.BooleanField()
    rule: Any = serializers.CharField(allow_null=True, help_text="The first rule that refuses everybody asked about.")
    people: Any = PersonAnswerOut(many=True)
    next_free: Any = FreeTimeOut(many=True)


class BusinessDayOut(OutputSerializer):
    date: Any = serializers.DateField()
    total: Any = serializers.IntegerField()
    free: Any = serializers.IntegerField()


class BusinessDaysOut(OutputSerializer):
    business: Any = serializers.UUIDField()
    time_zone: Any = serializers.CharField()
    days: Any = BusinessDayOut(many=True)


class DaySlotOut(OutputSerializer):
    starts_at: Any = serializers.DateTimeField()
    ends_at: Any = serializers.DateTimeField()
    total: Any = serializers.IntegerField()
    free: Any = serializers.IntegerField()
    slot: Any = serializers.UUIDField(source="slot_id", allow_null=True)


class BusinessDateOut(OutputSerializer):
    business: Any = serializers.UUIDField()
    time_zone: Any = serializers.CharField()
    date: Any = serializers.DateField()
    slots: Any = DaySlotOut(many=True)


class OpeningExceptionOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    on: Any = serializers.DateField()
    spans: Any = SpansField()
    is_closed: Any = serializers.BooleanField()
    reason: Any = serializers.CharField()


class OpeningHoursOut(OutputSerializer):
    business: Any = serializers.UUIDField()
    time_zone: Any = serializers.CharField()
    weekly: Any = WeekField()


class OverrideOut(OutputSerializer):
    on: Any = serializers.DateField()
    spans: Any = SpansField()


class TravelOut(OutputSerializer):
    first_on: Any = serializers.DateField()
    last_on: Any = serializers.DateField(allow_null=True)
    time_zone: Any = serializers.CharField()


class ScheduleOut(OutputSerializer):
    staff: Any = serializers.UUIDField()
    time_zone: Any = serializers.CharField()
    follows_opening_hours: Any = serializers.BooleanField()
    weekly: Any = WeekField(allow_null=True)
    overrides: Any = OverrideOut(many=True)
    travel: Any = TravelOut(many=True)


class TimeOffOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    staff: Any = serializers.UUIDField(source="staff_member_id")
    starts_at: Any = serializers.DateTimeField()
    ends_at: Any = serializers.DateTimeField()
    reason: Any = serializers.CharField()
    note: Any = serializers.CharField()


class BusyOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    staff: Any = serializers.UUIDField(source="staff_member_id")
    kind: Any = serializers.CharField()
    starts_at: Any = serializers.DateTimeField()
    ends_at: Any = serializers.DateTimeField()
    note: Any = serializers.CharField()


class SlotOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    business: Any = serializers.UUIDField(source="business_id")
    service: Any = serializers.UUIDField(source="service_id", allow_null=True)
    course: Any = serializers.UUIDField(source="course_id", allow_null=True)
    staff: Any = serializers.UUIDField(source="staff_member_id", allow_null=True)
    starts_at: Any = serializers.DateTimeField()
    ends_at: Any = serializers.DateTimeField()
    max_capacity: Any = serializers.IntegerField()
    booked_count: Any = serializers.IntegerField()
    is_available: Any = serializers.BooleanField()


class SlotsMadeOut(OutputSerializer):
    created: Any = serializers.IntegerField()


class SessionsMadeOut(OutputSerializer):
    created: Any = serializers.IntegerField()
    sessions: Any = SessionTimeOut(many=True)


class HostOut(OutputSerializer):
    id: Any = serializers.UUIDField(source="pk")
    name: Any = serializers.CharField(source="display_name")


class CourseSessionOut(OutputSerializer):
    slot: Any = serializers.UUIDField(source="pk")
    host: Any = HostOut(source="staff_member", allow_null=True)
    starts_at: Any = serializers.DateTimeField()
    ends_at: Any = serializers.DateTimeField()
    total: Any = serializers.IntegerField(source="max_capacity")
    free: Any = serializers.IntegerField(source="free_seats")


class PlaceOfCourseOut(OutputSerializer):
    id: Any = serializers.UUIDField(source="pk")
    name: Any = serializers.CharField()
    time_zone: Any = serializers.CharField()


class ServiceOfCourseOut(OutputSerializer):
    id: Any = serializers.UUIDField(source="pk")
    name: Any = serializers.CharField(source="title")


class CourseOut(OutputSerializer):
    """A course whose sessions are at hand, in order."""

    id: Any = serializers.UUIDField(source="pk")
    title: Any = serializers.CharField()
    business: Any = PlaceOfCourseOut()
    service: Any = ServiceOfCourseOut()
    price: Any = MinorMoneyField(
        source="price_minor", currency_source="business.currency", help_text="Of one seat in every session."
    )
    saved: Any = serializers.SerializerMethodField(
        help_text="What it costs less than its sessions one by one; null where it does not."
    )
    allows_single: Any = serializers.BooleanField()
    is_available: Any = serializers.BooleanField()
    free: Any = serializers.IntegerField(source="free_seats", help_text="Seats that are free in every session.")
    sessions: Any = CourseSessionOut(many=True, source="sessions.all")

    @extend_schema_field(MoneyField(allow_null=True))
    def get_saved(self, course: Course) -> dict[str, str] | None:
        """The price of the sessions one by one, less the course's."""
        saved = len(course.sessions.all()) * course.service.price_minor - course.price_minor
        return MoneyField().to_representation(Money(saved, course.business.currency)) if saved > 0 else None
