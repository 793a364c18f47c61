"""Times as the API writes them."""

from datetime import UTC, date, datetime
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.availability.engine.hours import DAY_MINUTES, clock_of_minute, minute_of_clock
from apps.availability.engine.zones import is_zone
from apps.core.api.fields import YEARS, YEARS_WORDS

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

SPAN_SCHEMA = {
    "type": "object",
    "required": ["opens", "closes"],
    "properties": {
        "opens": {"type": "string", "example": "09:00"},
        "closes": {"type": "string", "example": "17:00", "description": "`24:00` is the midnight that ends the day."},
        "closes_next_day": {"type": "boolean", "default": False},
    },
}
MOST_SPANS = 12
SPANS_SCHEMA = {"type": "array", "maxItems": MOST_SPANS, "items": SPAN_SCHEMA}
WEEK_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": dict.fromkeys(WEEKDAYS, SPANS_SCHEMA),
}


def spans_out(spans: Any) -> list[dict[str, Any]]:
    """Stored spans in words of the wall clock."""
    return [
        {
            "opens": clock_of_minute(opens),
            "closes": clock_of_minute(closes),
            "closes_next_day": closes > DAY_MINUTES,
        }
        for opens, closes in spans
    ]


@extend_schema_field(SPANS_SCHEMA)
class SpansField(serializers.Field[Any, Any, Any, Any]):
    """``[{"opens": "09:00", "closes": "17:00"}]`` to pairs of minutes."""

    default_error_messages = {
        "shape": 'Write spans as [{{"opens": "09:00", "closes": "17:00"}}].',
        "time": "Write times as HH:MM, from 00:00 to 24:00.",
    }

    def to_internal_value(self, data: Any) -> list[tuple[int, int]]:
        if not isinstance(data, list) or len(data) > MOST_SPANS:
            self.fail("shape")
        return [self._span(item) for item in data]

    def to_representation(self, value: Any) -> list[dict[str, Any]]:
        return spans_out(value)

    def _span(self, item: Any) -> tuple[int, int]:
        if not isinstance(item, dict) or not set(item) <= {"opens", "closes", "closes_next_day"}:
            self.fail("shape")
        opens, closes, next_day = item.get("opens"), item.get("closes"), item.get("closes_next_day", False)
        if not isinstance(opens, str) or not isinstance(closes, str) or not isinstance(next_day, bool):
            self.fail("shape")
        try:
            return minute_of_clock(opens), minute_of_clock(closes) + (DAY_MINUTES if next_day else 0)
        except ValueError:
            self.fail("time")


@extend_schema_field(WEEK_SCHEMA)
class WeekField(serializers.Field[Any, Any, Any, Any]):
    """Spans by weekday, ``mon`` to ``sun``; one left out is a day off."""

    default_error_messages = {"shape": 'Write a week as {{"mon": [...], ..., "sun": [...]}}.'}

    def to_internal_value(self, data: Any) -> dict[int, list[tuple[int, int]]]:
        if not isinstance(data, dict) or not set(data) <= set(WEEKDAYS):
            self.fail("shape")
        spans = SpansField()
        return {WEEKDAYS.index(name): spans.to_internal_value(value) for name, value in data.items()}

    def to_representation(self, value: Any) -> dict[str, Any]:
        return {name: spans_out(value.get(number, ())) for number, name in enumerate(WEEKDAYS)}


@extend_schema_field({"type": "string", "example": "2026-11-23", "description": "A date, or a moment with its offset."})
class MomentOrDateField(serializers.Field[Any, Any, Any, Any]):
    """A date, or an aware moment."""

    default_error_messages = {
        "shape": "Write a date as 2026-11-23 or a moment as 2026-11-23T09:00:00Z.",
        "years": YEARS_WORDS,
    }

    def to_internal_value(self, data: Any) -> datetime | date:
        # A plus sign that was not encoded arrives as a space.
        text = str(data).strip().replace(" ", "+")
        try:
            value = parse_date(text) or parse_datetime(text)
        except ValueError:
            value = None
        if value is None or (isinstance(value, datetime) and value.tzinfo is None):
            self.fail("shape")
        if value.year not in YEARS:
            self.fail("years")
        # The database knows no offset of sixteen hours and more.
        return value.astimezone(UTC) if isinstance(value, datetime) else value

    def to_representation(self, value: Any) -> str:
        return str(value.isoformat())


class MomentField(MomentOrDateField):
    """An aware moment."""

    default_error_messages = {"shape": "Write a moment as 2026-11-23T09:00:00Z."}

    def to_internal_value(self, data: Any) -> datetime:
        value = super().to_internal_value(data)
        if not isinstance(value, datetime):
            self.fail("shape")
        return value


class ZoneField(serializers.CharField):
    """The name of a time zone, such as ``Africa/Lagos``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=64, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        name = str(super().to_internal_value(data))
        if name and not is_zone(name):
            raise serializers.ValidationError("There is no such time zone.")
        return name


@extend_schema_field({"type": "string", "example": "0191…,0191…", "description": "Keys, separated by commas."})
class KeysField(serializers.Field[Any, Any, Any, Any]):
    """Keys in one parameter, separated by commas."""

    def to_internal_value(self, data: Any) -> list[Any]:
        key = serializers.UUIDField()
        names = [name for name in str(data).split(",") if name]
        if len(names) > 50:
            raise serializers.ValidationError("At most 50 keys.")
        return [key.to_internal_value(name) for name in names]

    def to_representation(self, value: Any) -> str:
        return ",".join(str(each) for each in value)
