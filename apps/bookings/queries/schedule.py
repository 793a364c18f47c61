"""A performer's calendar: how many jobs on which day, and the jobs of one day."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, F

from apps.bookings.models import Booking
from apps.bookings.models.queryset import BookingQuerySet
from apps.bookings.queries.viewer import Viewer
from apps.bookings.states import BookingStatus

S = BookingStatus
# What takes or took the person's time. What was called off, and what a decline gave away, is not on the calendar.
ON_CALENDAR = (S.PENDING, S.CONFIRMED, S.IN_PROGRESS, S.COMPLETED, S.NO_SHOW)


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One day with its jobs, by their state."""

    on: date
    by_status: dict[str, int]

    @property
    def jobs(self) -> int:
        """How many there are."""
        return sum(self.by_status.values())


def month_of(staff_ids: Collection[UUID], month: date) -> list[CalendarDay]:
    """Every day of the month with the jobs of these performers that start on it, in each job's time zone; one query."""
    first, last = month.replace(day=1), month.replace(day=monthrange(month.year, month.month)[1])
    counts: dict[date, dict[str, int]] = defaultdict(dict)
    rows = (
        jobs_of(staff_ids)
        .between_days(first, last)
        .order_by()
        .values("status", on=F("local_day"))
        .annotate(jobs=Count("pk"))
    )
    for row in rows:
        counts[row["on"]][row["status"]] = row["jobs"]
    return [CalendarDay(day, counts.get(day, {})) for day in (first.replace(day=n) for n in range(1, last.day + 1))]


def day_of(viewer: Viewer, day: date) -> BookingQuerySet:
    """The viewer's own jobs that start on that day, in each job's time zone, in their order."""
    return (
        jobs_of(viewer.staff_ids)
        .on_day(day)
        .with_people()
        .select_related("package_use__purchase")
        .prefetch_related("added_extras")
        .order_by("starts_at", "pk")
    )


def jobs_of(staff_ids: Collection[UUID]) -> BookingQuerySet:
    """What these performers do, alone or in a crew, and is on the calendar."""
    if not staff_ids:
        return Booking.objects.none()
    jobs: BookingQuerySet = Booking.objects.of_performers(staff_ids).filter(status__in=ON_CALENDAR)
    return jobs
