"""How full a business is, and when it is open."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from rest_framework.permissions import SAFE_METHODS, AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from apps.availability import operations, queries, rules
from apps.availability.api.caller import caller
from apps.availability.api.inputs import DayQuery, DaysQuery, OpeningExceptionIn, OpeningHoursIn
from apps.availability.api.outputs import (
    BusinessDateOut,
    BusinessDaysOut,
    DaySlotOut,
    OpeningExceptionOut,
    OpeningHoursOut,
)
from apps.availability.engine.zones import date_of, local_day, seconds_of
from apps.availability.errors import HoursInvalid, NoSuchService
from apps.availability.models import OpeningException, OpeningHours
from apps.availability.queries import Days
from apps.catalog.models import Business
from apps.core import clock
from apps.core.api.fields import YEARS
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.views import DomainView, DomainViewSet
from apps.core.errors import Invalid
from apps.core.idempotency import idempotent

EXAMPLE_WEEK = {
    "weekly": {
        "mon": [{"opens": "09:00", "closes": "13:00"}, {"opens": "14:00", "closes": "18:00"}],
        "sat": [{"opens": "20:00", "closes": "02:00", "closes_next_day": True}],
    }
}
KEEPERS = "The owner, employees of the business, and ops."


class BusinessDays(DomainView):
    permission_classes = [AllowAny]

    @documented(
        summary="How full the days of a business are",
        description="Per local date: how many start times there are, and how many of them are still free.",
        permissions="Anyone.",
        responses=BusinessDaysOut,
        parameters=[DaysQuery],
        errors=[NoSuchService],
        response_example={
            "business": "01935b5e-0000-7000-8000-000000000001",
            "time_zone": "Africa/Lagos",
            "days": [{"date": "2026-11-23", "total": 36, "free": 20}],
        },
    )
    def get(self, request: Request, business_id: UUID) -> Response:
        asked = self.read_query(DaysQuery)
        zone = get_object_or_404(Business.objects.public(), pk=business_id).time_zone
        found = days_of(
            request, business_id, _date(asked["from"], zone), _date(asked["to"], zone), asked.get("service")
        )
        days = [
            {"date": on.isoformat(), "total": len(slots), "free": sum(slot.free > 0 for slot in slots)}
            for on, slots in found.by_date.items()
        ]
        return Response({"business": str(business_id), "time_zone": found.zone, "days": days})


class BusinessDate(DomainView):
    permission_classes = [AllowAny]

    @documented(
        summary="The slots of one day of a business",
        description="Each start time with how many could be served then and how many still can; seats where it has seats.",
        permissions="Anyone.",
        responses=BusinessDateOut,
        parameters=[DayQuery],
        errors=[NoSuchService],
        response_example={
            "business": "01935b5e-0000-7000-8000-000000000001",
            "time_zone": "Africa/Lagos",
            "date": "2026-11-23",
            "slots": [
                {
                    "starts_at": "2026-11-23T08:00:00Z",
                    "ends_at": "2026-11-23T08:15:00Z",
                    "total": 3,
                    "free": 1,
                    "slot": None,
                }
            ],
        },
    )
    def get(self, request: Request, business_id: UUID, on: str) -> Response:
        asked, day = self.read_query(DayQuery), _path_date(on)
        found = days_of(request, business_id, day, day, asked.get("service"))
        return Response(
            {
                "business": str(business_id),
                "time_zone": found.zone,
                "date": day.isoformat(),
                "slots": DaySlotOut(found.by_date[day], many=True).data,
            }
        )


class ReadersAndKeepers(BasePermission):
    """Anyone reads; only people who are signed in get as far as being asked whose hours they keep."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.method in SAFE_METHODS or bool(request.user.is_authenticated)


