"""Ranking Review: a mark on a person, which the ranking reads; why and how long is decided above the catalogue."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from apps.catalog.models import StaffMember


def lock_staff(staff_ids: Collection[UUID]) -> list[StaffMember]:
    """The people's rows, those of people who have left as well, locked in the order of their keys."""
    return list(StaffMember.all_objects.locked().filter(pk__in=staff_ids))


def mark_ranking_review(*, staff_id: UUID, since: datetime | None, at: datetime) -> None:
    """The person is under Ranking Review since then, or, with None, not any more."""
    StaffMember.all_objects.filter(pk=staff_id).update(ranking_review_since=since, updated_at=at)
