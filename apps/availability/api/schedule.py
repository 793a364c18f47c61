"""Dated sessions of a service."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from apps.availability import operations, rules
from apps.availability.api.businesses import KEEPERS, ReadersAndKeepers
from apps.availability.api.caller import caller
from apps.availability.api.inputs import RangeQuery, SessionsIn
from apps.availability.api.outputs import SessionsMadeOut, SessionTimeOut
from apps.availability.errors import NoSuchService, NoSuchSlot, RangeInvalid, SessionClash
from apps.availability.models import CapacitySlot
from apps.availability.operations import SessionPlan
from apps.availability.queries import sessions_of
from apps.catalog.models import Service
from apps.core import clock
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.views import DomainViewSet
from apps.core.idempotency import KeyReused, StillRunning, idempotent


class ServiceSchedule(DomainViewSet):
    permission_classes = [ReadersAndKeepers]
    serializer_class = SessionTimeOut
    queryset = CapacitySlot.objects.none()
    filter_backends = ()

    @documented(
        summary="Dated sessions of a service",
        description="Those that can be booked, with their free seats, in order; at most 62 days.",
        permissions="Anyone, for what can be booked; members of the business also before that.",
        responses=SessionTimeOut(many=True),
        parameters=[RangeQuery],
        errors=[NoSuchService],
    )
    def list(self, request: Request, service_id: UUID) -> Response:
        asked, service = self.read_query(RangeQuery), _visible(request, service_id)
        zone = service.business.time_zone
        page = self.paginate_queryset(sessions_of(service_id, zone=zone, since=asked["from"], until=asked["to"]))
        return self.get_paginated_response(SessionTimeOut(page, many=True).data)

    @documented(
        summary="Schedule sessions",
        description=(
            "One, or on every date of a rule; reckoned on the wall clock of the business, so that a clock change moves "
            "none. Each takes the time of its host. `session_clash` names the starts at which the host is busy, and "
            "nothing is made; `skip_clashes` leaves those out. Doing it again makes nothing twice."
        ),
        permissions=KEEPERS,
        request=SessionsIn,
        responses={201: SessionsMadeOut},
        errors=[NoSuchService, NoSuchSlot, RangeInvalid, SessionClash, KeyReused, StillRunning],
        example={
            "date": "2026-11-24", "start_time": "18:00", "duration_minutes": 90, "seats": 12,
            "rrule": "FREQ=WEEKLY;BYDAY=TU;COUNT=10",
        },
    )  # fmt: skip
    @idempotent
    def create(self, request: Request, service_id: UUID) -> Response:
        managed = rules.managed_businesses(request.user).values("pk")
        service = get_object_or_404(Service, pk=service_id, business__in=managed)
        asked = self.read_input(SessionsIn)
        plan = SessionPlan(
            on=asked["date"],
            starts=asked["start_time"],
            duration_min=asked.get("duration_minutes"),
            seats=asked.get("seats"),
            staff_member_id=asked.get("staff"),
            rule=asked.get("rrule", ""),
            except_on=asked.get("except_dates", ()),
            skip_clashes=asked.get("skip_clashes", False),
        )
        made = operations.schedule_sessions(service_id=service.pk, plan=plan, by=caller(request), at=clock.now())
        answer = {"created": len(made), "sessions": SessionTimeOut(made, many=True).data}
        return success(answer, message=f"{len(made)} sessions scheduled.", status=201)


def _visible(request: Request, service_id: UUID) -> Service:
    """A service that everybody may see, or of a business at which the caller works. Raises: NoSuchService."""
    service = Service.objects.select_related("business").filter(pk=service_id).first()
    if service is None:
        raise NoSuchService
    is_public = service.is_active and service.business.is_bookable
    if not is_public and not (request.user.is_authenticated and rules.works_at(request.user, service.business_id)):
        raise NoSuchService
    return service
