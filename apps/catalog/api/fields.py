"""Shapes that the catalogue's requests and answers share."""

import math
import re
from typing import Any
from zoneinfo import available_timezones

from django.contrib.gis.geos import Point
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.catalog.models import Category

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_ADDRESS = re.compile(r"(https?://[^\s/]+/\S*|/media/\S+)")
_POINT_SCHEMA = {
    "type": "object",
    "nullable": True,
    "properties": {
        "lat": {"type": "number", "minimum": -90, "maximum": 90, "example": 6.5244},
        "lng": {"type": "number", "minimum": -180, "maximum": 180, "example": 3.3792},
    },
    "required": ["lat", "lng"],
}


class CoordinateField(serializers.FloatField):
    """A finite number of degrees."""

    def to_internal_value(self, data: Any) -> float:
        value = super().to_internal_value(data)
        if not math.isfinite(value):
            self.fail("invalid")
        return value


@extend_schema_field(_POINT_SCHEMA)
class PlaceField(serializers.Field):
    """``{"lat": 6.5244, "lng": 3.3792}`` to and from a point."""

    default_error_messages = {"shape": 'Write a place as {{"lat": 6.5244, "lng": 3.3792}}, in degrees.'}

    def to_internal_value(self, data: Any) -> Point:
        if not isinstance(data, dict) or set(data) != {"lat", "lng"}:
            self.fail("shape")
        lat, lng = data["lat"], data["lng"]
        if any(isinstance(each, bool) or not isinstance(each, int | float) for each in (lat, lng)):
            self.fail("shape")
        if not (-90 <= lat <= 90 and -180 <= lng <= 180):
            self.fail("shape")
        return Point(float(lng), float(lat), srid=4326)

    def to_representation(self, value: Point) -> dict[str, float]:
        return {"lat": round(value.y, 6), "lng": round(value.x, 6)}


class TimeZoneField(serializers.CharField):
    """An IANA time zone."""

    def to_internal_value(self, data: Any) -> str:
        name = super().to_internal_value(data)
        if name not in available_timezones():
            raise serializers.ValidationError("This is no IANA time zone, such as “Africa/Lagos”.")
        return name


class PhoneField(serializers.CharField):
    """A telephone number in E.164, or empty."""

    def to_internal_value(self, data: Any) -> str:
        number = re.sub(r"[\s()-]", "", super().to_internal_value(data))
        if number and not _E164.fullmatch(number):
            raise serializers.ValidationError("Write the number as +2348012345678.")
        return number


class CountryField(serializers.CharField):
    """Two letters of ISO 3166-1."""

    def to_internal_value(self, data: Any) -> str:
        code = super().to_internal_value(data).upper()
        if not re.fullmatch(r"[A-Z]{2}", code):
            raise serializers.ValidationError("Write the country as two letters, such as “NG”.")
        return code


class PictureField(serializers.CharField):
    """Where a picture lies: in our storage or on the web."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 500, **kwargs})

    def to_internal_value(self, data: Any) -> str:
        address = super().to_internal_value(data)
        if address and not _ADDRESS.fullmatch(address):
            raise serializers.ValidationError("This is no address of a picture.")
        return address


@extend_schema_field({"type": "array", "items": {"type": "string"}, "maxItems": 20, "example": ["hair"]})
class CategoriesField(serializers.Field):
    """Slugs of active categories of one kind, to rows, in one query."""

    def __init__(self, *, kind: str | None = None, **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> list[Category]:
        if not isinstance(data, list) or len(data) > 20 or not all(isinstance(each, str) for each in data):
            raise serializers.ValidationError("Send a list of at most 20 slugs.")
        found = Category.objects.filter(slug__in=data, is_active=True)
        rows = list(found.filter(kind=self.kind) if self.kind else found)
        if unknown := sorted(set(data) - {row.slug for row in rows}):
            raise serializers.ValidationError(f"No open category is called: {', '.join(unknown)[:200]}.")
        return rows


@extend_schema_field(OpenApiTypes.STR)
class CategoryField(serializers.Field):
    """The slug of one active category of a kind, to its row."""

    def __init__(self, *, kind: str, **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Category:
        row = Category.objects.filter(slug=str(data)[:80], is_active=True, kind=self.kind).first()
        if row is None:
            raise serializers.ValidationError("No open category of this kind is called so.")
        return row
