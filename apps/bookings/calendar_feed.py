"""A person's own jobs as a calendar that calendar programs subscribe to. The same jobs make the same bytes."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from apps.bookings.models import Booking
from apps.bookings.notices import place_of
from apps.bookings.states import REACHABLE, BookingStatus, Place
from apps.core.conf import setting

S = BookingStatus
KEPT = timedelta(days=60)
AHEAD = timedelta(days=366)
MOST = 2_000
_REFRESH = timedelta(minutes=15)


def version_of(jobs: Iterable[Booking]) -> str:
    """A digest of all that the calendar shows of the jobs, by which a program learns that nothing is new."""
    seen = hashlib.sha256()
    for job in jobs:
        seen.update(repr(_shown(job)).encode())
    return f'"{seen.hexdigest()[:32]}"'


def as_calendar(jobs: Iterable[Booking]) -> bytes:
    """The calendar of the jobs, in UTC; an entry keeps its UID, and its SEQUENCE rises with every change."""
    from icalendar import Calendar, Event  # noqa: PLC0415  # only this needs it

    calendar = Calendar()
    calendar.add("prodid", "-//The Guild//Jobs//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{setting('PLATFORM_NAME')}: jobs")
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", _REFRESH)
    for job in jobs:
        event = Event()
        for name, value in _shown(job).items():
            event.add(name, value)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _shown(job: Booking) -> dict[str, Any]:
    """What the calendar says of one job: no way to reach the customer, and where they live only while the job is on."""
    shown: dict[str, Any] = {
        "uid": f"{job.pk}@bookings",
        "dtstamp": _utc(job.changed_at),
        "dtstart": _utc(job.starts_at),
        "dtend": _utc(job.ends_at),
        "summary": f"{job.service.title}, {job.business.name}",
        "sequence": job.change_number,
        "status": "TENTATIVE" if job.status == S.PENDING else "CONFIRMED",
        "description": f"Reference {job.reference}",
    }
    if job.place != Place.AT_CUSTOMER or job.status in REACHABLE:
        shown["location"] = place_of(job)
    return shown


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
