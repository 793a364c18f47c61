"""Services sold together: packages at a discount, bundles at one total."""

from typing import Any

from django.db import models
from django.db.models import CheckConstraint, Exists, OuterRef, Q, UniqueConstraint

from apps.catalog.models.people import Membership
from apps.core.fields import MinorUnitsField
from apps.core.models import BaseModel, BaseQuerySet, SoftDeleteManager, SoftDeleteModel
from apps.core.money import apply_rate

LONGEST_DAYS = 1_095
MOST_USES = 100
_PERCENT_BP = 100


class DealQuerySet(BaseQuerySet):
    def visible_to(self, user: Any) -> "DealQuerySet":
        """In the desk's views: everything for ops, one's own business's for members, nothing for others."""
        if not user.is_authenticated:
            return self.none()
        if user.is_ops:
            return self
        memberships = Membership.objects.active().of_user(user)
        return self.filter(business__in=memberships.values("business"))

    def public(self) -> "DealQuerySet":
        """Those that everybody may see: active ones of verified, active businesses, each of whose services is offered."""
        items = self.model.items.rel.related_model
        withdrawn = items.objects.filter(**{items.deal_name: OuterRef("pk")}).filter(
            Q(service__is_active=False) | Q(service__is_deleted=True)
        )
        return self.filter(
            ~Exists(withdrawn),
            is_active=True,
            business__verification_status="VERIFIED",
            business__is_active=True,
            business__is_deleted=False,
        )


class Deal(SoftDeleteModel):
    """What packages and bundles share: a title, and for how long what was bought can be used."""

    # Of each kind: its parts, and what it costs by what they cost
    items: Any
    price_minor: Any

    business = models.ForeignKey("catalog.Business", on_delete=models.PROTECT, related_name="%(class)ss")
    title = models.CharField(max_length=160)
    description = models.TextField(blank=True)
    valid_days = models.PositiveSmallIntegerField(help_text="How many days after the purchase its uses last.")
    is_active = models.BooleanField(default=True)

    objects: Any = SoftDeleteManager.from_queryset(DealQuerySet)()
    all_objects: Any = DealQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            CheckConstraint(
                condition=Q(valid_days__gte=1, valid_days__lte=LONGEST_DAYS), name="%(class)s_days_in_range"
            )
        ]
        indexes = [models.Index(fields=["business", "is_active"], name="%(class)s_business")]

    def __str__(self) -> str:
        return self.title

    @property
    def list_minor(self) -> int:
        """What its uses cost one by one. Its items and their services are at hand, or are read."""
        return sum(item.service.price_minor * item.uses for item in self.items.all())

    @property
    def saved_minor(self) -> int:
        """What is saved against buying one by one."""
        return max(self.list_minor - self.price_minor, 0)


class Package(Deal):
    """Services at a discount: it costs so much per cent less than its uses cost one by one, today."""

    discount_percent = models.PositiveSmallIntegerField()

    class Meta(Deal.Meta):
        constraints = [
            *Deal.Meta.constraints,
            CheckConstraint(
                condition=Q(discount_percent__gte=1, discount_percent__lte=99), name="package_discount_in_range"
            ),
        ]

    @property
    def price_minor(self) -> int:  # type: ignore[override]  # counted here, kept by a bundle
        """What it costs today."""
        whole = self.list_minor
        return whole - apply_rate(whole, self.discount_percent * _PERCENT_BP)


class Bundle(Deal):
    """Services sold together at one total."""

    price_minor = MinorUnitsField()

    class Meta(Deal.Meta):
        constraints = [
            *Deal.Meta.constraints,
            CheckConstraint(condition=Q(price_minor__gt=0), name="bundle_price_positive"),
        ]


class DealItem(BaseModel):
    """A service of a deal, and how often it can be used."""

    service = models.ForeignKey("catalog.Service", on_delete=models.PROTECT, related_name="+")
    uses = models.PositiveSmallIntegerField(default=1)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.uses} × {self.service}"


class PackageItem(DealItem):
    deal_name = "package"

    package = models.ForeignKey("catalog.Package", on_delete=models.CASCADE, related_name="items")

    class Meta:
        constraints = [
            UniqueConstraint(fields=["package", "service"], name="package_names_a_service_once"),
            CheckConstraint(condition=Q(uses__gte=1, uses__lte=MOST_USES), name="package_uses_in_range"),
        ]


class BundleItem(DealItem):
    deal_name = "bundle"

    bundle = models.ForeignKey("catalog.Bundle", on_delete=models.CASCADE, related_name="items")

    class Meta:
        constraints = [
            UniqueConstraint(fields=["bundle", "service"], name="bundle_names_a_service_once"),
            CheckConstraint(condition=Q(uses__gte=1, uses__lte=MOST_USES), name="bundle_uses_in_range"),
        ]
