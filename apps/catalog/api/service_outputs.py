"""Services and products as the public and the desk see them."""

from typing import Any

from rest_framework import serializers

from apps.catalog.api.outputs import BusinessTag, CategoryTag, StaffCard
from apps.catalog.states import Assignment, Grid, ServicePlace, ServiceType
from apps.core.api.fields import MinorMoneyField
from apps.core.api.serializers import OutputSerializer


class ExtraOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    name: Any = serializers.CharField()
    price: Any = MinorMoneyField(source="price_minor", currency_source="service.business.currency")
    duration_min: Any = serializers.IntegerField()


class ServiceCard(OutputSerializer):
    """A service in a list."""

    id: Any = serializers.UUIDField()
    business: Any = BusinessTag()
    category: Any = CategoryTag()
    title: Any = serializers.CharField()
    description: Any = serializers.CharField()
    service_type: Any = serializers.ChoiceField(choices=ServiceType.choices)
    price: Any = MinorMoneyField(source="price_minor", currency_source="business.currency")
    duration_min: Any = serializers.IntegerField()
    max_participants: Any = serializers.IntegerField()
    places: Any = serializers.ListField(child=serializers.ChoiceField(choices=ServicePlace.choices))
    images: Any = serializers.SerializerMethodField()
    rating: Any = serializers.DecimalField(source="rating_average", max_digits=3, decimal_places=2)
    rating_count: Any = serializers.IntegerField()
    is_active: Any = serializers.BooleanField()

    def get_images(self, item: Any) -> list[str]:
        return [image.url for image in sorted(item.images.all(), key=lambda image: image.position)]


class SopItemOut(OutputSerializer):
    id: Any = serializers.CharField()
    label: Any = serializers.CharField()
    required: Any = serializers.BooleanField()


class ServicePage(ServiceCard):
    """A service with all that a booking needs to know."""

    extras: Any = ExtraOut(many=True, source="open_extras")
    performers: Any = StaffCard(
        many=True,
        source="all_performers",
        help_text="Who performs it: the named ones, else the skilled; everybody where no skills are recorded.",
    )
    named_performers: Any = serializers.SerializerMethodField(help_text="Those that the service itself names.")
    fixed_performers: Any = serializers.SerializerMethodField()
    sop_template: Any = SopItemOut(many=True)
    assignment: Any = serializers.ChoiceField(choices=Assignment.choices)
    people_needed: Any = serializers.IntegerField()
    buffer_before_min: Any = serializers.IntegerField(allow_null=True)
    buffer_after_min: Any = serializers.IntegerField(allow_null=True)
    grid: Any = serializers.ChoiceField(choices=Grid.choices)
    step_min: Any = serializers.IntegerField(allow_null=True)
    notice_min: Any = serializers.IntegerField(allow_null=True)
    horizon_kind: Any = serializers.CharField()
    horizon_days: Any = serializers.IntegerField(allow_null=True)
    horizon_from: Any = serializers.DateField(allow_null=True)
    horizon_to: Any = serializers.DateField(allow_null=True)
    max_bookings_per_person_day: Any = serializers.IntegerField(allow_null=True)
    max_minutes_per_person_day: Any = serializers.IntegerField(allow_null=True)

    def get_named_performers(self, service: Any) -> list[str]:
        return [str(staff.pk) for staff in service.performers.all()]

    def get_fixed_performers(self, service: Any) -> list[str]:
        return [str(staff.pk) for staff in service.fixed_performers.all()]


class ProductOut(OutputSerializer):
    """A product."""

    id: Any = serializers.UUIDField()
    business: Any = BusinessTag()
    category: Any = CategoryTag()
    title: Any = serializers.CharField()
    description: Any = serializers.CharField()
    price: Any = MinorMoneyField(source="price_minor", currency_source="business.currency")
    available: Any = serializers.SerializerMethodField(help_text="What is in stock and not reserved.")
    weight_g: Any = serializers.IntegerField()
    images: Any = serializers.SerializerMethodField()
    rating: Any = serializers.DecimalField(source="rating_average", max_digits=3, decimal_places=2)
    rating_count: Any = serializers.IntegerField()
    is_active: Any = serializers.BooleanField()

    def get_available(self, product: Any) -> int:
        return max(int(product.stock_count - product.reserved), 0)

    def get_images(self, item: Any) -> list[str]:
        return [image.url for image in sorted(item.images.all(), key=lambda image: image.position)]


class DeskProduct(ProductOut):
    """A product as its business sees it."""

    stock_count: Any = serializers.IntegerField()
    reserved: Any = serializers.IntegerField()
    low_stock_mark: Any = serializers.IntegerField()
    is_low: Any = serializers.SerializerMethodField()

    def get_is_low(self, product: Any) -> bool:
        return bool(product.stock_count - product.reserved <= product.low_stock_mark)
