from typing import Any

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from apps.core.models import BaseModel, BaseQuerySet
from apps.loyalty.states import PointKind

K = PointKind

# One statement for all entries of one release, however many.
_COUNT = """
    UPDATE loyalty_loyaltyaccount account SET points = account.points + moved.points, updated_at = moved.at
    FROM (SELECT account_id, sum(points) AS points, max(created_at) AS at FROM new_entries GROUP BY account_id) AS moved
    WHERE account.id = moved.account_id;
    RETURN NULL;
"""


class LoyaltyAccount(BaseModel):
    """The points of one person; the database keeps the sum, and never below nothing."""

    user = models.OneToOneField("accounts.User", on_delete=models.PROTECT, related_name="+")
    points = models.BigIntegerField(default=0, help_text="What can be redeemed.")

    objects: Any = BaseQuerySet.as_manager()

    class Meta:
        constraints = [CheckConstraint(condition=Q(points__gte=0), name="loyalty_points_not_negative")]
        triggers = [
            pgtrigger.Trigger(
                name="loyalty_points_are_counted",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("points"),
                condition=pgtrigger.Condition("pg_trigger_depth() < 1"),
                func="RAISE EXCEPTION 'points are the sum of their entries';",
            ),
            pgtrigger.Protect(name="loyalty_account_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.points} points"


class PointEntry(BaseModel):
    """Points that came or went, for good."""

    account = models.ForeignKey(LoyaltyAccount, on_delete=models.PROTECT, related_name="entries", db_index=False)
    kind = models.CharField(max_length=8, choices=K.choices)
    points = models.BigIntegerField(help_text="Below nothing where they went.")
    hold_id = models.UUIDField(null=True, blank=True, help_text="The money whose release earned them.")
    transfer_id = models.UUIDField(null=True, blank=True, help_text="The refund with which they went back.")
    grant = models.OneToOneField(
        "credits.Grant",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="What they became.",
    )

    objects: Any = BaseQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "point entries"
        constraints = [
            UniqueConstraint(fields=["hold_id"], condition=Q(kind=K.EARNED), name="points_earned_once"),
            UniqueConstraint(fields=["transfer_id"], condition=Q(kind=K.RETURNED), name="points_returned_once"),
            CheckConstraint(
                condition=Q(kind=K.EARNED, points__gt=0, hold_id__isnull=False, transfer_id=None, grant=None)
                | Q(kind=K.RETURNED, points__lt=0, hold_id__isnull=False, transfer_id__isnull=False, grant=None)
                | Q(kind=K.REDEEMED, points__lt=0, hold_id=None, transfer_id=None, grant__isnull=False),
                name="points_say_whence_and_whither",
            ),
        ]
        indexes = [
            Index(fields=["account", "-id"], name="points_of_account"),
            Index(fields=["account", "created_at"], condition=Q(kind=K.EARNED), name="points_earned_lately"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="points_count",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                level=pgtrigger.Statement,
                referencing=pgtrigger.Referencing(new="new_entries"),
                func=_COUNT,
            ),
            pgtrigger.Protect(name="points_never_change", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.points:+} points"
