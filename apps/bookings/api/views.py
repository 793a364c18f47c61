"""Bookings: quote, make, list, look at, write into."""

from contextlib import nullcontext
from typing import Any
from uuid import UUID

from django.db import transaction
from drf_spectacular.utils import OpenApiParameter
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from apps.availability.errors import PartOfCourse, PlaceNotServed, SlotClosed, SlotFull, SlotTaken
from apps.bookings import errors, operations
from apps.bookings.api import present, present_courses
from apps.bookings.api.inputs import BookingIn, ChangesIn, ListQuery, NotesIn, QuoteIn, SeriesIn
from apps.bookings.api.outputs import BookingOut, BookingRowOut, PublicBookingOut, QuoteOut, SeriesOut, TimelineEntryOut
from apps.bookings.api.permissions import MayBook
from apps.bookings.models import Booking, CourseBooking
from apps.bookings.operations import BookingRequest, QuoteRequest, SeatRequest
from apps.bookings.queries import Viewer, find_visible, timeline_of, viewer_of, visible_to, with_parts
from apps.bookings.states import PaymentStatus
from apps.catalog.errors import PriceChanged
from apps.core import clock
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.views import DomainView, DomainViewSet
from apps.core.idempotency import idempotent
from apps.credits.errors import CodeNotForThis, CodeOfAnotherKind, CodeUnknown, CodeUsedUp, NotEnoughCredits
from apps.packages.errors import NoUseLeft, PackageExpired, PackageUnknown
from apps.payments.errors import MixedCurrencies
from apps.payments.operations import PayWith

WHO_SEES = "The customer, the assigned staff, the business's desk and owner, ops; for others it is not there."
EXAMPLE = {
    "service": "01930d5e-7a10-7cc3-98f2-6e1b7b0a1f11",
    "start": "2026-11-20T09:00:00Z",
    "extras": [],
    "special_requests": "Ground floor, please.",
    "expected_total": {"amount": "5000.00", "currency": "NGN"},
}
PACKAGE_REFUSED = [PackageUnknown, PackageExpired, NoUseLeft]
CREDITS_REFUSED = [NotEnoughCredits, CodeUnknown, CodeUsedUp, CodeNotForThis, CodeOfAnotherKind, MixedCurrencies]
_FILTERS = [
    OpenApiParameter("status", str, description="One state, or several between commas."),
    OpenApiParameter("payment_status", str, enum=PaymentStatus.values),
    OpenApiParameter("business", UUID),
    OpenApiParameter("staff", UUID),
    OpenApiParameter("service", UUID),
    OpenApiParameter("date", str, description="A day, in each booking's own time zone."),
    OpenApiParameter("search", str, description="A reference, or words in a name or title."),
    OpenApiParameter(
        "ordering", str, description="Any of starts_at, created_at, total, status; a minus turns one round."
    ),
]


class Quote(DomainView):
    permission_classes = [IsAuthenticated]

    @documented(
        summary="Price a booking",
        description="Every line and the owner's multiplier, for the body of a booking whose start may be left open. With "
        "a start it says whether that is free, and with whom. Nothing is written.",
        request=QuoteIn,
        responses=QuoteOut,
        errors=[
            errors.NoSuchService,
            errors.NoSuchPerformer,
            errors.ExtraUnknown,
            errors.NotBookable,
            errors.AddressMissing,
            errors.OutOfReach,
            PlaceNotServed,
            errors.StartInPast,
            errors.StartTooFar,
            *PACKAGE_REFUSED,
            *CREDITS_REFUSED,
            PartOfCourse,
        ],
        example={"service": EXAMPLE["service"], "extras": []},
    )
    def post(self, request: Request) -> Response:
        given = self.read_input(QuoteIn)
        seats = max(len(given.get("participants", ())), 1)
        wanted = QuoteRequest(**_wanted(given), start=given.get("start"), slot_id=given.get("slot"), seats=seats)
        quote = operations.quote_booking(request=wanted, customer=request.user, at=clock.now())
        return Response(present.quote(quote))


