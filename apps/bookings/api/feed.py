"""The private calendar feed of whoever performs jobs, and its key."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import parse_etags
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from apps.bookings import calendar_feed, errors, operations
from apps.bookings.models import CalendarKey
from apps.bookings.queries.feed import calendar_key_of, find_calendar_key, jobs_of_feed
from apps.core import clock
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.serializers import OutputSerializer, StrictEmptyInput
from apps.core.api.views import DomainView, DomainViewSet

CALENDAR = "text/calendar"


class CalendarKeyOut(OutputSerializer):
    is_open: Any = serializers.BooleanField(help_text="Whether there is a key that opens the feed.")
    created_at: Any = serializers.DateTimeField(allow_null=True)
    last_used_at: Any = serializers.DateTimeField(allow_null=True, help_text="To a quarter of an hour.")


class NewCalendarKeyOut(CalendarKeyOut):
    key: Any = serializers.CharField(help_text="Shown this once.")
    address: Any = serializers.CharField(help_text="For a calendar program to subscribe to; whoever has it reads it.")


class CalendarKeys(DomainViewSet):
    permission_classes = [IsAuthenticated]
    serializer_class = CalendarKeyOut
    queryset = CalendarKey.objects.none()
    filter_backends = ()
    pagination_class = None

    @documented(
        summary="Look at one's calendar feed",
        description="Whether a key opens it, and when a calendar program last read it. The key itself is shown when it "
        "is made, and never again.",
        responses=CalendarKeyOut,
        operation_id="staff_calendar_key_retrieve",
    )
    def show(self, request: Request) -> Response:
        return Response(_out(calendar_key_of(request.user.pk)))

    @documented(
        summary="Open one's calendar feed, or change its key",
        description="Answers the key and the address once. The key before opens nothing any more.",
        permissions="Whoever performs jobs.",
        request=StrictEmptyInput,
        responses={201: NewCalendarKeyOut},
        errors=[errors.PerformsNoJobs],
        example={},
    )
    def make(self, request: Request) -> Response:
        self.read_input(StrictEmptyInput)
        made = operations.rotate_calendar_key(user=request.user, at=clock.now())
        address = f"{settings.PUBLIC_BASE_URL}{reverse('staff-calendar')}?key={made.secret}"
        answer = {**_out(made.row), "key": made.secret, "address": address}
        return success(answer, message="Your calendar feed has a new key.", status=201)

    @documented(
        summary="Close one's calendar feed", description="Its key opens nothing any more.", responses={204: None}
    )
    def close(self, request: Request) -> Response:
        operations.revoke_calendar_key(user=request.user, at=clock.now())
        return Response(status=204)


class StaffCalendar(DomainView):
    """Read by programs, which sign in nowhere: the key in the address is all that they have."""

    permission_classes = [AllowAny]
    authentication_classes: tuple[Any, ...] = ()
    throttle_scope = "calendar_feed"
    key: CalendarKey | None = None

    @property
    def throttle_identity(self) -> str | None:
        """A good key is counted by itself, since thousands read from one calendar service; guesses by their address."""
        return None if self.key is None else f"calendar:{self.key.pk}"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.key = find_calendar_key(request.query_params.get("key", ""))
        super().initial(request, *args, **kwargs)

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:  # noqa: FBT002  # DRF's own
        """Programs ask for calendars, browsers for anything: what there is, is a calendar."""
        return super().perform_content_negotiation(request, force=True)

    @documented(
        summary="A person's own jobs, as a calendar",
        description="For a calendar program to subscribe to: the jobs of the last 60 and the next 366 days as iCalendar, with "
        "`ETag`. How to reach customers is not in it, and where they live only while their booking is confirmed or "
        "under way.",
        permissions="Whoever has the key; tightly limited.",
        responses={(200, CALENDAR): OpenApiTypes.STR},
        parameters=[OpenApiParameter("key", str, required=True, description="As `/staff/calendar-key/` gave it.")],
        errors=[errors.NoSuchFeed],
    )
    def get(self, request: Request) -> HttpResponse:
        if self.key is None:
            raise errors.NoSuchFeed
        at = clock.now()
        jobs = jobs_of_feed(
            self.key, at=at, kept=calendar_feed.KEPT, ahead=calendar_feed.AHEAD, most=calendar_feed.MOST
        )
        operations.note_calendar_read(self.key, at=at)
        etag = calendar_feed.version_of(jobs)
        known = {tag.removeprefix("W/") for tag in parse_etags(request.headers.get("If-None-Match", ""))}
        if etag in known:
            response = HttpResponse(status=304)
        else:
            response = HttpResponse(calendar_feed.as_calendar(jobs), content_type=f"{CALENDAR}; charset=utf-8")
            response["Content-Disposition"] = 'inline; filename="jobs.ics"'
        response["ETag"], response["Cache-Control"] = etag, "private, no-cache"
        return response


def _out(row: CalendarKey | None) -> dict[str, Any]:
    return {
        "is_open": row is not None,
        "created_at": clock.iso(row.created_at if row else None),
        "last_used_at": clock.iso(row.last_used_at if row else None),
    }
