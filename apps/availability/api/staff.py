"""When people work, and when they do not."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from apps.availability import operations, queries, rules
from apps.availability.api.businesses import EXAMPLE_WEEK
from apps.availability.api.caller import caller
from apps.availability.api.inputs import ScheduleIn, ServiceQuery, SpanOfTimeIn, TimeOffIn
from apps.availability.api.outputs import AvailabilityOut, BusyOut, ScheduleOut, TimeOffOut
from apps.availability.api.services import availability_out, job_of, refuse_hidden, sessions_asked
from apps.availability.errors import (
    HoursInvalid,
    NoSuchBlock,
    NoSuchPerson,
    NoSuchService,
    RangeInvalid,
    SlotTaken,
)
from apps.availability.models import BusyBlock, TimeOff, WeeklySchedule
from apps.availability.operations import Travel
from apps.catalog.models import StaffMember
from apps.core import clock
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.views import DomainView, DomainViewSet
from apps.core.errors import Invalid
from apps.core.idempotency import idempotent

KEEPERS = "The person, the owner and employees of the business, and ops."
EXAMPLE_SPAN = {"starts_at": "2026-12-24T08:00:00Z", "ends_at": "2026-12-27T20:00:00Z", "note": "Family"}
STAFF_PARAMETER = OpenApiParameter("staff", str, description="Only this person's.")


class PractitionerSchedule(DomainView):
    permission_classes = [IsAuthenticated]

    @documented(
        summary="The week of a person",
        permissions=KEEPERS,
        responses=ScheduleOut,
        response_example={
            "staff": "01935b5e-0000-7000-8000-000000000002",
            "time_zone": "Africa/Lagos",
            "follows_opening_hours": False,
            "overrides": [{"on": "2026-12-31", "spans": []}],
            "travel": [],
        }
        | EXAMPLE_WEEK,
    )
    def get(self, request: Request, staff_id: UUID) -> Response:
        people = rules.kept_people(request.user, to_change=False).select_related("business")
        return Response(schedule_out(get_object_or_404(people, pk=staff_id)))

    @documented(
        summary="Set the week of a person",
        description=(
            "Replaces the week; `overrides` and `travel` replace the dates and the stays in other zones where they are "
            "given, and leave them where they are not."
        ),
        permissions=KEEPERS,
        request=ScheduleIn,
        responses=ScheduleOut,
        errors=[HoursInvalid],
        example=EXAMPLE_WEEK,
    )
    @idempotent
    def post(self, request: Request, staff_id: UUID) -> Response:
        person = get_object_or_404(rules.kept_people(request.user).select_related("business"), pk=staff_id)
        asked = self.read_input(ScheduleIn)
        overrides = asked.get("overrides")
        travel = asked.get("travel")
        operations.set_schedule(
            staff_member_id=person.pk,
            weekly=asked["weekly"],
            time_zone=asked.get("time_zone", ""),
            overrides=None if overrides is None else {each["on"]: each.get("spans", ()) for each in overrides},
            travel=None if travel is None else [Travel(**each) for each in travel],
            by=caller(request),
            at=clock.now(),
        )
        return success(schedule_out(person), message="The week is set.")


class PractitionerAvailability(DomainView):
    permission_classes = [AllowAny]

    @documented(
        summary="Start times of one person",
        description="As the availability of a service, for one person; `service` says for which job.",
        permissions="Anyone, for people who can be booked.",
        responses=AvailabilityOut,
        parameters=[ServiceQuery, OpenApiParameter("service", str, required=True, description="The job.")],
        errors=[NoSuchService, NoSuchPerson],
    )
    def get(self, request: Request, staff_id: UUID) -> Response:
        asked = self.read_query(ServiceQuery) | {"staff": staff_id}
        service_id = _key(request.query_params.get("service", ""), "service")
        found = queries.free_times(
            job_of(request, service_id, asked),
            since=asked["from"],
            until=asked["to"],
            at=clock.now(),
            viewer_zone=asked.get("tz"),
        )
        refuse_hidden(request, found.calendar, staff_id)
        return Response(availability_out(service_id, found, sessions_asked(service_id, found, asked)))


class TimeOffs(DomainViewSet):
    permission_classes = [IsAuthenticated]
    serializer_class = TimeOffOut
    queryset = TimeOff.objects.none()
    filter_backends = ()

    def get_queryset(self) -> QuerySet[TimeOff]:
        people = kept_by(self.request, to_change=False)
        return TimeOff.objects.filter(staff_member__in=people.values("pk")).order_by("-starts_at", "pk")

    @documented(
        summary="Time off",
        description="One's own, and that of everybody at the businesses one runs.",
        permissions="Anyone signed in; the list holds what they keep.",
        responses=TimeOffOut(many=True),
        parameters=[STAFF_PARAMETER],
    )
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(TimeOffOut(page, many=True).data)

    @documented(
        summary="Take time off",
        description="Nothing can be booked in it; bookings made before stand until they are declined or moved.",
        permissions=KEEPERS,
        request=TimeOffIn,
        responses={201: TimeOffOut},
        errors=[RangeInvalid, NoSuchPerson],
        example=EXAMPLE_SPAN | {"reason": "HOLIDAY"},
    )
    @idempotent
    def create(self, request: Request) -> Response:
        asked = self.read_input(TimeOffIn)
        person = person_meant(request, asked.pop("staff", None))
        time_off = operations.take_time_off(staff_member_id=person.pk, by=caller(request), at=clock.now(), **asked)
        return success(TimeOffOut(time_off).data, message="The time off is taken.", status=201)

    @documented(summary="Work after all", permissions=KEEPERS, responses={204: None})
    def destroy(self, request: Request, time_off_id: UUID) -> Response:
        people = rules.kept_people(request.user).values("pk")
        time_off = get_object_or_404(TimeOff, pk=time_off_id, staff_member__in=people)
        operations.give_time_back(time_off=time_off, by=caller(request), at=clock.now())
        return Response(status=204)


class BusyTimes(DomainViewSet):
    permission_classes = [IsAuthenticated]
    serializer_class = BusyOut
    queryset = BusyBlock.objects.none()
    filter_backends = ()

    def get_queryset(self) -> QuerySet[BusyBlock]:
        people = kept_by(self.request, to_change=False)
        blocks = BusyBlock.objects.active().filter(staff_member__in=people.values("pk"), ends_at__gte=clock.now())
        return blocks.order_by("starts_at", "pk")

    @documented(
        summary="Time that is taken",
        description="From now on: bookings, time taken by hand, imported calendars.",
        permissions="Anyone signed in; the list holds what they keep.",
        responses=BusyOut(many=True),
        parameters=[STAFF_PARAMETER],
    )
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(BusyOut(page, many=True).data)

    @documented(
        summary="Take time by hand",
        permissions=KEEPERS,
        request=SpanOfTimeIn,
        responses={201: BusyOut},
        errors=[RangeInvalid, NoSuchPerson, SlotTaken],
        example=EXAMPLE_SPAN,
    )
    @idempotent
    def create(self, request: Request) -> Response:
        asked = self.read_input(SpanOfTimeIn)
        person = person_meant(request, asked.pop("staff", None))
        block = operations.mark_busy(staff_member_id=person.pk, by=caller(request), at=clock.now(), **asked)
        return success(BusyOut(block).data, message="The time is taken.", status=201)

    @documented(summary="Free time taken by hand", permissions=KEEPERS, responses={204: None}, errors=[NoSuchBlock])
    def destroy(self, request: Request, block_id: UUID) -> Response:
        people = rules.kept_people(request.user).values("pk")
        block = get_object_or_404(BusyBlock.objects.active(), pk=block_id, staff_member__in=people)
        operations.unmark_busy(block_id=block.pk, by=caller(request), at=clock.now())
        return Response(status=204)


def kept_by(request: Request, *, to_change: bool) -> QuerySet[StaffMember]:
    """The people whose time the caller keeps, or the one of them that ``?staff=`` names."""
    people = rules.kept_people(request.user, to_change=to_change)
    named = request.query_params.get("staff")
    return people if named is None else people.filter(pk=_key(named, "staff"))


def person_meant(request: Request, staff_id: UUID | None) -> StaffMember:
    """The person named, or the caller where they work at one business only. Raises: NoSuchPerson; Invalid."""
    if staff_id is not None:
        person = rules.kept_people(request.user).filter(pk=staff_id).first()
        if person is None:
            raise NoSuchPerson
        return person
    own = list(StaffMember.objects.filter(user=request.user)[:2])
    if len(own) != 1:
        raise Invalid(errors={"staff": ["Say whose time it is."]})
    return own[0]


def schedule_out(person: StaffMember) -> dict[str, Any]:
    """The week of a person with what differs from it."""
    schedule = WeeklySchedule.objects.filter(staff_member=person).first()
    zone = (schedule.time_zone if schedule else "") or person.time_zone or person.business.time_zone
    shape = {
        "staff": person.pk,
        "time_zone": zone,
        "follows_opening_hours": schedule is None,
        "weekly": None if schedule is None else dict(enumerate(schedule.weekly)),
        "overrides": person.schedule_overrides.order_by("on", "pk"),
        "travel": person.travel_periods.order_by("first_on", "pk"),
    }
    return dict(ScheduleOut(shape).data)


def _key(text: str, field: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid(errors={field: ["Must be a valid key."]}) from error
