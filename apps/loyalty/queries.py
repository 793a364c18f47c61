"""What the edges and other apps may ask of points."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, Sum

from apps.loyalty.models import LoyaltyAccount, PointEntry
from apps.loyalty.states import PointKind

YEAR = timedelta(days=365)


def points_of(user_id: UUID) -> int:
    """What the person can redeem."""
    return int(LoyaltyAccount.objects.filter(user_id=user_id).values_list("points", flat=True).first() or 0)


def earned_lately(user_ids: Collection[UUID], at: datetime) -> dict[UUID, int]:
    """What each of the people has earned in the 365 days before, less what went back; who has earned nothing is not named."""
    entries = PointEntry.objects.filter(
        account__user_id__in=user_ids, kind__in=[PointKind.EARNED, PointKind.RETURNED],
        created_at__gt=at - YEAR, created_at__lte=at,
    )  # fmt: skip
    sums = entries.order_by().values_list("account__user_id").annotate(sum=Sum("points"))
    return {user_id: max(int(points), 0) for user_id, points in sums}


def history_of(user: Any) -> QuerySet[PointEntry]:
    """Every entry of the person's points, the latest first."""
    entries: QuerySet[PointEntry] = PointEntry.objects.filter(account__user_id=user.pk).select_related("grant")
    return entries.order_by("-id")
