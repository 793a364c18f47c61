"""Courses: as the desk keeps them, and as everybody looks for one."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from apps.availability import operations, rules
from apps.availability.api.businesses import KEEPERS
from apps.availability.api.caller import caller
from apps.availability.api.inputs import CourseChangeIn, CourseIn, CoursesQuery
from apps.availability.api.outputs import CourseOut
from apps.availability.engine.zones import day_of, day_span, moment_of
from apps.availability.errors import (
    CourseInUse,
    CourseInvalid,
    NoSuchCourse,
    NoSuchService,
    NoSuchSlot,
    SlotInUse,
)
from apps.availability.models import Course
from apps.availability.operations import CoursePlan
from apps.availability.queries import find_course, with_sessions
from apps.core import clock
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.views import DomainView, DomainViewSet
from apps.core.idempotency import KeyReused, StillRunning, idempotent


class BusinessCourses(DomainViewSet):
    permission_classes = [IsAuthenticated]
    serializer_class = CourseOut
    queryset = Course.objects.none()
    filter_backends = ()

    @documented(
        summary="Courses of a business", description="All of them, closed ones too, the latest first.",
        permissions="The owner, employees of the business, and the marketplace's people.", responses=CourseOut(many=True),
        operation_id="business_courses_list",
    )  # fmt: skip
    def list(self, request: Request, business_id: UUID) -> Response:
        managed = rules.managed_businesses(request.user, to_change=False)
        business = get_object_or_404(managed, pk=business_id)
        page = self.paginate_queryset(with_sessions(business.courses).order_by("-pk"))
        return self.get_paginated_response(CourseOut(page, many=True).data)

    @documented(
        summary="Make a course",
        description=(
            "Of dated sessions of one service that have not begun, that nobody has booked, and that are of no other "
            "course. From then on they are booked together; with `allows_single` also one by one."
        ),
        permissions=KEEPERS,
        request=CourseIn,
        responses={201: CourseOut},
        errors=[NoSuchService, NoSuchSlot, CourseInvalid, SlotInUse, KeyReused, StillRunning],
        example={
            "service": "01930d5e-7a10-7cc3-98f2-6e1b7b0a1f11",
            "title": "Pottery for beginners",
            "price": {"amount": "40000.00", "currency": "NGN"},
            "slots": ["01930d5e-7a10-7cc3-98f2-6e1b7b0a1f21", "01930d5e-7a10-7cc3-98f2-6e1b7b0a1f22"],
        },
    )
    @idempotent
    def create(self, request: Request, business_id: UUID) -> Response:
        business = get_object_or_404(rules.managed_businesses(request.user), pk=business_id)
        asked = self.read_input(CourseIn)
        plan = CoursePlan(
            service_id=asked["service"],
            title=asked["title"],
            price=asked["price"],
            slot_ids=set(asked["slots"]),
            allows_single=asked.get("allows_single", False),
        )
        made = operations.create_course(business_id=business.pk, plan=plan, by=caller(request), at=clock.now())
        return success(_shown(made), message="The course is made.", status=201)


class CourseAdministration(DomainView):
    permission_classes = [IsAuthenticated]

    @documented(
        summary="Change a course", description="What is booked already stays as it was agreed.", permissions=KEEPERS,
        request=CourseChangeIn, responses=CourseOut, errors=[NoSuchCourse, CourseInvalid], example={"is_available": False},
    )  # fmt: skip
    def patch(self, request: Request, course_id: UUID) -> Response:
        asked = self.read_input(CourseChangeIn)
        course = operations.change_course(course_id=self._kept(course_id), by=caller(request), at=clock.now(), **asked)
        return success(_shown(course), message="The course is changed.")

    @documented(
        summary="Remove a course that nobody ever booked", description="Its sessions stay, and are booked one by one.",
        permissions=KEEPERS, responses={204: None}, errors=[NoSuchCourse, CourseInUse],
    )  # fmt: skip
    def delete(self, request: Request, course_id: UUID) -> Response:
        operations.remove_course(course_id=self._kept(course_id), by=caller(request), at=clock.now())
        return Response(status=204)

    def _kept(self, course_id: UUID) -> UUID:
        managed = rules.managed_businesses(self.request.user).values("pk")
        if not Course.objects.filter(pk=course_id, business__in=managed).exists():
            raise NoSuchCourse
        return course_id


class Courses(DomainViewSet):
    """What everybody may look for."""

    permission_classes = [AllowAny]
    serializer_class = CourseOut
    queryset = Course.objects.none()
    filter_backends = ()

    @documented(
        summary="Look for courses", description="Those that are still to begin, the next first.",
        permissions="Anyone.", responses=CourseOut(many=True), parameters=[CoursesQuery],
    )  # fmt: skip
    def list(self, request: Request) -> Response:
        asked = self.read_query(CoursesQuery)
        wanted = {f"{name}_id": asked[name] for name in ("business", "service") if name in asked}
        begins = _moment(asked.get("from", clock.now()))
        courses = Course.objects.public().filter(**wanted).in_time().beginning_from(begins)
        page = self.paginate_queryset(with_sessions(courses))
        return self.get_paginated_response(CourseOut(page, many=True).data)

    @documented(
        summary="Look at a course", permissions="Anyone, for an open course of a business that can be booked.",
        responses=CourseOut, errors=[NoSuchCourse],
    )  # fmt: skip
    def retrieve(self, request: Request, course_id: UUID) -> Response:
        return Response(CourseOut(find_course(Course.objects.public(), course_id)).data)


def _moment(value: datetime | date) -> datetime:
    """A date begins at its midnight in UTC: courses of all time zones are looked for at once."""
    return value if isinstance(value, datetime) else moment_of(day_span("UTC", day_of(value))[0])


def _shown(course: Course) -> dict[str, Any]:
    return dict(CourseOut(find_course(Course.objects, course.pk)).data)
