"""What requests may carry."""

from datetime import date, datetime, timedelta
from typing import Any

from rest_framework import serializers

from apps.availability.api.fields import KeysField, MomentField, MomentOrDateField, SpansField, WeekField, ZoneField
from apps.availability.engine.hours import minute_of_clock
from apps.availability.states import TimeOffReason
from apps.catalog.states import ServicePlace
from apps.core import clock
from apps.core.api.fields import DayField, MoneyField
from apps.core.api.serializers import InputSerializer

LONGEST_RANGE = timedelta(days=62)
USUAL_RANGE = timedelta(days=7)
WEEKDAY_NUMBERS = range(7)


class RangeQuery(InputSerializer):
    """``from`` and ``to``, as dates (the last one included) or moments, at most 62 days apart."""

    def get_fields(self) -> dict[str, Any]:
        help_text = "A date (as `to` included) or a moment with its offset; at most 62 days in all."
        return {
            "from": MomentOrDateField(required=False, help_text=f"{help_text} Now where left out."),
            "to": MomentOrDateField(required=False, help_text=f"{help_text} Seven days later where left out."),
            **super().get_fields(),
        }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        since = attrs.setdefault("from", clock.now())
        until = attrs.setdefault("to", since + USUAL_RANGE)
        length = _moment(until) - _moment(since)
        if length < timedelta(0) or (length == timedelta(0) and isinstance(until, datetime)):
            raise serializers.ValidationError({"to": ["The end lies after the start."]})
        if length > LONGEST_RANGE - (timedelta(0) if isinstance(until, datetime) else timedelta(days=1)):
            raise serializers.ValidationError({"to": [f"At most {LONGEST_RANGE.days} days at once."]})
        return attrs


class ServiceQuery(RangeQuery):
    makes_given_only = True

    staff = serializers.UUIDField(required=False, help_text="Only this person's times.")
    extras = KeysField(required=False, help_text="Chosen extras, which make the job longer.")
    place = serializers.ChoiceField(ServicePlace.choices, required=False, help_text="Where it is to be done.")
    tz = ZoneField(required=False, help_text="The viewer's time zone; the business's where left out.")


class ExplainQuery(InputSerializer):
    at = MomentField(help_text="The start that is asked about.")
    staff = serializers.UUIDField(required=False)
    extras = KeysField(required=False)
    place = serializers.ChoiceField(ServicePlace.choices, required=False)


class DaysQuery(RangeQuery):
    service = serializers.UUIDField(required=False)


class DayQuery(InputSerializer):
    service = serializers.UUIDField(required=False)


class OpeningHoursIn(InputSerializer):
    weekly = WeekField()


class OpeningExceptionIn(InputSerializer):
    on = DayField()
    spans = SpansField(required=False, help_text="Left out or empty: closed all day.")
    reason = serializers.CharField(max_length=120, required=False, allow_blank=True)


class OverrideIn(InputSerializer):
    on = DayField()
    spans = SpansField(required=False)


class TravelIn(InputSerializer):
    first_on = DayField()
    last_on = DayField(required=False, allow_null=True, default=None)
    time_zone = ZoneField()


class ScheduleIn(InputSerializer):
    weekly = WeekField()
    time_zone = ZoneField(required=False, allow_blank=True)
    overrides: Any = serializers.ListField(child=OverrideIn(), required=False, max_length=400)
    travel: Any = serializers.ListField(child=TravelIn(), required=False, max_length=100)

    def validate_overrides(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Each date once."""
        if len({override["on"] for override in value}) != len(value):
            raise serializers.ValidationError("A date is named twice.")
        return value


class SpanOfTimeIn(InputSerializer):
    staff = serializers.UUIDField(required=False, help_text="Who; oneself where left out and there is only one.")
    starts_at = MomentField()
    ends_at = MomentField()
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)


class TimeOffIn(SpanOfTimeIn):
    reason = serializers.ChoiceField(TimeOffReason.choices, required=False)


class SlotPlanIn(InputSerializer):
    start_date = DayField()
    end_date = DayField()
    start_time = serializers.CharField(max_length=5)
    end_time = serializers.CharField(max_length=5)
    slot_duration = serializers.IntegerField(min_value=1, max_value=1_440, help_text="Minutes.")
    max_capacity_per_slot = serializers.IntegerField(min_value=1, max_value=10_000)
    weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=6),
        required=False,
        min_length=1,
        max_length=7,
        help_text="Monday is 0; every day where left out.",
    )
    service = serializers.UUIDField(required=False)
    staff = serializers.UUIDField(required=False)

    def validate_start_time(self, value: str) -> int:
        """Minutes after midnight."""
        return _minute(value)

    def validate_end_time(self, value: str) -> int:
        """Minutes after midnight."""
        return _minute(value)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not timedelta(0) <= attrs["end_date"] - attrs["start_date"] <= timedelta(days=366):
            raise serializers.ValidationError({"end_date": ["From the first date to at most a year later."]})
        return attrs


class SessionsIn(InputSerializer):
    date = DayField()
    start_time = serializers.TimeField(help_text="As clocks show it in the business's time zone.")
    duration_minutes = serializers.IntegerField(
        min_value=1, max_value=1_440, required=False, help_text="The service's where left out."
    )
    seats = serializers.IntegerField(
        min_value=1, max_value=10_000, required=False, help_text="The service's `max_participants` where left out."
    )
    staff = serializers.UUIDField(required=False, help_text="The host, whose time the session takes.")
    rrule = serializers.CharField(
        required=False, max_length=300, help_text="RFC 5545, such as `FREQ=WEEKLY;BYDAY=TU;COUNT=10`; with an end."
    )
    except_dates = serializers.ListField(child=DayField(), required=False, max_length=366)
    skip_clashes = serializers.BooleanField(
        required=False, help_text="Leave out the dates on which the host is busy, which are refused otherwise."
    )


class SlotChangeIn(InputSerializer):
    max_capacity = serializers.IntegerField(min_value=1, max_value=10_000, required=False)
    is_available = serializers.BooleanField(required=False)


class CourseIn(InputSerializer):
    service = serializers.UUIDField()
    title = serializers.CharField(max_length=160)
    price = MoneyField(help_text="Of one seat in every session.")
    slots = serializers.ListField(
        child=serializers.UUIDField(), min_length=2, max_length=52, help_text="Sessions that nobody has booked."
    )
    allows_single = serializers.BooleanField(required=False, help_text="Whether sessions are booked one by one too.")


class CourseChangeIn(InputSerializer):
    title = serializers.CharField(max_length=160, required=False)
    price = MoneyField(required=False)
    allows_single = serializers.BooleanField(required=False)
    is_available = serializers.BooleanField(required=False)


class CoursesQuery(InputSerializer):
    """Filters of the public list."""

    business = serializers.UUIDField(required=False)
    service = serializers.UUIDField(required=False)

    def get_fields(self) -> dict[str, Any]:
        begins = MomentOrDateField(
            required=False, help_text="A date or a moment from which on the first session is. Now where left out."
        )
        return {**super().get_fields(), "from": begins}


def _minute(text: str) -> int:
    try:
        return minute_of_clock(text)
    except ValueError as error:
        raise serializers.ValidationError("Write times as HH:MM, from 00:00 to 24:00.") from error


def _moment(value: datetime | date) -> datetime:
    """Near enough to measure how long a range is."""
    if isinstance(value, datetime):
        return value
    return datetime(value.year, value.month, value.day, tzinfo=clock.now().tzinfo)
