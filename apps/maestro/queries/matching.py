"""The Smart Staff Matcher: who of a business does a job best."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from apps.availability import queries as availability
from apps.catalog import queries as catalog
from apps.catalog.models import Business, Service, StaffMember

LOAD_DAYS = 7
REVIEW_COST = Decimal("0.100")
# As in the ranking of businesses: ten reviews of 3.5 are there from the start.
PRIOR_REVIEWS, PRIOR_RATING = 10, Decimal("3.5")


@dataclass(frozen=True, slots=True)
class Match:
    """Somebody who can do the job, is free for all of it, and why they stand where they stand."""

    staff: StaffMember
    rating: Decimal
    maestro_score: Decimal
    load_min: int

    @property
    def merit(self) -> tuple[Decimal, Decimal, int, str]:
        """The smallest comes first: rating and score in steps of a tenth, so that load decides among the equally good."""
        return (-round(self.rating, 1), -round(self.maestro_score, 1), self.load_min, str(self.staff.pk))


def match_staff(
    *,
    business: Business,
    service: Service,
    start: datetime,
    at: datetime,
    extra_ids: Sequence[UUID] = (),
    exclude: Collection[UUID] = (),
    place: str | None = None,
    for_user: UUID | None = None,
    ignored_booking: UUID | None = None,
) -> list[Match]:
    """Those who perform the service and are free from ``start`` for the whole job and its buffer, best first.

    The owner is left out where their time costs a premium. Constant in queries. Raises: availability's NoSuchService.
    """
    able = {each.pk: each for each in _candidates(business, service) if each.pk not in set(exclude)}
    if not able:
        return []
    job = availability.Job(
        service_id=service.pk,
        staff_ids=list(able),
        extra_ids=extra_ids,
        place=place,
        for_user=for_user,
        ignored_booking=ignored_booking,
    )
    free = availability.check_start(job, start=start, at=at).free_staff
    return _ranked([able[key] for key in free if key in able], start=start)


def _candidates(business: Business, service: Service) -> list[StaffMember]:
    owner_costs_more = business.owner_premium > 1 and not business.works_alone
    return [
        staff
        for staff in catalog.performers_of(service)
        if not (owner_costs_more and staff.user_id == business.owner_id)
    ]


def _ranked(staff: list[StaffMember], *, start: datetime) -> list[Match]:
    load = _load([each.pk for each in staff], around=start)
    matches = [
        Match(
            staff=each,
            rating=damped_rating(each.rating_average, each.rating_count),
            maestro_score=_effective_score(each),
            load_min=load.get(each.pk, 0),
        )
        for each in staff
    ]
    return sorted(matches, key=lambda match: match.merit)


def damped_rating(average: Decimal, count: int) -> Decimal:
    """A Bayesian mean, 0 to 5."""
    return (PRIOR_RATING * PRIOR_REVIEWS + Decimal(average) * count) / (PRIOR_REVIEWS + count)


def _effective_score(staff: StaffMember) -> Decimal:
    """The person's score, less what Ranking Review takes."""
    cost = REVIEW_COST if staff.ranking_review_since is not None else Decimal(0)
    return max(staff.maestro_score - cost, Decimal(0))


def _load(staff_ids: list[UUID], *, around: datetime) -> dict[UUID, int]:
    """Minutes already taken in the week around the job, by person."""
    half = timedelta(days=LOAD_DAYS) / 2
    blocks: Any = availability.blocks_between(staff_ids=staff_ids, since=around - half, until=around + half)
    taken: dict[UUID, int] = {}
    for key, starts_at, ends_at in blocks.values_list("staff_member_id", "starts_at", "ends_at"):
        taken[key] = taken.get(key, 0) + int((ends_at - starts_at).total_seconds()) // 60
    return taken
