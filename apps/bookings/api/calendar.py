"""A business's day as its desk plans it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from apps.bookings.api import present
from apps.bookings.api.outputs import BookingRowOut, NamedOut
from apps.bookings.queries import DayEntry, PersonDay, Viewer, business_day, group_by_status, viewer_of
from apps.bookings.queries.business_day import ENTRY_KINDS
from apps.bookings.states import BookingStatus
from apps.catalog.errors import BusinessNotFound
from apps.catalog.models import Business
from apps.core import clock
from apps.core.api.fields import DayField
from apps.core.api.schema import documented
from apps.core.api.serializers import InputSerializer, OutputSerializer
from apps.core.api.views import DomainView


class DayQuery(InputSerializer):
    date = DayField(required=False)


class DaySessionOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    service: Any = NamedOut(allow_null=True)
    booked: Any = serializers.IntegerField()
    seats: Any = serializers.IntegerField()


class DayEntryOut(OutputSerializer):
    kind: Any = serializers.ChoiceField(choices=ENTRY_KINDS)
    starts_at: Any = serializers.DateTimeField()
    ends_at: Any = serializers.DateTimeField()
    label: Any = serializers.CharField(help_text="Why somebody is away, or what their time is taken for.")
    booking: Any = BookingRowOut(allow_null=True)
    session: Any = DaySessionOut(allow_null=True)


class PersonDayOut(OutputSerializer):
    staff: Any = NamedOut(allow_null=True, help_text="Null for what nobody in particular does.")
    entries: Any = DayEntryOut(many=True)


class DeskDayOut(OutputSerializer):
    date: Any = serializers.DateField()
    time_zone: Any = serializers.CharField()
    starts_at: Any = serializers.DateTimeField()
    ends_at: Any = serializers.DateTimeField()
    by_status: Any = serializers.DictField(
        child=serializers.IntegerField(), help_text=f"Keys are of {', '.join(BookingStatus.values)}."
    )
    people: Any = PersonDayOut(many=True)


class BusinessCalendar(DomainView):
    permission_classes = [IsAuthenticated]

    @documented(
        summary="A day of the business, person by person",
        description="Jobs, sessions with their seats, time off and time that is taken, from midnight to midnight by the "
        "clocks of the business; today where no date is given. What was called off is not there. A job of a crew is with "
        "each of its people; what somebody does for another business is `ELSEWHERE`, and no more is told of it.",
        permissions="The business's desk and owner; ops.",
        responses=DeskDayOut,
        parameters=[OpenApiParameter("date", str, description="Such as 2026-11-20.")],
        errors=[BusinessNotFound],
        operation_id="owners_business_calendar",
    )
    def get(self, request: Request, business_id: UUID) -> Response:
        viewer, at = viewer_of(request.user), clock.now()
        business = Business.objects.filter(pk=business_id).first()
        if business is None or not (viewer.is_ops or business.pk in viewer.desk_ids):
            raise BusinessNotFound
        day = business_day(business, self.read_query(DayQuery).get("date") or _today(business, at))
        return Response(
            {
                "date": day.on.isoformat(),
                "time_zone": day.zone,
                "starts_at": clock.iso(day.starts_at),
                "ends_at": clock.iso(day.ends_at),
                "by_status": group_by_status(day),
                "people": [_person(person, viewer, at) for person in day.people],
            }
        )


def _today(business: Business, at: datetime) -> date:
    return at.astimezone(ZoneInfo(business.time_zone)).date()


def _person(day: PersonDay, viewer: Viewer, at: datetime) -> dict[str, Any]:
    staff = day.staff
    return {
        "staff": None if staff is None else {"id": str(staff.pk), "name": staff.display_name},
        "entries": [_entry(entry, viewer, at) for entry in day.entries],
    }


def _entry(entry: DayEntry, viewer: Viewer, at: datetime) -> dict[str, Any]:
    return {
        "kind": entry.kind,
        "starts_at": clock.iso(entry.starts_at),
        "ends_at": clock.iso(entry.ends_at),
        "label": entry.label,
        "booking": None if entry.booking is None else present.row(entry.booking, viewer, at),
        "session": None if entry.slot is None else _session(entry.slot),
    }


def _session(slot: Any) -> dict[str, Any]:
    service = slot.service
    return {
        "id": str(slot.pk),
        "service": None if service is None else {"id": str(service.pk), "name": service.title},
        "booked": slot.booked_count,
        "seats": slot.max_capacity,
    }
