"""Courses: several dated sessions that are booked as one, at one price."""

from datetime import datetime
from typing import Any, Self

import pgtrigger
from django.db import models

from apps.core.fields import MinorUnitsField
from apps.core.models import BaseModel, BaseQuerySet


class CourseQuerySet(BaseQuerySet):
    def public(self) -> Self:
        """Those that everybody may see: open ones of services that are done, at verified, active businesses."""
        return self.filter(
            is_available=True,
            service__is_active=True,
            service__is_deleted=False,
            business__verification_status="VERIFIED",
            business__is_active=True,
            business__is_deleted=False,
        )

    def in_time(self) -> Self:
        """With ``first_at``, when the first session begins; those that begin first before the others."""
        return self.annotate(first_at=models.Min("sessions__starts_at")).order_by("first_at", "pk")

    def beginning_from(self, moment: datetime) -> Self:
        """Those of ``in_time`` whose first session is not before the moment."""
        return self.filter(first_at__gte=moment)


class Course(BaseModel):
    """Dated sessions of one service that are booked together. ``price_minor`` is of one seat in all of them."""

    business = models.ForeignKey("catalog.Business", on_delete=models.PROTECT, related_name="courses", db_index=False)
    service = models.ForeignKey("catalog.Service", on_delete=models.PROTECT, related_name="courses")
    title = models.CharField(max_length=160)
    price_minor = MinorUnitsField(help_text="Of one seat in every session, in the business's currency.")
    allows_single = models.BooleanField(default=False, help_text="Whether its sessions are also booked one by one.")
    is_available = models.BooleanField(default=True, help_text="Off closes the course without deleting it.")

    objects: Any = CourseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(price_minor__gte=0), name="course_price_not_negative"),
        ]
        indexes = [models.Index(fields=["business", "-id"], name="course_of_business")]
        triggers = [pgtrigger.ReadOnly(name="course_stays_of_its_service", fields=["id", "business", "service"])]

    def __str__(self) -> str:
        return self.title

    @property
    def free_seats(self) -> int:
        """How many more may be booked: as many as the fullest session has. The sessions are at hand."""
        return min((session.free_seats for session in self.sessions.all()), default=0)
