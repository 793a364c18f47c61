"""The Smart Staff Matcher: who of a business does a job best. Whoever picks somebody for a customer picks by this order."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from apps.availability import queries as availability
from apps.catalog.models import Business, Service, StaffMember

# Fair load is the work within these days on either side of the job; the calendar that was read reaches as far.
LOAD_AROUND = timedelta(days=3)
REVIEW_COST = Decimal("0.100")
# As in the ranking of businesses: ten reviews of 3.5 are there from the start.
PRIOR_REVIEWS, PRIOR_RATING = 10, Decimal("3.5")
_MERITS = ("rating_average", "rating_count", "maestro_score", "ranking_review_since")


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
    is_agreed: bool = False,
) -> list[Match]:
    """Those who perform the service and are free from ``start`` for the whole job and its buffer, best first.

    The owner is left out where their time costs a premium. Where the time ``is_agreed``, as in the recovery of a decline,
    notice and horizon are not asked for again. Constant in queries. Raises: availability's NoSuchService.
    """
    job = availability.Job(
        service_id=service.pk, extra_ids=extra_ids, place=place, for_user=for_user, ignored_booking=ignored_booking,
        is_agreed=is_agreed,
    )  # fmt: skip
    check = availability.check_start(job, start=start, at=at)
    people = StaffMember.objects.filter(pk__in=set(check.free_staff) - set(exclude)).select_related("business", "user")
    return [match for match in _in_order(check, people, at) if not costs_more(match.staff, business)]


def best_first(check: availability.Check, *, among: Collection[UUID], at: datetime) -> list[UUID]:
    """The keys of these people in the matcher's order, in one query; no more of them is read, as somebody is waiting.

    ``check`` is of the job that they are to do; its calendar knows their work.
    """
    people = StaffMember.objects.filter(pk__in=among).only(*_MERITS)
    return [match.staff.pk for match in _in_order(check, people, at)]


def _in_order(check: availability.Check, people: Iterable[StaffMember], at: datetime) -> list[Match]:
    """By rating, Maestro score, and how much work they have already."""
    loads = _loads(check, at)
    matches = [
        Match(
            staff=staff,
            rating=damped_rating(staff.rating_average, staff.rating_count),
            maestro_score=_effective_score(staff),
            load_min=loads[str(staff.pk)],
        )
        for staff in people
    ]
    return sorted(matches, key=lambda match: match.merit)


def costs_more(staff: StaffMember, business: Business) -> bool:
    """Whether choosing this person asks the owner's premium, at which nobody is ever picked for a customer."""
    return bool(staff.user_id == business.owner_id and business.owner_multiplier > 1)


def damped_rating(average: Decimal, count: int) -> Decimal:
    """A Bayesian mean, 0 to 5."""
    return (PRIOR_RATING * PRIOR_REVIEWS + Decimal(average) * count) / (PRIOR_REVIEWS + count)


def _effective_score(staff: StaffMember) -> Decimal:
    """The person's score, less what Ranking Review takes."""
    cost = REVIEW_COST if staff.ranking_review_since is not None else Decimal(0)
    return max(staff.maestro_score - cost, Decimal(0))


def _loads(check: availability.Check, at: datetime) -> dict[str, int]:
    """Minutes of the jobs that each has around this one; what people keep for themselves is no load."""
    since, until = (int((check.starts_at + sign * LOAD_AROUND).timestamp()) for sign in (-1, 1))
    now = int(at.timestamp())
    loads = {}
    for person in check.calendar.people:
        jobs = [
            block
            for block in person.blocks
            if block.job is not None and (block.expires_at is None or now < block.expires_at)
        ]
        taken = (min(job.end, until) - max(job.start, since) for job in jobs)
        loads[str(person.key)] = sum(seconds for seconds in taken if seconds > 0) // 60
    return loads
