"""When a service can be booked, and why not."""

import json
from bisect import bisect_left
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from apps.availability import queries, rules
from apps.availability.api.inputs import ExplainQuery, ServiceQuery
from apps.availability.api.outputs import AvailabilityOut, ExplanationOut, FreeTimeOut, SessionTimeOut
from apps.availability.engine import Refusal, Rule
from apps.availability.engine.zones import date_of, day_span, local_day, moment_of, offset_at
from apps.availability.errors import NoSuchExtra, NoSuchPerson, NoSuchService, PlaceNotServed
from apps.availability.models import CapacitySlot
from apps.availability.queries import Calendar, Check, FreeTimes, Job
from apps.core import clock
from apps.core.api.responses import WrittenJson
from apps.core.api.schema import documented
from apps.core.api.views import DomainView

WORDS = {
    Rule.IN_PAST: "This time has passed.",
    Rule.NOTICE: "This is too soon; it has to be booked earlier.",
    Rule.HORIZON: "This is not open for booking yet, or no longer.",
    Rule.OUTSIDE_OPENING_HOURS: "The business is not open for the whole job.",
    Rule.CLOSED_EXCEPTION: "The business keeps other hours on that date.",
    Rule.OUTSIDE_SCHEDULE: "The person does not work for the whole job.",
    Rule.SCHEDULE_EXCEPTION: "The person keeps other hours on that date.",
    Rule.TIME_OFF: "The person is away.",
    Rule.IN_PROGRESS: "The person is on a job that is not finished.",
    Rule.HELD: "Somebody is booking this time right now.",
    Rule.BUSY: "The person is busy.",
    Rule.BUFFER: "The time between two jobs would be too short.",
    Rule.LIMIT_PER_DAY: "The person does no more of these on that day.",
    Rule.OFF_GRID: "Jobs do not start at this minute.",
    Rule.CREW_INCOMPLETE: "Not enough people are free at once.",
    Rule.NO_NEW_JOBS: "The business takes no new jobs until its papers are in order.",
}
TELLABLE = {Rule.NOTICE, Rule.HORIZON}
"""Rules whose span says nothing about other people's days."""


class ServiceAvailability(DomainView):
    permission_classes = [AllowAny]

    @documented(
        summary="Start times of a service",
        description=(
            "Start times per day and person, in the time zone of the business or of `tz`, with the length of the chosen "
            "extras, and where the service is done. One's own unpaid hold does not hide a time. At most 62 days."
        ),
        permissions="Anyone, for what can be booked; members of the business also before that.",
        responses=AvailabilityOut,
        parameters=[ServiceQuery],
        errors=[NoSuchService, NoSuchPerson, NoSuchExtra, PlaceNotServed],
        response_example={
            "service": "01935b5e-0000-7000-8000-000000000001",
            "time_zone": "Africa/Lagos",
            "duration_minutes": 60,
            "days": [
                {
                    "date": "2026-11-23",
                    "starts": ["2026-11-23T09:00:00+01:00"],
                    "staff": [
                        {
                            "id": "01935b5e-0000-7000-8000-000000000002",
                            "name": "Ada",
                            "starts": ["2026-11-23T09:00:00+01:00"],
                        }
                    ],
                }
            ],
            "sessions": [],
        },
    )
    def get(self, request: Request, service_id: UUID) -> Response:
        asked = self.read_query(ServiceQuery)
        found = queries.free_times(
            job_of(request, service_id, asked),
            since=asked["from"],
            until=asked["to"],
            at=clock.now(),
            viewer_zone=asked.get("tz"),
        )
        refuse_hidden(request, found.calendar, asked.get("staff"))
        return Response(availability_out(service_id, found, sessions_asked(service_id, found, asked)))


class ExplainAvailability(DomainView):
    permission_classes = [AllowAny]

    @documented(
        summary="Why a time is not free",
        description="Which rule refuses a start, for one person or for everybody, and the next three free times.",
        permissions="Anyone, for what can be booked; members of the business also before that.",
        responses=ExplanationOut,
        parameters=[ExplainQuery],
        errors=[NoSuchService, NoSuchPerson, NoSuchExtra, PlaceNotServed],
        response_example={
            "at": "2026-11-23T08:00:00Z",
            "is_free": False,
            "rule": "busy",
            "people": [
                {
                    "id": "01935b5e-0000-7000-8000-000000000002",
                    "name": "Ada",
                    "is_free": False,
                    "refusals": [{"rule": "busy", "message": "The person is busy.", "since": None, "until": None}],
                }
            ],
            "next_free": [
                {"starts_at": "2026-11-23T10:00:00Z", "staff": ["01935b5e-0000-7000-8000-000000000002"]},
            ],
        },
    )
    def get(self, request: Request, service_id: UUID) -> Response:
        asked, now = self.read_query(ExplainQuery), clock.now()
        job = job_of(request, service_id, asked)
        check = queries.check_start(job, start=asked["at"], at=now)
        refuse_hidden(request, check.calendar, asked.get("staff"))
        next_free = queries.first_free(job, after=max(asked["at"], now), at=now)
        return Response(explanation_out(check, next_free))