class Bookings(DomainViewSet):
    queryset = Booking.objects.none()
    serializer_class = BookingOut
    permission_classes = [MayBook]

    @documented(
        summary="List bookings",
        description="Those that the caller may see, the latest first. Lists carry the names of available actions.",
        permissions=WHO_SEES,
        responses=BookingRowOut(many=True),
        parameters=_FILTERS,
    )
    def list(self, request: Request) -> Response:
        return self._page(lambda bookings, _at: bookings.order_by("-starts_at", "-pk"))

    @documented(
        summary="List what is to come",
        description="Pending, confirmed and running bookings, the next first.",
        permissions=WHO_SEES,
        responses=BookingRowOut(many=True),
        parameters=_FILTERS,
        operation_id="bookings_upcoming_list",
    )
    def upcoming(self, request: Request) -> Response:
        return self._page(lambda bookings, at: bookings.upcoming(at))

    @documented(
        summary="List what is over",
        description="Bookings that took place, ended or never came about, the latest first.",
        permissions=WHO_SEES,
        responses=BookingRowOut(many=True),
        parameters=_FILTERS,
        operation_id="bookings_history_list",
    )
    def history(self, request: Request) -> Response:
        return self._page(lambda bookings, at: bookings.past(at))

    @documented(
        summary="Make a booking",
        description="Takes the time and awaits payment for half an hour. Without `staff` the best free person is "
        "chosen. With `slot` it has seats of a session, one for each participant; `slot_full` carries other sessions. "
        "With `package` a use of it pays for the service, and only the owner's premium and extras are paid on top. "
        "With `credits` and a `promo` code these pay first, now where they cover it, else when its payment is opened. "
        "Posting again replaces one's own unpaid booking that is in the way. `slot_taken` carries the next "
        "three free times in `data.next_free`, `price_changed` the quote as it is now.",
        permissions="Anyone signed in, the marketplace's own people apart.",
        request=BookingIn,
        responses={201: BookingOut},
        errors=[
            SlotTaken, SlotFull, SlotClosed, PartOfCourse, errors.SlotUnknown, PriceChanged, errors.ExtrasUnpaid, errors.NotBookable, errors.NoSuchService, errors.NoSuchPerformer,
            errors.ExtraUnknown, errors.AddressMissing, errors.OutOfReach, PlaceNotServed, errors.StartInPast,
            errors.StartTooFar, *PACKAGE_REFUSED, *CREDITS_REFUSED,
        ],
        example=EXAMPLE,
    )  # fmt: skip
    @idempotent
    def create(self, request: Request) -> Response:
        wanted, at = request_of(self.read_input(BookingIn)), clock.now()
        with transaction.atomic() if wanted.pay_with else nullcontext():
            if isinstance(wanted, SeatRequest):
                booking = operations.book_seats(request=wanted, customer=request.user, at=at)
            else:
                booking = operations.create_booking(request=wanted, customer=request.user, at=at)
            if wanted.pay_with:
                booking = operations.pay_ahead(booking, at=at)
        customer = Viewer(request.user.pk, False, False, frozenset(), frozenset())
        return success(present.detail(booking, customer, at), message="Your booking is made.", status=201)

    @documented(
        summary="Book a series",
        description="A booking on every date of the rule, at the same time by the clocks of the business; each is paid for, "
        "moved and cancelled by itself, and all can be paid in one payment. Where dates are taken nothing is booked: "
        "`series_clash` names them with the next free times, and `skip_clashes` books the others.",
        permissions="Anyone signed in, the marketplace's own people apart.",
        request=SeriesIn,
        responses={201: SeriesOut},
        errors=[
            errors.SeriesClash, errors.SeriesWrong, PriceChanged, errors.NotBookable, errors.NoSuchService,
            errors.NoSuchPerformer, errors.ExtraUnknown, errors.AddressMissing, errors.OutOfReach, PlaceNotServed, errors.StartInPast,
            errors.StartTooFar, *PACKAGE_REFUSED,
        ],
        example={"service": EXAMPLE["service"], "start": EXAMPLE["start"], "rrule": "FREQ=WEEKLY;COUNT=8"},
    )  # fmt: skip
    @idempotent
    def series(self, request: Request) -> Response:
        given, at = self.read_input(SeriesIn), clock.now()
        made, skipped = operations.book_series(
            request=BookingRequest(**_wanted(given), start=given["start"], **_more(given)),
            rule=given["rrule"],
            skip_clashes=given.get("skip_clashes", False),
            customer=request.user,
            at=at,
        )
        customer = Viewer(request.user.pk, False, False, frozenset(), frozenset())
        answer = {
            "series": str(made[0].series),
            "bookings": [present.detail(booking, customer, at) for booking in made],
            "skipped": [clock.iso(start) for start in skipped],
        }
        return success(answer, message=f"{len(made)} bookings are made.", status=201)

    @documented(summary="Look at a booking", permissions=WHO_SEES, responses=BookingOut, errors=[errors.NoSuchBooking])
    def retrieve(self, request: Request, pk: UUID) -> Response:
        return self.answer(pk)

    @documented(
        summary="Change requests, address or participants",
        description="Before the start.",
        permissions="The customer and the desk; ops with a reason.",
        request=ChangesIn,
        responses=BookingOut,
        errors=[
            errors.NoSuchBooking,
            errors.NotYours,
            errors.BookingWrongState,
            errors.BookingStarted,
            errors.ParticipantsWrong,
        ],
        example={"special_requests": "Please ring twice."},
    )
    def partial_update(self, request: Request, pk: UUID) -> Response:
        given = self.read_input(ChangesIn)
        if "participants" in given:
            given["participants"] = names_of(given)
        operations.edit_booking(booking_id=pk, by=request.user, at=clock.now(), **given)
        return self.answer(pk, message="The booking has been changed.")

    @documented(
        summary="Write the business's notes",
        permissions="The business's desk and owner; ops with a reason. Customers never see them.",
        request=NotesIn,
        responses=BookingOut,
        errors=[errors.NoSuchBooking, errors.NotYours, errors.ReasonMissing],
        example={"owner_notes": "Prefers the quiet room."},
    )
    def notes(self, request: Request, pk: UUID) -> Response:
        given = self.read_input(NotesIn)
        operations.write_notes(
            booking_id=pk, notes=given["owner_notes"], by=request.user, at=clock.now(), reason=given.get("reason", "")
        )
        return self.answer(pk, message="The notes are kept.")

    @documented(
        summary="Read what happened",
        description="Every change and every movement of money, in order.",
        permissions=WHO_SEES,
        responses=TimelineEntryOut(many=True),
        errors=[errors.NoSuchBooking],
        operation_id="bookings_timeline_list",
    )
    def timeline(self, request: Request, pk: UUID) -> Response:
        viewer = viewer_of(request.user)
        booking = find_visible(viewer, pk)
        entries = timeline_of(
            booking,
            for_business=viewer.is_of_business(booking),
            alarms_of=None if viewer.runs_desk_of(booking) else request.user.pk,
        )
        page = self.paginate_queryset(entries)
        return self.get_paginated_response([present.timeline_entry(entry, booking.currency) for entry in page])

    def answer(self, pk: UUID, *, message: str = "") -> Response:
        """The booking as it is now, as the caller may see it."""
        viewer = viewer_of(self.request.user)
        return success(present.detail(find_visible(viewer, pk), viewer, clock.now()), message=message)

    def _page(self, order: Any) -> Response:
        at, viewer = clock.now(), viewer_of(self.request.user)
        wanted = self.read_query(ListQuery)
        bookings = order(_filtered(visible_to(viewer).with_people(), wanted), at)
        if ordering := wanted.get("ordering"):
            bookings = bookings.order_by(*ordering, "pk")
        page = self.paginate_queryset(bookings)
        return self.get_paginated_response([present.row(booking, viewer, at) for booking in page])


