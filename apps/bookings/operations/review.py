"""Ranking Review: opened by too many declines in a few days, over when they are few again or operations say so."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.accounts.states import ACTING_OPS_ROLES
from apps.bookings.errors import NoSuchReview, ReasonMissing, ReviewEnded
from apps.bookings.models import RankingReview
from apps.bookings.notices import recovery as notices
from apps.bookings.queries.recovery import declines_that_count
from apps.bookings.states import ReviewEnd
from apps.catalog import operations as catalog
from apps.core import audit
from apps.core.conf import setting, timer
from apps.core.errors import NotAllowed


def review_declines(staff_id: UUID, *, at: datetime) -> None:
    """The person is under review if they declined too often. Their row is locked by the caller, which keeps the count."""
    declines = declines_that_count(staff_id, at=at)
    clears_at = _clears_at(declines)
    if clears_at is None:
        return
    counted = {"declines": len(declines), "clears_at": clears_at, "updated_at": at}
    if RankingReview.objects.open().filter(staff_member_id=staff_id).update(**counted):
        return
    review = RankingReview.objects.create(
        staff_member_id=staff_id, opened_at=at, declines=len(declines), clears_at=clears_at
    )
    catalog.mark_ranking_review(staff_id=staff_id, since=at, at=at)
    audit.record("ranking_review.opened", target=review, by=None, at=at, after={"declines": len(declines)})
    notices.tell_under_review(review, at=at)


def clear_reviews(*, at: datetime, limit: int) -> int:
    """Up to ``limit`` reviews whose window may have cleared are looked at; those with few enough declines are over."""
    due = list(RankingReview.objects.to_clear(at).values_list("pk", "staff_member_id")[:limit])
    for review_id, staff_id in due:
        _look_again(review_id, staff_id, at=at)
    return len(due)


@transaction.atomic
def lift_review(*, review_id: UUID, reason: str, by: Any, at: datetime) -> RankingReview:
    """Operations end the review; declines before it count no more. Raises: NotAllowed, NoSuchReview, ReviewEnded."""
    if by.role not in ACTING_OPS_ROLES:
        raise NotAllowed
    if not reason:
        raise ReasonMissing(errors={"reason": [ReasonMissing.default_message]})
    staff_id = RankingReview.objects.filter(pk=review_id).values_list("staff_member_id", flat=True).first()
    review = None if staff_id is None else _locked(review_id, staff_id)
    if review is None:
        raise NoSuchReview
    if review.ended_at is not None:
        raise ReviewEnded
    _end(review, ReviewEnd.LIFTED, by=by, reason=reason, at=at)
    audit.record(
        "ranking_review.lifted", target=review, by=by, at=at, reason=reason, before={"declines": review.declines}
    )
    return review


@transaction.atomic
def _look_again(review_id: UUID, staff_id: UUID, *, at: datetime) -> None:
    review = _locked(review_id, staff_id)
    if review is None or review.ended_at is not None:
        return
    declines = declines_that_count(staff_id, at=at)
    clears_at = _clears_at(declines)
    if clears_at is None:
        _end(review, ReviewEnd.CLEARED, by=None, reason="", at=at)
        return
    review.declines, review.clears_at = len(declines), clears_at
    review.save(update_fields=["declines", "clears_at"])


def _locked(review_id: UUID, staff_id: UUID) -> RankingReview | None:
    """The review; its person is locked first, as by whoever declines."""
    catalog.lock_staff([staff_id])
    review: RankingReview | None = RankingReview.objects.locked().filter(pk=review_id).first()
    return review


def _end(review: RankingReview, end: ReviewEnd, *, by: Any, reason: str, at: datetime) -> None:
    review.ended_at, review.end, review.ended_by, review.reason = at, end, by, reason
    review.save(update_fields=["ended_at", "end", "ended_by", "reason"])
    catalog.mark_ranking_review(staff_id=review.staff_member_id, since=None, at=at)


def _clears_at(declines: list[datetime]) -> datetime | None:
    """When no more than the allowed number will be left in the window; None where there are no more than that now."""
    allowed = setting("RANKING_REVIEW_DECLINES")
    if len(declines) <= allowed:
        return None
    return declines[allowed] + timer("RANKING_REVIEW_WINDOW")
