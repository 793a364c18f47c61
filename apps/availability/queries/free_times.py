"""When a service can be booked, with whom, and why not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from apps.availability.engine import Assignment, Offer, Question, Refusal, Rule, Rules, free_starts, refusals
from apps.availability.engine.free import parties
from apps.availability.engine.zones import day_of, day_span, moment_of, seconds_of, seconds_of_ceiling
from apps.availability.errors import NoSuchService
from apps.availability.queries.calendar import Calendar, load_calendar
from apps.availability.queries.service_rules import Footprint, footprint_of, rules_of

SEARCH_DAYS = (4, 14, 62)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What somebody wants done: the service, by whom if it matters, where, and with which extras.

    ``for_user`` is the customer, whose own unpaid hold does not stand in their way; ``ignored_booking`` is the one that
    is being moved. The time of a job that ``is_agreed`` stands already: notice and horizon are not asked for again.
    ``lasts`` is how long the work takes where that is agreed; else it is as the service and the extras say now.
    """

    service_id: UUID
    staff_ids: Sequence[UUID] | None = None
    extra_ids: Sequence[UUID] = ()
    place: str | None = None
    for_user: UUID | None = None
    ignored_booking: UUID | None = None
    is_agreed: bool = False
    lasts: timedelta | None = None


@dataclass(frozen=True, slots=True)
class FreeTimes:
    """Start times and people, in seconds since the epoch and keys as text, as the hot paths pass them on."""

    calendar: Calendar
    rules: Rules
    zone: str
    offer: Offer


@dataclass(frozen=True, slots=True)
class FreeTime:
    """A start time, and those who could come then."""

    starts_at: datetime
    staff_ids: list[UUID]


@dataclass(frozen=True, slots=True)
class Check:
    """Whether a job may begin at one moment: with whom, what it takes of their time, and what speaks against the others."""

    calendar: Calendar
    rules: Rules
    starts_at: datetime
    free_staff: list[UUID]
    refusals: dict[UUID, list[Refusal]]

    @property
    def footprint(self) -> Footprint:
        """What the job takes of the time of each of its people."""
        return footprint_of(self.rules)

    @property
    def is_free(self) -> bool:
        """Whether enough people are free."""
        return bool(self.free_staff)

    @property
    def ends_at(self) -> datetime:
        """When the work is over."""
        return self.starts_at + self.footprint.duration


def free_times(
    job: Job, *, since: datetime, until: datetime, at: datetime, viewer_zone: str | None = None
) -> FreeTimes:
    """Every start in ``[since, until)`` for which enough people are free, in one query.

    Raises: NoSuchService; PlaceNotServed.
    """
    calendar = _calendar(job, since, until)
    rules = _rules(job, calendar)
    zone = viewer_zone or calendar.zone
    question = _question(job, _begin(since, zone), _end(until, zone), at, zone)
    if not _may_begin(job, calendar, at):
        return FreeTimes(calendar, rules, zone, Offer())
    offer = free_starts(calendar.place, calendar.people, rules, question)
    if job.staff_ids is not None and rules.assignment != Assignment.ANY:
        offer = _with_named(offer, job)
    return FreeTimes(calendar, rules, zone, offer)


def check_start(job: Job, *, start: datetime, at: datetime, calendar: Calendar | None = None) -> Check:
    """Who is free for the whole job at ``start``, and which rules refuse the others; what is listed is free here too.

    ``calendar`` is that of the job's people around ``start``, in full, where it has been read already.
    Raises: NoSuchService; PlaceNotServed; NoSuchExtra.
    """
    calendar = _calendar(job, start, start, in_full=True, known=calendar)
    rules = _rules(job, calendar)
    if job.is_agreed:
        rules = replace(rules, notice=0, horizon=None)
    seconds = seconds_of(start)
    found = _refusals(job, calendar, rules, seconds, at)
    able = [key for key, reasons in found.items() if not reasons]
    return Check(
        calendar=calendar,
        rules=rules,
        starts_at=moment_of(seconds),
        free_staff=[UUID(key) for key in able] if _is_enough(job, able, found, rules) else [],
        refusals={UUID(key): reasons for key, reasons in found.items()},
    )