class PublicBooking(DomainView):
    """What anybody may know who has the reference."""

    permission_classes = [AllowAny]
    authentication_classes: tuple[Any, ...] = ()
    throttle_scope = "reference"

    @documented(
        summary="Look a booking up by its reference",
        description="Business, service or course, time and status; nothing about people.",
        permissions="Anyone; tightly limited.",
        responses=PublicBookingOut,
        errors=[errors.NoSuchBooking],
    )
    def get(self, request: Request, reference: str) -> Response:
        bookings = Booking.objects.select_related("business", "service")
        booking = bookings.filter(reference=reference.upper()).first()
        if booking is not None:
            return Response(present.public(booking))
        whole = with_parts(CourseBooking.objects.filter(reference=reference.upper())).first()
        if whole is None:
            raise errors.NoSuchBooking
        return Response(present_courses.public(whole))


def request_of(given: dict[str, Any]) -> BookingRequest | SeatRequest:
    """What is asked for: somebody's time, or seats of a session."""
    if "slot" in given:
        return SeatRequest(**_seats(given), **_more(given))
    return BookingRequest(**_wanted(given), start=given["start"], **_more(given))


def _wanted(given: dict[str, Any]) -> dict[str, Any]:
    """What a quote and a booking have in common."""
    return {
        "service_id": given["service"],
        "staff_id": given.get("staff"),
        "package_id": given.get("package"),
        "extra_ids": given.get("extras", ()),
        "address": given.get("address", ""),
        "is_virtual": given.get("virtual", False),
        "latitude": given.get("lat"),
        "longitude": given.get("lng"),
        "pay_with": pay_with_of(given),
    }


def pay_with_of(given: dict[str, Any]) -> PayWith | None:
    """The credits and the code that a request names, if it names any."""
    if not given.get("credits") and not given.get("promo"):
        return None
    return PayWith(credits=given.get("credits"), promo=given.get("promo"))


def _more(given: dict[str, Any]) -> dict[str, Any]:
    """What a booking says beyond a quote."""
    return {
        "special_requests": given.get("special_requests", ""),
        "expected_total": given.get("expected_total"),
    }


def _seats(given: dict[str, Any]) -> dict[str, Any]:
    """What a booking of seats asks for."""
    wanted = _wanted(given)
    del wanted["staff_id"]
    return {**wanted, "slot_id": given["slot"], "participants": names_of(given)}


def names_of(given: dict[str, Any]) -> list[str]:
    """The names of the participants, in order."""
    return [person["name"] for person in given.get("participants", ())]


def _filtered(bookings: Any, wanted: dict[str, Any]) -> Any:
    names = {"business": "business_id", "service": "service_id", "payment_status": "payment_status"}
    bookings = bookings.filter(**{names[name]: wanted[name] for name in names if name in wanted})
    if "staff" in wanted:
        bookings = bookings.of_performer(wanted["staff"])
    if "search" in wanted:
        bookings = bookings.matching(wanted["search"])
    if "status" in wanted:
        bookings = bookings.filter(status__in=wanted["status"])
    if "date" in wanted:
        bookings = bookings.on_day(wanted["date"])
    return bookings
