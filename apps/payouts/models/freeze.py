"""Owners whose payouts operations hold back."""

from typing import Any, Self

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from apps.core.fields import user_foreign_key
from apps.core.models import BaseModel
from apps.payouts.models.owned import OwnedQuerySet, business_key, of_one_owner


class FreezeQuerySet(OwnedQuerySet):
    def standing(self) -> Self:
        """Those that nobody has lifted."""
        return self.filter(lifted_at__isnull=True)


class PayoutFreeze(BaseModel):
    """While it stands, nothing of the owner's is paid out."""

    business = business_key()
    user = user_foreign_key(null=True, blank=True, db_index=False)
    reason = models.CharField(max_length=500)
    frozen_by = user_foreign_key(null=True, blank=True, db_index=False)
    frozen_at = models.DateTimeField()
    lifted_by = user_foreign_key(null=True, blank=True, db_index=False)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_reason = models.CharField(max_length=500, blank=True, default="")

    objects: Any = FreezeQuerySet.as_manager()

    class Meta:
        constraints = [
            of_one_owner("payout_freeze_of_one_owner"),
            UniqueConstraint(
                fields=["business", "user"],
                condition=Q(lifted_at__isnull=True),
                nulls_distinct=False,
                name="payout_freeze_one_stands",
            ),
            CheckConstraint(condition=~Q(reason=""), name="payout_freeze_has_a_reason"),
            CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_reason="")
                | (Q(lifted_at__isnull=False) & ~Q(lifted_reason="")),
                name="payout_freeze_lifted_with_a_reason",
            ),
        ]
        indexes = [Index(fields=["-id"], condition=Q(lifted_at__isnull=True), name="payout_freeze_standing")]
        triggers = [
            pgtrigger.Protect(name="payout_freeze_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="payout_freeze_as_it_was", fields=["id", "business", "user", "reason", "frozen_by", "frozen_at"]
            ),
        ]

    def __str__(self) -> str:
        return f"since {self.frozen_at:%Y-%m-%d}"