class BusinessOpeningHours(DomainView):
    permission_classes = [ReadersAndKeepers]

    @documented(
        summary="Opening hours of a business",
        permissions="Anyone, for a business that can be booked; its people also before that.",
        responses=OpeningHoursOut,
        response_example={"business": "01935b5e-0000-7000-8000-000000000001", "time_zone": "Africa/Lagos"}
        | EXAMPLE_WEEK,
    )
    def get(self, request: Request, business_id: UUID) -> Response:
        return Response(_hours_out(visible_business(request, business_id)))

    @documented(
        summary="Set the opening hours",
        description="Replaces the week. A span past midnight says `closes_next_day`; a weekday left out is closed.",
        permissions=KEEPERS,
        request=OpeningHoursIn,
        responses=OpeningHoursOut,
        errors=[HoursInvalid],
        example=EXAMPLE_WEEK,
    )
    def put(self, request: Request, business_id: UUID) -> Response:
        business = get_object_or_404(rules.managed_businesses(request.user), pk=business_id)
        weekly = self.read_input(OpeningHoursIn)["weekly"]
        operations.set_opening_hours(business_id=business.pk, weekly=weekly, by=caller(request), at=clock.now())
        return success(_hours_out(business), message="The opening hours are set.")


class OpeningExceptions(DomainViewSet):
    permission_classes = [ReadersAndKeepers]
    serializer_class = OpeningExceptionOut
    queryset = OpeningException.objects.none()
    filter_backends = ()

    def get_queryset(self) -> QuerySet[OpeningException]:
        business = visible_business(self.request, self.kwargs["business_id"])
        return OpeningException.objects.filter(business=business).order_by("on", "pk")

    @documented(
        summary="Dates with other hours",
        permissions="Anyone, for a business that can be booked; its people also before that.",
        responses=OpeningExceptionOut(many=True),
    )
    def list(self, request: Request, business_id: UUID) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(OpeningExceptionOut(page, many=True).data)

    @documented(
        summary="Set other hours for a date",
        description="Replaces what the date had; without spans the business is closed.",
        permissions=KEEPERS,
        request=OpeningExceptionIn,
        responses={201: OpeningExceptionOut},
        errors=[HoursInvalid],
        example={"on": "2026-12-25", "spans": [], "reason": "Christmas"},
    )
    @idempotent
    def create(self, request: Request, business_id: UUID) -> Response:
        business = get_object_or_404(rules.managed_businesses(request.user), pk=business_id)
        asked = self.read_input(OpeningExceptionIn)
        exception = operations.set_opening_exception(
            business_id=business.pk,
            on=asked["on"],
            spans=asked.get("spans", ()),
            reason=asked.get("reason", ""),
            by=caller(request),
            at=clock.now(),
        )
        return success(OpeningExceptionOut(exception).data, message="The date is set.", status=201)

    @documented(summary="Give a date its usual hours back", permissions=KEEPERS, responses={204: None})
    def destroy(self, request: Request, business_id: UUID, exception_id: UUID) -> Response:
        business = get_object_or_404(rules.managed_businesses(request.user), pk=business_id)
        exception = get_object_or_404(OpeningException, pk=exception_id, business=business)
        operations.remove_opening_exception(exception=exception, by=caller(request), at=clock.now())
        return Response(status=204)


class ManagedView(DomainView):
    """A view whose business is one that the caller keeps; others' are a 404."""

    permission_classes = [IsAuthenticated]

    def managed(self, business_id: UUID) -> Business:
        """The business, or a 404."""
        return get_object_or_404(rules.managed_businesses(self.request.user), pk=business_id)


def visible_business(request: Request, business_id: UUID) -> Business:
    """A business that everybody may see, or one at which the caller works."""
    business = Business.objects.filter(pk=business_id).first()
    if business is None:
        raise Http404
    if not business.is_bookable and not (request.user.is_authenticated and rules.works_at(request.user, business.pk)):
        raise Http404
    return business


def days_of(request: Request, business_id: UUID, since: date, until: date, service_id: UUID | None) -> Days:
    """The days as this caller may book them."""
    return queries.business_days(
        business_id=business_id,
        service_id=service_id,
        since=since,
        until=until,
        at=clock.now(),
        for_user=request.user.pk if request.user.is_authenticated else None,
    )


def _hours_out(business: Business) -> dict[str, Any]:
    weekly = dict(OpeningHours.objects.filter(business=business).values_list("weekday", "spans"))
    return dict(OpeningHoursOut({"business": business.pk, "time_zone": business.time_zone, "weekly": weekly}).data)


def _date(moment: datetime | date, zone: str) -> date:
    return date_of(local_day(zone, seconds_of(moment))) if isinstance(moment, datetime) else moment


def _path_date(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(errors={"date": ["There is no such date."]}) from error
    if day.year not in YEARS:
        raise Invalid(errors={"date": [f"Only years from {YEARS[0]} to {YEARS[-1]}."]})
    return day
