from datetime import datetime
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from apps.bookings.states import ReviewEnd
from apps.core.models import BaseModel, BaseQuerySet


class ReviewQuerySet(BaseQuerySet):
    def open(self) -> Self:
        """Those that still cost their person some of the score."""
        return self.filter(ended_at__isnull=True)

    def to_clear(self, at: datetime) -> Self:
        """Those whose window may have cleared."""
        return self.open().filter(clears_at__lte=at).order_by("clears_at", "pk")


class RankingReview(BaseModel):
    """A person declined too often; it costs them some of their score until the window clears or operations lift it."""

    staff_member = models.ForeignKey("catalog.StaffMember", on_delete=models.PROTECT, related_name="+", db_index=False)
    opened_at = models.DateTimeField()
    declines = models.PositiveSmallIntegerField(help_text="How many there were in the window when they last declined.")
    clears_at = models.DateTimeField(help_text="When few enough will be left in the window.")
    ended_at = models.DateTimeField(null=True, blank=True)
    end = models.CharField(max_length=8, choices=ReviewEnd.choices, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField(blank=True)

    objects: Any = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            UniqueConstraint(
                fields=["staff_member"], condition=Q(ended_at__isnull=True), name="review_of_a_person_open_once"
            ),
            CheckConstraint(
                condition=Q(ended_at__isnull=True, end="") | Q(ended_at__isnull=False, end__in=ReviewEnd.values),
                name="review_ended_says_how",
            ),
            CheckConstraint(
                condition=~Q(end=ReviewEnd.LIFTED) | (Q(ended_by__isnull=False) & ~Q(reason="")),
                name="review_lifted_says_by_whom_and_why",
            ),
        ]
        indexes = [
            Index(fields=["staff_member", "-opened_at"], name="review_of_staff"),
            Index(fields=["clears_at", "id"], condition=Q(ended_at__isnull=True), name="review_to_clear"),
        ]
        triggers = [pgtrigger.Protect(name="review_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.staff_member}, since {self.opened_at:%Y-%m-%d}"
