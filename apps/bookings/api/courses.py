"""Bookings of courses: the whole, of which each session's booking is a part."""

from contextlib import nullcontext
from typing import Any
from uuid import UUID

from django.db import transaction
from drf_spectacular.utils import OpenApiParameter
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from apps.availability.errors import NoSuchCourse, SlotFull
from apps.bookings import errors, operations
from apps.bookings.api import present_courses
from apps.bookings.api.inputs import ActIn, CourseBookingIn, CourseListQuery, RejectIn
from apps.bookings.api.outputs import CourseBookingOut, CourseBookingRowOut
from apps.bookings.api.permissions import MayBook
from apps.bookings.api.views import CREDITS_REFUSED, names_of, pay_with_of
from apps.bookings.models import CourseBooking
from apps.bookings.operations import CourseRequest
from apps.bookings.queries import courses_visible_to, find_course_booking, viewer_of, with_parts
from apps.catalog.errors import PriceChanged
from apps.core import clock
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.views import DomainViewSet
from apps.core.idempotency import idempotent

WHO_SEES = "The customer, the hosts of its sessions, the business's desk and owner, ops; for others it is not there."


class Shown(DomainViewSet):
    queryset = CourseBooking.objects.none()
    serializer_class = CourseBookingOut

    def answer(self, pk: UUID, *, message: str = "", status: int = 200) -> Response:
        """The booking as it is now, as the caller may see it."""
        viewer = viewer_of(self.request.user)
        shown = present_courses.detail(find_course_booking(viewer, pk), viewer, clock.now())
        return success(shown, message=message, status=status)


class BookCourse(Shown):
    permission_classes = [MayBook]

    @documented(
        summary="Book a course",
        description="One seat in every session for each participant: in all of them, or in none. `slot_full` names the "
        "session that is full. It awaits payment for half an hour; `pay` of `available_actions` carries the body of the one "
        "payment for all its sessions, each of which has a hold of its own. With `credits` "
        "and a `promo` code these pay first, now where they cover all of it, else when that payment is opened. Posting again "
        "replaces one's own unpaid booking of the course.",
        permissions="Anyone signed in, the marketplace's own people apart.",
        request=CourseBookingIn,
        responses={201: CourseBookingOut},
        errors=[
            NoSuchCourse, errors.NoSuchService, errors.NotBookable, errors.CourseBegins, SlotFull, PriceChanged,
            errors.ExtrasUnpaid, *CREDITS_REFUSED,
        ],
        example={"participants": [{"name": "Ada Obi"}, {"name": "Bola Obi"}], "credits": True},
    )  # fmt: skip
    @idempotent
    def create(self, request: Request, course_id: UUID) -> Response:
        given = self.read_input(CourseBookingIn)
        wanted = CourseRequest(
            course_id=course_id,
            participants=names_of(given),
            special_requests=given.get("special_requests", ""),
            expected_total=given.get("expected_total"),
            pay_with=pay_with_of(given),
        )
        at = clock.now()
        with transaction.atomic() if wanted.pay_with else nullcontext():
            made = operations.book_course(request=wanted, customer=request.user, at=at)
            if wanted.pay_with:
                operations.pay_course_ahead(made, at=at)
        return self.answer(made.pk, message="The course is booked.", status=201)


class CourseBookings(Shown):
    permission_classes = [IsAuthenticated]

    @documented(
        summary="List booked courses", description="Those that the caller may see, the latest booked first.",
        permissions=WHO_SEES, responses=CourseBookingRowOut(many=True),
        parameters=[OpenApiParameter("business", UUID), OpenApiParameter("course", UUID)],
    )  # fmt: skip
    def list(self, request: Request) -> Response:
        viewer, at = viewer_of(request.user), clock.now()
        wanted: dict[str, Any] = {f"{name}_id": key for name, key in self.read_query(CourseListQuery).items()}
        page = self.paginate_queryset(with_parts(courses_visible_to(viewer).filter(**wanted)).order_by("-pk"))
        return self.get_paginated_response([present_courses.row(whole, viewer, at) for whole in page])

    @documented(
        summary="Look at a booked course",
        description="With the booking of each session, which is moved, cancelled, disputed and released by itself.",
        permissions=WHO_SEES, responses=CourseBookingOut, errors=[errors.NoSuchCourseBooking],
    )  # fmt: skip
    def retrieve(self, request: Request, pk: UUID) -> Response:
        return self.answer(pk)

    @documented(
        summary="Cancel a booked course",
        description="Every session that has not begun. All their money goes back where the business or ops cancel; where "
        "the customer does, that of each session by its own policy and start.",
        permissions="The customer, the business's desk and owner; ops with a reason.", request=ActIn,
        responses=CourseBookingOut,
        errors=[errors.NoSuchCourseBooking, errors.NotYours, errors.ReasonMissing, errors.CourseBookingWrongState],
        example={"reason": "We are moving away."},
    )  # fmt: skip
    @idempotent
    def cancel(self, request: Request, pk: UUID) -> Response:
        operations.cancel_course(course_booking_id=pk, by=request.user, at=clock.now(), **self.read_input(ActIn))
        return self.answer(pk, message="The course is cancelled.")

    @documented(
        summary="Approve a booked course",
        description="Every paid session that waits for the business's word is confirmed; one by one, each session's own "
        "booking is approved.",
        permissions="The business's desk and owner; ops with a reason.", request=ActIn, responses=CourseBookingOut,
        errors=[errors.NoSuchCourseBooking, errors.NotYours, errors.ReasonMissing, errors.CourseBookingWrongState],
        example={},
    )  # fmt: skip
    @idempotent
    def approve(self, request: Request, pk: UUID) -> Response:
        operations.approve_course(course_booking_id=pk, by=request.user, at=clock.now(), **self.read_input(ActIn))
        return self.answer(pk, message="The course is approved.")

    @documented(
        summary="Reject a booked course",
        description="Every session that waits for money or for the business's word: their seats are free, and all that "
        "was paid for them goes back.",
        permissions="The business's desk and owner, and ops.", request=RejectIn, responses=CourseBookingOut,
        errors=[errors.NoSuchCourseBooking, errors.NotYours, errors.CourseBookingWrongState],
        example={"reason": "The studio is closed that month."},
    )  # fmt: skip
    @idempotent
    def reject(self, request: Request, pk: UUID) -> Response:
        operations.reject_course(course_booking_id=pk, by=request.user, at=clock.now(), **self.read_input(RejectIn))
        return self.answer(pk, message="The course is rejected.")
