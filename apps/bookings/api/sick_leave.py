"""Somebody is away: what that hits, and one action that gives all of it to others."""

from datetime import datetime
from typing import Any
from uuid import UUID

from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from apps.bookings import errors, operations
from apps.bookings.api import present
from apps.bookings.api.inputs import SickLeaveIn, SpanQuery
from apps.bookings.api.outputs import BookingRowOut, SickLeaveOut
from apps.bookings.models import Booking, SickLeave
from apps.bookings.operations import ensure_span
from apps.bookings.queries import find_desk_staff, jobs_hit, viewer_of
from apps.core import clock
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.views import DomainViewSet
from apps.core.idempotency import idempotent

WHO = "The business's desk and owner; ops with a note."
_SPAN = {"from": "2026-11-20T07:00:00Z", "to": "2026-11-21T19:00:00Z"}


class SickLeaves(DomainViewSet):
    """A person's absence, looked at before and reported."""

    queryset = Booking.objects.none()
    serializer_class = BookingRowOut
    permission_classes = [IsAuthenticated]
    filter_backends = ()

    @documented(
        summary="See what an absence would hit",
        description="The person's coming jobs in the span, the next first; nothing is written. Unpaid ones are not "
        "among them: they are taken off the person when their money comes.",
        permissions=WHO, responses=BookingRowOut(many=True), parameters=[SpanQuery],
        errors=[errors.NoSuchStaff, errors.SpanInvalid], operation_id="sick_leave_preview",
    )  # fmt: skip
    def preview(self, request: Request, business_id: UUID, staff_id: UUID) -> Response:
        at, viewer = clock.now(), viewer_of(request.user)
        asked = self.read_query(SpanQuery)
        staff = find_desk_staff(viewer, business_id=business_id, staff_id=staff_id)
        ensure_span(asked["from"], asked["to"], at)
        jobs = jobs_hit(staff.pk, since=asked["from"], until=asked["to"], at=at).with_people()
        page = self.paginate_queryset(jobs)
        return self.get_paginated_response([present.row(booking, viewer, at) for booking in page])

    @documented(
        summary="Report somebody away",
        description="The time off is written, and each job in the span is declined into its recovery within moments: "
        "its customer is offered a replacement, or asked to choose. `jobs` are those that this hits. Reporting the same "
        "span again is harmless. These declines do not count for Ranking Review.",
        permissions=WHO, request=SickLeaveIn, responses={201: SickLeaveOut},
        errors=[errors.NoSuchStaff, errors.SpanInvalid, errors.ReasonMissing], example={**_SPAN, "note": "Flu."},
    )  # fmt: skip
    @idempotent
    def report(self, request: Request, business_id: UUID, staff_id: UUID) -> Response:
        given = self.read_input(SickLeaveIn)
        at = clock.now()
        leave = operations.report_sick(
            business_id=business_id,
            staff_id=staff_id,
            starts_at=given["from"],
            ends_at=given["to"],
            note=given.get("note", ""),
            by=request.user,
            at=at,
        )
        return success(_shown(leave, at), message="The absence is reported.", status=201)


def _shown(leave: SickLeave, at: datetime) -> dict[str, Any]:
    jobs = jobs_hit(leave.staff_member_id, since=leave.starts_at, until=leave.ends_at, at=at).with_people()
    return {
        "id": str(leave.pk),
        "staff": str(leave.staff_member_id),
        "from": clock.iso(leave.starts_at),
        "to": clock.iso(leave.ends_at),
        "note": leave.note,
        "time_off": str(leave.time_off_id),
        "jobs": [present.job(booking) for booking in jobs],
    }
