from typing import Any

import pghistory
from django.db import models

from apps.catalog.models.people import Membership
from apps.core.fields import MinorUnitsField
from apps.core.models import BaseModel, BaseQuerySet, SoftDeleteManager, SoftDeleteModel


class ProductQuerySet(BaseQuerySet):
    def visible_to(self, user: Any) -> "ProductQuerySet":
        """In the desk's views: everything for ops, one's own business's for members, nothing for others."""
        if not user.is_authenticated:
            return self.none()
        if user.is_ops:
            return self
        memberships = Membership.objects.active().of_user(user)
        return self.filter(business__in=memberships.values("business"))

    def public(self) -> "ProductQuerySet":
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
    fields=["business", "title", "price_minor", "is_active", "is_deleted"],
    obj_field=pghistory.ObjForeignKey(related_name="history", related_query_name="history_of"),
    model_name="ProductHistory",
    append_only=True,
)
class Product(SoftDeleteModel):
    """What a business sells from its shelf. Stock is counted exactly; what is reserved is never more than there is."""

    business = models.ForeignKey("catalog.Business", on_delete=models.PROTECT, related_name="products")
    category = models.ForeignKey("catalog.Category", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=160)
    description = models.TextField(blank=True)
    price_minor = MinorUnitsField()
    stock_count = models.PositiveIntegerField(default=0)
    reserved = models.PositiveIntegerField(default=0)
    low_stock_mark = models.PositiveIntegerField(default=0)
    weight_g = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    rating_average = models.DecimalField(max_digits=3, decimal_places=2, default=0)
    rating_count = models.PositiveIntegerField(default=0)

    objects: Any = SoftDeleteManager.from_queryset(ProductQuerySet)()
    all_objects: Any = ProductQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(price_minor__gte=0), name="product_price_not_negative"),
            models.CheckConstraint(
                condition=models.Q(reserved__lte=models.F("stock_count")), name="product_reserved_within_stock"
            ),
        ]
        indexes = [models.Index(fields=["business", "is_active"], name="product_business")]

    def __str__(self) -> str:
        return self.title


class ProductImage(BaseModel):
    product = models.ForeignKey("catalog.Product", on_delete=models.CASCADE, related_name="images")
    url = models.CharField(max_length=500)
    position = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.url
