"""Verification lives: papers are approved, warn before they run out, lapse, and are replaced."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Min, Q

from apps.catalog.errors import PaperDecided, PaperNotFound
from apps.catalog.events import PaperExpired, PaperExpiring, PapersInOrder
from apps.catalog.models import Business, VerificationPaper
from apps.catalog.operations._access import decided_business
from apps.catalog.operations._words import day_begins, next_paper_moment
from apps.catalog.states import PaperState
from apps.core import audit, events, public_cache
from apps.core.conf import timer

WARNINGS = (1, 7, 30)


@transaction.atomic
def approve_paper(*, business_id: UUID, paper_id: UUID, by: Any, at: datetime) -> VerificationPaper:
    """The verification rests on the paper, which takes the place of the one of its kind that runs out first.

    Raises: NotAllowed; BusinessNotFound; PaperNotFound; PaperDecided.
    """
    business = decided_business(business_id=business_id, by=by)
    paper = _submitted(business, paper_id)
    approve_locked_paper(paper, business=business, by=by, at=at)
    audit.record("paper.approved", target=paper, by=by, at=at, after={"title": paper.title})
    return paper


@transaction.atomic
def refuse_paper(*, business_id: UUID, paper_id: UUID, reason: str, by: Any, at: datetime) -> VerificationPaper:
    """The paper does not count. Raises: NotAllowed; BusinessNotFound; PaperNotFound; PaperDecided."""
    business = decided_business(business_id=business_id, by=by)
    paper = _submitted(business, paper_id)
    paper.refuse(by=by, at=at, reason=reason)
    paper.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    audit.record("paper.rejected", target=paper, by=by, at=at, after={"title": paper.title}, reason=reason)
    return paper


def approve_locked_paper(paper: VerificationPaper, *, business: Business, by: Any, at: datetime) -> None:
    """The paper counts from now on; it replaces the expired or expiring one of its kind, if there is one."""
    paper.approve(by=by, at=at, due_at=next_paper_moment(paper.expires_on, None, business.time_zone))
    paper.save(update_fields=["state", "decided_by", "decided_at", "due_at"])
    worn = Q(state=PaperState.EXPIRED) | Q(state=PaperState.APPROVED, warned_days__isnull=False)
    replaced = (
        VerificationPaper.objects.locked()
        .filter(worn, business=business, kind=paper.kind)
        .exclude(pk=paper.pk)
        .order_by("expires_on", "pk")
        .first()
    )
    if replaced is not None:
        replaced.give_way()
        replaced.save(update_fields=["state", "due_at"])
    _note_lapse(business, at=at)


@transaction.atomic
def attend_due_papers(*, at: datetime, limit: int) -> int:
    """Up to ``limit`` papers whose moment has come have warned, or have lapsed; answers how many there were."""
    due = VerificationPaper.objects.filter(state=PaperState.APPROVED, due_at__lte=at)
    # Businesses are locked before their papers, as every other operation does.
    first = list(due.order_by("due_at").values_list("business_id", flat=True)[:limit])
    businesses = {each.pk: each for each in Business.all_objects.filter(pk__in=first).order_by("pk").claimed(limit)}
    papers = list(due.filter(business__in=list(businesses)).locked())
    for paper in papers:
        _attend(paper, business=businesses[paper.business_id], at=at)
    return len(papers)


def next_paper_due() -> datetime | None:
    """When the next paper needs attention."""
    moment: datetime | None = VerificationPaper.objects.filter(state=PaperState.APPROVED).aggregate(due=Min("due_at"))[
        "due"
    ]
    return moment


def _attend(paper: VerificationPaper, *, business: Business, at: datetime) -> None:
    expires_on = paper.expires_on
    if expires_on is None:  # such a paper is never due
        return
    days_left = (expires_on - at.astimezone(ZoneInfo(business.time_zone)).date()).days
    if days_left < 0:
        paper.expire()
        paper.save(update_fields=["state", "due_at"])
        _note_lapse(business, at=at)
        events.publish(
            PaperExpired(
                business_id=business.pk,
                owner_id=business.owner_id,
                paper_id=paper.pk,
                expired_on=expires_on,
                jobs_stop_at=(business.papers_lapsed_at or at) + timer("PAPER_GRACE"),
            )
        )
        return
    paper.warned_days = next(days for days in WARNINGS if days_left <= days)
    paper.due_at = next_paper_moment(expires_on, paper.warned_days, business.time_zone)
    paper.save(update_fields=["warned_days", "due_at"])
    events.publish(
        PaperExpiring(
            business_id=business.pk,
            owner_id=business.owner_id,
            paper_id=paper.pk,
            expires_on=expires_on,
            days_left=days_left,
        )
    )


def _note_lapse(business: Business, *, at: datetime) -> None:
    """The business knows since when one of its papers has been out of date, or that all are in order."""
    earliest = VerificationPaper.objects.filter(business=business, state=PaperState.EXPIRED).aggregate(
        day=Min("expires_on")
    )["day"]
    lapsed_at = None if earliest is None else day_begins(earliest + timedelta(days=1), business.time_zone)
    if lapsed_at == business.papers_lapsed_at:
        return
    business.papers_lapsed_at = lapsed_at
    business.save(update_fields=["papers_lapsed_at"])
    public_cache.forget_all()
    if lapsed_at is None:
        events.publish(PapersInOrder(business_id=business.pk, owner_id=business.owner_id, at=at))


def _submitted(business: Business, paper_id: UUID) -> VerificationPaper:
    paper: VerificationPaper | None = VerificationPaper.objects.locked().filter(business=business, pk=paper_id).first()
    if paper is None:
        raise PaperNotFound
    if paper.state != PaperState.SUBMITTED:
        raise PaperDecided
    return paper
