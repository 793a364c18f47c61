"""A case of the data file as rows."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from apps.availability import operations
from apps.availability.models import ScheduleOverride, TravelPeriod, WeeklySchedule
from apps.availability.states import BlockKind
from apps.availability.tests import cases
from apps.availability.tests.factories import make_business, make_service, make_staff, make_user
from apps.core.ids import new_id

HORIZON_KINDS = {
    "date_range": "DATE_RANGE",
    "rolling_business_days": "BUSINESS_DAYS",
    "rolling_calendar_days": "CALENDAR_DAYS",
}
FAR_DAYS = 3_650


@dataclass
class Situation:
    now: datetime
    business: object
    service: object
    staff: dict
    clients: dict


def moment(text):
    return datetime.fromisoformat(text)


def build(case):
    """The case's rows; the horizon's zone is the business's, so a case without a business lends it that one."""
    setup = case["setup"]
    described = setup["service"]
    place = setup.get("business")
    zone = place["timezone"] if place else described.get("horizon", {}).get("timezone", setup["staff"][0]["timezone"])
    business = make_business(time_zone=zone, weekly=cases.weekly_of(place) if place else None, horizon_days=FAR_DAYS)
    staff = {entry["id"]: _staff(business, entry) for entry in setup["staff"]}
    services = {described["id"]: _service(business, described, staff)}
    clients = {}
    for entry in setup.get("bookings", ()):
        if cases.holds_time(entry):
            _block(business, services, staff, entry, at=moment(setup["now"]))
    for entry in setup.get("holds", ()):
        client = clients.setdefault(entry["client"], None) or make_user()
        clients[entry["client"]] = client
        expires_at = moment(entry["expires_at"])
        _block(business, services, staff, entry, at=moment(setup["now"]), holder_id=client.pk, expires_at=expires_at)
    for entry in setup.get("external_busy", ()):
        operations.block_time(
            staff_member_id=staff[entry["staff"]].pk,
            starts_at=moment(entry["start"]),
            ends_at=moment(entry["end"]),
            kind=BlockKind.IMPORTED,
            at=moment(setup["now"]),
        )
    return Situation(moment(setup["now"]), business, services[described["id"]], staff, clients)


def _staff(business, entry):
    person = make_staff(business, display_name=entry["id"], time_zone=entry["timezone"])
    weekly = [[list(span) for span in spans] for spans in cases.weekly_of(entry).values()]
    WeeklySchedule.objects.create(staff_member=person, weekly=weekly)
    for override in entry.get("overrides", ()):
        spans = [list(span) for span in cases.minutes(override["intervals"])]
        ScheduleOverride.objects.create(staff_member=person, on=override["date"], spans=spans)
    for period in entry.get("tz_periods", ()):
        TravelPeriod.objects.create(
            staff_member=person, first_on=period["from"], last_on=period["to"], time_zone=period["timezone"]
        )
    return person


def _service(business, described, staff):
    horizon = described.get("horizon", {})
    limits = described.get("limits", {})
    service = make_service(
        business,
        performers=staff.values(),
        duration_min=described["duration_min"],
        step_min=described["step_min"],
        grid=described["grid"].upper(),
        buffer_before_min=described["buffer_before_min"],
        buffer_after_min=described["buffer_after_min"],
        notice_min=described["min_notice_min"],
        assignment=described["assignment"].upper(),
        horizon_kind=HORIZON_KINDS[horizon["type"]] if horizon else "",
        horizon_days=horizon.get("days"),
        horizon_from=date.fromisoformat(horizon["from"]) if "from" in horizon else None,
        horizon_to=date.fromisoformat(horizon["to"]) if "to" in horizon else None,
        max_bookings_per_person_day=limits.get("bookings_per_day"),
        max_minutes_per_person_day=limits.get("minutes_per_day"),
    )
    service.fixed_performers.set([staff[name] for name in described.get("fixed_staff", ())])
    return service


def _block(business, services, staff, entry, **fields):
    """A booking of the queried service brings that service's buffers, one of another service none."""
    name = entry.get("service") or next(iter(services))
    if name not in services:
        services[name] = make_service(business, buffer_before_min=0, buffer_after_min=0)
    service = services[name]
    operations.block_time(
        staff_member_id=staff[entry["staff"]].pk,
        starts_at=moment(entry["start"]),
        ends_at=moment(entry["end"]),
        before=timedelta(minutes=service.buffer_before_min),
        after=timedelta(minutes=service.buffer_after_min),
        booking_id=new_id(),
        service_id=service.pk,
        **fields,
    )
