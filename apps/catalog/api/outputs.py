"""What the public sees."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.catalog import rules
from apps.catalog.api.fields import PlaceField
from apps.catalog.states import CategoryKind, HorizonKind
from apps.core import clock
from apps.core.api.serializers import OutputSerializer


class CategoryTag(OutputSerializer):
    slug: Any = serializers.CharField()
    name: Any = serializers.CharField()


class CategoryNode(OutputSerializer):
    """A category with those below it."""

    id: Any = serializers.UUIDField()
    slug: Any = serializers.CharField()
    name: Any = serializers.CharField()
    kind: Any = serializers.ChoiceField(choices=CategoryKind.choices)
    icon: Any = serializers.CharField()
    children: Any = serializers.SerializerMethodField()

    @extend_schema_field({"type": "array", "items": {"$ref": "#/components/schemas/CategoryNode"}})
    def get_children(self, node: Any) -> list[Any]:
        return [CategoryNode(child).data for child in node.branches]


class BusinessTag(OutputSerializer):
    id: Any = serializers.UUIDField()
    slug: Any = serializers.CharField()
    name: Any = serializers.CharField()


class CategoryStaff(OutputSerializer):
    """Somebody who serves a category."""

    id: Any = serializers.UUIDField()
    name: Any = serializers.CharField(source="display_name")
    rating: Any = serializers.DecimalField(source="rating_average", max_digits=3, decimal_places=2)
    rating_count: Any = serializers.IntegerField()
    jobs_completed: Any = serializers.IntegerField()
    bio: Any = serializers.CharField()
    years_of_experience: Any = serializers.IntegerField()
    business: Any = BusinessTag()


class BusinessCard(OutputSerializer):
    """A business in a list."""

    id: Any = serializers.UUIDField()
    slug: Any = serializers.CharField()
    name: Any = serializers.CharField()
    about: Any = serializers.CharField()
    logo_url: Any = serializers.CharField()
    address: Any = serializers.CharField()
    city: Any = serializers.CharField()
    state: Any = serializers.CharField()
    country: Any = serializers.CharField()
    location: Any = PlaceField()
    currency: Any = serializers.CharField()
    time_zone: Any = serializers.CharField()
    categories: Any = CategoryTag(many=True)
    rating: Any = serializers.DecimalField(source="rating_average", max_digits=3, decimal_places=2)
    rating_count: Any = serializers.IntegerField()
    jobs_completed: Any = serializers.IntegerField()
    is_featured: Any = serializers.BooleanField(source="is_shown_featured")
    verification_status: Any = serializers.CharField(help_text="The badge; lists show verified businesses only.")
    distance_m: Any = serializers.SerializerMethodField(help_text="From the place that was asked about, else null.")

    def get_distance_m(self, business: Any) -> int | None:
        distance = getattr(business, "distance_m", None)
        return None if distance is None else round(distance)


class BranchOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    name: Any = serializers.CharField()
    address: Any = serializers.CharField()
    location: Any = PlaceField()
    phone: Any = serializers.CharField()


class PhotoOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    url: Any = serializers.CharField()
    caption: Any = serializers.CharField()
    position: Any = serializers.IntegerField()


class StaffCard(OutputSerializer):
    """Somebody who performs jobs; ``is_owner`` is where the owner's premium applies."""

    id: Any = serializers.UUIDField()
    name: Any = serializers.CharField(source="display_name")
    rating: Any = serializers.DecimalField(source="rating_average", max_digits=3, decimal_places=2)
    rating_count: Any = serializers.IntegerField()
    jobs_completed: Any = serializers.IntegerField()
    years_of_experience: Any = serializers.IntegerField()
    bio: Any = serializers.CharField()
    is_owner: Any = serializers.SerializerMethodField()

    def get_is_owner(self, staff: Any) -> bool:
        return bool(staff.user_id == staff.business.owner_id)


class BusinessPage(BusinessCard):
    """A business's own page."""

    contact_email: Any = serializers.CharField()
    contact_phone: Any = serializers.CharField()
    service_radius_m: Any = serializers.IntegerField()
    photos: Any = PhotoOut(many=True)
    branches: Any = BranchOut(many=True)
    staff: Any = StaffCard(many=True, source="public_staff")
    takes_jobs: Any = serializers.SerializerMethodField(help_text="Whether new jobs can be booked now.")
    auto_confirm: Any = serializers.BooleanField()
    works_alone: Any = serializers.BooleanField()
    owner_premium: Any = serializers.DecimalField(max_digits=4, decimal_places=2)
    cancellation_policy: Any = serializers.JSONField()
    buffer_before_min: Any = serializers.IntegerField()
    buffer_after_min: Any = serializers.IntegerField()
    travel_min: Any = serializers.IntegerField()
    grid_min: Any = serializers.IntegerField()
    notice_min: Any = serializers.IntegerField()
    horizon_kind: Any = serializers.ChoiceField(choices=HorizonKind.choices)
    horizon_days: Any = serializers.IntegerField()

    def get_takes_jobs(self, business: Any) -> bool:
        return rules.may_be_booked(business, clock.now())
