"""What can be subscribed to: the platform's plans for businesses, and practitioners' own for their followers."""

from typing import Any

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from apps.core.fields import CurrencyField, MinorUnitsField
from apps.core.models import BaseModel, BaseQuerySet


class Plan(BaseModel):
    """A plan of the platform: what it gives a business. One without a price is free."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    description = models.CharField(max_length=300, blank=True, default="")
    rank = models.PositiveSmallIntegerField(unique=True, help_text="A plan of a higher rank is an upgrade.")
    commission_bp = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Basis points; counts where it is lower than the tier. Empty: lowers nothing."
    )
    is_featured = models.BooleanField(default=False, help_text="The business and its practitioners are featured.")
    staff_seats = models.PositiveIntegerField(null=True, blank=True, help_text="Empty: any number of people.")
    is_active = models.BooleanField(default=True, help_text="Whether it can be chosen.")

    objects: Any = BaseQuerySet.as_manager()

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(commission_bp__isnull=True) | Q(commission_bp__lte=10_000), name="plan_commission_in_range"
            )
        ]
        triggers = [
            pgtrigger.Protect(name="plan_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="plan_terms", fields=["id", "code"]),
        ]

    def __str__(self) -> str:
        return self.name


class PlanPrice(BaseModel):
    """What a plan costs a month in one currency."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="prices")
    currency = CurrencyField()
    price_minor = MinorUnitsField()
    gateway_code = models.CharField(
        max_length=80, blank=True, default="", help_text="The gateway's own plan or price, where it renews by itself."
    )

    class Meta:
        constraints = [
            UniqueConstraint(fields=["plan", "currency"], name="plan_price_once_per_currency"),
            CheckConstraint(condition=Q(price_minor__gt=0), name="plan_price_positive"),
        ]

    def __str__(self) -> str:
        return self.currency


class PractitionerPlan(BaseModel):
    """What a practitioner offers their followers for a month's price, in the currency of their business."""

    practitioner = models.ForeignKey("catalog.StaffMember", on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=60)
    description = models.CharField(max_length=500, blank=True, default="")
    currency = CurrencyField()
    price_minor = MinorUnitsField()
    is_active = models.BooleanField(default=True, help_text="Whether it can be joined.")

    objects: Any = BaseQuerySet.as_manager()

    class Meta:
        constraints = [CheckConstraint(condition=Q(price_minor__gt=0), name="practitioner_plan_price_positive")]
        indexes = [Index(fields=["practitioner", "price_minor", "id"], name="practitioner_plan_of")]
        triggers = [
            pgtrigger.Protect(name="practitioner_plan_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="practitioner_plan_terms", fields=["id", "practitioner", "currency"]),
        ]

    def __str__(self) -> str:
        return self.name