def job_of(request: Request, service_id: UUID, asked: dict[str, Any]) -> Job:
    """What the caller asks about."""
    return Job(
        service_id=service_id,
        staff_ids=[asked["staff"]] if "staff" in asked else None,
        extra_ids=asked.get("extras", ()),
        place=asked.get("place"),
        for_user=request.user.pk if request.user.is_authenticated else None,
    )


def refuse_hidden(request: Request, calendar: Calendar, staff_id: UUID | None) -> None:
    """Nothing is told of a service that cannot be booked, but to those who run it. Raises: NoSuchService, NoSuchPerson."""
    if not calendar.is_bookable:
        user = request.user
        if not user.is_authenticated or not rules.works_at(user, calendar.business["id"]):
            raise NoSuchService
    if staff_id is not None and str(staff_id) not in calendar.names:
        raise NoSuchPerson


def sessions_asked(service_id: UUID, found: FreeTimes, asked: dict[str, Any]) -> list[CapacitySlot]:
    """The dated sessions in the span asked about; of the person named, where one is."""
    if not found.calendar.may_have_sessions or not found.calendar.takes_new_jobs(clock.now()):
        return []
    sessions = queries.sessions_of(service_id, zone=found.zone, since=asked["from"], until=asked["to"])
    return list(sessions.filter(staff_member_id=asked["staff"]) if "staff" in asked else sessions)


def availability_out(service_id: UUID, found: FreeTimes, sessions: Iterable[CapacitySlot]) -> WrittenJson:
    """The answer, written by hand: hundreds of people have hundreds of thousands of starts, which share few texts."""
    starts = found.offer.starts
    text_of = dict(zip(starts, _texts(starts, found.zone), strict=True)).__getitem__
    people = [
        (f'{{"id":"{key}","name":{json.dumps(found.calendar.names[str(key)])},"starts":[', theirs)
        for key, theirs in found.offer.by_person.items()
        if theirs
    ]
    days = []
    for day, first, end in _days(starts, found.zone):
        on_day = []
        for opening, theirs in people:
            low = bisect_left(theirs, first)
            high = bisect_left(theirs, end, low)
            if low < high:
                on_day.append(f"{opening}{','.join(map(text_of, theirs[low:high]))}]}}")
        low = bisect_left(starts, first)
        of_all = ",".join(map(text_of, starts[low : bisect_left(starts, end, low)]))
        days.append(f'{{"date":"{date_of(day).isoformat()}","starts":[{of_all}],"staff":[{",".join(on_day)}]}}')
    return WrittenJson(
        f'{{"service":"{service_id}","time_zone":{json.dumps(found.zone)},'
        f'"duration_minutes":{found.rules.duration // 60},"days":[{",".join(days)}],'
        f'"sessions":{json.dumps(SessionTimeOut(sessions, many=True).data)}}}'
    )


def explanation_out(check: Check, next_free: list[queries.FreeTime]) -> dict[str, Any]:
    """The answer to why a time is not free."""
    people = [
        {
            "id": str(staff_id),
            "name": check.calendar.names[str(staff_id)],
            "is_free": not reasons,
            "refusals": [_refusal_out(reason) for reason in reasons],
        }
        for staff_id, reasons in check.refusals.items()
    ]
    return {
        "at": clock.iso(check.starts_at),
        "is_free": check.is_free,
        "rule": None if check.is_free else _main_rule(check),
        "people": people,
        "next_free": FreeTimeOut(next_free, many=True).data,
    }


def _main_rule(check: Check) -> str:
    reasons = list(check.refusals.values())
    if not reasons or not all(reasons):
        return str(Rule.CREW_INCOMPLETE)
    # The person who came nearest to being free has the fewest reasons.
    return str(min(reasons, key=len)[0].rule)


def _refusal_out(refusal: Refusal) -> dict[str, Any]:
    since = until = None
    if refusal.span is not None and refusal.rule in TELLABLE:
        since, until = (moment_of(edge).isoformat() if abs(edge) < 1 << 34 else None for edge in refusal.span)
    return {"rule": str(refusal.rule), "message": WORDS[refusal.rule], "since": since, "until": until}


def _days(starts: list[int], zone: str) -> list[tuple[int, int, int]]:
    """The local days that have a start, with their first instant and that of the next."""
    days: list[tuple[int, int, int]] = []
    for start in starts:
        if not days or start >= days[-1][2]:
            day = local_day(zone, start)
            days.append((day, *day_span(zone, day)))
    return days


def _texts(starts: list[int], zone: str) -> list[str]:
    """The starts as JSON."""
    texts = []
    for start in starts:
        offset = offset_at(zone, start)
        local = moment_of(start + offset).strftime("%Y-%m-%dT%H:%M:%S")
        hours, minutes = divmod(abs(offset) // 60, 60)
        texts.append(f'"{local}{"-" if offset < 0 else "+"}{hours:02d}:{minutes:02d}"')
    return texts
