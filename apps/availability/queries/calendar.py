"""What free time is worked out from, read in one query however many people and days there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from apps.availability.engine import Block, Hours, Person, ZonePeriod, week
from apps.availability.engine.facts import MARGIN_DAYS
from apps.availability.engine.hours import DaySpans
from apps.availability.engine.zones import moment_of
from apps.catalog import rules as catalog
from apps.core.database import call_function


@dataclass(frozen=True, slots=True)
class Calendar:
    """A business with its hours, the people asked for, and a service's rules where one was named."""

    business: dict[str, Any]
    service: dict[str, Any] | None
    place: Hours
    people: list[Person]
    names: dict[str, str]

    @property
    def zone(self) -> str:
        """The zone of the business."""
        return str(self.business["time_zone"])

    @property
    def is_bookable(self) -> bool:
        """Whether customers may book here: the business verified and active, and so the service."""
        business = self.business["is_active"] and self.business["verification_status"] == "VERIFIED"
        return bool(business and (self.service is None or self.service["is_active"]))

    @property
    def may_have_sessions(self) -> bool:
        """Whether dated sessions of the service are worth looking for around these days."""
        return self.service is not None and bool(self.service["has_sessions"])

    @property
    def papers_lapsed_at(self) -> datetime | None:
        """Since when a paper of the business has been out of date."""
        lapsed = self.business["papers_lapsed"]
        return None if lapsed is None else moment_of(lapsed)

    def takes_new_jobs(self, at: datetime) -> bool:
        """Whether the papers of the business let it take more jobs."""
        return not catalog.papers_stop_jobs(self, at)


def load_calendar(
    *,
    since: datetime,
    until: datetime,
    service_id: UUID | str | None = None,
    business_id: UUID | str | None = None,
    staff_ids: Sequence[UUID | str] | None = None,
    in_full: bool = False,
) -> Calendar | None:
    """The calendar around ``[since, until)``, or ``None`` where there is no such business or service.

    Without ``staff_ids`` it is everybody who performs the service, as the catalogue says; without a service, all who work
    there.
    ``in_full`` tells of each block what it stands for, which explaining and moving need; else only what may change does.
    """
    rows = call_function(
        "availability_calendar",
        _uuid(business_id),
        _uuid(service_id),
        None if staff_ids is None else [_uuid(staff_id) for staff_id in staff_ids],
        *calendar_span(since, until),
        in_full,
    )
    return calendar_of(rows[0]) if rows else None


def calendar_span(since: datetime, until: datetime) -> tuple[datetime, datetime]:
    """What has to be known to tell what is free in ``[since, until)``."""
    margin = timedelta(days=MARGIN_DAYS + 1)
    return since - margin, until + margin


def calendar_of(row: Sequence[Any]) -> Calendar:
    """The calendar that one answer of ``availability_calendar`` describes."""
    service, business, people = row
    place = Hours(
        zone=business["time_zone"],
        weekly=week({int(weekday): _spans(spans) for weekday, spans in business["weekly"].items()}),
        overrides=_dated(business["exceptions"]),
    )
    return Calendar(
        business=business,
        service=service,
        place=place,
        people=[_person(row, place) for row in people],
        names={row[0]: row[1] for row in people},
    )


def _person(row: list[Any], place: Hours) -> Person:
    key, _name, own_zone, weekly, overrides, periods, time_off, begins, closes, blocks = row
    return Person(
        key=key,
        hours=_hours(place, own_zone, weekly, overrides, periods),
        time_off=tuple((start, end) for start, end in time_off or ()),
        taken=tuple(zip(begins or (), closes or (), strict=True)),
        blocks=tuple(map(Block._make, blocks or ())),
    )


def _hours(place: Hours, own_zone: str, weekly: Any, overrides: Any, periods: Any) -> Hours | None:
    """The person's own hours; ``None`` is as the business opens, which is also what dates without an override keep."""
    own_dates = _dated(overrides or ())
    if weekly is None and not own_dates:
        return None
    if weekly is None:
        return Hours(place.zone, place.weekly, tuple({**dict(place.overrides), **dict(own_dates)}.items()))
    return Hours(
        zone=own_zone or place.zone,
        weekly=tuple(_spans(spans) for spans in weekly),
        overrides=own_dates,
        zone_periods=tuple(ZonePeriod(first, last, name) for first, last, name in periods or ()),
    )


def _dated(rows: Sequence[Any]) -> tuple[tuple[int, DaySpans], ...]:
    return tuple((day, _spans(spans)) for day, spans in rows)


def _spans(spans: Sequence[Sequence[int]]) -> DaySpans:
    return tuple((opens, closes) for opens, closes in spans)


def _uuid(value: UUID | str | None) -> UUID | None:
    return UUID(value) if isinstance(value, str) else value
