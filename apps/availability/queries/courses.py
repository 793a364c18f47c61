"""Courses with their sessions."""

from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from apps.availability.errors import NoSuchCourse
from apps.availability.models import CapacitySlot, Course


def with_sessions(courses: Any) -> QuerySet[Course]:
    """The courses with business and service, and their sessions in order with their hosts, in one more query for all."""
    ordered = CapacitySlot.objects.select_related("staff_member").order_by("starts_at", "pk")
    found: QuerySet[Course] = courses.select_related("business", "service").prefetch_related(
        Prefetch("sessions", queryset=ordered)
    )
    return found


def find_course(courses: Any, course_id: UUID) -> Course:
    """The one of these courses, with its sessions. Raises: NoSuchCourse."""
    course = with_sessions(courses).filter(pk=course_id).first()
    if course is None:
        raise NoSuchCourse
    return course
