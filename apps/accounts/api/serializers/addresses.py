from typing import Any

from rest_framework import serializers

from apps.accounts.api.fields import PointField
from apps.accounts.states import PointSource
from apps.core.api.serializers import InputSerializer, OutputSerializer


class AddressIn(InputSerializer):
    """An address; `point` is a pin set by hand, which overrides what geocoding found. Null takes the pin out again."""

    label = serializers.CharField(max_length=40)
    lines = serializers.ListField(
        child=serializers.CharField(max_length=120, allow_blank=True), min_length=1, max_length=3
    )
    landmark = serializers.CharField(max_length=160, required=False, allow_blank=True)
    city = serializers.CharField(max_length=80)
    state = serializers.CharField(max_length=80, required=False, allow_blank=True)
    postal_code = serializers.CharField(max_length=16, required=False, allow_blank=True)
    country = serializers.RegexField(r"^[A-Za-z]{2}$", help_text="ISO 3166-1, two letters.")
    point = PointField(required=False, allow_null=True, source="pin")
    default = serializers.BooleanField(required=False)


class AddressOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    label: Any = serializers.CharField()
    lines: Any = serializers.ListField(child=serializers.CharField())
    landmark: Any = serializers.CharField()
    city: Any = serializers.CharField()
    state: Any = serializers.CharField()
    postal_code: Any = serializers.CharField()
    country: Any = serializers.CharField()
    point: Any = PointField(allow_null=True)
    point_source: Any = serializers.ChoiceField(choices=PointSource.choices)
    default: Any = serializers.BooleanField(source="is_default")
