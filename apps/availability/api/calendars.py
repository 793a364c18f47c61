"""Other calendars of people who perform jobs, read by their address as busy time."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from apps.availability import operations, rules
from apps.availability.api.caller import caller
from apps.availability.api.staff import KEEPERS, STAFF_PARAMETER, kept_by, person_meant
from apps.availability.errors import AddressRefused, CalendarKnown, NoSuchPerson, TooManyCalendars
from apps.availability.models import ImportedCalendar
from apps.core import clock
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.serializers import InputSerializer, OutputSerializer
from apps.core.api.views import DomainViewSet
from apps.core.idempotency import idempotent
from apps.core.words import said


class ImportedCalendarIn(InputSerializer):
    address = serializers.CharField(max_length=2000, help_text="Of its ICS file: `https://…` or `webcal://…`.")
    name = serializers.CharField(max_length=80, required=False)
    staff = serializers.UUIDField(required=False, help_text="Whose it is; one's own where left out.")


class ImportedCalendarOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    staff: Any = serializers.UUIDField(source="staff_member_id")
    name: Any = serializers.CharField()
    host: Any = serializers.CharField(help_text="Where it is read; the whole address is a secret and not told again.")
    events: Any = serializers.IntegerField(help_text="Spans of time that it takes.")
    read_at: Any = serializers.DateTimeField(allow_null=True, help_text="The last success: how fresh it is.")
    changed_at: Any = serializers.DateTimeField(allow_null=True, help_text="When it last said something new.")
    tried_at: Any = serializers.DateTimeField(allow_null=True)
    next_read_at: Any = serializers.DateTimeField()
    last_error: Any = serializers.SerializerMethodField(
        help_text="Why the last reading failed, while what it said before still counts; or what could not be read of it."
    )
    is_failing: Any = serializers.SerializerMethodField()

    def get_last_error(self, row: ImportedCalendar) -> str:
        """In the caller's language."""
        return said(row.last_error)

    def get_is_failing(self, row: ImportedCalendar) -> bool:
        """Whether the last reading failed."""
        return row.failures > 0


class ImportedCalendars(DomainViewSet):
    permission_classes = [IsAuthenticated]
    serializer_class = ImportedCalendarOut
    queryset = ImportedCalendar.objects.none()
    filter_backends = ()

    def get_queryset(self) -> QuerySet[ImportedCalendar]:
        people = kept_by(self.request, to_change=False)
        return ImportedCalendar.objects.filter(staff_member__in=people.values("pk")).order_by("-created_at", "pk")

    @documented(
        summary="Other calendars that are read as busy time",
        description="Each with how fresh it is. One that cannot be read keeps what it said last.",
        permissions="Anyone signed in; the list holds what they keep.",
        responses=ImportedCalendarOut(many=True),
        parameters=[STAFF_PARAMETER],
        operation_id="staff_calendars_list",
    )
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(ImportedCalendarOut(page, many=True).data)

    @documented(
        summary="Read another calendar as busy time",
        description="It is read at once, and about every half hour from then on: at most 2 MiB, by https, from the open "
        "network. Its events take the person's time for 400 days ahead, recurring ones laid out; what was cancelled or is "
        "shown as free does not. Where a booking is already, an event changes nothing.",
        permissions=KEEPERS,
        request=ImportedCalendarIn,
        responses={201: ImportedCalendarOut},
        errors=[NoSuchPerson, AddressRefused, CalendarKnown, TooManyCalendars],
        example={"address": "https://calendar.example.com/private/ada.ics", "name": "Private"},
        operation_id="staff_calendars_create",
    )
    @idempotent
    def create(self, request: Request) -> Response:
        asked = self.read_input(ImportedCalendarIn)
        person = person_meant(request, asked.get("staff"))
        calendar = operations.add_calendar(
            staff_member_id=person.pk,
            name=asked.get("name", ""),
            address=asked["address"],
            by=caller(request),
            at=clock.now(),
        )
        return success(ImportedCalendarOut(calendar).data, message="The calendar is being read.", status=201)

    @documented(
        summary="Read a calendar no longer",
        description="The time that it took is free.",
        permissions=KEEPERS,
        responses={204: None},
        operation_id="staff_calendars_destroy",
    )
    def destroy(self, request: Request, calendar_id: UUID) -> Response:
        people = rules.kept_people(request.user).values("pk")
        calendar = get_object_or_404(ImportedCalendar, pk=calendar_id, staff_member__in=people)
        operations.remove_calendar(calendar_id=calendar.pk, by=caller(request), at=clock.now())
        return Response(status=204)
