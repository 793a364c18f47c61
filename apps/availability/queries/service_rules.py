"""A service's booking rules as the engine takes them; what the service leaves empty is the business's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from apps.availability.engine import Assignment, Grid, Horizon, Rules
from apps.availability.errors import NoSuchExtra, PlaceNotServed
from apps.availability.queries.calendar import Calendar

MINUTE_S = 60
AT_CUSTOMER = "AT_CUSTOMER"


@dataclass(frozen=True, slots=True)
class Footprint:
    """How much of a person's time a job takes: the work, and what stays free before and after it."""

    duration: timedelta
    before: timedelta
    after: timedelta


def rules_of(calendar: Calendar, *, extra_ids: Sequence[UUID] = (), place: str | None = None) -> Rules:
    """The rules for one job of the calendar's service, done at ``place`` and longer by the chosen extras.

    Work at the customer's takes the time on the road before and after it as well. Raises: PlaceNotServed; NoSuchExtra.
    """
    service = calendar.service
    if service is None:
        return _rules_of_business(calendar.business)
    extras = [service["extras"].get(str(extra_id)) for extra_id in extra_ids]
    if None in extras:
        raise NoSuchExtra(errors={"extras": ["An extra is not offered with this service."]})
    if place is not None and service["places"] and place not in service["places"]:
        raise PlaceNotServed(errors={"place": [f"This service is done: {', '.join(service['places'])}."]})
    is_away = place == AT_CUSTOMER or (place is None and service["places"] == [AT_CUSTOMER])
    road = calendar.business["travel_min"] if is_away else 0
    limit_minutes = service["max_minutes_per_person_day"]
    return Rules(
        duration=MINUTE_S * (service["duration_min"] + sum(extras)),
        step=MINUTE_S * max(service["step_min"], 1),
        grid=Grid(service["grid"]),
        before=MINUTE_S * (service["buffer_before_min"] + road),
        after=MINUTE_S * (service["buffer_after_min"] + road),
        notice=MINUTE_S * service["notice_min"],
        horizon=_horizon(service, calendar.zone),
        limit_count=service["max_bookings_per_person_day"],
        limit_s=None if limit_minutes is None else MINUTE_S * limit_minutes,
        assignment=Assignment(service["assignment"]),
        crew_size=service["people_needed"],
        fixed=frozenset(service["fixed"]),
        service=service["id"],
    )


def footprint_of(rules: Rules) -> Footprint:
    """What a job by these rules takes of each of its people's time."""
    return Footprint(
        duration=timedelta(seconds=rules.duration),
        before=timedelta(seconds=rules.before),
        after=timedelta(seconds=rules.after),
    )


def _rules_of_business(business: dict[str, Any]) -> Rules:
    """The rules for the shortest job that a business without a named service could take."""
    step = MINUTE_S * max(business["grid_min"], 1)
    return Rules(
        duration=step,
        step=step,
        before=MINUTE_S * business["buffer_before_min"],
        after=MINUTE_S * business["buffer_after_min"],
        notice=MINUTE_S * business["notice_min"],
        horizon=_horizon({**business, "horizon_from": None, "horizon_to": None}, business["time_zone"]),
    )


def _horizon(service: dict[str, Any], zone: str) -> Horizon:
    kind, days = service["horizon_kind"], service["horizon_days"]
    if kind == "DATE_RANGE":
        return Horizon(zone, first_day=service["horizon_from"], last_day=service["horizon_to"])
    if kind == "BUSINESS_DAYS":
        return Horizon(zone, business_days=days)
    return Horizon(zone, calendar_days=days)
