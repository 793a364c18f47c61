"""Query parameters of the public lists."""

from typing import Any

from rest_framework import serializers

from apps.catalog.api.fields import CoordinateField
from apps.catalog.states import CategoryKind, ServicePlace, ServiceType
from apps.core.api.serializers import InputSerializer


class OrderingField(serializers.CharField):
    """``?ordering=-rating,name``: names from a list, each with an optional minus."""

    def __init__(self, *, allowed: dict[str, str], **kwargs: Any) -> None:
        self.allowed = allowed
        kwargs.setdefault("help_text", "Any of " + ", ".join(allowed) + "; a minus turns one round.")
        super().__init__(required=False, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        names = [name for name in super().to_internal_value(data).split(",") if name]
        columns = []
        for name in names:
            column = self.allowed.get(name.removeprefix("-"))
            if column is None:
                raise serializers.ValidationError(self.help_text)
            columns.append(f"-{column}" if name.startswith("-") else column)
        return columns


class CategoryQuery(InputSerializer):
    kind = serializers.ChoiceField(choices=CategoryKind.choices, required=False)


class BusinessQuery(InputSerializer):
    search = serializers.CharField(required=False, max_length=100)
    category = serializers.CharField(required=False, max_length=80)
    city = serializers.CharField(required=False, max_length=80)
    country = serializers.CharField(required=False, max_length=2)
    min_rating = serializers.DecimalField(required=False, max_digits=3, decimal_places=2, min_value=0, max_value=5)
    is_featured = serializers.BooleanField(required=False, allow_null=True, default=None)
    lat = CoordinateField(required=False, min_value=-90, max_value=90)
    lng = CoordinateField(required=False, min_value=-180, max_value=180)
    radius_km = CoordinateField(required=False, min_value=0.1, max_value=500, default=25)
    ordering = OrderingField(
        allowed={
            "name": "name",
            "rating": "rating_average",
            "jobs_completed": "jobs_completed",
            "created_at": "created_at",
            "distance": "distance_m",
        }
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("lat" in attrs) != ("lng" in attrs):
            raise serializers.ValidationError({"lat": "Send lat and lng together."})
        wants_distance = any(column.endswith("distance_m") for column in attrs.get("ordering", ()))
        if wants_distance and "lat" not in attrs:
            raise serializers.ValidationError({"ordering": "Distance needs lat and lng."})
        return attrs


class PricedQuery(InputSerializer):
    search = serializers.CharField(required=False, max_length=100)
    category = serializers.CharField(required=False, max_length=80)
    business = serializers.CharField(required=False, max_length=140, help_text="Slug or id of a business.")
    price_min = serializers.DecimalField(required=False, max_digits=12, decimal_places=3, min_value=0)
    price_max = serializers.DecimalField(required=False, max_digits=12, decimal_places=3, min_value=0)
    ordering = OrderingField(
        allowed={"price": "price_minor", "rating": "rating_average", "title": "title", "created_at": "created_at"}
    )


class ServiceQuery(PricedQuery):
    service_type = serializers.ChoiceField(choices=ServiceType.choices, required=False)
    place = serializers.ChoiceField(choices=ServicePlace.choices, required=False)
    staff = serializers.UUIDField(required=False, help_text="Services that this person performs.")


class ProductQuery(PricedQuery):
    in_stock = serializers.BooleanField(required=False, allow_null=True, default=None)


class PractitionerQuery(InputSerializer):
    search = serializers.CharField(required=False, max_length=100)
    category = serializers.CharField(required=False, max_length=80)
    city = serializers.CharField(required=False, max_length=80)
    is_featured = serializers.BooleanField(required=False, allow_null=True, default=None)
    virtual = serializers.BooleanField(required=False, allow_null=True, default=None)
    ordering = OrderingField(
        allowed={
            "rating": "rating_average",
            "jobs_completed": "jobs_completed",
            "years_of_experience": "years_of_experience",
            "name": "display_name",
        }
    )
