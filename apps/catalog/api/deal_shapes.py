"""Packages and bundles in requests and answers."""

from typing import Any

from rest_framework import serializers

from apps.catalog.api.filters import OrderingField
from apps.catalog.api.item_inputs import EveryFieldOptional
from apps.catalog.api.outputs import BusinessTag
from apps.catalog.models.deals import LONGEST_DAYS, MOST_USES
from apps.core.api.fields import MinorMoneyField, MoneyField
from apps.core.api.serializers import InputSerializer, OutputSerializer, StrictInputSerializer

MOST_SERVICES = 20


class DealPartIn(StrictInputSerializer):
    service = serializers.UUIDField()
    uses = serializers.IntegerField(min_value=1, max_value=MOST_USES, default=1)


class DealChangesIn(StrictInputSerializer):
    """What both share; money is involved, so nothing unknown is taken."""

    title = serializers.CharField(max_length=160, min_length=2)
    description = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    valid_days = serializers.IntegerField(min_value=1, max_value=LONGEST_DAYS)
    is_active = serializers.BooleanField(required=False)
    services = DealPartIn(many=True, allow_empty=False, max_length=MOST_SERVICES)


class PackageChangesIn(DealChangesIn):
    discount_percent = serializers.IntegerField(min_value=1, max_value=99)


class PackageEditIn(EveryFieldOptional, PackageChangesIn):
    """What changes about a package."""


class PackageIn(PackageChangesIn):
    business = serializers.UUIDField()


class BundleChangesIn(DealChangesIn):
    price = MoneyField(minimum_minor=1)


class BundleEditIn(EveryFieldOptional, BundleChangesIn):
    """What changes about a bundle."""


class BundleIn(BundleChangesIn):
    business = serializers.UUIDField()


class DealQuery(InputSerializer):
    search = serializers.CharField(required=False, max_length=100)
    business = serializers.CharField(required=False, max_length=140, help_text="Slug or id of a business.")
    service = serializers.UUIDField(required=False, help_text="Those in which this service is.")
    ordering = OrderingField(allowed={"title": "title", "created_at": "created_at", "valid_days": "valid_days"})


class DealItemOut(OutputSerializer):
    service: Any = serializers.UUIDField(source="service_id")
    title: Any = serializers.CharField(source="service.title")
    uses: Any = serializers.IntegerField()
    price: Any = MinorMoneyField(
        source="service.price_minor", currency_source="service.business.currency", help_text="Of one, bought by itself."
    )


class DealOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    business: Any = BusinessTag()
    title: Any = serializers.CharField()
    description: Any = serializers.CharField()
    services: Any = DealItemOut(many=True, source="items.all")
    list_price: Any = MinorMoneyField(
        source="list_minor", currency_source="business.currency", help_text="What all of it costs one by one."
    )
    price: Any = MinorMoneyField(source="price_minor", currency_source="business.currency")
    saved: Any = MinorMoneyField(source="saved_minor", currency_source="business.currency")
    valid_days: Any = serializers.IntegerField()
    is_active: Any = serializers.BooleanField()


class PackageOut(DealOut):
    discount_percent: Any = serializers.IntegerField()


class BundleOut(DealOut):
    """A bundle."""
