"""Serializer fields of accounts."""

import json
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.gis.geos import Point
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.accounts.phones import as_e164
from apps.core.errors import Invalid

_MOST_BYTES = 8 * 1024
_POINT_SCHEMA = {
    "type": "object",
    "properties": {
        "latitude": {"type": "number", "minimum": -90, "maximum": 90, "example": 6.4281},
        "longitude": {"type": "number", "minimum": -180, "maximum": 180, "example": 3.4219},
    },
    "required": ["latitude", "longitude"],
}


@extend_schema_field(_POINT_SCHEMA)
class PointField(serializers.Field):
    """``{"latitude": 6.4281, "longitude": 3.4219}`` to and from a point in WGS 84."""

    default_error_messages = {"shape": 'Write a point as {"latitude": 6.4281, "longitude": 3.4219}.'}

    def to_internal_value(self, data: Any) -> Point:
        if not isinstance(data, dict):
            self.fail("shape")
        latitude, longitude = data.get("latitude"), data.get("longitude")
        for value, limit in ((latitude, 90), (longitude, 180)):
            if isinstance(value, bool) or not isinstance(value, int | float) or not -limit <= value <= limit:
                self.fail("shape")
        return Point(float(longitude), float(latitude), srid=4326)

    def to_representation(self, value: Point) -> dict[str, float]:
        return {"latitude": value.y, "longitude": value.x}


class PhoneField(serializers.CharField):
    """A phone number, however typed, as E.164."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=32, help_text="With country code, such as +234 803 123 4567.", **kwargs)

    def to_internal_value(self, data: Any) -> str:
        try:
            return as_e164(super().to_internal_value(data))
        except Invalid as error:
            raise serializers.ValidationError(error.message) from error


class TimeZoneField(serializers.CharField):
    """An IANA time zone."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=64, help_text="IANA, such as Africa/Lagos.", **kwargs)

    def to_internal_value(self, data: Any) -> str:
        name = super().to_internal_value(data)
        if name not in available_timezones():
            raise serializers.ValidationError("There is no such time zone.")
        return name


class LanguageField(serializers.ChoiceField):
    """A language that the product speaks."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=[code for code, _ in settings.LANGUAGES], **kwargs)


@extend_schema_field({"type": "object", "additionalProperties": True})
class PreferencesField(serializers.Field):
    """A small object in which clients keep what they like to remember."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        try:
            size = len(json.dumps(data, allow_nan=False)) if isinstance(data, dict) else None
        except ValueError as error:
            raise serializers.ValidationError("This holds a number that cannot be stored.") from error
        if size is None or size > _MOST_BYTES:
            raise serializers.ValidationError("Send an object of at most 8 KiB.")
        return dict(data)

    def to_representation(self, value: Any) -> Any:
        return value
