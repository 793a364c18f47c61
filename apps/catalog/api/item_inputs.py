"""Requests about services and products."""

from typing import Any

from rest_framework import serializers

from apps.catalog.api.fields import CategoryField, PictureField
from apps.catalog.states import Assignment, CategoryKind, Grid, HorizonKind, ServicePlace, ServiceType
from apps.core.api.fields import DayField, MoneyField
from apps.core.api.serializers import InputSerializer, StrictInputSerializer

DAY_MIN = 1440


class SopItemIn(StrictInputSerializer):
    """One item of the checklist."""

    id = serializers.SlugField(max_length=40)
    label = serializers.CharField(max_length=200)
    required = serializers.BooleanField(default=False)


class ExtraIn(StrictInputSerializer):
    """An extra; ``id`` keeps the one that is there."""

    id = serializers.UUIDField(required=False)
    name = serializers.CharField(max_length=120)
    price = MoneyField()
    duration_min = serializers.IntegerField(min_value=0, max_value=DAY_MIN, default=0)


class ItemIn(StrictInputSerializer):
    """What services and products share; money is involved, so nothing unknown is taken."""

    title = serializers.CharField(max_length=160, min_length=2)
    description = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    price = MoneyField()
    images = serializers.ListField(child=PictureField(), max_length=20, required=False)
    is_active = serializers.BooleanField(required=False)


class ServiceChangesIn(ItemIn):
    """A service; booking rules that are null are the business's."""

    category = CategoryField(kind=CategoryKind.SERVICE)
    service_type = serializers.ChoiceField(choices=ServiceType.choices, required=False)
    duration_min = serializers.IntegerField(min_value=1, max_value=DAY_MIN)
    max_participants = serializers.IntegerField(min_value=1, max_value=10_000, required=False)
    places = serializers.ListField(
        child=serializers.ChoiceField(choices=ServicePlace.choices), min_length=1, max_length=3, required=False
    )
    performers = serializers.ListField(child=serializers.UUIDField(), max_length=500, required=False)
    fixed_performers = serializers.ListField(child=serializers.UUIDField(), max_length=50, required=False)
    extras = ExtraIn(many=True, required=False, max_length=50)
    sop_template = SopItemIn(many=True, required=False, max_length=100)
    assignment = serializers.ChoiceField(choices=Assignment.choices, required=False)
    people_needed = serializers.IntegerField(min_value=1, max_value=100, required=False)
    buffer_before_min = serializers.IntegerField(min_value=0, max_value=DAY_MIN, required=False, allow_null=True)
    buffer_after_min = serializers.IntegerField(min_value=0, max_value=DAY_MIN, required=False, allow_null=True)
    grid = serializers.ChoiceField(choices=Grid.choices, required=False)
    step_min = serializers.IntegerField(min_value=1, max_value=DAY_MIN, required=False, allow_null=True)
    notice_min = serializers.IntegerField(min_value=0, max_value=525_600, required=False, allow_null=True)
    horizon_kind = serializers.ChoiceField(choices=HorizonKind.choices, required=False, allow_blank=True)
    horizon_days = serializers.IntegerField(min_value=1, max_value=730, required=False, allow_null=True)
    horizon_from = DayField(required=False, allow_null=True)
    horizon_to = DayField(required=False, allow_null=True)
    max_bookings_per_person_day = serializers.IntegerField(min_value=1, max_value=1000, required=False, allow_null=True)
    max_minutes_per_person_day = serializers.IntegerField(
        min_value=1, max_value=DAY_MIN, required=False, allow_null=True
    )

    def validate_places(self, places: list[str]) -> list[str]:
        return sorted(set(places))

    def validate_sop_template(self, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len({item["id"] for item in items}) != len(items):
            raise serializers.ValidationError("Each item of the checklist has an id of its own.")
        return [dict(item) for item in items]


class EveryFieldOptional(InputSerializer):
    """A mixin for changes: fields may be left out, while what is sent must be whole."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False


class ServiceEditIn(EveryFieldOptional, ServiceChangesIn):
    """What changes about a service."""


class ServiceIn(ServiceChangesIn):
    business = serializers.UUIDField()


class ProductChangesIn(ItemIn):
    category = CategoryField(kind=CategoryKind.PRODUCT)
    stock_count = serializers.IntegerField(min_value=0, max_value=10_000_000, required=False)
    low_stock_mark = serializers.IntegerField(min_value=0, max_value=10_000_000, required=False)
    weight_g = serializers.IntegerField(min_value=0, max_value=10_000_000, required=False)


class ProductEditIn(EveryFieldOptional, ProductChangesIn):
    """What changes about a product."""


class ProductIn(ProductChangesIn):
    business = serializers.UUIDField()


class MineQuery(InputSerializer):
    """Query of the desk's own lists."""

    search = serializers.CharField(required=False, max_length=100)
    is_active = serializers.BooleanField(required=False, allow_null=True, default=None)
