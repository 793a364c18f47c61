from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q
from django_fsm import FSMField, transition

from apps.core.fields import CurrencyField, MinorUnitsField, user_foreign_key
from apps.core.models import BaseModel, BaseQuerySet
from apps.packages.states import BUNDLE, PACKAGE, PURCHASE_MOVES, PurchaseStatus

S = PurchaseStatus


class PurchaseQuerySet(BaseQuerySet):
    def with_parts(self) -> Self:
        """With the business and the uses with their services, as every answer shows them."""
        return self.select_related("business", "customer").prefetch_related("uses__service")

    def of_customer(self, user_id: UUID) -> Self:
        """The person's own, the latest first."""
        return self.filter(customer_id=user_id).order_by("-created_at", "-pk")

    def to_warn(self, at: datetime) -> Self:
        """Those whose customer is to hear that they run out."""
        return self.filter(status=S.ACTIVE, warned_at__isnull=True, warn_at__lte=at).order_by("warn_at", "pk")


class Purchase(BaseModel):
    """A package or bundle that somebody bought, as it was when they did."""

    customer = user_foreign_key(db_index=False)
    business = models.ForeignKey("catalog.Business", on_delete=models.PROTECT, related_name="+", db_index=False)
    package = models.ForeignKey(
        "catalog.Package", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    bundle = models.ForeignKey(
        "catalog.Bundle", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    title = models.CharField(max_length=160)
    currency = CurrencyField()
    price_minor = MinorUnitsField()
    list_minor = MinorUnitsField(help_text="What its uses cost one by one on the day.")
    valid_days = models.PositiveSmallIntegerField()
    status = FSMField(max_length=10, choices=S.choices, default=S.PENDING, protected=False)
    pay_until = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="Its uses are for bookings that start before.")
    warn_at = models.DateTimeField(null=True, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)

    objects: Any = PurchaseQuerySet.as_manager()

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(package__isnull=False, bundle__isnull=True) | Q(package__isnull=True, bundle__isnull=False),
                name="purchase_is_of_one_thing",
            ),
            CheckConstraint(condition=Q(status__in=S.values), name="purchase_status_known"),
            CheckConstraint(condition=Q(price_minor__gt=0), name="purchase_price_positive"),
            CheckConstraint(
                condition=Q(status=S.PENDING, paid_at__isnull=True, expires_at__isnull=True, warn_at__isnull=True)
                | Q(
                    status=S.ACTIVE,
                    paid_at__isnull=False,
                    expires_at__gt=F("paid_at"),
                    warn_at__lt=F("expires_at"),
                ),
                name="purchase_paid_runs_out",
            ),
        ]
        indexes = [
            Index(fields=["customer", "-created_at", "-id"], name="purchase_of_customer"),
            Index(fields=["business", "-created_at", "-id"], name="purchase_of_business"),
            Index(
                fields=["warn_at", "id"], condition=Q(status=S.ACTIVE, warned_at__isnull=True), name="purchase_to_warn"
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="purchase_moves",
                field="status",
                transitions=[(source.value, target.value) for source, target in PURCHASE_MOVES],
                condition=pgtrigger.Q(old__status__df=pgtrigger.F("new__status")),
            ),
            pgtrigger.Protect(name="purchase_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="purchase_terms",
                fields=[
                    "id", "customer", "business", "package", "bundle", "title", "currency", "price_minor", "list_minor",
                    "valid_days", "created_at",
                ],
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    @property
    def kind(self) -> str:
        """As what it is paid for."""
        return PACKAGE if self.package_id else BUNDLE

    @property
    def saved_minor(self) -> int:
        """What was saved against buying one by one."""
        return max(self.list_minor - self.price_minor, 0)

    def is_over(self, at: datetime) -> bool:
        """Whether its time has run out."""
        return self.expires_at is not None and self.expires_at <= at

    @transition(field=status, source=S.PENDING, target=S.ACTIVE)
    def activate(self, *, at: datetime, warning: timedelta) -> None:
        """It is paid, and its time runs; the customer is warned before its end, at half of the time at the latest."""
        length = timedelta(days=self.valid_days)
        self.paid_at, self.expires_at = at, at + length
        self.warn_at = at + length - min(warning, length / 2)
