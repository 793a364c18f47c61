"""What the tables of payouts share: each row is of a business or of a person."""

from typing import Any, Self

from django.db import models
from django.db.models import CheckConstraint, Q

from apps.core.models import BaseQuerySet


class OwnedQuerySet(BaseQuerySet):
    def of(self, owner: Any) -> Self:
        """The owner's own."""
        return self.filter(**owner.fields)

    def seen_by(self, user_id: Any, business_ids: Any) -> Self:
        """The person's own, and those of the businesses given."""
        return self.filter(Q(user_id=user_id) | Q(business_id__in=business_ids))


def business_key(**more: Any) -> "models.ForeignKey[Any, Any]":
    """The business that a row is of, where it is of one."""
    return models.ForeignKey(
        "catalog.Business", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False, **more
    )


def of_one_owner(name: str) -> CheckConstraint:
    """A row is of a business or of a person, never of both or neither."""
    return CheckConstraint(
        name=name,
        condition=Q(business__isnull=False, user__isnull=True) | Q(business__isnull=True, user__isnull=False),
    )