def first_free(job: Job, *, after: datetime, at: datetime, count: int = 3) -> list[FreeTime]:
    """The next ``count`` free times from ``after`` on, looking at most two months ahead."""
    for days in SEARCH_DAYS:
        offer = free_times(job, since=after, until=after + timedelta(days=days), at=at).offer
        if len(offer.starts) >= count:
            break
    return [
        FreeTime(moment_of(start), [UUID(str(key)) for key, starts in offer.by_person.items() if start in starts])
        for start in offer.starts[:count]
    ]


def _calendar(
    job: Job, since: datetime, until: datetime, *, in_full: bool = False, known: Calendar | None = None
) -> Calendar:
    """The people named, or everybody where the job takes more than one of them."""
    calendar = known or load_calendar(
        service_id=job.service_id,
        staff_ids=job.staff_ids,
        since=since,
        until=until,
        in_full=in_full or job.ignored_booking is not None,
    )
    if calendar is None or calendar.service is None:
        raise NoSuchService
    if job.staff_ids is not None and calendar.service["assignment"] != Assignment.ANY:
        return _calendar(replace(job, staff_ids=None), since, until, in_full=in_full)
    return calendar


def _rules(job: Job, calendar: Calendar) -> Rules:
    rules = rules_of(calendar, extra_ids=job.extra_ids, place=job.place)
    return rules if job.lasts is None else replace(rules, duration=int(job.lasts.total_seconds()))


def _may_begin(job: Job, calendar: Calendar, at: datetime) -> bool:
    """Whether the business's papers allow it; a job that was booked before may still be moved."""
    return job.ignored_booking is not None or calendar.takes_new_jobs(at)


def _question(job: Job, since: datetime, until: datetime, at: datetime, zone: str) -> Question:
    return Question(
        start=seconds_of_ceiling(since),
        end=seconds_of_ceiling(until),
        now=seconds_of_ceiling(at),
        zone=zone,
        viewer=None if job.for_user is None else str(job.for_user),
        ignored_job=None if job.ignored_booking is None else str(job.ignored_booking),
    )


def _roughly(moment: datetime | date) -> datetime:
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time(), UTC)


def _begin(moment: datetime | date, zone: str) -> datetime:
    return moment if isinstance(moment, datetime) else moment_of(day_span(zone, day_of(moment))[0])


def _end(moment: datetime | date, zone: str) -> datetime:
    return moment if isinstance(moment, datetime) else moment_of(day_span(zone, day_of(moment))[1])


def _with_named(offer: Offer, job: Job) -> Offer:
    """The starts of a crew that the named people belong to."""
    starts = set(offer.starts)
    for staff_id in job.staff_ids or ():
        starts &= set(offer.by_person.get(str(staff_id), ()))
    return Offer(
        sorted(starts),
        {key: [start for start in theirs if start in starts] for key, theirs in offer.by_person.items()},
    )


def _refusals(job: Job, calendar: Calendar, rules: Rules, start: int, at: datetime) -> dict[str, list[Refusal]]:
    """Refusals by person; the grid may lie as it does for the named ones or for everybody who performs the service."""
    moment = moment_of(start)
    question = _question(job, moment, moment + timedelta(seconds=1), at, calendar.zone)
    found = refusals(calendar.place, calendar.people, rules, question, start)
    if job.staff_ids is not None and rules.assignment == Assignment.ANY and _only_off_grid(found.values()):
        everybody = _calendar(replace(job, staff_ids=None), moment, moment, in_full=True)
        on_their_grid = refusals(everybody.place, everybody.people, rules, question, start)
        found = {key: on_their_grid.get(key, reasons) for key, reasons in found.items()}
    if not _may_begin(job, calendar, at):
        found = {key: [Refusal(Rule.NO_NEW_JOBS), *reasons] for key, reasons in found.items()}
    return {str(key): reasons for key, reasons in found.items()}


def _only_off_grid(found: Iterable[list[Refusal]]) -> bool:
    return any([reason.rule for reason in reasons] == [Rule.OFF_GRID] for reasons in found)


def _is_enough(job: Job, able: Sequence[str], everybody: Iterable[str], rules: Rules) -> bool:
    """Whether the able ones are as many as the job needs, and those it cannot go without are among them."""
    fixed, others, needed = parties(everybody, rules)
    required = rules.fixed | set(fixed)
    if rules.assignment != Assignment.ANY:
        required |= {str(staff_id) for staff_id in job.staff_ids or ()}
    return bool(able) and required <= set(able) and len(set(others) & set(able)) >= needed
