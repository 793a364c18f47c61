"""The calendar of whoever performs jobs: dots for a month, a day in full."""

from datetime import date
from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from apps.bookings.api import present
from apps.bookings.api.outputs import BookingOut
from apps.bookings.queries import CalendarDay, day_of, month_of, viewer_of
from apps.bookings.queries.actions import Busy
from apps.bookings.states import BookingStatus
from apps.catalog.queries import staff_ids_of_user
from apps.core import clock
from apps.core.api.schema import documented
from apps.core.api.serializers import InputSerializer, OutputSerializer
from apps.core.api.views import DomainView


class MonthField(serializers.RegexField):
    """A month of the calendar."""

    default_error_messages = {"invalid": "Write a month as 2026-11."}


class ScheduleQuery(InputSerializer):
    """A month or a day, one of them."""

    month = MonthField(r"^[1-9]\d{3}-(0[1-9]|1[0-2])$", required=False)
    date = serializers.DateField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one is asked for."""
        if len(attrs) != 1:
            raise serializers.ValidationError({"month": ["Ask for either a month or a date."]})
        return attrs


class StaffScheduleDayOut(OutputSerializer):
    date: Any = serializers.DateField()
    jobs: Any = serializers.IntegerField()
    by_status: Any = serializers.DictField(
        child=serializers.IntegerField(), help_text=f"Keys are of {', '.join(BookingStatus.values)}."
    )


class StaffScheduleOut(OutputSerializer):
    """``days`` for a month, ``date`` and ``jobs`` for a day."""

    month: Any = serializers.CharField(required=False)
    days: Any = StaffScheduleDayOut(many=True, required=False)
    date: Any = serializers.DateField(required=False)
    jobs: Any = BookingOut(many=True, required=False)


class StaffSchedule(DomainView):
    permission_classes = [IsAuthenticated]

    @documented(
        summary="The caller's own schedule",
        description="`month=2026-11` answers every day of the month with the number of jobs that start on it, for the "
        "dots of a calendar; `date=2026-11-20` the jobs of that day in full. Days are those of each job's own time zone. "
        "Jobs that were called off or given away are not on it.",
        permissions="Whoever performs jobs sees their own; for others it is empty.",
        responses=StaffScheduleOut,
        parameters=[
            OpenApiParameter("month", str, description="Such as 2026-11."),
            OpenApiParameter("date", str, description="Such as 2026-11-20."),
        ],
        response_example={
            "month": "2026-11",
            "days": [{"date": "2026-11-20", "jobs": 3, "by_status": {"CONFIRMED": 2, "PENDING": 1}}],
        },
    )
    def get(self, request: Request) -> Response:
        asked = self.read_query(ScheduleQuery)
        if "month" in asked:
            year, month = map(int, asked["month"].split("-"))
            days = month_of(staff_ids_of_user(request.user), date(year, month, 1))
            return Response({"month": asked["month"], "days": [_day(day) for day in days]})
        viewer, at = viewer_of(request.user), clock.now()
        busy = Busy(at)
        jobs = [present.detail(job, viewer, at, busy=busy) for job in day_of(viewer, asked["date"])]
        return Response({"date": asked["date"].isoformat(), "jobs": jobs})


def _day(day: CalendarDay) -> dict[str, Any]:
    return {"date": day.on.isoformat(), "jobs": day.jobs, "by_status": day.by_status}
