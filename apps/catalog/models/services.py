from typing import Any

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models

from apps.catalog.models.people import Membership
from apps.catalog.states import Assignment, Grid, HorizonKind, ServicePlace, ServiceType
from apps.core.fields import MinorUnitsField
from apps.core.models import BaseModel, BaseQuerySet, SoftDeleteManager, SoftDeleteModel


class ServiceQuerySet(BaseQuerySet):
    def visible_to(self, user: Any) -> "ServiceQuerySet":
        """In the desk's views: everything for ops, one's own business's for members, nothing for others."""
        if not user.is_authenticated:
            return self.none()
        if user.is_ops:
            return self
        memberships = Membership.objects.active().of_user(user)
        return self.filter(business__in=memberships.values("business"))

    def public(self) -> "ServiceQuerySet":
        """Those that everybody may see: active ones of verified, active businesses."""
        return self.filter(
            is_active=True,
            business__verification_status="VERIFIED",
            business__is_active=True,
            business__is_deleted=False,
        )


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    fields=["business", "title", "price_minor", "duration_min", "is_active", "is_deleted"],
    obj_field=pghistory.ObjForeignKey(related_name="history", related_query_name="history_of"),
    model_name="ServiceHistory",
    append_only=True,
)
class Service(SoftDeleteModel):
    """What a business sells of its people's time. Booking rules left empty are the business's."""

    business = models.ForeignKey("catalog.Business", on_delete=models.PROTECT, related_name="services")
    category = models.ForeignKey("catalog.Category", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=160)
    description = models.TextField(blank=True)
    service_type = models.CharField(max_length=10, choices=ServiceType.choices, default=ServiceType.SESSION)
    price_minor = MinorUnitsField()
    duration_min = models.PositiveSmallIntegerField()
    max_participants = models.PositiveSmallIntegerField(default=1)
    places = ArrayField(
        models.CharField(max_length=12, choices=ServicePlace.choices), default=list, help_text="Where it can be done."
    )
    performers: Any = models.ManyToManyField("catalog.StaffMember", related_name="services", blank=True)
    sop_template = models.JSONField(default=list, blank=True)
    is_active = models.BooleanField(default=True)
    rating_average = models.DecimalField(max_digits=3, decimal_places=2, default=0)
    rating_count = models.PositiveIntegerField(default=0)
    # Booking rules of its own
    assignment = models.CharField(max_length=14, choices=Assignment.choices, default=Assignment.ANY)
    people_needed = models.PositiveSmallIntegerField(default=1)
    fixed_performers: Any = models.ManyToManyField("catalog.StaffMember", related_name="+", blank=True)
    buffer_before_min = models.PositiveSmallIntegerField(null=True, blank=True)
    buffer_after_min = models.PositiveSmallIntegerField(null=True, blank=True)
    grid = models.CharField(max_length=14, choices=Grid.choices, default=Grid.CLOCK_SNAP)
    step_min = models.PositiveSmallIntegerField(null=True, blank=True)
    notice_min = models.PositiveIntegerField(null=True, blank=True)
    horizon_kind = models.CharField(max_length=14, choices=HorizonKind.choices, blank=True)
    horizon_days = models.PositiveSmallIntegerField(null=True, blank=True)
    horizon_from = models.DateField(null=True, blank=True)
    horizon_to = models.DateField(null=True, blank=True)
    max_bookings_per_person_day = models.PositiveSmallIntegerField(null=True, blank=True)
    max_minutes_per_person_day = models.PositiveSmallIntegerField(null=True, blank=True)

    objects: Any = SoftDeleteManager.from_queryset(ServiceQuerySet)()
    all_objects: Any = ServiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(price_minor__gte=0), name="service_price_not_negative"),
            models.CheckConstraint(
                condition=models.Q(duration_min__gte=1, duration_min__lte=1440), name="service_duration_in_range"
            ),
            models.CheckConstraint(condition=models.Q(max_participants__gte=1), name="service_seats_at_least_one"),
            models.CheckConstraint(condition=models.Q(people_needed__gte=1), name="service_people_at_least_one"),
            models.CheckConstraint(
                condition=~models.Q(horizon_kind="DATE_RANGE")
                | models.Q(
                    horizon_from__isnull=False, horizon_to__isnull=False, horizon_to__gte=models.F("horizon_from")
                ),
                name="service_horizon_range_in_order",
            ),
        ]
        indexes = [
            models.Index(fields=["business", "is_active"], name="service_business"),
            models.Index(fields=["category", "price_minor"], name="service_category_price"),
        ]

    def __str__(self) -> str:
        return self.title


class Extra(BaseModel):
    """Something that can be chosen on top of a service: its price and its minutes."""

    service = models.ForeignKey("catalog.Service", on_delete=models.CASCADE, related_name="extras")
    name = models.CharField(max_length=120)
    price_minor = MinorUnitsField(default=0)
    duration_min = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(price_minor__gte=0), name="extra_price_not_negative")]

    def __str__(self) -> str:
        return self.name


class ServiceImage(BaseModel):
    service = models.ForeignKey("catalog.Service", on_delete=models.CASCADE, related_name="images")
    url = models.CharField(max_length=500)
    position = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.url
